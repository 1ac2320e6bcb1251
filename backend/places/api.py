"""Speak HTTP for places: grids as GeoJSON, the check of an import, premises, doors, and a phone number on request."""

import asyncio
from collections.abc import Sequence
from datetime import date
from typing import Annotated, Any
from uuid import UUID

import msgspec
from litestar import Request, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery, Parameter
from msgspec import Struct

from backend import clock, database
from backend.acts import DAYS
from backend.http import FEATURES, body, documents, json_response
from backend.people.commands import note_audit
from backend.people.queries import Device
from backend.people.rules import Permission, Person, may, not_your_role, reach, why_not
from backend.places import queries
from backend.places.commands import grid_files
from backend.places.commands.grids import ImportGrids, standing_grids
from backend.places.queries import BuildingRow, HouseholdRow, PremisesAsked, PremisesRow
from backend.places.reading import UPLOAD_BYTES, Look, Progress
from backend.places.rules import (
    NEEDS,
    GridFileUnreadable,
    NoContactPhone,
    NotYet,
    PlaceKind,
    ReasonMissing,
    SurveyGone,
    survey,
    why_not_reveal,
)
from backend.problems import NotFound, TooLarge
from backend.texts import Line

COMMUNITY_DIGITS = 12


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


def _today() -> date:
    return clock.now().astimezone(DAYS).date()


@get("/api/grids", opt=documents(answers={200: FEATURES}))
async def grids(
    request: Request[Any, Any, Any], person: NamedDependency[Person], at: FromQuery[date | None] = None
) -> Any:
    """Return the grids of one's reach that were in use on a day, today's without one, as GeoJSON."""
    found = await queries.grids_on(reach(person, _today()), at or _today())
    features = [
        {
            "type": "Feature",
            "id": row["fid"],
            "geometry": msgspec.Raw(row["geometry"].encode()),
            "properties": {name: row[name] for name in row.keys() if name not in ("fid", "geometry")},  # noqa: SIM118
        }
        for row in found
    ]
    return json_response(request, {"type": "FeatureCollection", "features": features})


@post("/api/grids/check", status_code=200, opt=documents(body=ImportGrids))
async def check_grids(request: Request[Any, Any, Any], person: NamedDependency[Person]) -> dict[str, object]:
    """Return what importing this file would bring, and change nothing."""
    asked = await body(request, ImportGrids)
    problem = why_not(person, NEEDS["import_grids"], asked.community_code, on=_today())
    if problem is not None:
        raise problem
    standing = await standing_grids(asked.community_code, asked.effective_on)
    found = await asyncio.to_thread(survey, asked.community_code, asked.crs, asked.features, standing)
    return found.report()


class GridFileTold(Struct):
    """A file that was brought, and what it holds."""

    file_id: UUID
    look: Look


class Surveyed(Struct):
    """The report on a file's grids; `survey_id` imports them, once the report is clean. `preview` is GeoJSON."""

    report: dict[str, object]
    preview: dict[str, object]
    survey_id: UUID | None


async def _communities(person: Person) -> list[str]:
    """Return the communities whose grids a person may change.

    Errors: NotYourRole, or NotFound for who changes places in single grids only.
    """
    areas = reach(person, _today(), Permission.MANAGE_PLACES).prefixes
    if not areas:
        raise not_your_role(Permission.MANAGE_PLACES)
    if all(len(area) > COMMUNITY_DIGITS for area in areas):
        raise NotFound
    return await queries.communities_in(areas, person.tenant)


@post("/api/grids/files", status_code=201, request_max_body_size=UPLOAD_BYTES,
      opt=documents(GridFileUnreadable, TooLarge))  # fmt: skip
async def bring_grid_file(
    request: Request[Any, Any, Any],
    person: NamedDependency[Person],
    name: FromQuery[Annotated[str, Parameter(min_length=1, max_length=200)]],
) -> GridFileTold:
    """Keep a surveyor's file for a day, and return what it holds."""
    await _communities(person)
    file = grid_files.GridFile(name, await request.body())
    look = await grid_files.look_into(file)
    async with database.transaction():
        file_id = await grid_files.keep_file(person.tenant, file, clock.now())
    return GridFileTold(file_id, look)


