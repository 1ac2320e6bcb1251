"""Speak HTTP for hazards: a list with filters, and one hazard with its history. Changes go through sync."""

from typing import Annotated, Any, cast
from uuid import UUID

import msgspec
from litestar import Request, Response, get
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery, Parameter

from backend import clock
from backend.hazards import queries
from backend.hazards.queries import Asked, Found, HazardRow, Sort
from backend.hazards.rules import Category, Grade, Stage, day_of
from backend.http import json_response
from backend.people.rules import Person, reach
from backend.problems import Malformed, NotFound

STAGES = tuple(stage.value for stage in Stage if stage is not Stage.DRAFT)
Words = Annotated[str | None, Parameter(max_length=200)]


class HazardDetail(msgspec.Struct):
    """One hazard, and earlier ones of the same place and item that it may repeat (for a person to judge)."""

    hazard: HazardRow
    may_repeat: list[UUID]


def _listed(text: str | None, pointer: str, known: set[str]) -> tuple[str, ...]:
    """Return the words of a comma-separated filter."""
    words = tuple(dict.fromkeys(word for word in (text or "").split(",") if word))
    if not known.issuperset(words):
        raise Malformed.at(pointer, f"one of: {', '.join(sorted(known))}")
    return words


@get("/api/hazards")
async def list_hazards(
    request: Request[Any, Any, Any],
    person: NamedDependency[Person],
    stage: FromQuery[Words] = None,
    category: FromQuery[Words] = None,
    grade: FromQuery[Words] = None,
    overdue: FromQuery[bool] = False,
    undecided: FromQuery[bool] = False,
    place_code: FromQuery[Annotated[str | None, Parameter(pattern="^[0-9]{6,15}$")]] = None,
    place_id: FromQuery[UUID | None] = None,
    q: FromQuery[Annotated[str | None, Parameter(max_length=80)]] = None,
    sort: FromQuery[Sort] = "deadline",
    after: FromQuery[Annotated[str | None, Parameter(max_length=40)]] = None,
    limit: FromQuery[Annotated[int, Parameter(ge=1, le=200)]] = 50,
) -> Response[Found]:
    """List hazards within one's reach: `stage`, `category` and `grade` take several words with commas between.

    `stage=open` is every stage that has not ended; `undecided` those whose grid nobody has decided yet.
    `next` of the answer is the `after` of the next page.
    """
    asked = Asked(
        stage=("open",) if stage == "open" else _listed(stage, "/query/stage", set(STAGES)),
        category=_listed(category, "/query/category", set(Category)),
        grade=_listed(grade, "/query/grade", set(Grade)),
        overdue=overdue,
        undecided=undecided,
        place_code=place_code,
        place_id=None if place_id is None else str(place_id),
        q=q.replace("\x00", "") if q else None,  # PostgreSQL knows no NUL
    )
    today = day_of(clock.now())
    found = await queries.find_hazards(asked, reach(person, today), today, sort=sort, after=after, limit=limit)
    return cast("Response[Found]", json_response(request, found))


@get("/api/hazards/{hazard_id:uuid}")
async def one_hazard(
    request: Request[Any, Any, Any], person: NamedDependency[Person], hazard_id: FromPath[UUID]
) -> Response[HazardDetail]:
    """Return a hazard within one's reach, with its history and photos."""
    row = await queries.one_hazard(hazard_id, reach(person, day_of(clock.now())))
    if row is None:
        raise NotFound
    detail = HazardDetail(row, await queries.recurrence_candidates(hazard_id))
    return cast("Response[HazardDetail]", json_response(request, detail))


routes = [list_hazards, one_hazard]
