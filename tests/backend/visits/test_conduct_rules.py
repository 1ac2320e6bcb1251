"""Every combination of outcome, notice and officers is tried against what the field allows."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import product

import pytest

from backend.visits.rules import (
    Delivered,
    Officer,
    OfficersMissing,
    OfficersNotForPatrol,
    Outcome,
    OutcomeNotPossible,
    PersonalNumberInText,
    SignatureNotPossible,
    Signed,
    TimeNotPossible,
    Track,
    WitnessMissing,
    clock_flags,
    why_not_notice,
    why_not_officers,
    why_not_outcome,
    why_not_texts,
    why_not_times,
)
from backend.visits.rules.conduct import FIELDS, LABELS, Window

POSSIBLE = {
    "household": {"entered", "no_answer", "declined", "vacant", "other_use"},
    "premises": {"entered", "no_answer", "declined"},
}
NOON = datetime(2026, 3, 2, 4, 0, tzinfo=UTC)


@pytest.mark.parametrize(("kind", "outcome"), list(product(POSSIBLE, Outcome)))
def test_an_outcome_belongs_to_its_kind_of_place(kind: str, outcome: Outcome) -> None:
    problem = why_not_outcome(kind, outcome)

    assert isinstance(problem, OutcomeNotPossible) == (outcome.value not in POSSIBLE[kind])


@dataclass(frozen=True)
class Given:
    """A notice as it was given."""

    delivered: Delivered
    signed: Signed
    signature: str | None
    witness: str | None


@pytest.mark.parametrize(
    ("delivered", "signed", "signature", "witness", "note"),
    list(product(Delivered, Signed, (None, "M0 0"), (None, " ", "李"), ("", " ", "户主不愿"))),
)
def test_a_signature_and_its_refusal(
    delivered: Delivered, signed: Signed, signature: str | None, witness: str | None, note: str
) -> None:
    problem = why_not_notice(Given(delivered, signed, signature, witness), note)

    by_hand = delivered.value in ("in_person", "by_proxy")
    if (signature is None) == (signed.value == "signed") or (signed.value == "signed" and not by_hand):
        assert isinstance(problem, SignatureNotPossible)
    elif signed.value == "refused" and witness != "李" and note != "户主不愿":
        assert isinstance(problem, WitnessMissing)
    else:
        assert problem is None


HAI, TAO = (
    Officer("hai", has_licence=True, may_inspect_here=True),
    Officer("tao", has_licence=True, may_inspect_here=True),
)
UNLICENSED = Officer("jing", has_licence=False, may_inspect_here=True)
ELSEWHERE = Officer("lin", has_licence=True, may_inspect_here=False)


@pytest.mark.parametrize("officers", list(product((HAI, TAO, UNLICENSED, ELSEWHERE), repeat=2)))
def test_two_licensed_officers_posted_here_and_the_author_one_of_them(officers: tuple[Officer, ...]) -> None:
    problem = why_not_officers(Track.INSPECTION, "hai", officers)

    assert (problem is None) == (set(officers) == {HAI, TAO})


def test_a_third_officer_or_a_single_one_is_no_inspection_and_a_patrol_has_none() -> None:
    assert isinstance(why_not_officers(Track.INSPECTION, "hai", (HAI,)), OfficersMissing)
    assert isinstance(why_not_officers(Track.INSPECTION, "lan", (HAI, TAO)), OfficersMissing)
    assert isinstance(why_not_officers(Track.INSPECTION, "hai", (HAI, TAO, HAI)), OfficersMissing)
    assert isinstance(why_not_officers(Track.PATROL, "hai", (HAI,)), OfficersNotForPatrol)
    assert why_not_officers(Track.PATROL, "hai", ()) is None


@pytest.mark.parametrize(
    ("started_min", "ended_min", "flags"),
    [
        (-20, -10, []),
        (-10, -10, []),
        (-20, 5, []),
        (-20, 5.1, ["ended_in_future"]),
        (-10, -11, ["ended_before_start"]),
        (20, 10, ["ended_before_start", "ended_in_future"]),
    ],
)
def test_a_wrong_clock_is_flagged(started_min: float, ended_min: float, flags: list[str]) -> None:
    started, ended = NOON + timedelta(minutes=started_min), NOON + timedelta(minutes=ended_min)

    assert clock_flags(started, ended, NOON) == flags


@pytest.mark.parametrize(
    ("year", "is_possible"), [(1999, False), (2000, True), (2099, True), (2100, False), (9999, False)]
)
def test_a_record_has_a_plausible_year(year: int, is_possible: bool) -> None:
    problem = why_not_times([NOON, NOON.replace(year=year)])

    assert isinstance(problem, TimeNotPossible) != is_possible


@pytest.mark.parametrize("field", FIELDS)
def test_a_personal_number_is_refused_in_every_field_and_not_repeated(field: str) -> None:
    problem = why_not_texts({field: ["没事", "请打13800138000"]})

    assert isinstance(problem, PersonalNumberInText)
    assert problem.facts["field"] == field
    assert "13800138000" not in str(problem.as_body())


def test_names_and_ordinary_numbers_are_nobodys_business() -> None:
    assert why_not_texts({"note": ["李阿姨说3栋2单元601室的阀门松了，2026-03-02复查", "软管2.5米"]}) is None


def test_every_word_of_a_visit_has_a_label_in_both_languages() -> None:
    words = {word.value for kind in (Outcome, Delivered, Signed, Track, Window) for word in kind}

    assert words == LABELS.keys()
    assert all(label["zh"] and label["en"] for label in LABELS.values())
