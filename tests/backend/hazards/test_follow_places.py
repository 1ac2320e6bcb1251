from backend import clock, database
from backend.hazards.commands import follow_places
from backend.ids import new_id
from backend.places.commands import Following
from backend.places.commands.following import standing_grids
from backend.places.rules import Succession
from tests.backend.hazards.conftest import AFTER, World, perform_whole
from tests.backend.places import ground
from tests.cast import GRID_1, GRID_2, HEPING


async def test_open_hazards_follow_their_place_and_ended_ones_stay(world: World) -> None:
    ended = new_id()
    await perform_whole("report_hazard", world.found(hazard_id=ended), world.cast["lan"])
    await perform_whole(
        "fix_on_site",
        {"hazard_id": ended, "photos": [AFTER], "measures": "开锁", "no_photo_reason": None},
        world.cast["lan"],
    )
    await world.report()
    await ground.do("retire_grid", {"code": GRID_1, "retired_on": "2026-03-01", "replaced_by": [GRID_2]})

    row = await world.row()
    assert (row.place_code, row.grid_code) == (GRID_2, GRID_2)
    assert (await world.row(ended)).place_code == GRID_1
    change = await database.fetch_row("SELECT place_code, left_reach FROM change WHERE id = $1", world.hazard_id)
    assert change is not None
    assert (change["place_code"], change["left_reach"]) == (GRID_2, [GRID_1])


async def test_when_no_place_moved_nothing_changes(world: World) -> None:
    await world.report()
    before = await world.everything()

    following = Following(HEPING, Succession({}, await standing_grids(HEPING, clock.now().date())))
    async with database.transaction():
        assert await follow_places(following) == []

    assert await world.everything() == before
