"""A hazard in public whose circle touches several grids, or none, waits for somebody to say in which it lies."""

from datetime import date
from typing import Any

import pytest

from backend import clock, database
from backend.hazards.commands.settle import GridOfItsPlace
from backend.hazards.queries import Asked, find_hazards, held
from backend.hazards.queries.columns import number_of
from backend.hazards.rules import AlreadyDone, AlreadyVoided
from backend.ids import new_id
from backend.people.rules import reach
from backend.places.rules import PlaceRetired
from backend.problems import NotFound, NotYourRole
from tests.backend.hazards.conftest import FIX, World
from tests.backend.places import ground
from tests.cast import GRID_1, GRID_2, OTHER_GRID, TENANT

FAR = FIX | {"lon": 109.9}


async def undecided(world: World, login: str = "dai") -> list[str]:
    """Return the numbers of the hazards that wait, as somebody sees them."""
    today = clock.now().date()
    found = await find_hazards(Asked(undecided=True), reach(world.cast[login], today), today)
    return [row.number for row in found.hazards]


@pytest.mark.parametrize(
    ("changed", "grid", "basis"),
    [
        ({"fix": FIX}, GRID_1, "circle"),
        ({"fix": FIX, "grid_code": GRID_1}, GRID_1, "circle"),
        ({"fix": FIX, "grid_code": GRID_2}, GRID_2, "chosen"),
        ({"fix": None, "grid_code": GRID_2}, GRID_2, "chosen"),
        ({}, GRID_1, "undecided"),
        ({"grid_code": GRID_2}, GRID_2, "chosen"),
        ({"fix": FAR}, None, "undecided"),
        ({"fix": FAR, "grid_code": GRID_2}, GRID_2, "chosen"),
    ],
)
async def test_what_the_grid_rests_on(world: World, changed: dict[str, Any], grid: str | None, basis: str) -> None:
    await world.report_on_the_border(**changed)

    row = await world.row()
    assert (row.grid_code, row.grid_basis) == (grid, basis)
    assert len(await undecided(world)) == (basis == "undecided")


async def test_the_grid_of_the_place_wins_over_any_circle(world: World) -> None:
    await world.report(fix=FAR)

    row = await world.row()
    assert (row.grid_code, row.grid_basis) == (GRID_1, "place")
    with pytest.raises(GridOfItsPlace):
        await world.do("settle_grid", "dai", grid_code=GRID_2)


async def test_until_it_is_decided_it_is_worked_on_in_the_grid_under_its_middle(world: World) -> None:
    await world.report_on_the_border()
    await world.do("dispatch_hazard", "qin", due_on="2026-03-09", measures="清理", responsible_unit="物业",
                   notice={"delivered": "in_person", "signed": "signed"})  # fmt: skip

    row = await world.row()
    assert (row.stage, row.place_code, set(row.grid_candidates)) == ("dispatched", GRID_1, {GRID_1, GRID_2})


async def test_the_desk_decides_and_everything_follows(world: World) -> None:
    await world.report_on_the_border()
    assert await held.held(TENANT) is not None
    assert await undecided(world) == [(await world.row()).number]

    await world.do("settle_grid", "dai", grid_code=GRID_2)

    row = await world.row()
    assert (row.place_code, row.grid_code, row.grid_basis, row.version) == (GRID_2, GRID_2, "chosen", 2)
    assert row.due_on == date(2026, 3, 5)
    assert await undecided(world) == []
    columns = await held.held(TENANT)
    assert columns is not None
    assert columns.late.place.tolist() == [number_of(GRID_2)]
    change = await database.fetch_row("SELECT place_code, left_reach FROM change WHERE id = $1", world.hazard_id)
    assert change is not None
    assert (change["place_code"], change["left_reach"]) == (GRID_2, [GRID_1])
    event = await database.fetch_row("SELECT * FROM hazard_event WHERE action = 'settle_grid'")
    assert event is not None
    assert (event["by_role"], event["from_stage"], event["to_stage"]) == ("dispatcher", "registered", "registered")


async def test_what_lies_in_no_grid_is_the_subdistricts_to_decide(world: World) -> None:
    await world.report_on_the_border(fix=FAR)
    assert await undecided(world, "qin") == []
    with pytest.raises(NotFound):
        await world.do("settle_grid", "qin", grid_code=GRID_1)

    await world.do("settle_grid", "dai", grid_code=GRID_1)

    assert (await world.row()).place_code == GRID_1


async def test_whoever_decides_second_is_told_only_when_it_says_the_same(world: World) -> None:
    await world.report_on_the_border()
    await world.do("settle_grid", "dai", grid_code=GRID_1)

    with pytest.raises(AlreadyDone):
        await world.do("settle_grid", "qin", grid_code=GRID_1)
    await world.do("settle_grid", "qin", grid_code=GRID_2)

    assert (await world.row()).grid_code == GRID_2


async def test_a_decision_that_is_refused_changes_nothing(world: World) -> None:
    await world.report_on_the_border()
    before = await world.everything()

    for by, code, refusal in (
        ("lan", GRID_1, NotYourRole),
        ("zhou", GRID_1, NotFound),
        ("dai", f"{TENANT}002999", NotFound),
        ("dai", "450299002001001", NotFound),
    ):
        with pytest.raises(refusal):
            await world.do("settle_grid", by, grid_code=code)
    assert await world.everything() == before

    await ground.do("retire_grid", {"code": GRID_2, "retired_on": "2026-03-01", "replaced_by": [GRID_1]})
    with pytest.raises(PlaceRetired):
        await world.do("settle_grid", "dai", grid_code=GRID_2)
    await world.do("void_hazard", "jing", reason="误报")
    assert await undecided(world) == []
    with pytest.raises(AlreadyVoided):
        await world.do("settle_grid", "dai", grid_code=GRID_1)


async def test_a_grid_of_another_subdistrict_is_not_there_whatever_has_become_of_it(world: World) -> None:
    await world.report_on_the_border()
    community = {"id": new_id(), "code": OTHER_GRID[:12], "name": "隔壁"}
    await ground.do("register_community", community, "ming")
    await ground.do("import_grids", ground.an_import(OTHER_GRID[:12], (OTHER_GRID, ground.square(40))), "ming")
    await database.execute("UPDATE grid SET retired_on = effective_on WHERE code = $1", OTHER_GRID)

    with pytest.raises(NotFound):
        await world.do("settle_grid", "dai", grid_code=OTHER_GRID)
    with pytest.raises(NotFound):
        await world.report_on_the_border(hazard_id=new_id(), fix=None, grid_code=OTHER_GRID)
