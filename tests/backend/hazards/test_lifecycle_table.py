"""Every stage × action × role × track × grade, against the table and against the field's own list of steps."""

from itertools import product

import pytest

from backend.hazards.rules import STEP, STEPS, Action, Grade, Stage, Track, why_not
from backend.hazards.rules.book import rulebook
from backend.people.rules import CAN, Permission, Role
from tests.backend.hazards.builders import AT, GOOD, PEOPLE, a_hazard

# domain.md §3.3, design.md §7: from → to, written out by hand.
MOVES = {
    ("draft", "report_hazard", "registered"),
    ("registered", "fix_on_site", "closed_on_site"),
    ("registered", "fix_on_site", "submitted"),
    ("registered", "give_advice", "in_rectification"),
    ("registered", "dispatch_hazard", "dispatched"),
    ("registered", "transfer_hazard", "transferred"),
    ("dispatched", "transfer_hazard", "transferred"),
    ("in_rectification", "transfer_hazard", "transferred"),
    ("transferred", "reply_transfer", "registered"),
    ("transferred", "reply_transfer", "closed"),
    ("dispatched", "start_rectification", "in_rectification"),
    ("in_rectification", "request_extension", "extension_pending"),
    ("extension_pending", "decide_extension", "in_rectification"),
    ("in_rectification", "submit_rectification", "submitted"),
    ("submitted", "pass_reinspection", "closed"),
    ("submitted", "fail_reinspection", "in_rectification"),
    ("registered", "void_hazard", "voided"),
    ("dispatched", "void_hazard", "voided"),
    ("transferred", "void_hazard", "voided"),
    ("in_rectification", "void_hazard", "voided"),
    ("extension_pending", "void_hazard", "voided"),
}

PERMISSIONS = {
    Action.REPORT: Permission.REPORT,
    Action.FIX_ON_SITE: Permission.RECTIFY,
    Action.GIVE_ADVICE: Permission.RECTIFY,
    Action.DISPATCH: Permission.DISPATCH,
    Action.REPLY_TRANSFER: Permission.REPLY_TRANSFER,
    Action.START: Permission.RECTIFY,
    Action.REQUEST_EXTENSION: Permission.REQUEST_EXTENSION,
    Action.DECIDE_EXTENSION: Permission.DECIDE_EXTENSION,
    Action.SUBMIT: Permission.SUBMIT,
    Action.PASS: Permission.REINSPECT,
    Action.FAIL: Permission.REINSPECT,
    Action.ESCALATE: Permission.ESCALATE,
    Action.ORDER_SUSPENSION: Permission.SUSPEND,
    Action.ALLOW_RESUMPTION: Permission.SUSPEND,
    Action.LIST: Permission.LIST_HAZARD,
    Action.LOOK_BACK: Permission.LOOK_BACK,
    Action.VOID: Permission.VOID,
    Action.GRADE: Permission.GRADE,
    Action.NOTE: Permission.VIEW,
}


def test_the_table_moves_hazards_as_the_field_does_and_in_no_other_way() -> None:
    moves = {
        (stage.value, step.action.value, to.value)
        for step in STEPS
        for stage in step.stages
        for _, to in step.to
        if to is not None
    }

    assert moves == MOVES


@pytest.mark.parametrize("action", list(Action))
def test_nobody_takes_a_step_that_the_table_does_not_give_him(action: Action) -> None:
    hazard = GOOD[action][0]
    for stage, role, track, grade in product(Stage, Role, Track, Grade):
        case = a_hazard(
            stage=stage, track=track, grade=grade, place_kind=hazard.place_kind, place_id=hazard.place_id,
            due_on=hazard.due_on, suspended=hazard.suspended,
        )  # fmt: skip
        refusal = why_not(case, action, PEOPLE[role.value], None, AT)
        code = refusal.code if refusal else None
        is_met = role is not Role.RESPONSIBLE_UNIT or case.place_kind == "premises" or stage is Stage.DRAFT
        if role not in STEP[action].by(track) or not is_met:
            may_note = role in STEP[Action.NOTE].by(track) and is_met
            assert code == ("not-your-step" if may_note else "only-to-read"), (stage, role, track)
        elif stage not in STEP[action].stages:
            assert code == ("already-voided" if stage is Stage.VOIDED else "wrong-stage"), (stage, role, track)
        else:
            assert code not in ("not-your-step", "only-to-read", "wrong-stage", "already-voided"), (stage, role, track)


@pytest.mark.parametrize(("action", "permission"), PERMISSIONS.items())
def test_whoever_takes_a_step_also_holds_its_permission(action: Action, permission: Permission) -> None:
    for role in {*STEP[action].patrol, *STEP[action].inspection}:
        assert permission in CAN[role], (action, role)


def test_a_unit_has_no_step_that_closes_its_hazard() -> None:
    closing = [step for step in STEPS if any(to in (Stage.CLOSED, Stage.CLOSED_ON_SITE) for _, to in step.to)]

    assert closing
    for step in closing:
        assert Role.RESPONSIBLE_UNIT not in {*step.patrol, *step.inspection}


def test_every_word_of_the_table_is_known_to_the_phone() -> None:
    book = rulebook()
    evidence = {need.evidence for step in STEPS for need in step.needs}

    assert evidence <= set(book["labels"]["evidence"])  # type: ignore[index,call-overload]
    assert set(book["steps"]) == {action.value for action in Action}  # type: ignore[call-overload]
