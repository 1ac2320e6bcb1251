"""Give phones the rows of this slice that they keep, telephone numbers masked."""

from collections.abc import Awaitable, Callable
from datetime import date
from typing import Any
from uuid import UUID

import msgspec

from backend import database
from backend.people.rules import Person


class CommunityRow(msgspec.Struct, kw_only=True):
    """A community."""

    id: UUID
    revision: int = 0
    place_code: str
    code: str
    name: str


class GridRow(msgspec.Struct, kw_only=True):
    """A grid and its ground as GeoJSON in WGS 84; a retired one stays, because old records name it."""

    id: UUID
    revision: int = 0
    place_code: str
    fid: int
    code: str
    community_code: str
    name: str
    kind: str
    geometry: msgspec.Raw
    effective_on: date
    retired_on: date | None


class BuildingRow(msgspec.Struct, kw_only=True):
    """A building; its position is WGS 84."""

    id: UUID
    revision: int = 0
    place_code: str
    grid_code: str
    name: str
    address: str
    lon: float
    lat: float
    units: int
    floors: int


class HouseholdRow(msgspec.Struct, kw_only=True):
    """A door; `last_visit` is filled by the slice that knows visits."""

    id: UUID
    revision: int = 0
    place_code: str
    grid_code: str
    building_id: UUID
    unit: str
    floor: int
    room: str
    use: str
    contact_phone_masked: str
    needs_help: bool
    last_visit: Any = None


class PremisesRow(msgspec.Struct, kw_only=True):
    """Key premises; `last_visit` as for a household."""

    id: UUID
    revision: int = 0
    place_code: str
    grid_code: str
    category: str
    name: str
    address: str
    lon: float
    lat: float
    contact_title: str
    contact_phone_masked: str
    last_visit: Any = None


async def _communities(ids: list[UUID]) -> list[CommunityRow]:
    rows = await database.fetch("SELECT id, code, name FROM community WHERE id = ANY ($1::uuid[])", ids)
    return [CommunityRow(place_code=row["code"], **row) for row in rows]


async def _grids(ids: list[UUID]) -> list[GridRow]:
    rows = await database.fetch(
        "SELECT id, fid, code, community_code, name, kind, geometry, effective_on, retired_on"
        " FROM grid WHERE id = ANY ($1::uuid[])",
        ids,
    )
    return [
        GridRow(place_code=row["code"], **{**row, "geometry": msgspec.Raw(row["geometry"].encode())}) for row in rows
    ]


async def building_rows(ids: list[UUID]) -> list[BuildingRow]:
    """Return the buildings that exist."""
    rows = await database.fetch(
        "SELECT id, grid_code, name, address, lon, lat, units, floors FROM building WHERE id = ANY ($1::uuid[])", ids
    )
    return [BuildingRow(place_code=row["grid_code"], **row) for row in rows]


async def household_rows(ids: list[UUID]) -> list[HouseholdRow]:
    """Return the households that exist, retired or not."""
    rows = await database.fetch(
        "SELECT id, grid_code, building_id, unit, floor, room, use, contact_phone_masked, needs_help"
        " FROM household WHERE id = ANY ($1::uuid[])",
        ids,
    )
    return [
        HouseholdRow(
            id=row["id"],
            place_code=row["grid_code"],
            grid_code=row["grid_code"],
            building_id=row["building_id"],
            unit=row["unit"],
            floor=row["floor"],
            room=row["room"],
            use=row["use"],
            contact_phone_masked=row["contact_phone_masked"],
            needs_help=row["needs_help"],
        )
        for row in rows
    ]


async def premises_rows(ids: list[UUID]) -> list[PremisesRow]:
    """Return the premises that exist, retired or not."""
    rows = await database.fetch(
        "SELECT id, grid_code, category, name, address, lon, lat, contact_title, contact_phone_masked"
        " FROM premises WHERE id = ANY ($1::uuid[])",
        ids,
    )
    return [premises_row(row) for row in rows]


def premises_row(row: database.Record) -> PremisesRow:
    """Return one row of the premises table as people may see it."""
    return PremisesRow(
        id=row["id"],
        place_code=row["grid_code"],
        grid_code=row["grid_code"],
        category=row["category"],
        name=row["name"],
        address=row["address"],
        lon=row["lon"],
        lat=row["lat"],
        contact_title=row["contact_title"],
        contact_phone_masked=row["contact_phone_masked"],
    )


_LOADERS: dict[str, Callable[[list[UUID]], Awaitable[list[Any]]]] = {
    "community": _communities,
    "grid": _grids,
    "building": building_rows,
    "household": household_rows,
    "premises": premises_rows,
}
KINDS = tuple(_LOADERS)


async def rows_for_phone(kind: str, ids: list[UUID], person: Person) -> list[Any]:  # noqa: ARG001
    """Return the rows of one kind that still exist; reach was decided by whoever chose the ids."""
    return await _LOADERS[kind](ids)
