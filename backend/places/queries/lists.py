"""List premises, buildings and doors for a desk, never outside the reader's reach."""

from uuid import UUID

import msgspec

from backend import database
from backend.people.rules import Reach
from backend.places.queries.last_visits import with_last_visits
from backend.places.queries.rows import (
    BuildingRow,
    HouseholdRow,
    PremisesRow,
    building_rows,
    household_rows,
    premises_row,
    premises_rows,
)

PAGE_MOST = 200


class PremisesAsked(msgspec.Struct, kw_only=True, frozen=True):
    """What a desk asks for: a category, a grid or part of one's code, words in name or address, and a page."""

    category: str | None = None
    grid: str | None = None
    q: str | None = None
    after: UUID | None = None
    limit: int = 50


_FIND_PREMISES = """
SELECT id, grid_code, category, name, address, lon, lat, contact_title, contact_phone_masked
FROM premises
WHERE retired_on IS NULL
  AND (EXISTS (SELECT FROM unnest($1::text[]) AS prefix WHERE starts_with(grid_code, prefix))
       OR 'premises:' || id = ANY ($2::text[]))
  AND ($3::text IS NULL OR category = $3)
  AND ($4::text IS NULL OR starts_with(grid_code, $4))
  AND ($5::text IS NULL OR strpos(lower(name), lower($5)) > 0 OR strpos(lower(address), lower($5)) > 0)
  AND ($6::uuid IS NULL OR id > $6)
ORDER BY id LIMIT $7
"""


async def find_premises(asked: PremisesAsked, reach: Reach) -> list[PremisesRow]:
    """Return at most `limit` premises within a reach, in order of id; ask again with the last id as `after`."""
    rows = await database.fetch(
        _FIND_PREMISES,
        list(reach.prefixes),
        list(reach.keys),
        asked.category,
        asked.grid,
        asked.q,
        asked.after,
        min(asked.limit, PAGE_MOST),
    )
    return await with_last_visits("premises", [premises_row(row) for row in rows])


async def one_building(building_id: UUID) -> BuildingRow | None:
    """Return a building, or None."""
    rows = await building_rows([building_id])
    return rows[0] if rows else None


async def one_household(household_id: UUID) -> HouseholdRow | None:
    """Return a household, or None."""
    rows = await with_last_visits("household", await household_rows([household_id]))
    return rows[0] if rows else None


async def one_premises(premises_id: UUID) -> PremisesRow | None:
    """Return premises, or None."""
    rows = await with_last_visits("premises", await premises_rows([premises_id]))
    return rows[0] if rows else None


async def households_of(building_id: UUID) -> list[HouseholdRow]:
    """Return the doors of a building that are in use, by unit, floor and room."""
    rows = await database.fetch("SELECT id FROM household WHERE building_id = $1 AND retired_on IS NULL", building_id)
    doors = await with_last_visits("household", await household_rows([row["id"] for row in rows]))
    return sorted(doors, key=lambda door: (door.unit, door.floor, door.room))
