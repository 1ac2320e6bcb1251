"""Find what belongs to a place: its open hazards, and an earlier closed one that may have come back."""

from uuid import UUID

import msgspec

from backend import database


class PlaceHazards(msgspec.Struct, frozen=True):
    """How many hazards of a place are open, and the first deadline among them as a day since 1970-01-01."""

    place_id: UUID
    open: int
    first_deadline_day: int | None


async def open_at(place_ids: list[UUID]) -> dict[UUID, PlaceHazards]:
    """Return, by place, the open hazards; places without any are absent. The caller has decided reach."""
    rows = await database.fetch(
        """SELECT place_id, count(*) AS open, min(deadline_day) AS first_deadline_day FROM hazard
           WHERE place_id = ANY ($1::uuid[]) AND stage NOT IN ('closed_on_site', 'closed', 'voided')
           GROUP BY place_id""",
        place_ids,
    )
    return {row["place_id"]: PlaceHazards(**row) for row in rows}


async def recurrence_candidates(hazard_id: UUID) -> list[UUID]:
    """Return hazards of the same place and the same checklist item that were closed before, the latest first.

    A suggestion for a person to confirm; nothing follows from it by itself.
    """
    rows = await database.fetch(
        """SELECT old.id FROM hazard new JOIN hazard old ON old.place_id = new.place_id AND old.item_id = new.item_id
           WHERE new.id = $1 AND old.id <> new.id AND old.stage IN ('closed_on_site', 'closed')
             AND old.closed_at <= new.reported_at ORDER BY old.closed_at DESC LIMIT 5""",
        hazard_id,
    )
    return [row["id"] for row in rows]
