"""Grids are drawn anew: what the plan says would move is what moves, and an undo puts it back."""

from datetime import date, timedelta
from typing import Any
from uuid import UUID

import msgspec
import pytest
import shapely

from backend import clock, database
from backend.ids import new_id
from backend.people.commands import MUTATIONS as PEOPLE
from backend.places import queries
from backend.places.commands.following import standing_grids
from backend.places.commands.plans import PlanAsked, plan
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
from geo import coverage
from geo.points import Fix, LonLat
from tests.backend.hazards.conftest import AFTER, World, perform_whole
from tests.backend.places import ground
from tests.cast import CAST, GRID_1, GRID_2, HEPING, NEXT_GRID, TENANT, perform

TODAY = date(2026, 3, 2)
NEW = tuple(f"{HEPING}{number:03}" for number in (3, 4, 5))
CHANGE = ground.CHANGE


def at(*places: tuple[float, float]) -> list[dict[str, float]]:
    """Return corners, in squares from the south-west corner of the ground."""
    return [{"lon": round(ground.WEST + x * ground.STEP, 7), "lat": round(ground.SOUTH + y * ground.STEP, 7)}
            for x, y in places]  # fmt: skip


SPLIT: dict[str, Any] = {"kind": "split", "codes": [GRID_1], "line": at((0, 0.3), (1, 0.3))}
MERGE: dict[str, Any] = {"kind": "merge", "codes": [GRID_1, GRID_2], "line": []}
REDRAW: dict[str, Any] = {"kind": "redraw", "codes": [GRID_1, GRID_2], "line": at((0.4, 0), (0.4, 1))}
CARVE: dict[str, Any] = {"kind": "carve", "codes": [], "line": at((0.2, 0.2), (1.2, 0.2), (1.2, 0.8), (0.2, 0.8))}


def called(*codes: str) -> dict[str, Any]:
    """Return names for that many pieces."""
    return {"grids": [{"code": code, "name": "一", "kind": "basic"} for code in codes]}


async def asked(edit: dict[str, Any]) -> Any:
    """Return the plan of an edit, as JSON says it."""
    wish = msgspec.convert({"community_code": HEPING, "edit": edit}, PlanAsked)
    return msgspec.to_builtins(await plan(wish, TENANT, TODAY))


async def a_change(edit: dict[str, Any], /, **changed: Any) -> dict[str, Any]:
    """Return what makes a change as its plan proposes it."""
    told = await asked(edit)
    named = [each["properties"] for each in told["pieces"]["features"]]
    grids = [{"code": each["code"], "name": each["name"] or "农贸市场", "kind": each["kind"]} for each in named]
    return {"id": CHANGE, "community_code": HEPING, "edition": told["edition"], "effective_on": "2026-03-01",
            "edit": edit, "grids": grids, **changed}  # fmt: skip


async def change(edit: dict[str, Any], /, by: str = "dai", **changed: Any) -> None:
    await ground.do("change_grids", await a_change(edit, **changed), by)


async def undo(by: str = "dai", change_id: UUID = CHANGE) -> None:
    await ground.do("undo_grid_change", {"change_id": change_id}, by)


async def codes(table: str = "hazard") -> dict[UUID, str]:
    return {row["id"]: row["grid_code"] for row in await database.fetch(f"SELECT id, grid_code FROM {table}")}


async def where() -> dict[UUID, str]:
    """Return in which grid everything lies."""
    return {thing: code for table in ("building", "household", "premises", "hazard")
            for thing, code in (await codes(table)).items()}  # fmt: skip


async def ground_is_whole() -> None:
    standing = await standing_grids(HEPING, TODAY)
    whole = shapely.union_all([ground.square(0), ground.square(1)])
    assert coverage.report(standing).is_clean
    assert shapely.coverage_is_valid([grid.shape for grid in standing])
    assert shapely.buffer(
        shapely.symmetric_difference(shapely.union_all([g.shape for g in standing]), whole), -1e-7
    ).is_empty


async def ended_and_open(world: World) -> UUID:
    """Report two hazards in the KTV, one of which is repaired at once; return that one's id."""
    ended = new_id()
    await perform_whole("report_hazard", world.found(hazard_id=ended), world.cast["lan"])
    args = {"hazard_id": ended, "photos": [AFTER], "measures": "开锁", "no_photo_reason": None}
    await perform_whole("fix_on_site", args, world.cast["lan"])
    await world.report()
    return ended


@pytest.mark.parametrize("edit", [SPLIT, MERGE, CARVE, REDRAW], ids=lambda edit: edit["kind"])
async def test_what_the_plan_says_would_move_is_what_moves(world: World, edit: dict[str, Any]) -> None:
    ended = await ended_and_open(world)
    told = await asked(edit)
    before = await where()

    await change(edit)

    after = await where()
    moved = {str(thing): [before[thing], code] for thing, code in after.items() if code != before[thing]}
    doors = {str(thing) for thing in await codes("household")}
    listed = {each[1]: [each[2], each[3]] for each in told["listed"]}
    assert {thing: move for thing, move in moved.items() if thing not in doors} == listed
    assert told["moves"] == {kind: sum(each[0] == kind for each in told["listed"])
                             for kind in ("hazard", "building", "premises")}  # fmt: skip
    assert told["moves"]["hazard"] == told["moves"]["building"] == 1
    assert told["doors"] == len(doors & moved.keys())
    assert after[ended] == GRID_1  # history stays with the old grid
    assert after[world.home] == next(iter((await codes("building")).values()))
    await ground_is_whole()


