"""Fill the ground with more of everything than a page holds, in two subdistricts, and ask SQL what should come."""

from typing import Any
from uuid import UUID

from backend import clock, database
from backend.ids import new_id
from backend.places.commands import MUTATIONS
from tests.backend.hazards.conftest import World, perform_whole
from tests.backend.places import ground
from tests.cast import GRID_1, GRID_2, HEPING, NEXT_GRID, OTHER_GRID, OTHER_TENANT, perform, person

HAZARDS_EACH = 7
PLACES = {GRID_1: 0, GRID_2: 1, NEXT_GRID: 2, OTHER_GRID: 3}
"""Each grid and the column of its square."""


async def fill(world: World, frozen_clock: clock.Journey) -> None:
    """Make grids beside Heping's, premises and hazards in each, a retired grid, and a hazard that lies in no grid."""
    await _grids(NEXT_GRID, "dai", "中山花园")
    await _grids(OTHER_GRID, "ming", "别处")
    for number, (grid, column) in enumerate(PLACES.items()):
        by = "ming" if grid.startswith(OTHER_TENANT) else "dai"
        for each in range(3):
            changed = {"grid_code": grid, "name": f"小店{number}-{each}，“甲”", **ground.inside(column)}
            category = ("assembly", "market", "school")[each]
            await ground.do("register_premises", ground.some_premises(category=category, **changed), by)
        reporter = "zhou" if by == "ming" else "dai"
        for each in range(HAZARDS_EACH):
            await report(world, reporter, grid, lon=ground.WEST + (column + (each + 1) / 9) * ground.STEP)
            frozen_clock.forward(hours=5)
    await report(world, "dai", HEPING[:9], lon=ground.WEST - 1)


async def _grids(code: str, by: str, name: str) -> None:
    await ground.do("register_community", {"id": new_id(), "code": code[:12], "name": name}, by)
    await ground.do("import_grids", ground.an_import(code[:12], (code, ground.square(PLACES[code]))), by)


async def report(world: World, by: str, grid: str, *, lon: float, **changed: Any) -> UUID:
    """Report a hazard at a public spot."""
    made = new_id()
    now = clock.now()
    fix = {"lon": lon, "lat": ground.SOUTH + 0.001, "accuracy_m": 9.5, "crs": "wgs84", "source": "gps", "taken_at": now}
    named = grid if len(grid) == 15 else None
    spot = {"place_kind": "none", "place_id": None, "grid_code": named, "category": "public_area", "fix": fix}
    spot |= {"location_note": "张三家门口，13812342107"}
    await perform_whole("report_hazard", {"hazard_id": made} | world.found(**spot | changed), await person(by))
    return made


async def retire(code: str, *successors: str) -> None:
    """Retire a grid today."""
    given = {"code": code, "retired_on": clock.today(), "replaced_by": list(successors)}
    await perform(MUTATIONS, "retire_grid", given, await person("dai"))


COLUMNS = {"grids": ("grid", "code"), "premises": ("premises", "grid_code"), "hazards": ("hazard", "place_code")}


async def ids(collection: str, prefix: str, where: str = "TRUE") -> list[str]:
    """Return by plain SQL the ids of what lies below a place, in order."""
    table, column = COLUMNS[collection]
    rows = await database.fetch(f"SELECT id FROM {table} WHERE {column} LIKE $1 || '%' AND {where} ORDER BY id", prefix)
    return [str(row["id"]) for row in rows]
