"""List people and devices within one's reach, and make one-time codes for phones."""

import re
from datetime import datetime
from typing import Any

from litestar import Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromQuery
from msgspec import Struct

from backend import clock, database
from backend.http import body, documents
from backend.people import queries
from backend.people.api.identity import settings_of
from backend.people.api.me import named_places, qr_svg
from backend.people.api.shapes import PersonShown, person_shown
from backend.people.commands.enrolments import StartEnrolment, start_enrolment
from backend.people.queries import Device
from backend.people.rules import Permission, Person, Role, not_your_role, reach
from backend.problems import Malformed, NotFound

_PLACE_CODE = re.compile(r"[0-9]{6}(?:[0-9]{3}){0,3}")


class EnrolmentShown(Struct):
    """A one-time code, told once."""

    code: str
    url: str
    qr_svg: str
    expires_at: datetime


class PeopleShown(Struct):
    """People, ordered by name; `more` says that not all are listed."""

    people: list[PersonShown]
    more: bool


class DevicesShown(Struct):
    """Devices of people one answers for, and one's own."""

    devices: list[queries.DeviceRow]
    more: bool


class DevicesWaitingShown(Struct):
    """What is still out there on devices, what holds most first; the sums are of those listed."""

    devices: list[queries.DeviceWaiting]
    mutations: int
    photos: int
    bytes: int
    more: bool


def _public_url(request: Request[Any, Any, Any]) -> str:
    return settings_of(request).public_url or str(request.base_url).rstrip("/")


@post("/api/enrolments", opt=documents(body=StartEnrolment))
async def enrol(
    request: Request[Any, Any, Any], person: NamedDependency[Person], device: NamedDependency[Device]
) -> Response[EnrolmentShown]:
    """Make a code that signs a phone in for somebody, once, within 24 hours."""
    if not any(Permission.ENROL in held for held in queries.permissions_of(person, clock.today())):
        raise not_your_role(Permission.ENROL)
    asked = await body(request, StartEnrolment)
    async with database.transaction():
        made = await start_enrolment(asked.person_id, person, device.id)
    url = f"{_public_url(request)}/enrol#{made.code}"  # behind the #, no server and no log ever sees it
    shown = EnrolmentShown(made.code, url, qr_svg(url), made.expires_at)
    return Response(shown, status_code=201, headers={"cache-control": "no-store"})


@get("/api/people")
async def people(
    request: Request[Any, Any, Any],
    person: NamedDependency[Person],
    role: FromQuery[Role | None] = None,
    place: FromQuery[str | None] = None,
) -> PeopleShown:
    """List colleagues: people posted within one's reach or above it, with what they are posted to there."""
    if place is not None:
        _check_place(place)
    on = clock.today()
    seen = queries.colleagues_reach(person, on)
    found = await queries.people_posted(seen, on, role, place)
    listed = found[: queries.MOST_LISTED]
    names = await named_places(request, sorted({posting.place_code for each in listed for posting in each.postings}))
    shown = [person_shown(each, on, names) for each in listed]
    return PeopleShown(shown, len(found) > queries.MOST_LISTED)


@get("/api/devices")
async def devices(person: NamedDependency[Person]) -> DevicesShown:
    """List devices: one's own, and those of people whose accounts one manages."""
    found = await queries.devices_governed(person, reach(person, clock.today(), Permission.MANAGE_PEOPLE))
    return DevicesShown(found[: queries.MOST_LISTED], len(found) > queries.MOST_LISTED)


@get("/api/devices/waiting", opt=documents(NotFound, Malformed))
async def devices_waiting(person: NamedDependency[Person], place: FromQuery[str | None] = None) -> DevicesWaitingShown:
    """List devices within one's reach with what each said it still holds, and when it was last heard."""
    on = clock.today()
    within = reach(person, on, Permission.SEE_DEVICES)
    if not within.prefixes:
        raise not_your_role(Permission.SEE_DEVICES)
    if place is not None:
        _check_place(place)
        if not place.startswith(within.prefixes):
            raise NotFound
    found = await queries.devices_waiting(within, on, place)
    listed = found[: queries.MOST_LISTED]
    return DevicesWaitingShown(
        listed,
        sum(each.waiting_mutations for each in listed),
        sum(each.waiting_photos for each in listed),
        sum(each.waiting_bytes for each in listed),
        len(found) > queries.MOST_LISTED,
    )


def _check_place(place: str) -> None:
    if not _PLACE_CODE.fullmatch(place):
        raise Malformed.at("/query/place", "a place code has 6, 9, 12 or 15 digits")


ROUTES = [enrol, people, devices, devices_waiting]
