"""Find checklists and visits, count coverage, and give phones their rows."""

from typing import Any
from uuid import UUID

from backend.people.rules import Person
from backend.places.queries import rows_for_phone as place_rows
from backend.places.queries import tell_last_visits
from backend.visits.queries.checklists import (
    ChecklistListed,
    ChecklistRow,
    body_of,
    checklist_rows,
    checklists,
    one_checklist,
)
from backend.visits.queries.coverage import Coverage, Period, coverage
from backend.visits.queries.fixes import DEVICE, DoorFix, door_fixes, fixes_at_doors
from backend.visits.queries.visits import LastVisit, VisitRow, for_reader, last_visits, one_visit, visit_rows, visits_of

KINDS = ("visit", "checklist", "household", "premises")

tell_last_visits(last_visits)

__all__ = [
    "DEVICE",
    "KINDS",
    "ChecklistListed",
    "ChecklistRow",
    "Coverage",
    "DoorFix",
    "LastVisit",
    "Period",
    "VisitRow",
    "body_of",
    "checklist_rows",
    "checklists",
    "coverage",
    "door_fixes",
    "fixes_at_doors",
    "for_reader",
    "last_visits",
    "one_checklist",
    "one_visit",
    "rows_for_phone",
    "visit_rows",
    "visits_of",
]


async def _places_with_last_visits(kind: str, ids: list[UUID], person: Person) -> list[Any]:
    rows = await place_rows(kind, ids, person)
    last = await last_visits(kind, ids)
    for row in rows:
        row.last_visit = last.get(row.id)
    return rows


async def rows_for_phone(kind: str, ids: list[UUID], person: Person) -> list[Any]:
    """Return the rows of one kind that exist; reach was decided by whoever chose the ids.

    Households and premises are the places' own rows, each with its last visit.
    """
    if kind in ("household", "premises"):
        return await _places_with_last_visits(kind, ids, person)
    return await checklist_rows(ids) if kind == "checklist" else for_reader(await visit_rows(ids), person)
