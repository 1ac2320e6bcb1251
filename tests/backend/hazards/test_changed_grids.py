"""Grids are drawn anew: what the plan says would move is what moves, and an undo puts it back."""

from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

import msgspec
import pytest
import shapely

from backend import clock, database
from backend.ids import new_id
from backend.places import queries
from backend.places.commands.following import standing_grids
from backend.places.rules import (
    ChangedSince,
)
from backend.problems import NotFound
from backend.visits.commands.args import RecordVisit
from backend.visits.commands.record import record_visit
from geo import coverage
from geo.points import Fix, LonLat
from tests.backend.hazards.changing import CARVE, MERGE, NEW, REDRAW, SPLIT, TODAY, asked, at, change, grid_rows, undo
from tests.backend.hazards.conftest import AFTER, World, perform_whole
from tests.backend.places import ground
from tests.cast import GRID_1, GRID_2, HEPING, TENANT, an_act


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


async def test_a_place_outside_its_own_grid_stays_with_the_successors(world: World) -> None:
    stray = new_id()
    await ground.do("register_building", ground.a_building(id=stray, **ground.inside(1)))  # its own grid is the first

    await change(SPLIT)

    assert (await codes("building"))[stray] in NEW


async def test_what_is_proposed_keeps_the_name_and_the_kind(world: World) -> None:
    moved = await asked(REDRAW)
    assert [each["properties"]["name"] for each in moved["pieces"]["features"]] == ["第1网格", "第2网格"]
    await change(CARVE)

    told = await asked({"kind": "split", "codes": [NEW[0]], "line": at((0.5, 0.1), (0.5, 0.9))})

    named = [each["properties"] for each in told["pieces"]["features"]]
    assert [(each["name"], each["kind"]) for each in named] == [
        ("农贸市场(一)", "dedicated"),
        ("农贸市场(二)", "dedicated"),
    ]


async def test_a_visit_made_before_the_grid_ended_still_counts_and_a_later_one_does_not(
    world: World, frozen_clock: Any
) -> None:
    made_at = clock.now()
    frozen_clock.forward(hours=1)
    await change(SPLIT)
    await change({"kind": "merge", "codes": list(NEW[:2]), "line": []}, id=new_id())
    visit = {
        "place_kind": "household", "place_id": world.home, "track": "patrol", "outcome": "no_answer", "answers": {},
        "item_notes": {}, "note": "", "photos": [], "notice": {"delivered": "posted", "signed": "none"},
        "started_at": made_at - timedelta(minutes=9), "ended_at": made_at, "fix": None,
    }  # fmt: skip

    async def record(by: str, at: datetime) -> None:
        args = msgspec.json.encode(visit | {"visit_id": new_id()})
        async with database.transaction():
            await record_visit(msgspec.json.decode(args, type=RecordVisit), an_act(world.cast[by], at=at))

    await record("lan", made_at)
    with pytest.raises(NotFound):
        await record("lan", clock.now())
    with pytest.raises(NotFound):
        await record("bo", made_at)
    assert await database.fetch_value("SELECT count(*) FROM visit") == 1
