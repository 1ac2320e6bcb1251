"""A past day is as its events say: for everybody, with every filter, on random days of random lives."""

from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest

from backend import clock, database
from backend.hazards.queries import (
    STAGE_CODES,
    Asked,
    Columns,
    Groups,
    Past,
    counts,
    find_hazards,
    first_day,
    past,
    stood,
)
from backend.hazards.queries.map import Looked, in_tile, is_keyed
from backend.hazards.rules import CLOSED_STAGES, OPEN_STAGES, day_of
from backend.hazards.tables import GRADE_CODES
from backend.people.rules import Permission, Reach, reach
from tests import cast as the_cast
from tests.backend.hazards.conftest import World
from tests.backend.hazards.lives import Lives, Stood, now_of, replayed

READERS = ("dai", "lan", "qin", "bo", "xiao", "shen", "zhou")
FILTERS = (
    Asked(),
    Asked(stage=tuple(OPEN_STAGES)),
    Asked(stage=("closed", "closed_on_site", "voided")),
    Asked(stage=("in_rectification",)),
    Asked(overdue=True),
    Asked(category=("household",), grade=("life_threatening",)),
    Asked(place_code=the_cast.GRID_1),
    Asked(place_code=the_cast.GRID_2),
)
EVERYTHING = 10_000
NOTHING = Past([], 0, [])


def passes(row: Any, then: Stood, asked: Asked, day: date) -> bool:
    stage, grade, deadline = then
    return (
        (not asked.stage or stage in asked.stage)
        and (not asked.grade or grade in asked.grade)
        and (not asked.category or row.category in asked.category)
        and (not asked.overdue or (deadline is not None and deadline < day))
        and row.place_code.startswith(asked.place_code or "")
    )


async def rows_of(reader: str) -> dict[UUID, Any]:
    """Return all hazards that somebody reaches today."""
    found, after = {}, None
    while True:
        page = await find_hazards(Asked(), await reach_of(reader), clock.today(), after=after, limit=200)
        found |= {row.id: row for row in page.hazards}
        after = page.next
        if after is None:
            return found


async def reach_of(reader: str) -> Any:
    return reach(await the_cast.person(reader), clock.today(), Permission.VIEW_MAP)


async def agrees(reader: str, day: date, then: dict[UUID, Stood]) -> int:
    """Compare a reader's past day with how everything stood then; return how many hazards were compared."""
    rows = await rows_of(reader)
    own = await reach_of(reader)
    compared = 0
    for asked in FILTERS:
        wanted = {each: then[each] for each in rows if each in then and passes(rows[each], then[each], asked, day)}
        told = await past(the_cast.TENANT, own, asked, day, limit=EVERYTHING)
        assert {row.id: (row.stage, row.grade, row.deadline_on) for row in told.hazards} == wanted, (reader, asked)
        assert told.total == len(wanted)
        order = [(row.deadline_on or date.max, row.fid) for row in told.hazards]
        assert order == sorted(order)
        compared += len(wanted)
        await marks_agree(reader, asked, day, then)
    counted: dict[str, list[int]] = {}
    for each in rows:
        if each in then:
            stage, _, deadline = then[each]
            figures = (stage in OPEN_STAGES, deadline is not None and deadline < day, stage in CLOSED_STAGES)
            before = counted.get(rows[each].place_code, [0, 0, 0])
            counted[rows[each].place_code] = [one + other for one, other in zip(before, figures, strict=True)]
    told = await past(the_cast.TENANT, own, Asked(), day, limit=0)
    assert {one.place_code: [one.open, one.overdue, one.closed] for one in told.places} == {
        code: each for code, each in counted.items() if any(each)
    }
    return compared


async def marks_agree(reader: str, asked: Asked, day: date, then: dict[UUID, Stood]) -> None:
    """Compare the tile of the whole world, as single marks and as groups."""
    if asked.place_code:  # a tile does not know it
        return
    own = await reach_of(reader)
    live = await in_tile(
        Looked((0, 0, 0), {the_cast.TENANT: None}, own, Asked(), clock.today()), most=EVERYTHING, cells_log2=3
    )
    assert isinstance(live, Columns)
    rows = await database.fetch(
        "SELECT id, fid, category, place_code FROM hazard WHERE fid = ANY ($1)", live.fid.tolist()
    )
    shown = Looked((0, 0, 0), {the_cast.TENANT: None}, own, asked, day, past=True)
    marks = await in_tile(shown, most=EVERYTHING, cells_log2=3)
    groups = await in_tile(shown, most=0, cells_log2=3)

    wanted = {
        row["fid"]: then[row["id"]]
        for row in rows
        if row["id"] in then and passes(AsRow(row), then[row["id"]], asked, day)
    }
    assert isinstance(marks, Columns)
    found = {}
    for fid, stage, grade, deadline in zip(
        *(each.tolist() for each in (marks.fid, marks.stage, marks.grade, marks.deadline)), strict=True
    ):
        found[fid] = (
            STAGE_CODES[stage],
            GRADE_CODES[grade],
            stood.EPOCH + timedelta(deadline) if deadline < 10**6 else None,
        )
    assert found == wanted, (reader, asked, day)
    assert isinstance(groups, Groups if wanted else Columns)
    if not isinstance(groups, Groups):
        return
    late = sum(deadline is not None and deadline < day for _, _, deadline in wanted.values())
    assert (groups.held.sum(), groups.overdue.sum()) == (len(wanted), late)


class AsRow:
    """A database's row as one of a list."""

    def __init__(self, row: Any) -> None:
        self.category, self.place_code = row["category"], row["place_code"]


