"""Hold a hazard and an event of its history as values."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from backend.hazards.rules.words import Grade, Level, PlaceKind, Stage, Track

Given = Mapping[str, object]
"""What a person filled in for a step: the arguments of its mutation as they travel, days as YYYY-MM-DD."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Photo:
    """A photo that the hazard names; it may still be on its way."""

    sha256: str
    role: str
    arrived: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Hazard:
    """What the rules know of a hazard; every field has the name and the form of the wire.

    `due_on`, `reply_due_on` and `extension_due_on` are days in the tenant's time zone, and end with that day.
    `duplicate_of` is the id of the hazard that stayed, `joined_to` its number: only a voided one was joined.
    `worked_by` are the ids of those who did or submitted the work.
    """

    id: str
    place_code: str
    place_kind: PlaceKind
    place_id: str | None
    track: Track
    grade: Grade
    stage: Stage
    reported_at: datetime
    reported_by: str = ""
    due_on: date | None = None
    original_due_on: date | None = None
    responsible_unit: str | None = None
    responsible_title: str | None = None
    department: str | None = None
    reply_due_on: date | None = None
    extension_due_on: date | None = None
    returned: bool = False
    returned_count: int = 0
    suspended: bool = False
    listed: bool = False
    escalation_confirmed: Level | None = None
    interim_measures: str | None = None
    recurrence_of: str | None = None
    duplicate_of: str | None = None
    joined_to: str | None = None
    closed_at: datetime | None = None
    no_photo_reason: str | None = None
    photos: tuple[Photo, ...] = ()
    photos_awaited: int = 0
    worked_by: tuple[str, ...] = ()
    version: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class HazardEvent:
    """One step that was taken, or a decision beside the life-cycle; never changed afterwards.

    `given` also keeps what the step replaced, under `before`.
    """

    action: str
    at: datetime
    by: str
    by_role: str
    from_stage: Stage
    to_stage: Stage
    given: Given