@get("/api/grids/files/{file_id:uuid}", opt=documents(GridFileUnreadable, SurveyGone))
async def look_into_grid_file(
    person: NamedDependency[Person],
    file_id: FromPath[UUID],
    layer: FromQuery[Annotated[str | None, Parameter(max_length=400)]] = None,
    encoding: FromQuery[grid_files.Encoding | None] = None,
) -> Look:
    """Return what another layer of a file holds, or the same in another encoding."""
    await _communities(person)
    return await grid_files.look_into(await grid_files.kept_file(person.tenant, file_id), layer, encoding)


@post("/api/grids/files/{file_id:uuid}/survey", status_code=200,
      opt=documents(GridFileUnreadable, SurveyGone, NotYet, body=grid_files.SurveyAsked))  # fmt: skip
async def survey_grid_file(
    request: Request[Any, Any, Any], person: NamedDependency[Person], file_id: FromPath[UUID]
) -> Surveyed:
    """Return what bringing a file's grids into force would mean, and change nothing."""
    communities = await _communities(person)
    asked = await body(request, grid_files.SurveyAsked)
    file = await grid_files.kept_file(person.tenant, file_id)
    found, survey_id = await grid_files.survey_file(
        file, asked, person.tenant, communities, clock.now(), lambda each: grid_files.note(file_id, each)
    )
    return Surveyed(found.report, msgspec.json.decode(found.preview), survey_id)


@get("/api/grids/progress/{about:uuid}")
async def grid_progress(person: NamedDependency[Person], about: FromPath[UUID]) -> Progress:
    """Return how far the survey of a file, or the import of a survey, has come."""
    await _communities(person)
    return grid_files.progress_of(about)


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
    return PremisesList(await queries.find_premises(asked, reach(person, _today())))


def _visible(person: Person, row: Any, premises_id: UUID | None = None) -> None:
    if row is None or not may(person, Permission.VIEW, row.grid_code, on=_today(), premises_id=premises_id):
        raise NotFound


@get("/api/premises/{premises_id:uuid}")
async def one_premises(person: NamedDependency[Person], premises_id: FromPath[UUID]) -> PremisesRow:
    """Return premises within one's reach."""
    row = await queries.one_premises(premises_id)
    _visible(person, row, premises_id)
    assert row is not None  # noqa: S101
    return row


@get("/api/households/{household_id:uuid}")
async def one_household(person: NamedDependency[Person], household_id: FromPath[UUID]) -> HouseholdRow:
    """Return a household within one's reach."""
    row = await queries.one_household(household_id)
    _visible(person, row)
    assert row is not None  # noqa: S101
    return row


@get("/api/buildings/{building_id:uuid}")
async def one_building(person: NamedDependency[Person], building_id: FromPath[UUID]) -> BuildingDoors:
    """Return a building within one's reach, with its doors."""
    row = await queries.one_building(building_id)
    _visible(person, row)
    assert row is not None  # noqa: S101
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
    problem = why_not(person, Permission.REVEAL_PHONE, found.grid_code, on=_today(), premises_id=premises_id)
    if problem is not None:
        raise problem
    phone = await queries.contact_phone(kind, place_id)
    problem = why_not_reveal(asked.reason, phone)
    if problem is not None or phone is None:
        raise problem or NoContactPhone()
    async with database.transaction():
        await note_audit(person, device.id, "reveal_phone", kind=kind, record_id=place_id, reason=asked.reason)
    return PhoneTold(phone)


state = {"place_names": queries.place_names}

routes: Sequence[Any] = [
    grids, check_grids, bring_grid_file, look_into_grid_file, survey_grid_file, grid_progress,
    list_premises, one_premises, one_household, one_building, reveal_phone,
]  # fmt: skip
