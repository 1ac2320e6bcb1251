"""Find one place with a door, retired or not, so that old records keep resolving."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from backend import database
from backend.places.rules import sealed_kind
from backend.vault import vault


@dataclass(frozen=True, slots=True)
class Place:
    """A household or premises as another slice needs it; the position is WGS 84, a household's its building's.

    `category` is `household`, or the category of the premises. `name` is what people call it: building, unit and
    room, or the name of the premises.
    """

    kind: str
    id: UUID
    name: str
    address: str
    grid_code: str
    category: str
    lon: float
    lat: float
    retired_on: date | None


_FIND = {
    "household": "SELECT h.id, concat_ws(' ', b.name, nullif(h.unit, ''), h.room) AS name, b.address, h.grid_code,"
    " 'household' AS category, b.lon, b.lat, h.retired_on"
    " FROM household h JOIN building b ON b.id = h.building_id WHERE h.id = ANY ($1::uuid[])",
    "premises": "SELECT id, name, address, grid_code, category, lon, lat, retired_on FROM premises"
    " WHERE id = ANY ($1::uuid[])",
}


async def places(kind: str, place_ids: list[UUID]) -> dict[UUID, Place]:
    """Return, by id, those of the places of one kind (household or premises) that exist, in whatever grid."""
    rows = await database.fetch(_FIND[kind], place_ids)
    return {row["id"]: Place(kind=kind, **row) for row in rows}


async def place(kind: str, place_id: UUID) -> Place | None:
    """Return one place, or None; the caller asks whether it lies in the person's reach."""
    return (await places(kind, [place_id])).get(place_id)


_PHONE = {
    "household": "SELECT contact_phone FROM household WHERE id = $1",
    "premises": "SELECT contact_phone FROM premises WHERE id = $1",
}


async def contact_phone(kind: str, place_id: UUID) -> str | None:
    """Return the unmasked number, for a caller that has logged who asked and why."""
    sealed: bytes | None = await database.fetch_value(_PHONE[kind], place_id)
    return None if sealed is None else vault().open(sealed, sealed_kind(kind), place_id)
