"""Speak HTTP for the map: features, counts and vector tiles, each with an ETag that holds until something changes."""

import asyncio
import gzip
import re
from collections.abc import Awaitable, Callable
from datetime import date
from typing import Annotated, Any

from litestar import Request, Response, get
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery, Parameter

from backend import clock
from backend.hazard_map import queries
from backend.hazard_map.queries import Days, Seen, Summary, View
from backend.hazards.queries import Asked, Past, PastNotHeld, Revisions
from backend.hazards.rules import OPEN_STAGES, Category, Grade, Stage, day_of
from backend.http import FEATURES, accepts, documents, json_response
from backend.people.api.identity import OFTEN
from backend.people.rules import Permission, Person, not_your_role, reach
from backend.problems import Malformed, NotFound, NotYourRole
from geo import BBox, GeoError

MVT = "application/vnd.mapbox-vector-tile"
SMALLEST_GZIP_BYTES = 600
FIRST_DAY = date(2000, 1, 1)
MAP = documents(Malformed, NotYourRole, answers={200: FEATURES, 304: None})
VIEW = documents(Malformed, NotYourRole, answers={200: View, 304: None})
SUMMARY = documents(NotYourRole, answers={200: Summary, 304: None})
PAST = documents(Malformed, NotYourRole, PastNotHeld, answers={200: Past, 304: None})
DAYS = documents(NotYourRole, PastNotHeld, answers={200: Days, 304: None})
TILE = documents(Malformed, NotYourRole, answers={200: (MVT,), 204: None, 304: None})
HAZARD_TILE = documents(Malformed, NotYourRole, PastNotHeld, answers={200: (MVT,), 204: None, 304: None})

Words = Annotated[str | None, Parameter(max_length=200)]
Digits = Annotated[str | None, Parameter(pattern="^[0-9]{6,15}$")]


@get("/api/hazard-map", opt=MAP)
async def hazard_map(
    request: Request[Any, Any, Any],
    person: NamedDependency[Person],
    bbox: FromQuery[Annotated[str, Parameter(max_length=200)]],
    stage: FromQuery[Words] = None,
    category: FromQuery[Words] = None,
    grade: FromQuery[Words] = None,
    overdue: FromQuery[bool] = False,
    place_code: FromQuery[Digits] = None,
) -> Response[bytes]:
    """Return the hazards in a box `west,south,east,north` as GeoJSON, at most 5,000, those due first."""
    seen = _seen(person)
    asked = _asked(stage, category, grade, overdue, place_code)
    box = _box(bbox)
    return await _unless_known(request, seen, lambda _: queries.features(seen, box, asked))


@get("/api/hazard-map/view", opt=VIEW)
async def hazards_in_view(
    request: Request[Any, Any, Any],
    person: NamedDependency[Person],
    bbox: FromQuery[Annotated[str | None, Parameter(max_length=200)]] = None,
    stage: FromQuery[Words] = None,
    category: FromQuery[Words] = None,
    grade: FromQuery[Words] = None,
    overdue: FromQuery[bool] = False,
) -> Response[bytes]:
    """Return how many hazards lie in a box, without one in all of one's grids, and the 60 that are due first."""
    seen = _seen(person)
    asked = _asked(stage, category, grade, overdue, None)
    box = None if bbox is None else _box(bbox)
    return await _unless_known(request, seen, lambda known: queries.view(seen, box, asked, known))


@get("/api/hazard-map/summary", opt=SUMMARY)
async def hazard_summary(request: Request[Any, Any, Any], person: NamedDependency[Person]) -> Response[bytes]:
    """Return how many hazards are open, overdue and closed in each grid and community of one's reach."""
    seen = _seen(person)
    return await _unless_known(request, seen, lambda known: queries.summary(seen, known))


@get("/api/hazard-map/days", opt=DAYS)
async def days(request: Request[Any, Any, Any], person: NamedDependency[Person]) -> Response[bytes]:
    """Return from which day on hazards of one's reach are recorded, and today."""
    seen = _seen(person)
    return await _unless_known(request, seen, lambda _: queries.days(seen))


@get("/api/hazard-map/past", opt=PAST)
async def past(
    request: Request[Any, Any, Any],
    person: NamedDependency[Person],
    on: FromQuery[date],
    stage: FromQuery[Words] = None,
    category: FromQuery[Words] = None,
    grade: FromQuery[Words] = None,
    overdue: FromQuery[bool] = False,
    place_code: FromQuery[Digits] = None,
) -> Response[bytes]:
    """Return how hazards of one's reach stood at the end of a day, by the steps recorded until now.

    The counts are of all of them, `total` and `hazards` of those asked for, at most 500, those due first.
    """
    seen = _seen(person)
    day = _past_day(seen, on)
    asked = _asked(stage, category, grade, overdue, place_code)
    return await _unless_known(request, seen, lambda _: queries.past(seen, asked, day))


@get("/api/hazard-map/hazards/{fid:int}", opt=documents(NotFound, NotYourRole))
async def hazard_by_number(person: NamedDependency[Person], fid: FromPath[int]) -> dict[str, str]:
    """Return the id of the hazard that a tile calls by a number."""
    found = await queries.hazard_id(_seen(person), fid) if 0 <= fid < 2**31 else None
    if found is None:
        raise NotFound
    return {"id": str(found)}


