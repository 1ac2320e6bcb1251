"""Coverage counts doors and premises once, always over a denominator, and never a person."""

from datetime import date
from typing import Any

import pytest

from backend.places.commands import MUTATIONS as PLACES
from backend.visits import queries
from backend.visits.queries import Period
from tests import cast as the_cast
from tests.cast import signed_in

MARCH = Period(date(2026, 3, 1), date(2026, 3, 31))


async def test_a_door_counts_once_entered_before_everything_else(world: Any) -> None:
    await world.do("record_visit", world.at_home())
    await world.do("record_visit", world.a_visit(ended_at="2026-03-02T00:59:00Z", outcome="declined"))
    await world.do("record_visit", world.a_visit(place_id=world.second_door, outcome="vacant"))
    await world.do("record_visit", world.a_visit(place_id=world.second_door, ended_at="2026-03-02T00:59:00Z"))

    counted = await queries.coverage(the_cast.HEPING, MARCH)

    homes = counted.households
    assert (homes.entered, homes.no_answer, homes.declined, homes.vacant, homes.not_visited) == (1, 1, 0, 0, 1)
    assert (homes.numerator, homes.denominator, homes.doors) == (1, 3, 3)
    assert [(grid.grid_code, grid.households.doors) for grid in counted.grids] == [
        (the_cast.GRID_1, 2),
        (the_cast.GRID_2, 1),
    ]


@pytest.mark.parametrize(("evidence", "denominator"), [(None, 2), ("", 2), ("电表停走，邻居证实", 1)])
async def test_a_vacant_door_leaves_the_denominator_only_with_evidence(
    world: Any, evidence: str | None, denominator: int
) -> None:
    await world.do("record_visit", world.a_visit(outcome="vacant", vacancy_evidence=evidence))

    homes = (await queries.coverage(the_cast.GRID_1, MARCH)).households

    assert (homes.vacant, homes.denominator, homes.doors) == (1, denominator, 2)


async def test_a_corrected_version_does_not_count(world: Any) -> None:
    visit = world.at_home()
    await world.do("record_visit", visit)
    new = {"visit_id": the_cast.new_id(), "corrects": visit["visit_id"], "reason": "没有进门", "outcome": "no_answer"}
    await world.do("correct_visit", visit | new | {"notice": {"delivered": "posted", "signed": "none"}, "answers": {}})

    homes = (await queries.coverage(the_cast.GRID_1, MARCH)).households

    assert (homes.entered, homes.no_answer, homes.numerator) == (0, 1, 0)


async def test_premises_are_counted_distinct_and_by_visit(world: Any) -> None:
    await world.do("record_visit", world.at_ktv())
    await world.do("record_visit", world.at_ktv())
    await world.do("record_visit", world.at_ktv(outcome="declined"))

    counted = await queries.coverage(the_cast.TENANT, MARCH)

    whole = counted.premises
    assert (whole.registered, whole.numerator, whole.denominator, whole.visits) == (1, 1, 1, 2)
    assert counted.categories["assembly"] == whole


async def test_the_period_begins_and_ends_at_midnight_in_shanghai(world: Any) -> None:
    await world.do("record_visit", world.at_home(ended_at="2026-02-28T15:59:59Z"))

    before = (await queries.coverage(the_cast.GRID_1, MARCH)).households
    day = Period(date(2026, 2, 28), date(2026, 2, 28))

    assert before.entered == 0
    assert (await queries.coverage(the_cast.GRID_1, day)).households.entered == 1


async def test_a_place_retired_by_the_end_of_the_period_is_not_due(world: Any) -> None:
    retired = {"place_kind": "household", "place_id": world.door, "retired_on": "2026-03-01", "reason": "拆除重建"}
    await the_cast.perform(PLACES, "retire_place", retired, world.cast["dai"])

    assert (await queries.coverage(the_cast.GRID_1, MARCH)).households.doors == 1


async def test_notices_count_doors_however_they_were_delivered(world: Any) -> None:
    await world.do("record_visit", world.at_home())
    await world.do("record_visit", world.a_visit())
    await world.do(
        "record_visit", world.a_visit(place_id=world.second_door, notice={"delivered": "none", "signed": "none"})
    )

    assert (await queries.coverage(the_cast.GRID_1, MARCH)).households.notices == 1


async def test_the_half_year_so_far_is_asked_by_default_and_names_nobody(app: Any, world: Any) -> None:
    await world.do("record_visit", world.at_home())

    async with signed_in(app, "qin") as client:
        answer = await client.get("/api/coverage", params={"place_code": the_cast.HEPING})

    told = answer.json()
    assert (told["from_on"], told["to_on"]) == ("2026-01-01", "2026-03-02")
    assert told["households"]["numerator"] == 1
    assert "兰" not in answer.text
    assert "recorded_by" not in answer.text
