"""A visit is recorded as it was made, whatever its outcome, and refused in words where it cannot be."""

import contextlib
from typing import Any

import msgspec
import pytest

from backend.places.commands import MUTATIONS as PLACES
from backend.places.rules import PlaceRetired
from backend.problems import Malformed, NotFound, NotYourRole
from backend.visits import queries
from backend.visits.rules import (
    AnswerMissing,
    AnswersInvalid,
    ChecklistUnknown,
    OutcomeNotPossible,
    PersonalNumberInText,
    SignatureNotPossible,
    TimeNotPossible,
    VisitExists,
    WitnessMissing,
    WrongChecklist,
)
from tests import cast as the_cast


async def test_a_visit_is_recorded_with_its_answers_and_the_doors_own(world: Any) -> None:
    visit = world.at_home()

    await world.do("record_visit", visit, number=47)

    (row,) = the_cast.as_json(await queries.visits_of(world.door, 10))
    assert row["answers"]["co.visit.result"] == "entered"
    assert row["answers"]["co.notice.signature"] == {"path": "M0 0 L9 9"}
    assert row["answers"]["co.heater.type"] == "direct"
    assert (row["number"], row["hazards"], row["left_open"], row["place_code"]) == ("X7K2-0047", 1, 0, the_cast.GRID_1)
    assert row["notice"] == visit["notice"]
    assert row["recorded_by_name"] == "兰"


@pytest.mark.parametrize("outcome", ["no_answer", "declined", "vacant", "other_use"])
async def test_where_nobody_was_let_in_nothing_is_asked(world: Any, outcome: str) -> None:
    changed = {"outcome": outcome, "checklist_id": "co.household", "checklist_version": 1}
    given = {"co.visit.occupancy": "owner"}

    await world.do("record_visit", world.a_visit(**changed, answers=given))

    (row,) = the_cast.as_json(await queries.visits_of(world.door, 10))
    assert set(row["answers"]) == {"co.visit.result", "co.notice.delivery"}


async def test_a_visit_cut_short_says_why(world: Any) -> None:
    answers = {"as.kind": "ktv"}

    with pytest.raises(AnswerMissing) as refusal:
        await world.do("record_visit", world.at_ktv(answers=answers, note=" "))
    await world.do("record_visit", world.at_ktv(answers=answers, note="停电，先走"))

    assert refusal.value.facts["first"] == "as.level"
    (row,) = await queries.visits_of(world.ktv, 10)
    assert row.left_open > 5


async def test_entering_without_a_checklist_needs_a_note(world: Any) -> None:
    with pytest.raises(AnswerMissing):
        await world.do("record_visit", world.a_visit(outcome="entered"))

    await world.do("record_visit", world.a_visit(outcome="entered", note="只发了告知书"))


@pytest.mark.parametrize(
    ("answers", "reason"),
    [
        ({"as.permit": "ok"}, "officer_only"),
        ({"as.exit": "yes"}, "not_an_option"),
        ({"as.exit.count": "2"}, "wrong_type"),
        ({"as.exit.count": 51}, "out_of_range"),
        ({"as.nothing": "ok"}, "unknown_item"),
    ],
)
async def test_answers_that_do_not_fit_are_named(world: Any, answers: dict[str, Any], reason: str) -> None:
    with pytest.raises(AnswersInvalid) as refusal:
        await world.do("record_visit", world.at_ktv(answers=answers))

    assert refusal.value.facts["invalid"] == [{"item_id": next(iter(answers)), "reason": reason}]
    assert await queries.visits_of(world.ktv, 10) == []


async def test_an_answer_may_not_contradict_the_door(world: Any) -> None:
    answers = {"co.visit.result": "vacant"}

    with pytest.raises(AnswersInvalid) as refusal:
        await world.do("record_visit", world.at_home(answers=answers, note="见备注"))

    assert refusal.value.facts["invalid"] == [{"item_id": "co.visit.result", "reason": "contradicts_visit"}]