@get("/api/tiles/hazards/{z:int}/{x:int}/{file:str}", opt=HAZARD_TILE | OFTEN)
async def hazard_tile(
    request: Request[Any, Any, Any],
    person: NamedDependency[Person],
    z: FromPath[int],
    x: FromPath[int],
    file: FromPath[str],
    stage: FromQuery[Words] = None,
    category: FromQuery[Words] = None,
    grade: FromQuery[Words] = None,
    overdue: FromQuery[bool] = False,
    on: FromQuery[date | None] = None,
) -> Response[bytes]:
    """Return a vector tile of hazards: layer `hazards`, or `clusters` below zoom 13; with `on`, of a past day's end."""
    seen = _seen(person)
    day = None if on is None else _past_day(seen, on)
    asked = _asked(stage, category, grade, overdue, None)
    return await _tile(request, seen, lambda known: queries.hazard_tile(seen, (z, x, _row(file)), asked, known, day))


@get("/api/tiles/grids/{z:int}/{x:int}/{file:str}", opt=TILE | OFTEN)
async def grid_tile(
    request: Request[Any, Any, Any],
    person: NamedDependency[Person],
    z: FromPath[int],
    x: FromPath[int],
    file: FromPath[str],
) -> Response[bytes]:
    """Return a vector tile of the grids in use today: layer `grids` with `code` and `name`."""
    seen = _seen(person)
    return await _tile(request, seen, lambda known: queries.grid_tile(seen, (z, x, _row(file)), known))


@get("/api/tiles/premises/{z:int}/{x:int}/{file:str}", opt=TILE | OFTEN)
async def premises_tile(
    request: Request[Any, Any, Any],
    person: NamedDependency[Person],
    z: FromPath[int],
    x: FromPath[int],
    file: FromPath[str],
) -> Response[bytes]:
    """Return a vector tile of premises: layer `premises` with `id`, `name` and `category`; empty below zoom 13."""
    seen = _seen(person)
    return await _tile(request, seen, lambda _: queries.premises_tile(seen, z, x, _row(file)))


def _box(text: str) -> BBox:
    """Return the box `west,south,east,north`. Errors: Malformed."""
    try:
        return BBox.parse(text)
    except GeoError as error:
        raise Malformed.at("/query/bbox", error.en) from error


def _row(file: str) -> int:
    """Return the row in the last part of a tile's address, such as `1788.mvt`."""
    number, dot, ending = file.partition(".")
    if (dot, ending) != (".", "mvt") or re.fullmatch("[0-9]{1,10}", number) is None:
        raise Malformed.at("/path/y", "a tile is called z/x/y.mvt")
    return int(number)


def _seen(person: Person) -> Seen:
    """Return what the person may see of the map today.

    Errors: NotYourRole for somebody whose posting shows no map.
    """
    today = day_of(clock.now())
    own = reach(person, today, Permission.VIEW_MAP)
    if not own.scopes:
        raise not_your_role(Permission.VIEW_MAP)
    return Seen(person.tenant, own, today)


def _past_day(seen: Seen, on: date) -> date:
    """Return a day of which something can be said. Errors: Malformed."""
    if not FIRST_DAY <= on <= seen.today:
        raise Malformed.at("/query/on", f"a day from {FIRST_DAY} to today, {seen.today}")
    return on


def _asked(stage: str | None, category: str | None, grade: str | None, overdue: bool, place_code: str | None) -> Asked:
    stages = tuple(OPEN_STAGES) if stage == "open" else _listed(stage, "/query/stage", set(Stage) - {Stage.DRAFT})
    return Asked(
        stage=stages,
        category=_listed(category, "/query/category", set(Category)),
        grade=_listed(grade, "/query/grade", set(Grade)),
        overdue=overdue,
        place_code=place_code,
    )


def _listed(text: str | None, pointer: str, known: set[Any]) -> tuple[str, ...]:
    words = tuple(dict.fromkeys(word for word in (text or "").split(",") if word))
    if not known.issuperset(words):
        raise Malformed.at(pointer, f"one of: {', '.join(sorted(known))}")
    return words


async def _unless_known(
    request: Request[Any, Any, Any], seen: Seen, make: Callable[[Revisions], Awaitable[Any]]
) -> Response[bytes]:
    """Return 304 when the client has the present edition, else the JSON made now."""
    revisions = await queries.newest(seen)
    headers = _headers(seen, revisions)
    if headers["etag"] in request.headers.get("if-none-match", ""):
        return Response(b"", status_code=304, headers=headers)
    return json_response(request, await make(revisions), headers)


async def _tile(
    request: Request[Any, Any, Any], seen: Seen, make: Callable[[Revisions], Awaitable[bytes]]
) -> Response[bytes]:
    """Return 304, 204 for an empty tile, or the tile, compressed beside the event loop when it is large."""
    revisions = await queries.newest(seen)
    headers = _headers(seen, revisions)
    if headers["etag"] in request.headers.get("if-none-match", ""):
        return Response(b"", status_code=304, headers=headers)
    try:
        tile = await make(revisions)
    except GeoError as error:
        raise Malformed.at("/path", error.en) from error
    if len(tile) >= SMALLEST_GZIP_BYTES and accepts(request.headers.get("accept-encoding", ""), "gzip"):
        tile = await asyncio.to_thread(gzip.compress, tile, 5, mtime=0)
        headers["content-encoding"] = "gzip"
    return Response(tile, status_code=200 if tile else 204, media_type=MVT, headers=headers)


def _headers(seen: Seen, revisions: Revisions) -> dict[str, str]:
    return {
        "etag": f'W/"{queries.edition(seen, revisions)}"',
        "cache-control": "private, no-cache",
        "vary": "accept-encoding, cookie, authorization",
    }


routes = [
    hazard_map, hazards_in_view, hazard_summary, days, past, hazard_by_number, hazard_tile, grid_tile, premises_tile,
]  # fmt: skip
