"""Speak HTTP for visits: published checklists, visits of a place, and coverage."""

from datetime import date
from typing import Annotated, Any
from uuid import UUID

from litestar import Request, Response, get
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery, Parameter
from msgspec import Struct

from backend import clock
from backend.http import documents, json_response
from backend.people.rules import Permission, Person, Reach, reach, why_not
from backend.places.queries import place
from backend.problems import Malformed, NotFound, NotYourRole
from backend.visits import queries
from backend.visits.queries import ChecklistListed, ChecklistRow, Coverage, Period, VisitRow

VISITS_MOST = 200


class Visits(Struct):
    """Visits of a place, every version of each, latest first."""

    visits: list[VisitRow]


class Checklists(Struct):
    """Every published version, newest first within each checklist."""

    checklists: list[ChecklistListed]


def _reach(person: Person) -> Reach:
    return reach(person, clock.today())


@get("/api/checklists")
async def checklists(person: NamedDependency[Person]) -> Checklists:
    """List the published checklists, with review status and size."""
    return Checklists(await queries.checklists(_reach(person)))


@get("/api/checklists/{checklist_id:str}/{version:int}", opt=documents(NotFound, answers={200: ChecklistRow}))
async def checklist(
    request: Request[Any, Any, Any],
    person: NamedDependency[Person],
    checklist_id: FromPath[str],
    version: FromPath[int],
) -> Response[bytes]:
    """Return one version of a checklist, whole, with the basis of every item and how sure it is."""
    if not 0 < version <= 1_000_000 or len(checklist_id) > 60 or not checklist_id.isascii() or "\x00" in checklist_id:
        raise NotFound
    found = await queries.one_checklist(_reach(person), checklist_id, version)
    if found is None:
        raise NotFound
    return json_response(request, found)


def _visible(person: Person, place_code: str, premises_id: UUID | None = None) -> None:
    problem = why_not(person, Permission.VIEW, place_code, on=clock.today(), premises_id=premises_id)
    if problem is not None:
        raise problem


async def _place_visible(person: Person, kind: str, place_id: UUID) -> None:
    found = await place(kind, place_id)
    if found is None:
        raise NotFound
    _visible(person, found.grid_code, place_id if kind == "premises" else None)


_REFUSALS = (NotFound, NotYourRole, Malformed)


@get("/api/visits", opt=documents(*_REFUSALS, answers={200: Visits}))
async def visits(
    request: Request[Any, Any, Any],
    person: NamedDependency[Person],
    place_id: FromQuery[UUID],
    limit: FromQuery[Annotated[int, Parameter(ge=1, le=VISITS_MOST)]] = 50,
) -> Response[bytes]:
    """List the visits of a household or of premises, every version of each, latest first."""
    kind = "household" if await place("household", place_id) else "premises"
    await _place_visible(person, kind, place_id)
    found = await queries.visits_of(place_id, limit)
    return json_response(request, Visits(queries.for_reader(found, person)))


@get("/api/visits/{visit_id:uuid}", opt=documents(*_REFUSALS, answers={200: VisitRow}))
async def visit(
    request: Request[Any, Any, Any], person: NamedDependency[Person], visit_id: FromPath[UUID]
) -> Response[bytes]:
    """Return one version of a visit, corrected since or not."""
    found = await queries.one_visit(visit_id)
    if found is None:
        raise NotFound
    await _place_visible(person, found.place_kind, found.place_id)
    return json_response(request, queries.for_reader([found], person)[0])


def _half_year(on: date) -> date:
    return date(on.year, 1 if on.month < 7 else 7, 1)


@get("/api/coverage", opt=documents(*_REFUSALS))
async def coverage(
    person: NamedDependency[Person],
    place_code: FromQuery[Annotated[str, Parameter(pattern="^([0-9]{6}|[0-9]{9}|[0-9]{12}|[0-9]{15})$(?!\\n)")]],
    from_on: FromQuery[date | None] = None,
    to_on: FromQuery[date | None] = None,
) -> Coverage:
    """Count coverage per grid, from the start of the half-year until today unless told otherwise; never per person."""
    _visible(person, place_code)
    last = to_on or clock.today()
    first = from_on or _half_year(last)
    if first > last or first.year < 2000 or last.year > 2099:
        raise Malformed.at("/query/from_on", "from_on and to_on must be a period between 2000 and 2099")
    return await queries.coverage(place_code, Period(first, last))


routes = [checklists, checklist, visits, visit, coverage]