@pytest.mark.parametrize("seed", [1, 2])
async def test_a_past_day_is_what_was_seen_on_that_day(world: World, frozen_clock: clock.Journey, seed: int) -> None:
    lives = Lives(world, frozen_clock, seed, late=False)
    await lives.go_on(24)

    compared = 0
    for day in lives.chance.sample(sorted(lives.seen), 6):
        for reader in READERS:
            compared += await agrees(reader, day, lives.seen[day])
    assert compared > 500
    assert {then[0] for each in lives.seen.values() for then in each.values()} > {
        "in_rectification",
        "closed",
        "transferred",
    }
    assert is_keyed(await reach_of("xiao"))


@pytest.mark.parametrize("seed", [3, 4])
async def test_records_that_came_late_stand_on_the_day_they_were_made(
    world: World, frozen_clock: clock.Journey, seed: int
) -> None:
    lives = Lives(world, frozen_clock, seed, late=True)
    await lives.go_on(12)
    first = await first_day(the_cast.TENANT, await reach_of("dai"))
    events = await database.fetch("SELECT at FROM hazard_event WHERE action = 'report_hazard'")
    assert first == min(day_of(event["at"]) for event in events)

    changed = 0
    for _ in range(3):  # what is held in memory is brought up to what came meanwhile
        for day in lives.chance.sample(sorted(lives.seen), 3):
            found = {each: await replayed(each, day) for each in lives.ids}
            then = {each: stood_so for each, stood_so in found.items() if stood_so is not None}
            changed += then != lives.seen[day]
            for reader in ("dai", "xiao", "lan"):
                await agrees(reader, day, then)
        await lives.go_on(2)
    assert changed, "some of what came late belongs to a day that had already been looked at"


async def test_today_is_what_the_desk_shows_now(world: World, frozen_clock: clock.Journey) -> None:
    lives = Lives(world, frozen_clock, 5, late=False)
    await lives.go_on(14)
    today = clock.today()

    for reader in READERS:
        told = await past(the_cast.TENANT, await reach_of(reader), Asked(), today, limit=0)
        live = await counts(await reach_of(reader), today)
        assert [(one.place_code, one.open, one.overdue, one.closed) for one in told.places] == [
            (one.place_code, one.open, one.overdue, one.closed) for one in live if one.open or one.closed
        ]
    assert {each: await now_of(each) for each in lives.ids} == lives.seen[today - timedelta(days=1)]


async def test_who_sees_a_district_sees_the_past_of_each_of_its_subdistricts(
    world: World, frozen_clock: clock.Journey
) -> None:
    await Lives(world, frozen_clock, 6, late=False).go_on(3)
    await copied_next_door()
    district = Reach((the_cast.TENANT[:6],), frozenset(), frozenset(), (the_cast.TENANT[:6],))

    one = await past(the_cast.TENANT, await reach_of("dai"), Asked(), clock.today(), limit=EVERYTHING)
    both = await past(the_cast.TENANT, district, Asked(), clock.today(), limit=EVERYTHING)

    assert one.total > 0
    assert both.total == 2 * one.total
    assert {place.place_code[:9] for place in both.places} == {the_cast.TENANT, the_cast.OTHER_TENANT}


async def copied_next_door() -> None:
    """Copy every hazard and its steps into the other subdistrict."""
    for table, changed in (
        ("hazard", {"id": "gen_random_uuid()", "fid": "fid + 1000", "place_code": f"'{the_cast.OTHER_TENANT}'"}),
        ("hazard_event", {"id": "gen_random_uuid()", "serial": "serial + 1000", "fid": "fid + 1000"}),
    ):
        columns = await database.fetch_value(
            "SELECT string_agg(quote_ident(column_name), ', ') FROM information_schema.columns"
            " WHERE table_name = $1 AND is_generated = 'NEVER' AND column_name <> ALL ($2)",
            table,
            [*changed, "tenant"],
        )
        await database.execute(
            f"INSERT INTO {table} ({', '.join(changed)}, tenant, {columns})"
            f" SELECT {', '.join(changed.values())}, {the_cast.OTHER_TENANT}, {columns} FROM {table}"
        )


async def test_before_the_first_hazard_there_was_none(world: World) -> None:
    own = await reach_of("dai")
    assert await first_day(the_cast.TENANT, own) is None
    assert await past(the_cast.TENANT, own, Asked(), clock.today(), limit=5) == NOTHING

    await world.report()

    assert await first_day(the_cast.TENANT, own) == clock.today()
    assert await past(the_cast.TENANT, own, Asked(), clock.today() - timedelta(1), limit=5) == NOTHING


async def test_a_moved_deadline_counts_from_the_day_it_was_moved(world: World, frozen_clock: clock.Journey) -> None:
    await world.in_rectification()
    asked_on = clock.today()
    frozen_clock.forward(days=6)
    await world.do("request_extension", "wu", new_due_on="2026-03-20", reason="配件未到", interim_measures="看守")
    frozen_clock.forward(days=3)
    await world.do("decide_extension", "jing", granted=True, reason="")
    frozen_clock.forward(days=12)
    own = await reach_of("dai")

    async def overdue_on(day: str) -> int:
        return (await past(the_cast.TENANT, own, Asked(overdue=True), date.fromisoformat(day), limit=5)).total

    assert asked_on == date(2026, 3, 2)
    assert [await overdue_on(f"2026-03-{day:02}") for day in (8, 9, 10, 11, 20, 21)] == [0, 0, 1, 0, 0, 1]
