"""The phone moves pictures of GCJ-02 maps by the same numbers as the server."""

import json
from pathlib import Path

import pytest

from geo.crs import to_gcj02
from geo.points import LonLat

VECTORS = json.loads((Path(__file__).parents[1] / "vectors" / "gcj02.json").read_text())


@pytest.mark.parametrize("vector", VECTORS)
def test_the_phones_answers_are_the_servers(vector: dict[str, list[float]]) -> None:
    found = to_gcj02(LonLat(*vector["wgs84"]))

    assert (found.lon, found.lat) == pytest.approx(vector["gcj02"], abs=1e-12)
