"""Register buildings, the households behind their doors, and key premises."""

from typing import Annotated, Literal
from uuid import UUID

from msgspec import Meta, Struct

from backend import changes, database
from backend.acts import Act
from backend.changes import Touched
from backend.places.commands.ground import Latitude, Longitude, allow, grid_in_use, sealed_phone
from backend.places.rules import AlreadyRegistered, masked
from backend.problems import NotFound
from backend.texts import GridCode, Line, Name, Phone
from geo.tiles import quad_of

Count = Annotated[int, Meta(ge=1, le=200)]
Floor = Annotated[int, Meta(ge=-5, le=200)]


class RegisterBuilding(Struct, forbid_unknown_fields=True, frozen=True):
    """What registering a building needs; the position is WGS 84."""

    id: UUID
    grid_code: GridCode
    name: Name
    address: Line
    lon: Longitude
    lat: Latitude
    units: Count
    floors: Count


async def register_building(args: RegisterBuilding, act: Act) -> None:
    """Remember a building in a grid that is in use."""
    allow(act, "register_building", args.grid_code)
    await grid_in_use(args.grid_code, act.on)
    await database.lock_tenant(act.tenant)
    stored = await database.fetch_value(
        "INSERT INTO building (id, grid_code, name, address, lon, lat, units, floors)"
        " VALUES ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT DO NOTHING RETURNING id",
        args.id,
        args.grid_code,
        args.name,
        args.address,
        args.lon,
        args.lat,
        args.units,
        args.floors,
    )
    if stored is None:
        raise AlreadyRegistered(what=args.name)
    await changes.touch("building", args.id, args.grid_code)


class Door(Struct, forbid_unknown_fields=True, frozen=True):
    """One household of a building; the phone number only with consent."""

    id: UUID
    unit: Line
    floor: Floor
    room: Name
    use: Literal["dwelling", "other"]
    contact_phone: Phone | None = None


class RegisterHousehold(Door, forbid_unknown_fields=True, frozen=True, kw_only=True):
    """One household and the building it is in."""

    building_id: UUID


class RegisterHouseholds(Struct, forbid_unknown_fields=True, frozen=True):
    """The households of one building, all or none."""

    building_id: UUID
    households: Annotated[list[Door], Meta(min_length=1, max_length=200)]


async def register_household(args: RegisterHousehold, act: Act) -> None:
    """Remember one household; its grid is its building's."""
    await _register(args.building_id, [args], act, "register_household")


async def register_households(args: RegisterHouseholds, act: Act) -> None:
    """Remember the households of a building, all or none."""
    await _register(args.building_id, args.households, act, "register_households")


_INSERT_DOORS = """
INSERT INTO household
  (id, building_id, grid_code, unit, floor, room, use, contact_phone, contact_phone_masked, needs_help)
SELECT id, $1, $2, unit, floor, room, use, phone, phone_masked, false
FROM unnest($3::uuid[], $4::text[], $5::int[], $6::text[], $7::text[], $8::bytea[], $9::text[])
  AS door (id, unit, floor, room, use, phone, phone_masked)
ON CONFLICT DO NOTHING RETURNING id
"""


async def _register(building_id: UUID, doors: "list[Door] | list[RegisterHousehold]", act: Act, mutation: str) -> None:
    grid_code = await database.fetch_value("SELECT grid_code FROM building WHERE id = $1", building_id)
    if grid_code is None:
        raise NotFound
    allow(act, mutation, grid_code)
    await database.lock_tenant(act.tenant)
    stored = await database.fetch(
        _INSERT_DOORS,
        building_id,
        grid_code,
        [door.id for door in doors],
        [door.unit for door in doors],
        [door.floor for door in doors],
        [door.room for door in doors],
        [door.use for door in doors],
        [sealed_phone(door.contact_phone, "household", door.id) for door in doors],
        [masked(door.contact_phone) for door in doors],
    )
    new = {row["id"] for row in stored}
    if len(new) < len(doors):
        known = next((door for door in doors if door.id not in new), doors[0])
        raise AlreadyRegistered(what=f"{known.unit} {known.room}".strip())
    await changes.touch_many([Touched("household", door.id, grid_code) for door in doors])


class RegisterPremises(Struct, forbid_unknown_fields=True, frozen=True):
    """What registering premises needs; the contact is an office or title, never a name."""

    id: UUID
    grid_code: GridCode
    category: Literal["gas_station", "school", "market", "enterprise", "assembly", "residential"]
    name: Name
    address: Line
    lon: Longitude
    lat: Latitude
    contact_title: Line
    contact_phone: Phone | None = None


async def register_premises(args: RegisterPremises, act: Act) -> None:
    """Remember key premises in a grid that is in use."""
    allow(act, "register_premises", args.grid_code)
    await grid_in_use(args.grid_code, act.on)
    await database.lock_tenant(act.tenant)
    stored = await database.fetch_value(
        "INSERT INTO premises (id, grid_code, category, name, address, lon, lat, contact_title, contact_phone,"
        " contact_phone_masked, quad) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)"
        " ON CONFLICT DO NOTHING RETURNING id",
        args.id,
        args.grid_code,
        args.category,
        args.name,
        args.address,
        args.lon,
        args.lat,
        args.contact_title,
        sealed_phone(args.contact_phone, "premises", args.id),
        masked(args.contact_phone),
        quad_of(args.lon, args.lat),
    )
    if stored is None:
        raise AlreadyRegistered(what=args.name)
    await changes.touch("premises", args.id, args.grid_code, also=(f"premises:{args.id}",))
