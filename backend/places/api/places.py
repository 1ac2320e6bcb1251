"""Speak HTTP for places: premises, doors, and a phone number on request."""

from datetime import date
from typing import Annotated, Any, TypeVar
from uuid import UUID

from litestar import Request, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery, Parameter
from msgspec import Struct

from backend import clock, database
from backend.acts import DAYS
from backend.http import body, documents
from backend.people.commands import note_audit
from backend.people.queries import Device
from backend.people.rules import Permission, Person, may, reach, why_not
from backend.places import queries
from backend.places.queries import BuildingRow, HouseholdRow, PremisesAsked, PremisesRow
from backend.places.rules import NoContactPhone, PlaceKind, ReasonMissing, why_not_reveal
from backend.problems import NotFound
from backend.texts import Line


class PremisesList(Struct):
    """Premises in order of id; ask again with the last id as `after` while a full page comes."""

    premises: list[PremisesRow]


class BuildingDoors(Struct):
    """A building and its doors, by unit, floor and room."""

    building: BuildingRow
    households: list[HouseholdRow]


class PhoneAsked(Struct, forbid_unknown_fields=True, frozen=True):
    """Why somebody needs the number; it is kept in the audit."""

    reason: Line


class PhoneTold(Struct):
    """The whole number."""

    contact_phone: str


def today() -> date:
    """Return the day where the work is done."""
    return clock.now().astimezone(DAYS).date()


@get("/api/premises")
async def list_premises(
    person: NamedDependency[Person],
    category: FromQuery[Annotated[str | None, Parameter(max_length=20)]] = None,
    grid: FromQuery[Annotated[str | None, Parameter(pattern="^[0-9]{6,15}$")]] = None,
    q: FromQuery[Annotated[str | None, Parameter(max_length=80)]] = None,
    after: FromQuery[UUID | None] = None,
    limit: FromQuery[Annotated[int, Parameter(ge=1, le=200)]] = 50,
) -> PremisesList:
    """List premises of one's reach; telephone numbers are masked."""
    words = q.replace("\x00", "") if q else None  # PostgreSQL knows no NUL
    asked = PremisesAsked(category=category, grid=grid, q=words, after=after, limit=limit)
    return PremisesList(await queries.find_premises(asked, reach(person, today())))


Row = TypeVar("Row", PremisesRow, HouseholdRow, BuildingRow)


def _visible(person: Person, row: Row | None, premises_id: UUID | None = None) -> Row:
    if row is None or not may(person, Permission.VIEW, row.grid_code, on=today(), premises_id=premises_id):
        raise NotFound
    return row


@get("/api/premises/{premises_id:uuid}")
async def one_premises(person: NamedDependency[Person], premises_id: FromPath[UUID]) -> PremisesRow:
    """Return premises within one's reach."""
    return _visible(person, await queries.one_premises(premises_id), premises_id)


@get("/api/households/{household_id:uuid}")
async def one_household(person: NamedDependency[Person], household_id: FromPath[UUID]) -> HouseholdRow:
    """Return a household within one's reach."""
    return _visible(person, await queries.one_household(household_id))


@get("/api/buildings/{building_id:uuid}")
async def one_building(person: NamedDependency[Person], building_id: FromPath[UUID]) -> BuildingDoors:
    """Return a building within one's reach, with its doors."""
    row = _visible(person, await queries.one_building(building_id))
    return BuildingDoors(row, await queries.households_of(building_id))


@post("/api/places/{kind:str}/{place_id:uuid}/phone", status_code=200,
      opt=documents(ReasonMissing, NoContactPhone, body=PhoneAsked))  # fmt: skip
async def reveal_phone(
    request: Request[Any, Any, Any],
    person: NamedDependency[Person],
    device: NamedDependency[Device],
    kind: FromPath[str],
    place_id: FromPath[UUID],
) -> PhoneTold:
    """Tell a contact phone to somebody who says why, and write both down."""
    asked = await body(request, PhoneAsked)
    found = await queries.place(kind, place_id) if kind in set(PlaceKind) else None
    if found is None:
        raise NotFound
    premises_id = place_id if kind == PlaceKind.PREMISES else None
    problem = why_not(person, Permission.REVEAL_PHONE, found.grid_code, on=today(), premises_id=premises_id)
    if problem is not None:
        raise problem
    phone = await queries.contact_phone(kind, place_id)
    problem = why_not_reveal(asked.reason, phone)
    if problem is not None or phone is None:
        raise problem or NoContactPhone()
    async with database.transaction():
        await note_audit(person, device.id, "reveal_phone", kind=kind, record_id=place_id, reason=asked.reason)
    return PhoneTold(phone)


ROUTES = (list_premises, one_premises, one_household, one_building, reveal_phone)
