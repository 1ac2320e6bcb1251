"""One test for each sentence of the rules about who takes which step: domain.md §3.2-§3.5, design.md §7."""

from datetime import datetime
from typing import Any

import pytest

from backend.hazards.rules import (
    Action,
    Grade,
    Photo,
    Stage,
    Track,
    actions_for,
    advance,
    why_not,
)
from backend.problems import Problem
from tests.backend.hazards.builders import (
    AT,
    DUE,
    GOOD,
    PEOPLE,
    a_hazard,
    after,
    at_home,
    refusal,
)

SEEN = Photo(sha256="0" * 64, role="after", arrived=True)


def test_a_suspected_major_hazard_fixed_on_the_spot_waits_for_a_second_person() -> None:
    fixed = after(Action.FIX_ON_SITE, a_hazard(grade=Grade.SUSPECTED_MAJOR))

    assert (fixed.stage, fixed.closed_at) == (Stage.SUBMITTED, None)
    assert fixed.worked_by == (str(PEOPLE["grid_worker"].id),)


def test_a_general_hazard_fixed_on_the_spot_with_its_photo_is_closed() -> None:
    assert after(Action.FIX_ON_SITE).stage is Stage.CLOSED_ON_SITE


def test_a_repair_that_could_not_be_photographed_waits_for_a_second_person() -> None:
    unseen = after(Action.FIX_ON_SITE, photos=[], no_photo_reason="explosive_atmosphere")

    assert (unseen.stage, unseen.no_photo_reason) == (Stage.SUBMITTED, "explosive_atmosphere")


def test_closing_without_any_photo_needs_a_statement_from_the_site() -> None:
    unseen = a_hazard(stage=Stage.SUBMITTED, photos=(), no_photo_reason="refused")

    assert refusal(Action.PASS, unseen, photos=[]) == "evidence-missing"
    assert refusal(Action.PASS, unseen, photos=[], on_site_statement="到场看过，阀门已换") is None
    assert refusal(Action.PASS, a_hazard(stage=Stage.SUBMITTED, photos=(SEEN,)), photos=[]) is None


def test_whoever_did_or_submitted_the_work_does_not_pass_it() -> None:
    leader = PEOPLE["grid_leader"]
    submitted = after(Action.SUBMIT, a_hazard(stage=Stage.IN_RECTIFICATION, due_on=DUE), "grid_leader")

    assert str(leader.id) in submitted.worked_by
    assert refusal(Action.PASS, submitted, "grid_leader") == "own-work"
    assert refusal(Action.FAIL, submitted, "grid_leader") == "own-work"
    assert refusal(Action.PASS, submitted, "community_admin") is None


def test_a_responsible_unit_never_closes_its_own_hazard_whatever_else_it_is() -> None:
    assert refusal(Action.PASS, by="responsible_unit") == "not-your-step"
    assert refusal(Action.PASS, by="unit_and_leader") == "own-work"


def test_an_inspection_is_dispatched_and_re_inspected_by_officers_with_a_licence() -> None:
    found = a_hazard(track=Track.INSPECTION)
    submitted = a_hazard(track=Track.INSPECTION, stage=Stage.SUBMITTED)

    for action, hazard in ((Action.DISPATCH, found), (Action.PASS, submitted), (Action.FAIL, submitted)):
        assert refusal(action, hazard, "safety_officer") is None
        assert refusal(action, hazard, "unlicensed_officer") == "not-officer"
        assert refusal(action, hazard, "community_admin") == "not-your-step"


@pytest.mark.parametrize("grade", [Grade.SUSPECTED_MAJOR, Grade.CONFIRMED_MAJOR])
def test_a_patrols_major_hazard_is_referred_never_dispatched(grade: Grade) -> None:
    assert refusal(Action.DISPATCH, a_hazard(grade=grade)) == "not-officer"
    assert refusal(Action.TRANSFER, a_hazard(grade=grade)) is None


@pytest.mark.parametrize(
    ("place", "grade", "code"),
    [
        ("premises", Grade.GENERAL, None),
        ("premises", Grade.SUSPECTED_MAJOR, None),
        ("premises", Grade.CONFIRMED_MAJOR, "grade-not-allowed"),
        ("premises", Grade.LIFE_THREATENING, "grade-not-allowed"),
        ("none", Grade.SUSPECTED_MAJOR, None),
        ("household", Grade.GENERAL, None),
        ("household", Grade.LIFE_THREATENING, None),
        ("household", Grade.SUSPECTED_MAJOR, "grade-not-allowed"),
        ("household", Grade.CONFIRMED_MAJOR, "grade-not-allowed"),
    ],
)
def test_a_reporter_grades_by_the_kind_of_place(place: str, grade: Grade, code: str | None) -> None:
    draft = a_hazard(stage=Stage.DRAFT, place_kind=place, grade=grade)

    assert refusal(Action.REPORT, draft) == code


def test_major_is_confirmed_by_an_officer_or_a_department_at_premises_citing_the_criteria() -> None:
    assert refusal(Action.GRADE, by="safety_officer") is None
    assert refusal(Action.GRADE, by="department") is None
    assert refusal(Action.GRADE, by="unlicensed_officer") == "not-officer"
    assert refusal(Action.GRADE, by="community_admin") == "not-your-step"
    assert refusal(Action.GRADE, criteria=" ") == "evidence-missing"
    assert refusal(Action.GRADE, at_home()) == "grade-not-allowed"
    assert refusal(Action.GRADE, a_hazard(place_kind="none")) == "grade-not-allowed"


