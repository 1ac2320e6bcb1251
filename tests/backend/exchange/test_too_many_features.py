"""A file holds 50,000 features to the last one; one more is refused in words, and nothing is noted as having left."""

from typing import Any

import pytest

from backend import database
from backend.exchange.rules import MOST_EXPORTED
from backend.ids import new_id
from tests.backend.hazards.conftest import World
from tests.backend.places import ground
from tests.cast import GRID_1, signed_in

COPIED = """
INSERT INTO premises
SELECT (jsonb_populate_record(one, jsonb_build_object('id', gen_random_uuid()))).*
FROM premises AS one, generate_series(1, $2) WHERE one.id = $1
"""


@pytest.fixture
async def brimful(world: World) -> World:
    """As many markets as a file holds, and nothing else of that category."""
    market = ground.some_premises(id=new_id(), category="market", grid_code=GRID_1, **ground.inside(0))
    await ground.do("register_premises", market, "dai")
    await database.fetch(COPIED, market["id"], MOST_EXPORTED - 1)
    return world


async def test_a_file_holds_so_many_and_not_one_more(app: Any, brimful: World) -> None:
    async with signed_in(app, "dai") as client:
        full = await client.get("/api/exports/premises", params={"category": "market"})
        assert full.status_code == 200
        assert len({each["id"] for each in full.json()["features"]}) == MOST_EXPORTED

        one_more = ground.some_premises(id=new_id(), category="market", grid_code=GRID_1, **ground.inside(0))
        await ground.do("register_premises", one_more, "dai")
        for form in ("geojson", "gpkg", "shp", "kml"):
            refused = await client.get("/api/exports/premises", params={"category": "market", "f": form})
            told = refused.json()
            assert (refused.status_code, told["type"]) == (422, "/problems/too-many-features")
            assert "50001" in told["detail_zh"]
            assert "50000" in told["detail"]
            assert "content-disposition" not in refused.headers

        narrower = await client.get("/api/exports/premises", params={"category": "school"})
        assert narrower.status_code == 200

    noted = await database.fetch("SELECT record_id FROM audit WHERE action = 'export' ORDER BY record_id DESC")
    assert [row["record_id"] for row in noted] == [f"geojson {MOST_EXPORTED}", "geojson 0"]
