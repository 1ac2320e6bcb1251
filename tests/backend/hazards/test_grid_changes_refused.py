"""What does not fit, or is not somebody's to do, changes no grid; an undo has its day."""

from datetime import timedelta
from typing import Any

import pytest

from backend import clock, database
from backend.ids import new_id
from backend.people.commands import MUTATIONS as PEOPLE
from backend.places import queries
from backend.places.rules import (
    AlreadyRegistered,
    ChangedSince,
    CodeNotInside,
    GridEditRefused,
    GroundMoved,
    NotYet,
    PostedSince,
    RetiredBeforeStart,
    UndoTooLate,
)
from backend.problems import NotFound, NotYourRole
from tests.backend.hazards.changing import CARVE, MERGE, NEW, SPLIT, TODAY, asked, at, called, change, grid_rows, undo
from tests.backend.hazards.conftest import World
from tests.backend.places import ground
from tests.cast import CAST, GRID_1, GRID_2, HEPING, NEXT_GRID, TENANT, perform


@pytest.mark.parametrize(
    ("edit", "changed", "refused"),
    [
        (SPLIT, {"edition": 0}, GroundMoved),
        (SPLIT, {"effective_on": "2026-03-03"}, NotYet),
        (SPLIT, {"effective_on": "2025-12-31"}, RetiredBeforeStart),
        (SPLIT, {"community_code": f"{TENANT}009"}, NotFound),
        (SPLIT, {"community_code": NEXT_GRID[:12]}, NotFound),
        (SPLIT, called(NEW[0]), GridEditRefused),
        (SPLIT, called(NEW[0], NEW[0]), AlreadyRegistered),
        (SPLIT, called(NEW[0], GRID_2), AlreadyRegistered),
        (SPLIT, called(NEW[0], NEXT_GRID), CodeNotInside),
        (SPLIT, {"edit": SPLIT | {"codes": [NEXT_GRID]}}, GridEditRefused),
        (SPLIT, {"edit": SPLIT | {"codes": []}}, GridEditRefused),
        (SPLIT, {"edit": SPLIT | {"codes": [GRID_1, GRID_2]}}, GridEditRefused),
        (SPLIT, {"edit": SPLIT | {"line": []}}, GridEditRefused),
        (MERGE, {"edit": MERGE | {"codes": [GRID_1, GRID_1]}}, GridEditRefused),
        (CARVE, {"edit": CARVE | {"line": at((0.2, 0.2), (3, 0.2), (3, 0.8))}}, GridEditRefused),
    ],
)  # fmt: skip
async def test_what_does_not_fit_is_refused_and_changes_nothing(
    world: World, edit: dict[str, Any], changed: dict[str, Any], refused: type[Exception]
) -> None:
    before = await grid_rows()

    with pytest.raises(refused):
        await change(edit, **changed)

    assert await grid_rows() == before
    assert await database.fetch_value("SELECT count(*) FROM grid_change") == 0


@pytest.mark.parametrize(
    ("by", "refused"), [("lan", NotFound), ("bo", NotFound), ("guo", NotFound), ("jing", NotYourRole)]
)
async def test_who_may_not_import_grids_may_not_change_them(world: World, by: str, refused: type[Exception]) -> None:
    with pytest.raises(refused):
        await change(SPLIT, by)
    await change(SPLIT, "qin")
    with pytest.raises(refused):
        await undo(by)
    await undo("qin")


async def test_an_undo_comes_within_a_day_and_not_twice(world: World, frozen_clock: Any) -> None:
    await change(SPLIT)
    with pytest.raises(AlreadyRegistered):
        await change({"kind": "merge", "codes": list(NEW[:2]), "line": []})
    (told,) = await queries.latest_changes([HEPING], TENANT, clock.now())
    assert told.undo_until == clock.now() + timedelta(days=1)
    frozen_clock.forward(hours=24)

    with pytest.raises(UndoTooLate):
        await undo()
    with pytest.raises(NotFound):
        await undo(change_id=new_id())
    (told,) = await queries.latest_changes([HEPING], TENANT, clock.now())
    assert told.undo_until is None


async def test_an_undo_waits_while_somebody_is_posted_to_a_new_grid(world: World) -> None:
    posted = new_id()
    await change(SPLIT)
    given = {"posting_id": posted, "person_id": CAST["lan"].id, "role": "grid_worker", "place_code": NEW[0]}
    await perform(PEOPLE, "add_posting", given, world.cast["dai"])

    with pytest.raises(PostedSince):
        await undo()
    await perform(PEOPLE, "end_posting", {"posting_id": posted, "to_on": "2026-03-01"}, world.cast["dai"])
    await undo()


async def test_the_plan_counts_the_postings_that_would_name_an_ended_grid(world: World) -> None:
    told = await asked(SPLIT)

    here = "SELECT count(*) FROM posting WHERE place_code = $1 AND (to_on IS NULL OR to_on >= $2)"
    assert told["postings"] == await database.fetch_value(here, GRID_1, TODAY) > 0
    assert told["earliest_on"] == "2026-01-01"


async def test_a_grid_retired_since_stands_in_the_way_of_an_undo(world: World) -> None:
    await change(SPLIT)
    await ground.do("retire_grid", {"code": GRID_2, "retired_on": "2026-03-02", "replaced_by": [NEW[0]]})

    with pytest.raises(ChangedSince):
        await undo()
