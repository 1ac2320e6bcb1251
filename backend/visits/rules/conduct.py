"""Decide whether a visit may be recorded as it was made: outcome, answers, notice, officers, times and remarks."""

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, Final, Protocol

from backend.people.rules import Permission
from backend.problems import Problem
from backend.visits.rules.evaluate import Evaluation, Invalid
from backend.visits.rules.personal import personal_number
from backend.visits.rules.problems import (
    AnswerMissing,
    AnswersInvalid,
    OfficersMissing,
    OfficersNotForPatrol,
    OutcomeNotPossible,
    PersonalNumberInText,
    SignatureNotPossible,
    TimeNotPossible,
    TrackFixed,
    WitnessMissing,
    WrongChecklist,
)


class Track(StrEnum):
    """Two tracks, never mixed: grid workers advise, licensed officers inspect."""

    PATROL = "patrol"
    INSPECTION = "inspection"


class Outcome(StrEnum):
    """How a visit ended at the door; every one is a normal result."""

    ENTERED = "entered"
    NO_ANSWER = "no_answer"
    DECLINED = "declined"
    VACANT = "vacant"
    OTHER_USE = "other_use"


class Delivered(StrEnum):
    """How the notice reached the household or the premises."""

    IN_PERSON = "in_person"
    BY_PROXY = "by_proxy"
    POSTED = "posted"
    BY_PHONE = "by_phone"
    NONE = "none"


class Signed(StrEnum):
    """Whether its receipt was signed."""

    SIGNED = "signed"
    REFUSED = "refused"
    NONE = "none"


class Window(StrEnum):
    """When a worker means to come again."""

    EVENING = "evening"
    WEEKEND = "weekend"
    APPOINTMENT = "appointment"


OUTCOMES: Final[dict[str, frozenset[Outcome]]] = {
    "household": frozenset(Outcome),
    "premises": frozenset({Outcome.ENTERED, Outcome.NO_ANSWER, Outcome.DECLINED}),
}
NEEDS: Final[dict[Track, Permission]] = {Track.PATROL: Permission.VISIT, Track.INSPECTION: Permission.INSPECT}
SIGNED_BY_HAND: Final = frozenset({Delivered.IN_PERSON, Delivered.BY_PROXY})
OFFICERS: Final = 2
CLOCK_TOLERANCE: Final = timedelta(minutes=5)
_YEARS: Final = range(2000, 2100)
_NO_ID: Final = re.compile("[^a-z0-9_.]")

LABELS: Final[dict[str, dict[str, str]]] = {
    "entered": {"zh": "入户检查", "en": "entered"},
    "no_answer": {"zh": "无人", "en": "no answer"},
    "declined": {"zh": "拒访", "en": "declined"},
    "vacant": {"zh": "空置", "en": "vacant"},
    "other_use": {"zh": "非居住", "en": "not residential"},
    "in_person": {"zh": "当面送达", "en": "in person"},
    "by_proxy": {"zh": "代收", "en": "by proxy"},
    "posted": {"zh": "张贴", "en": "posted"},
    "by_phone": {"zh": "电话告知", "en": "by phone"},
    "none": {"zh": "无", "en": "none"},
    "signed": {"zh": "已签收", "en": "signed"},
    "refused": {"zh": "拒签", "en": "refused to sign"},
    "evening": {"zh": "今晚", "en": "this evening"},
    "weekend": {"zh": "周末", "en": "weekend"},
    "appointment": {"zh": "约时间", "en": "by appointment"},
    "patrol": {"zh": "网格走访", "en": "patrol"},
    "inspection": {"zh": "行政检查", "en": "inspection"},
}
FIELDS: Final[dict[str, str]] = {
    "note": "备注",
    "item_notes": "题目备注",
    "answers": "文字答案",
    "vacancy_evidence": "空置依据",
    "reason": "更正原因",
    "witness": "见证人",
}


@dataclass(frozen=True, slots=True)
class Officer:
    """Somebody named as an officer of an inspection, as posted at the time."""

    id: object
    has_licence: bool
    may_inspect_here: bool


def why_not_outcome(place_kind: str, outcome: Outcome) -> Problem | None:
    """May a visit to this kind of place end so?"""
    if outcome in OUTCOMES[place_kind]:
        return None
    return OutcomeNotPossible(place_kind=place_kind, outcome=outcome.value)


