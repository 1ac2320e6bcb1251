"""Load hazards as the rules read them."""

from typing import Any
from uuid import UUID

from backend import database
from backend.hazards.rules import Grade, Hazard, Level, Photo, PlaceKind, Stage, Track
from backend.photos.queries import photos_of

COLUMNS = """id, place_code, place_kind, place_id, track, grade, stage, reported_at, reported_by, due_on,
  original_due_on, responsible_unit, responsible_title, department, reply_due_on, extension_due_on, returned,
  returned_count, suspended, listed, escalation_confirmed, interim_measures, recurrence_of, duplicate_of,
  joined_to, closed_at, no_photo_reason, photos_awaited, worked_by, version"""
_ONE = f"SELECT {COLUMNS} FROM hazard WHERE id = $1"  # noqa: S608 — our own column names


async def hazard(hazard_id: UUID) -> Hazard | None:
    """Return one hazard with the photos it names, or None; the caller asks whether it lies in the person's reach."""
    row = await database.fetch_row(_ONE, hazard_id)
    if row is None:
        return None
    named = (await photos_of("hazard", [hazard_id])).get(hazard_id, [])
    return as_hazard(row, tuple(Photo(sha256=p.sha256, role=p.role, arrived=p.arrived) for p in named))


def as_hazard(row: Any, photos: tuple[Photo, ...] = ()) -> Hazard:
    """Return a row of the hazard table as the rules read it."""
    fields: dict[str, Any] = dict(row)
    level = row["escalation_confirmed"]
    return Hazard(
        **fields
        | {
            "id": str(row["id"]),
            "place_kind": PlaceKind(row["place_kind"]),
            "place_id": _text(row["place_id"]),
            "track": Track(row["track"]),
            "grade": Grade(row["grade"]),
            "stage": Stage(row["stage"]),
            "reported_by": str(row["reported_by"]),
            "escalation_confirmed": None if level is None else Level(level),
            "recurrence_of": _text(row["recurrence_of"]),
            "duplicate_of": _text(row["duplicate_of"]),
            "worked_by": tuple(row["worked_by"]),
            "photos": photos,
        }
    )


def _text(value: UUID | None) -> str | None:
    return None if value is None else str(value)