@pytest.mark.parametrize(
    ("changed", "problem"),
    [
        ({"checklist_version": 2}, ChecklistUnknown),
        ({"checklist_id": "ws.market", "answers": {}, "note": "x"}, WrongChecklist),
        ({"checklist_version": None}, Malformed),
        ({"checklist_id": None, "checklist_version": None}, Malformed),
        ({"item_notes": {"co.nothing": "x"}}, Malformed),
        ({"photos": [{"sha256": "a" * 64, "role": "item", "item_id": "co.nothing"}]}, Malformed),
        ({"notice": {"delivered": "posted", "signed": "signed", "signature": "M0 0"}}, SignatureNotPossible),
        ({"notice": {"delivered": "in_person", "signed": "signed"}}, SignatureNotPossible),
        ({"notice": {"delivered": "in_person", "signed": "none", "signature": "M0 0"}}, SignatureNotPossible),
        ({"notice": {"delivered": "in_person", "signed": "refused"}}, WitnessMissing),
        ({"notice": {"delivered": "in_person", "signed": "refused", "witness": " "}}, WitnessMissing),
        ({"started_at": "1999-01-01T00:00:00Z"}, TimeNotPossible),
        ({"ended_at": "9999-12-31T23:59:59-12:00"}, TimeNotPossible),
        ({"note": "联系13800138000"}, PersonalNumberInText),
        ({"item_notes": {"co.heater.type": "450204199001011234"}}, PersonalNumberInText),
        ({"revisit": {"on": "2026-03-09"}, "vacancy_evidence": "邻居说0772-2612345"}, PersonalNumberInText),
    ],
)
async def test_what_cannot_be_is_refused_in_both_languages(world: Any, changed: dict[str, Any], problem: type) -> None:
    with pytest.raises(problem) as refusal:
        await world.do("record_visit", world.at_home(**changed))

    body = refusal.value.as_body()
    assert body["detail"]
    assert body["detail_zh"]
    assert "13800138000" not in str(body)
    assert await queries.visits_of(world.door, 10) == []


async def test_a_refused_signature_with_a_witness_or_a_reason_is_normal(world: Any) -> None:
    refused = {"delivered": "in_person", "signed": "refused"}

    await world.do("record_visit", world.at_home(notice={**refused, "witness": "社区李干事"}))
    await world.do("record_visit", world.at_home(notice=refused, note="户主不愿签，已口头告知"))

    assert len(await queries.visits_of(world.door, 10)) == 2


async def test_premises_are_not_vacant(world: Any) -> None:
    with pytest.raises(OutcomeNotPossible):
        await world.do("record_visit", world.at_ktv(outcome="vacant"))


async def test_a_wrong_clock_is_flagged_and_never_refused(world: Any) -> None:
    await world.do("record_visit", world.a_visit(started_at="2026-03-09T00:00:00Z", ended_at="2026-03-08T00:00:00Z"))

    (row,) = await queries.visits_of(world.door, 10)
    assert row.clock_flags == ["ended_before_start", "ended_in_future"]


async def test_a_visit_without_a_position_is_complete(world: Any) -> None:
    visit = world.a_visit()
    del visit["fix"]

    with pytest.raises(msgspec.ValidationError, match="fix"):
        await world.do("record_visit", visit)
    await world.do("record_visit", visit | {"fix": None})

    assert the_cast.as_json((await queries.visits_of(world.door, 10))[0])["fix"] is None


async def test_strangers_find_no_such_place(world: Any) -> None:
    for login in ("bo", "zhou", "nobody"):
        with pytest.raises(NotFound):
            await world.do("record_visit", world.a_visit(), login)


@pytest.mark.parametrize("login", ["dai", "shen", "jing", "gu", "min"])
async def test_roles_that_do_not_walk_record_no_visit(world: Any, login: str) -> None:
    with pytest.raises(NotYourRole) as refusal:
        await world.do("record_visit", world.a_visit(), login)

    assert "网格员" in refusal.value.facts["roles"]


async def test_a_visit_is_recorded_once(world: Any) -> None:
    visit = world.a_visit()
    await world.do("record_visit", visit)

    with pytest.raises(VisitExists):
        await world.do("record_visit", visit | {"outcome": "declined"})

    assert [row.outcome for row in await queries.visits_of(world.door, 10)] == ["no_answer"]


async def test_a_retired_door_takes_no_visit(world: Any) -> None:
    retired = {"place_kind": "household", "place_id": world.door, "retired_on": "2026-03-01", "reason": "拆除重建"}
    await the_cast.perform(PLACES, "retire_place", retired, world.cast["dai"])

    with pytest.raises(PlaceRetired):
        await world.do("record_visit", world.a_visit())


@pytest.mark.parametrize("item_id", ["co.heater.type", "co.visit.sources", "co.reading.ppm", "co.notice.signature"])
async def test_no_answer_whatever_is_more_than_a_refusal(world: Any, item_id: str) -> None:
    hostile: list[Any] = [True, 0, -1, 1e300, "x", "é" * 99, [], ["x"], {}, {"path": 5}, {"refused": True}, [[[]]]]

    for answer in hostile:
        answers = {**world.at_home()["answers"], item_id: answer}
        with contextlib.suppress(AnswersInvalid, AnswerMissing):
            await world.do("record_visit", world.at_home(answers=answers))
