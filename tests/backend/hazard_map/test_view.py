"""What lies in view of a map, and which of it comes first."""

from typing import Any

import msgspec
import numpy as np
import pytest

from backend import clock, database
from backend.hazards.queries import Asked, held
from backend.hazards.queries.in_view import _from_database, in_view
from backend.people.rules import Reach
from geo.tiles import columns_rows, place_of
from tests import cast as the_cast
from tests.backend.hazard_map.test_held import FILTERS, REACHES, Writer
from tests.backend.hazard_map.test_map import BOX, get
from tests.backend.hazards.conftest import FIX, World

ALL = (FIX["lon"] - 1, FIX["lat"] - 1, FIX["lon"] + 1, FIX["lat"] + 1)
PART = (FIX["lon"] + 5e-5, FIX["lat"] - 5e-5, FIX["lon"] + 0.02, FIX["lat"] + 0.03)


async def test_without_a_box_it_is_all_of_ones_grids(app: Any, world: World) -> None:
    await world.dispatched()

    answer = (await get(app, "dai", "/api/hazard-map/view")).json()

    west, south, east, north = answer["bounds"]
    assert west < FIX["lon"] < east
    assert south < FIX["lat"] < north
    assert (answer["total"], answer["overdue"], answer["grids"] > 0) == (1, 0, True)
    assert [row["id"] for row in answer["hazards"]] == [str(world.hazard_id)]


async def test_what_lies_beside_the_box_or_is_not_asked_for_does_not_count(app: Any, world: World) -> None:
    await world.dispatched()

    inside = (await get(app, "dai", f"/api/hazard-map/view?bbox={BOX}&stage=open")).json()
    beside = (await get(app, "dai", "/api/hazard-map/view?bbox=109.0,24.0,109.1,24.1")).json()
    other = (await get(app, "dai", f"/api/hazard-map/view?bbox={BOX}&stage=closed")).json()
    late = (await get(app, "dai", f"/api/hazard-map/view?bbox={BOX}&overdue=true")).json()

    assert [each["total"] for each in (inside, beside, other, late)] == [1, 0, 0, 0]


@pytest.mark.parametrize("login", ["bo", "xiao"])
async def test_nobody_counts_what_is_not_his(app: Any, world: World, login: str) -> None:
    await world.report(by="qin")

    answer = (await get(app, login, f"/api/hazard-map/view?bbox={BOX}")).json()

    assert (answer["total"], answer["hazards"]) == (0, [])


async def test_a_box_that_is_none_is_a_400(app: Any, world: World) -> None:
    assert (await get(app, "dai", "/api/hazard-map/view?bbox=1,2,3")).status_code == 400
    assert (await get(app, "dai", "/api/hazard-map/view?stage=lost")).status_code == 400


async def test_memory_says_what_the_database_says(world: World) -> None:
    writer = Writer(5)
    await writer.registers(300)
    await held.held(the_cast.TENANT)
    await writer.changes(40)
    for row in await database.fetch("SELECT id, quad FROM hazard"):
        (column,), (line,) = columns_rows(np.array([row["quad"]]))
        at = place_of(int(column) + 0.5, int(line) + 0.5)
        await database.execute("UPDATE hazard SET lon = $2, lat = $3 WHERE id = $1", row["id"], at.lon, at.lat)
    today = clock.today()
    for prefixes in REACHES:
        reach = Reach(prefixes, frozenset(), frozenset(), (the_cast.TENANT,))
        for asked in (Asked(), *FILTERS):
            for box in (ALL, PART):
                mine = await in_view({the_cast.TENANT: None}, box, reach, asked, today, limit=20)
                theirs = await _from_database(box, reach, asked, today, 20)
                assert msgspec.json.encode(mine) == msgspec.json.encode(theirs), (prefixes, asked, box)