def why_not_checklist(body: Mapping[str, Any], place_category: str) -> Problem | None:
    """Is this the checklist of such a place?"""
    if body["premises_category"] == place_category:
        return None
    return WrongChecklist(checklist_category=body["premises_category"], place_category=place_category)


def why_not_answers(evaluation: Evaluation, contradicting: Sequence[str]) -> Problem | None:
    """Do all answers fit their questions, and the door's outcome and notice?"""
    invalid = [*evaluation.invalid, *(Invalid(item_id, "contradicts_visit") for item_id in contradicting)]
    if not invalid:
        return None
    # Unknown ids are whatever somebody sent; a refusal repeats of them what an id may hold.
    listed = [{"item_id": _NO_ID.sub("?", each.item_id[:60]), "reason": each.reason} for each in invalid[:20]]
    return AnswersInvalid(count=len(invalid), first=listed[0]["item_id"] or "—", invalid=listed)


def why_not_unfinished(outcome: Outcome, evaluation: Evaluation | None, note: str) -> Problem | None:
    """May the visit end with open questions? Only with a note that says why; where nobody entered, none are open."""
    if outcome is not Outcome.ENTERED or note.strip():
        return None
    if evaluation is None:
        return AnswerMissing(count="—", first="—", missing=[])
    if evaluation.missing:
        missing = list(evaluation.missing)
        return AnswerMissing(count=len(missing), first=missing[0], missing=missing)
    return None


class NoticeGiven(Protocol):
    """How a notice was delivered; `signature` is the drawn path."""

    @property
    def delivered(self) -> Delivered: ...
    @property
    def signed(self) -> Signed: ...
    @property
    def signature(self) -> str | None: ...
    @property
    def witness(self) -> str | None: ...


def why_not_notice(notice: NoticeGiven, note: str) -> Problem | None:
    """Do delivery, signature, refusal and witness go together?"""
    by_hand = notice.delivered in SIGNED_BY_HAND
    if (notice.signed is Signed.SIGNED) != (notice.signature is not None):
        return SignatureNotPossible()
    if notice.signed is Signed.SIGNED and not by_hand:
        return SignatureNotPossible()
    if notice.signed is Signed.REFUSED and not (notice.witness or "").strip() and not note.strip():
        return WitnessMissing()
    return None


def why_not_officers(track: Track, author_id: object, officers: Sequence[Officer]) -> Problem | None:
    """Has an inspection its two licensed officers, the author one of them, and a patrol none?"""
    if track is Track.PATROL:
        return OfficersNotForPatrol() if officers else None
    distinct = {officer.id for officer in officers}
    if len(officers) != OFFICERS or len(distinct) != OFFICERS or author_id not in distinct:
        return OfficersMissing(needed=OFFICERS)
    if not all(officer.has_licence and officer.may_inspect_here for officer in officers):
        return OfficersMissing(needed=OFFICERS)
    return None


def why_not_times(moments: Collection[datetime]) -> Problem | None:
    """Does every moment lie in a year that a record can have?"""
    return None if all(moment.year in _YEARS for moment in moments) else TimeNotPossible()


def clock_flags(
    started_at: datetime, ended_at: datetime, received_at: datetime, moved: timedelta = timedelta(0)
) -> list[str]:
    """Return what is odd about a visit's times; a wrong clock is flagged, never a reason to refuse.

    `moved` is how far the device's clock was set on between the visit and its sending.
    """
    flags = []
    if ended_at < started_at:
        flags.append("ended_before_start")
    if ended_at > received_at + CLOCK_TOLERANCE:
        flags.append("ended_in_future")
    if moved:
        flags.append("clock_set")
    return flags


def why_not_texts(texts: Mapping[str, Sequence[str]]) -> Problem | None:
    """Is every remark free of ID card and phone numbers? The refusal names the field, never the number."""
    for field, remarks in texts.items():
        kinds = [kind for kind in map(personal_number, remarks) if kind is not None]
        if kinds:
            return PersonalNumberInText(field=field, field_zh=FIELDS[field], kind=kinds[0])
    return None


def why_not_same_track(before: str, after: Track) -> Problem | None:
    """May a correction carry this track?"""
    return None if before == after.value else TrackFixed(track=before)