@pytest.mark.parametrize("edit", [SPLIT, MERGE, CARVE, REDRAW], ids=lambda edit: edit["kind"])
async def test_an_undo_puts_everything_back_where_it_was(world: World, frozen_clock: Any, edit: dict[str, Any]) -> None:
    await ended_and_open(world)
    before, rows = await where(), await grid_rows()
    await change(edit)
    assert await where() != before
    frozen_clock.forward(hours=23)

    await undo()

    assert await where() == before
    now = await grid_rows()
    assert {code: now[code] for code in rows} == rows
    made = [row for code, row in now.items() if code not in rows]
    assert made
    assert all(row["retired_on"] == row["effective_on"] for row in made)
    assert (await world.row()).place_code == before[world.hazard_id]
    await ground_is_whole()


async def grid_rows() -> dict[str, Any]:
    rows = await database.fetch("SELECT code, geometry, shape, effective_on, retired_on, replaced_by FROM grid")
    return {row["code"]: dict(row) for row in rows}


async def test_the_old_grid_ends_and_names_its_pieces_and_a_day_keeps_its_grids(world: World) -> None:
    await change(SPLIT)

    old = (await grid_rows())[GRID_1]
    assert (old["retired_on"], set(old["replaced_by"])) == (date(2026, 3, 1), set(NEW[:2]))
    north = Fix(LonLat(ground.WEST + 0.001, ground.SOUTH + 0.9 * ground.STEP), 5)
    assert await queries.grid_of(north, date(2026, 2, 28), TENANT) == GRID_1
    assert await queries.grid_of(north, TODAY, TENANT) in NEW
    assert len((await grid_rows())[GRID_2]["geometry"]) > 0
    assert {row["kind"] for row in await database.fetch("SELECT kind FROM grid")} == {"basic"}


async def test_phones_hear_of_the_grids_the_places_and_the_hazards(world: World) -> None:
    await world.report()
    first = await database.fetch_value("SELECT max(revision) FROM change")

    await change(CARVE)

    rows = await database.fetch("SELECT kind, place_code, left_reach FROM change WHERE revision > $1", first)
    heard = {(row["kind"], row["place_code"]) for row in rows}
    assert {("grid", GRID_1), ("grid", GRID_2), ("grid", NEW[0]), ("hazard", NEW[0]), ("household", NEW[0])} <= heard
    assert next(row["left_reach"] for row in rows if row["kind"] == "hazard") == [GRID_1]


async def test_a_neighbour_only_gains_a_corner_and_keeps_its_code(world: World) -> None:
    told = await asked(SPLIT)
    before = (await grid_rows())[GRID_2]

    await change(SPLIT)

    now = (await grid_rows())[GRID_2]
    assert told["noded"] == [GRID_2]
    assert now["retired_on"] is None
    old, new = shapely.from_wkb(before["shape"]), shapely.from_wkb(now["shape"])
    assert new.equals(old)
    assert shapely.get_num_coordinates(new) == shapely.get_num_coordinates(old) + 1


async def test_the_pieces_of_a_split_can_be_merged_again_and_undone_in_turn(world: World) -> None:
    second = new_id()
    await change(SPLIT)
    await change({"kind": "merge", "codes": list(NEW[:2]), "line": []}, id=second)

    with pytest.raises(ChangedSince):
        await undo()
    await undo(change_id=second)
    await undo()

    assert (await grid_rows())[GRID_1]["retired_on"] is None
    assert set((await codes("building")).values()) == {GRID_1}
    with pytest.raises(ChangedSince):
        await undo()


async def test_what_came_since_and_what_ended_since_goes_back_too(world: World) -> None:
    await world.report()
    await change(CARVE)
    new_door, spot = ground.a_door(room="999"), new_id()
    await ground.do("register_household", new_door, "qin")
    public = world.found(hazard_id=spot, place_kind="none", place_id=None, category="public_area", location_note="通道")
    await perform_whole("report_hazard", public, world.cast["qin"])
    args = {"hazard_id": world.hazard_id, "photos": [AFTER], "measures": "开锁", "no_photo_reason": None}
    await perform_whole("fix_on_site", args, world.cast["qin"])
    assert set((await codes()).values()) == {NEW[0]}

    await undo()

    assert set((await where()).values()) == {GRID_1}


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


async def test_a_place_outside_its_own_grid_stays_with_the_successors(world: World) -> None:
    stray = new_id()
    await ground.do("register_building", ground.a_building(id=stray, **ground.inside(1)))  # its own grid is the first

    await change(SPLIT)

    assert (await codes("building"))[stray] in NEW
