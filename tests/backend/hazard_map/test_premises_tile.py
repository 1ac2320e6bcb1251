"""Premises on the map: those of one's reach, near by, as long as they are in use."""

from typing import Any

import pytest

from backend import database
from backend.people.rules import Reach
from backend.places.queries import premises_between
from geo.tiles import quad_of, tile_range
from tests.backend.hazard_map.test_map import get, layers, tile_at
from tests.backend.hazards.conftest import World
from tests.backend.places.ground import do, inside, some_premises
from tests.cast import GRID_1, TENANT


async def a_market(name: str = "和平市场") -> dict[str, Any]:
    """Return premises just registered in the first grid."""
    made = some_premises(name=name, category="market", grid_code=GRID_1, **inside(0))
    await do("register_premises", made, "dai")
    return made


def address(zoom: int) -> str:
    at = inside(0)
    return f"/api/tiles/premises/{tile_at(zoom, at['lon'], at['lat'])}.mvt"


async def test_a_tile_holds_the_premises_with_what_a_sign_needs(app: Any, world: World) -> None:
    made = await a_market()

    found = layers(await get(app, "dai", address(16)))["premises"]["features"]

    assert [each["properties"] for each in found if each["properties"]["id"] == str(made["id"])] == [
        {"id": str(made["id"]), "name": "和平市场", "category": "market"}
    ]


@pytest.mark.parametrize(("login", "zoom"), [("dai", 12), ("bo", 16)])
async def test_from_afar_and_beyond_ones_reach_there_are_none(app: Any, world: World, login: str, zoom: int) -> None:
    await a_market()

    assert (await get(app, login, address(zoom))).status_code == 204


async def test_what_is_known_already_is_not_sent_again_until_something_changes(app: Any, world: World) -> None:
    await a_market()
    first = await get(app, "dai", address(16))
    known = {"If-None-Match": first.headers["etag"]}

    same = await get(app, "dai", address(16), **known)
    await a_market("光明市场")
    later = await get(app, "dai", address(16), **known)

    assert [each.status_code for each in (first, same, later)] == [200, 304, 200]


async def test_retired_premises_are_gone(app: Any, world: World) -> None:
    made = await a_market()
    low, after = tile_range(*(int(each) for each in tile_at(16, made["lon"], made["lat"]).split("/")))
    reach = Reach((TENANT,), frozenset(), frozenset(), (TENANT,))
    before = {row["id"] for row in await premises_between(low, after, reach, 100)}
    await database.execute("UPDATE premises SET retired_on = '2026-03-01' WHERE id = $1", made["id"])

    now = {row["id"] for row in await premises_between(low, after, reach, 100)}

    assert before - now == {made["id"]}
    assert await database.fetch_value("SELECT quad FROM premises WHERE id = $1", made["id"]) == quad_of(
        made["lon"], made["lat"]
    )


async def test_a_tile_reads_the_index_alone(world: World) -> None:
    await a_market()
    await database.execute("ANALYZE premises")
    async with database.transaction():
        await database.execute("SET LOCAL enable_seqscan = off")
        told = await database.fetch(
            "EXPLAIN SELECT id, quad, category, name FROM premises WHERE retired_on IS NULL AND quad >= 0 AND quad < 9"
            " AND (grid_code >= '450299001' AND grid_code < '450299002') ORDER BY quad LIMIT 5"
        )

    assert "Index Only Scan using premises_tile_ix" in " ".join(row["QUERY PLAN"] for row in told)
