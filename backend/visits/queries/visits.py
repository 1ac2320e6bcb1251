"""Find visits: one, all of a place, the last of each place, and as the rows that a phone keeps."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

import msgspec

from backend import clock, database
from backend.people.rules import Person, reach
from backend.photos.queries import photos_of


class LastVisit(msgspec.Struct, kw_only=True):
    """The last visit of a place in one line, for its row."""

    id: UUID
    outcome: str
    ended_at: datetime
    hazards: int
    revisit_on: date | None
    revisit_window: str | None


class VisitRow(msgspec.Struct, kw_only=True):
    """One version of a visit; JSON members are passed on as they are stored."""

    id: UUID
    revision: int = 0
    place_code: str
    number: str
    place_kind: str
    place_id: UUID
    grid_code: str
    track: str
    outcome: str
    checklist_id: str | None
    checklist_version: int | None
    answers: msgspec.Raw
    item_notes: msgspec.Raw
    note: str
    photos: list[dict[str, Any]]
    notice: msgspec.Raw
    officers: list[UUID]
    revisit: msgspec.Raw
    vacancy_evidence: str | None
    hazards: int
    left_open: int
    started_at: datetime
    ended_at: datetime
    received_at: datetime
    clock_flags: list[str]
    recorded_by: UUID
    recorded_by_name: str
    corrects: UUID | None
    corrected_by: UUID | None
    reason: str | None
    fix: msgspec.Raw
    photos_awaited: int = 0


_JSON = ("answers", "item_notes", "notice", "revisit", "fix")
_PLAIN = (
    "id, number, place_kind, place_id, grid_code, track, outcome, checklist_id, checklist_version, note, officers,"
    " vacancy_evidence, hazards, left_open, started_at, ended_at, received_at, clock_flags, recorded_by,"
    " recorded_by_name, corrects, corrected_by, reason"
)
_COLUMNS = f"{_PLAIN}, photos::text AS photos, {', '.join(f'{name}::text AS {name}' for name in _JSON)}"

# By the device's clock, because visits of a day arrive in any order; a tie goes to the one heard last.
LAST_FIRST = "ended_at DESC, serial DESC"


async def _rows(found: Sequence[database.Record]) -> list[VisitRow]:
    arrived = {
        visit_id: {photo.sha256 for photo in photos if photo.arrived}
        for visit_id, photos in (await photos_of("visit", [row["id"] for row in found])).items()
    }
    return [_row(row, arrived.get(row["id"], set())) for row in found]


def _row(row: database.Record, arrived: set[str]) -> VisitRow:
    named: list[dict[str, Any]] = msgspec.json.decode(row["photos"])
    photos = [{**photo, "arrived": photo["sha256"] in arrived} for photo in named]
    awaited = {photo["sha256"] for photo in named} - arrived
    raw = {name: msgspec.Raw((row[name] or "null").encode()) for name in _JSON}
    return VisitRow(**{**row, **raw, "photos": photos}, place_code=row["grid_code"], photos_awaited=len(awaited))


async def visit_rows(ids: Sequence[UUID]) -> list[VisitRow]:
    """Return these versions of visits, those that exist."""
    return await _rows(
        await database.fetch(f"SELECT {_COLUMNS} FROM visit WHERE id = ANY($1::uuid[])", list(ids))  # noqa: S608
    )


async def one_visit(visit_id: UUID) -> VisitRow | None:
    """Return one version of a visit, replaced or not, or None."""
    rows = await visit_rows([visit_id])
    return rows[0] if rows else None


async def visits_of(place_id: UUID, limit: int) -> list[VisitRow]:
    """Return the newest visits of a place, every version of each, latest first."""
    return await _rows(
        await database.fetch(
            f"SELECT {_COLUMNS} FROM visit WHERE place_id = $1 ORDER BY {LAST_FIRST} LIMIT $2",  # noqa: S608
            place_id,
            limit,
        )
    )


async def last_visits(kind: str, place_ids: Sequence[UUID]) -> dict[UUID, LastVisit]:
    """Return the last visit of each place of one kind (household or premises); places never visited are absent."""
    rows = await database.fetch(
        f"""SELECT DISTINCT ON (place_id) place_id, id, outcome, ended_at, hazards,
                   revisit->>'on' AS revisit_on, revisit->>'window' AS revisit_window
            FROM visit WHERE place_id = ANY($2::uuid[]) AND place_kind = $1 AND corrected_by IS NULL
            ORDER BY place_id, {LAST_FIRST}""",  # noqa: S608
        kind,
        list(place_ids),
    )
    return {
        row["place_id"]: LastVisit(
            id=row["id"],
            outcome=row["outcome"],
            ended_at=row["ended_at"],
            hazards=row["hazards"],
            revisit_on=None if row["revisit_on"] is None else date.fromisoformat(row["revisit_on"]),
            revisit_window=row["revisit_window"],
        )
        for row in rows
    }


def for_reader(rows: list[VisitRow], person: Person) -> list[VisitRow]:
    """Return the rows as this person may see them: to the responsible unit only the photos that may leave the house."""
    if reach(person, clock.today()).is_outside:
        for row in rows:
            row.photos = [_leaving(photo) for photo in row.photos]
    return rows


def _leaving(photo: dict[str, Any]) -> dict[str, Any]:
    """Return the copy of a photo that may leave the house, named as if it were the only one."""
    name = photo["redacted"] if photo.get("leaves") == "redacted" else photo["sha256"]
    return {key: value for key, value in photo.items() if key not in ("redacted", "leaves")} | {"sha256": name}
