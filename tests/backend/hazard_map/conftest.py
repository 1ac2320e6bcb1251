"""The map's app, on the ground of the hazard tests."""

import pytest

from tests.backend.hazards.conftest import cast as cast
from tests.backend.hazards.conftest import world as world


@pytest.fixture
def slices() -> tuple[str, ...]:
    """The slices a map needs."""
    return ("people", "places", "photos", "visits", "hazards", "sync", "hazard_map")
