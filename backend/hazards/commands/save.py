"""Write a hazard and the event that changed it, in one statement each time."""

from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

import msgspec

from backend import changes, database
from backend.acts import Act
from backend.hazards.rules import Hazard, HazardEvent, PlaceKind, Stage, deadline_on
from backend.ids import new_id


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """What is known of a hazard from its report on, beside what the rules read; it never changes."""

    number: str
    place_name: str
    grid_code: str | None
    grid_candidates: tuple[str, ...]
    grid_basis: str
    category: str
    visit_id: UUID | None
    item_id: str | None
    checklist_id: str | None
    checklist_version: int | None
    what: list[str]
    description: str
    advice: str
    proposed_due_days: int | None
    reported_by_name: str
    lon: float | None
    lat: float | None
    accuracy_m: float | None
    quad: int | None
    fix: str | None
    location_note: str


# In the order of _changing and of the columns of Report.
_CHANGING: Final = (
    "stage", "grade", "due_on", "original_due_on", "responsible_unit", "responsible_title", "department",
    "reply_due_on", "extension_due_on", "returned", "returned_count", "suspended", "listed", "escalation_confirmed",
    "interim_measures", "duplicate_of", "joined_to", "closed_at", "no_photo_reason", "worked_by", "photos_awaited",
    "version",
)  # fmt: skip
_FIXED: Final = tuple(Report.__slots__)
_PLACED: Final = (
    "id", "tenant", "place_code", "place_kind", "place_id", "track", "reported_at", "reported_by", "recurrence_of",
)  # fmt: skip
_EVENT: Final = (
    "id", "hazard_id", "tenant", "action", "at", "received_at", "by", "by_name", "by_role", "from_stage", "to_stage",
    "grade", "deadline_on", "given", "number", "clock_off_s", "clock_moved_s",
)  # fmt: skip


def _numbered(count: int, first: int) -> str:
    return ", ".join(f"${number}" for number in range(first, first + count))


def _event_columns(columns: tuple[str, ...]) -> str:
    return ", ".join('"by"' if column == "by" else column for column in columns)


_ALL = (*_PLACED, "received_at", "changed_at", *_FIXED, *_CHANGING)
_INSERT = f"""
WITH registered AS (
  INSERT INTO hazard ({", ".join(_ALL)}) VALUES ({_numbered(len(_ALL), 1)}) ON CONFLICT (id) DO NOTHING
  RETURNING fid)
INSERT INTO hazard_event (fid, {_event_columns(_EVENT)})
SELECT fid, {_numbered(len(_EVENT), len(_ALL) + 1)} FROM registered RETURNING id
"""  # noqa: S608 — our own column names
_UPDATE = f"""
WITH changed AS (
  UPDATE hazard SET changed_at = $3, {", ".join(f"{c} = ${n}" for n, c in enumerate(_CHANGING, 4))}
  WHERE id = $1 AND version = $2 RETURNING fid)
INSERT INTO hazard_event (fid, {_event_columns(_EVENT)})
SELECT fid, {_numbered(len(_EVENT), 4 + len(_CHANGING))} FROM changed RETURNING id
"""  # noqa: S608


def _changing(hazard: Hazard) -> list[Any]:
    return [list(value) if isinstance(value := getattr(hazard, field), tuple) else value for field in _CHANGING]


def _event(hazard: Hazard, event: HazardEvent, act: Act) -> list[Any]:
    # An id of its own: a mutation that is done again by mistake must be undone by its receipt, not fail on its event.
    from_stage = None if event.from_stage is Stage.DRAFT else event.from_stage
    given = msgspec.json.encode(event.given).decode()
    return [
        new_id(act.received_at), UUID(hazard.id), int(hazard.place_code[:9]), event.action, event.at,
        act.received_at, act.person.id, act.person.name, event.by_role, from_stage, event.to_stage, hazard.grade,
        deadline_on(hazard), given, act.number,
        round(act.clock_off.total_seconds()), round(act.clock_moved.total_seconds()),
    ]  # fmt: skip


async def register(hazard: Hazard, event: HazardEvent, report: Report, act: Act) -> bool:
    """Write a new hazard and its first event; False when a hazard of that id exists."""
    placed = [
        UUID(hazard.id), int(hazard.place_code[:9]), hazard.place_code, hazard.place_kind, _uuid(hazard.place_id),
        hazard.track, hazard.reported_at, act.person.id, _uuid(hazard.recurrence_of),
    ]  # fmt: skip
    fixed = [list(v) if isinstance(v := getattr(report, field), tuple) else v for field in _FIXED]
    stored = await database.fetch_value(
        _INSERT,
        *placed,
        act.received_at,
        act.received_at,
        *fixed,
        *_changing(hazard),
        *_event(hazard, event, act),
    )
    return stored is not None


async def change(before: Hazard, after: Hazard, event: HazardEvent, act: Act) -> bool:
    """Write a step that was taken; False when somebody else took one meanwhile."""
    stored = await database.fetch_value(
        _UPDATE,
        UUID(after.id),
        before.version,
        act.received_at,
        *_changing(after),
        *_event(after, event, act),
    )
    return stored is not None


async def announce(hazard: Hazard) -> None:
    """Note that a hazard changed, for its place, its unit, its department and whoever reported it."""
    await changes.touch("hazard", UUID(hazard.id), hazard.place_code, also=keys_of(hazard))


def keys_of(hazard: Hazard) -> tuple[str, ...]:
    """Return the further keys that reach a hazard."""
    keys = [f"person:{hazard.reported_by}"]
    if hazard.place_kind is PlaceKind.PREMISES:
        keys.append(f"premises:{hazard.place_id}")
    if hazard.department is not None:
        keys.append(f"department:{hazard.department}")
    return tuple(keys)


def _uuid(text: str | None) -> UUID | None:
    return None if text is None else UUID(text)
