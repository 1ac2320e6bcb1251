"""Load two hazards as they are compared before one is joined to the other, and what was joined to one."""

from typing import Any
from uuid import UUID

from backend import database
from backend.hazards.rules import Grade, PlaceKind, Stage, Twin
from geo.points import LonLat

_TWINS = """
SELECT id, number, tenant, stage, place_kind, place_id, place_name, location_note, category, grade,
  suspended, listed, lon, lat, accuracy_m, duplicate_of, joined_to,
  (SELECT min(other.number) FROM hazard other WHERE other.duplicate_of = hazard.id) AS held
FROM hazard WHERE id = ANY ($1::uuid[])
"""


async def twins(one: UUID, other: UUID) -> tuple[Twin, Twin]:
    """Return two hazards in the order asked; the caller has reached both."""
    found = {row["id"]: _twin(row) for row in await database.fetch(_TWINS, [one, other])}
    return found[one], found[other]


async def joined_to(hazard_id: UUID) -> dict[str, str]:
    """Return what was joined to a hazard: number by id, in order of number."""
    rows = await database.fetch("SELECT id, number FROM hazard WHERE duplicate_of = $1 ORDER BY number", hazard_id)
    return {str(row["id"]): row["number"] for row in rows}


def _twin(row: Any) -> Twin:
    here = row["lon"] is not None and row["lat"] is not None
    return Twin(
        id=str(row["id"]),
        number=row["number"],
        tenant=str(row["tenant"]),
        stage=Stage(row["stage"]),
        place_kind=PlaceKind(row["place_kind"]),
        place_id=None if row["place_id"] is None else str(row["place_id"]),
        place_name=row["place_name"] or row["location_note"],
        category=row["category"],
        grade=Grade(row["grade"]),
        suspended=row["suspended"],
        listed=row["listed"],
        position=LonLat(row["lon"], row["lat"]) if here else None,
        accuracy_m=row["accuracy_m"],
        duplicate_of=None if row["duplicate_of"] is None else str(row["duplicate_of"]),
        joined_to=row["joined_to"],
        held=row["held"],
    )
