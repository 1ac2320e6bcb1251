"""Give hazards as phones and desks keep them, with their history and their photos."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

import msgspec

from backend import clock, database
from backend.people.queries import reach_condition
from backend.people.rules import Person, Reach
from backend.people.rules import reach as reach_of
from backend.photos.queries import PhotoShown, PhotoUsed, photos_of, used_before

KEPT_DAYS = 60
"""For how long a phone keeps a hazard whose life has ended; the desk finds it for ever."""


class EventShown(msgspec.Struct, kw_only=True):
    """One step of a hazard's history; the database writes it, and nothing here reads it."""

    id: UUID
    action: str
    at: datetime
    by_name: str
    by_role: str
    from_stage: str | None
    to_stage: str
    given: dict[str, Any]
    number: str
    clock_off_s: int
    clock_moved_s: int


class HazardRow(msgspec.Struct, kw_only=True):
    """One hazard on the wire; days end with the day, instants are UTC, the position is WGS 84."""

    id: UUID
    revision: int = 0
    place_code: str
    fid: int
    number: str
    place_kind: str
    place_id: UUID | None
    place_name: str
    grid_code: str | None
    category: str
    track: str
    visit_id: UUID | None
    item_id: str | None
    what: list[str]
    description: str
    grade: str
    advice: str
    proposed_due_days: int | None
    stage: str
    due_on: date | None
    original_due_on: date | None
    reported_at: datetime
    reported_by: UUID
    reported_by_name: str
    lon: float | None
    lat: float | None
    accuracy_m: float | None
    grid_candidates: list[str]
    grid_basis: str
    location_note: str
    responsible_unit: str | None
    responsible_title: str | None
    department: str | None
    reply_due_on: date | None
    extension_due_on: date | None
    returned: bool
    returned_count: int
    suspended: bool
    listed: bool
    escalation_confirmed: str | None
    interim_measures: str | None
    recurrence_of: UUID | None
    duplicate_of: UUID | None
    joined_to: str | None
    closed_at: datetime | None
    photos: list[PhotoShown] = []
    used_photos: list[PhotoUsed] = []
    photos_awaited: int
    no_photo_reason: str | None
    worked_by: list[str]
    version: int
    events: list[EventShown] = []


_OWN = tuple(
    name for name in HazardRow.__struct_fields__ if name not in ("revision", "photos", "used_photos", "events")
)
_COLUMNS = ", ".join(f"h.{name}" for name in _OWN)
# The history as JSON from the database itself: nothing here needs to read it. Signatures are drawn on papers, and too
# large for every phone of a community.
_EVENTS = """
(SELECT json_agg(json_build_object('id', e.id, 'action', e.action, 'at', to_char(e.at AT TIME ZONE 'UTC',
   'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'), 'by_name', e.by_name, 'by_role', e.by_role, 'from_stage', e.from_stage,
   'to_stage', e.to_stage, 'given', {given}, 'number', e.number, 'clock_off_s', e.clock_off_s,
   'clock_moved_s', e.clock_moved_s) ORDER BY e.serial)
 FROM hazard_event e WHERE e.hazard_id = h.id)::text AS events
"""

_PLAIN_EVENTS = _EVENTS.format(given="e.given #- '{notice,signature}'")
_WHOLE_EVENTS = _EVENTS.format(given="e.given")


@dataclass(frozen=True, slots=True)
class _Pictures:
    """What is known of the photos of some hazards, by hazard."""

    photos: dict[UUID, list[PhotoShown]]
    used: dict[UUID, list[PhotoUsed]]


async def _pictures(ids: list[UUID], *, outside: bool) -> _Pictures:
    """Return the photos of hazards as one reader may see them; the hint that one was used before stays in the house."""
    shown = await photos_of("hazard", ids, outside=outside)
    return _Pictures(shown, {} if outside else await used_before("hazard", ids))


def _row(row: Any, pictures: _Pictures, revision: int = 0) -> HazardRow:
    fields = {name: row[name] for name in _OWN}
    events: Any = msgspec.Raw((row["events"] or "[]").encode())
    photos, used = pictures.photos.get(row["id"], []), pictures.used.get(row["id"], [])
    return HazardRow(**fields, revision=revision, photos=photos, used_photos=used, events=events)


async def rows_for_phone(kind: str, ids: list[UUID], person: Person) -> list[HazardRow]:  # noqa: ARG001
    """Return the hazards that phones keep: open ones, and those that ended lately; reach was decided before."""
    rows = await database.fetch(
        f"""SELECT {_COLUMNS}, {_PLAIN_EVENTS} FROM hazard h WHERE h.id = ANY ($1::uuid[])
            AND (h.stage NOT IN ('closed_on_site', 'closed', 'voided') OR h.changed_at > $2)""",  # noqa: S608
        ids,
        clock.now() - timedelta(days=KEPT_DAYS),
    )
    pictures = await _pictures([row["id"] for row in rows], outside=reach_of(person, clock.today()).is_outside)
    return [_row(row, pictures) for row in rows]


async def one_hazard(hazard_id: UUID, reach: Reach) -> HazardRow | None:
    """Return a hazard within a reach, with its history; None outside it."""
    seen, arguments = reach_condition(reach, "c.place_code", "c.also", 2)
    row = await database.fetch_row(
        f"""SELECT {_COLUMNS}, {_WHOLE_EVENTS}, c.revision
            FROM hazard h JOIN change c ON c.kind = 'hazard' AND c.id = h.id WHERE h.id = $1 AND {seen}""",  # noqa: S608
        hazard_id,
        *arguments,
    )
    if row is None:
        return None
    return _row(row, await _pictures([hazard_id], outside=reach.is_outside), row["revision"])


async def rows_of(found: list[Any], reach: Reach) -> list[HazardRow]:
    """Return listed rows (with their revision and without their history) as they travel."""
    pictures = await _pictures([row["id"] for row in found], outside=reach.is_outside)
    return [_row(row, pictures, row["revision"]) for row in found]


LISTED = f"{_COLUMNS}, NULL AS events, c.revision"
