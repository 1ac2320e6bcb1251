"""One test for each sentence of the rules about time: domain.md §3.2-§3.5, design.md §7."""

from datetime import UTC, date, datetime, timedelta

import pytest

from backend.hazards.rules import (
    Action,
    Grade,
    Level,
    Stage,
    Track,
    advance,
    counts_as_closed,
    due_in,
    escalation_proposed,
    is_overdue,
    why_not,
)
from tests.backend.hazards.builders import (
    AFTER,
    AT,
    DUE,
    GOOD,
    PEOPLE,
    a_hazard,
    after,
    overdue,
    refusal,
)


def test_a_deadline_is_not_before_the_day_of_dispatch_in_shanghai() -> None:
    assert refusal(Action.DISPATCH, due_on="2026-03-02") is None
    assert refusal(Action.DISPATCH, due_on="2026-03-01") == "deadline-wrong"
    # 1 March, 23:30 in London is 2 March, 07:30 in Shanghai.
    hazard, _, given = GOOD[Action.DISPATCH]
    night = datetime(2026, 3, 1, 23, 30, tzinfo=UTC)
    late = why_not(hazard, Action.DISPATCH, PEOPLE["community_admin"], {**given, "due_on": "2026-03-01"}, night)
    assert late is not None
    assert late.facts["earliest_on"] == "2026-03-02"


def test_a_deadline_is_at_most_thirty_days_away_and_a_major_ones_half_a_year() -> None:
    assert refusal(Action.DISPATCH, due_on="2026-04-01") is None
    assert refusal(Action.DISPATCH, due_on="2026-04-02") == "deadline-wrong"
    major = a_hazard(track=Track.INSPECTION, grade=Grade.CONFIRMED_MAJOR)
    assert refusal(Action.DISPATCH, major, "safety_officer", due_on="2026-08-29") is None
    assert refusal(Action.DISPATCH, major, "safety_officer", due_on="2026-08-30") == "deadline-wrong"


def test_an_extension_is_asked_before_the_deadline_by_the_devices_time() -> None:
    hazard, who, given = GOOD[Action.REQUEST_EXTENSION]
    last_minute = datetime(2026, 3, 9, 15, 59, tzinfo=UTC)  # 23:59 in Shanghai

    assert why_not(hazard, Action.REQUEST_EXTENSION, PEOPLE[who], given, last_minute) is None
    late = why_not(hazard, Action.REQUEST_EXTENSION, PEOPLE[who], given, last_minute + timedelta(minutes=1))
    assert late is not None
    assert late.code == "extension-too-late"
    assert "期限（2026-03-09）已过" in late.detail("zh")


def test_a_pending_extension_is_overdue_past_its_day_until_it_is_granted() -> None:
    asked = after(Action.REQUEST_EXTENSION)
    later = AT + timedelta(days=8)
    assert (asked.stage, asked.due_on) == (Stage.EXTENSION_PENDING, DUE)
    assert is_overdue(asked, later)

    leader = PEOPLE["subdistrict_leader"]
    granted = advance(asked, Action.DECIDE_EXTENSION, leader, {"granted": True, "reason": ""}, later)

    assert not is_overdue(granted[0], later)
    assert granted[1].given["before"] == {
        "due_on": "2026-03-09", "escalation_confirmed": None, "extension_due_on": "2026-03-20",
    }  # fmt: skip


def test_a_refused_extension_leaves_the_deadline_and_gives_its_reason() -> None:
    refused = after(Action.DECIDE_EXTENSION, granted=False, reason="可先行停用")

    assert (refused.stage, refused.due_on, refused.extension_due_on) == (Stage.IN_RECTIFICATION, DUE, None)
    assert refusal(Action.DECIDE_EXTENSION, granted=False, reason="") == "reason-needed"


def test_the_first_deadline_stays_known_whatever_is_set_later() -> None:
    submitted = a_hazard(stage=Stage.SUBMITTED, due_on=DUE, original_due_on=DUE)
    sent_back = after(Action.FAIL, submitted, new_due_on="2026-03-20")

    assert (sent_back.due_on, sent_back.original_due_on) == (date(2026, 3, 20), DUE)


def test_a_transfer_stays_open_until_the_verified_reply() -> None:
    replies = [("rectified", False), ("rectified", True), ("sent_back", False)]
    stages = [after(Action.REPLY_TRANSFER, result=result, verified=verified).stage for result, verified in replies]

    assert stages == [Stage.TRANSFERRED, Stage.CLOSED, Stage.REGISTERED]
    assert is_overdue(a_hazard(stage=Stage.TRANSFERRED, reply_due_on=date(2026, 3, 1)), AT)


@pytest.mark.parametrize(
    ("days", "level"),
    [(0, None), (1, Level.COMMUNITY), (2, Level.COMMUNITY), (3, Level.SUBDISTRICT), (6, Level.SUBDISTRICT),
     (7, Level.DEPARTMENT), (30, Level.DEPARTMENT)],
)  # fmt: skip
def test_escalation_climbs_one_three_and_seven_days_after_the_deadline(days: int, level: Level | None) -> None:
    late = overdue(due_on=date(2026, 3, 2) - timedelta(days))

    assert escalation_proposed(late, AT) is level
    assert due_in(late, AT) == -days


def test_a_leader_confirms_each_level_once_and_not_before_it_is_due() -> None:
    confirmed = after(Action.ESCALATE, level="subdistrict")

    assert confirmed.escalation_confirmed is Level.SUBDISTRICT
    assert refusal(Action.ESCALATE, confirmed, level="subdistrict") == "escalation-too-early"
    assert refusal(Action.ESCALATE, level="department") == "escalation-too-early"
    assert refusal(Action.ESCALATE, by="community_admin") == "not-your-step"


def test_a_close_counts_only_when_every_photo_has_arrived() -> None:
    closed = after(Action.PASS, photos=AFTER)

    assert (closed.stage, closed.photos_awaited) == (Stage.CLOSED, 1)
    assert not counts_as_closed(closed)
    assert counts_as_closed(a_hazard(stage=Stage.CLOSED, photos_awaited=0))