def test_nobody_orders_a_household() -> None:
    assert refusal(Action.DISPATCH, at_home()) == "no-orders-for-homes"
    assert refusal(Action.GIVE_ADVICE, at_home()) is None
    assert refusal(Action.GIVE_ADVICE, a_hazard()) == "only-for-homes"
    suspendable = at_home(stage=Stage.TRANSFERRED, grade=Grade.CONFIRMED_MAJOR)
    assert refusal(Action.ORDER_SUSPENSION, suspendable) == "no-orders-for-homes"


def test_what_is_sent_back_is_flagged_counted_and_in_rectification_again() -> None:
    sent_back = after(Action.FAIL)
    assert (sent_back.stage, sent_back.returned, sent_back.returned_count) == (Stage.IN_RECTIFICATION, True, 1)

    assert after(Action.SUBMIT, sent_back).returned is False


def test_a_department_meets_only_what_was_transferred_to_it() -> None:
    assert refusal(Action.REPLY_TRANSFER, by="other_department") == "only-to-read"


def test_a_hazard_is_voided_by_a_leader_with_the_reason_until_it_is_submitted() -> None:
    assert refusal(Action.VOID, reason=" ") == "reason-needed"
    assert refusal(Action.VOID, a_hazard(stage=Stage.SUBMITTED)) == "wrong-stage"
    assert refusal(Action.VOID, by="grid_leader") == "not-your-step"
    assert refusal(Action.NOTE, after(Action.VOID)) == "already-voided"


def test_a_confirmed_major_hazard_starts_with_all_five_commitments() -> None:
    major = a_hazard(stage=Stage.DISPATCHED, grade=Grade.CONFIRMED_MAJOR, due_on=DUE)

    assert refusal(Action.START, major) is None
    assert refusal(Action.START, major, commitments=None) == "commitments-missing"
    problem = why_not(
        major, Action.START, PEOPLE["responsible_unit"], {"receipt": "signed", "commitments": {"duty": "王"}}, AT
    )
    assert problem is not None
    assert problem.facts["missing"] == ["measures", "funds", "time_limit", "plan"]


def test_only_a_department_suspends_and_only_it_allows_resumption() -> None:
    suspended = after(Action.ORDER_SUSPENSION)

    assert suspended.suspended
    assert refusal(Action.ORDER_SUSPENSION, suspended) == "already-done"
    assert refusal(Action.ALLOW_RESUMPTION, suspended, "subdistrict_leader") == "not-your-step"
    assert not after(Action.ALLOW_RESUMPTION, suspended).suspended
    assert refusal(Action.ORDER_SUSPENSION, a_hazard(stage=Stage.TRANSFERRED)) == "not-confirmed-major"


def test_a_refused_signature_needs_its_witness() -> None:
    refused = {"delivered": "in_person", "signed": "refused"}

    assert refusal(Action.DISPATCH, notice=refused) == "evidence-missing"
    assert refusal(Action.DISPATCH, notice=refused | {"witness": "李"}) is None
    assert refusal(Action.START, receipt="refused", witness=None) == "evidence-missing"


def test_a_hazard_that_came_back_is_reported_anew_and_never_reopened() -> None:
    assert refusal(Action.LOOK_BACK, result="came_back") == "evidence-missing"
    assert after(Action.LOOK_BACK, result="came_back", recurrence_id="x").stage is Stage.CLOSED


def test_a_posting_that_has_ended_gives_no_step() -> None:
    assert refusal(Action.PASS, by="former_leader") == "only-to-read"


@pytest.mark.parametrize("action", [Action.NOTE, Action.PASS])
def test_whoever_may_add_no_note_is_not_advised_to_add_one(action: Action) -> None:
    problem = why_not(GOOD[action][0], action, PEOPLE["supervisor"], None, AT)

    assert problem is not None
    assert (problem.code, problem.status) == ("only-to-read", 403)
    assert "情况说明" not in problem.detail("zh")
    assert "note" not in problem.detail("en")
    assert "当面或打电话" in problem.detail("zh")


def test_a_refused_step_raises_what_the_button_says_and_changes_nothing() -> None:
    hazard, _, given = GOOD[Action.PASS]

    with pytest.raises(Problem) as raised:
        advance(hazard, Action.PASS, PEOPLE["grid_worker"], given, AT)

    reason = why_not(hazard, Action.PASS, PEOPLE["grid_worker"], given, AT)
    assert reason is not None
    assert raised.value.as_body() == reason.as_body()
    assert hazard == GOOD[Action.PASS][0]


def test_a_wrong_stage_is_told_with_the_stage_it_is_in() -> None:
    problem = why_not(a_hazard(stage=Stage.DISPATCHED), *_asked(Action.DISPATCH))

    assert problem is not None
    assert (problem.code, problem.facts["stage"]) == ("wrong-stage", "dispatched")
    assert "现在是“已下达”" in problem.detail("zh")


def _asked(action: Action) -> tuple[Action, Any, dict[str, Any], datetime]:
    _, who, given = GOOD[action]
    return action, PEOPLE[who], given, AT


def test_a_person_is_offered_the_steps_of_the_stage_each_with_its_reason() -> None:
    offered = dict(actions_for(a_hazard(), PEOPLE["grid_worker"], AT))

    assert offered[Action.FIX_ON_SITE] is None
    assert offered[Action.DISPATCH] is not None
    assert Action.PASS not in offered
