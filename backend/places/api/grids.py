"""Speak HTTP for grids: GeoJSON of a day, the check of an import, surveyors' files, and plans of drawing grids anew."""

import asyncio
from datetime import date
from typing import Annotated, Any
from uuid import UUID

import msgspec
from litestar import Request, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery, Parameter
from msgspec import Struct

from backend import clock, database
from backend.http import FEATURES, body, documents, json_response
from backend.people.rules import Permission, Person, not_your_role, reach, why_not
from backend.places import queries
from backend.places.api.places import today
from backend.places.commands import grid_files
from backend.places.commands.following import standing_grids
from backend.places.commands.grids import ImportGrids
from backend.places.commands.plans import Plan, PlanAsked, plan
from backend.places.queries import GridChangeRow
from backend.places.reading import UPLOAD_BYTES, Look, Progress
from backend.places.rules import NEEDS, GridEditRefused, GridFileUnreadable, NotYet, SurveyGone, survey
from backend.problems import NotFound, TooLarge

COMMUNITY_DIGITS = 12


@get("/api/grids", opt=documents(answers={200: FEATURES}))
async def grids(
    request: Request[Any, Any, Any], person: NamedDependency[Person], at: FromQuery[date | None] = None
) -> Any:
    """Return the grids of one's reach that were in use on a day, today's without one, as GeoJSON."""
    found = await queries.grids_on(reach(person, today()), at or today())
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
    problem = why_not(person, NEEDS["import_grids"], asked.community_code, on=today())
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
    areas = reach(person, today(), Permission.MANAGE_PLACES).prefixes
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


class GridChangeList(Struct):
    """The changes of grids of the last month, the newest first."""

    changes: list[GridChangeRow]


@get("/api/grids/changes")
async def grid_changes(person: NamedDependency[Person]) -> GridChangeList:
    """Return the latest changes of grids in the communities whose grids one may change."""
    return GridChangeList(await queries.latest_changes(await _communities(person), person.tenant, clock.now()))


@post("/api/grids/changes/plan", status_code=200, opt=documents(GridEditRefused, body=PlanAsked))
async def plan_grid_change(request: Request[Any, Any, Any], person: NamedDependency[Person]) -> Plan:
    """Return what drawing grids anew would make and move, and change nothing."""
    asked = await body(request, PlanAsked)
    problem = why_not(person, NEEDS["change_grids"], asked.community_code, on=today())
    if problem is not None:
        raise problem
    return await plan(asked, person.tenant, today())


ROUTES = (
    grids, check_grids, bring_grid_file, look_into_grid_file, survey_grid_file, grid_progress, grid_changes,
    plan_grid_change,
)  # fmt: skip
