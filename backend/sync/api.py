"""Speak HTTP for sync: push, pull, the live stream, and the list of held mutations."""

import asyncio
import gzip
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from typing import Annotated, Any, cast
from uuid import UUID

import msgspec
from litestar import Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromQuery, Parameter
from litestar.response import Stream

from backend import clock
from backend.acts import DAYS
from backend.http import accepts, body, documents, json_response
from backend.listening import Listener
from backend.people.api.identity import OFTEN
from backend.people.queries import Device, SignedIn
from backend.people.queries import device as device_by_id
from backend.people.rules import Permission, Person, why_not
from backend.problems import Busy, Malformed, UnsupportedContent
from backend.sync import live
from backend.sync.commands import carry, push
from backend.sync.commands.carry import Lifeboat
from backend.sync.commands.envelope import Push, read
from backend.sync.commands.receipts import Receipt
from backend.sync.queries import HeldRow, Pulled, accepted_rulebooks, held_mutations, pull
from backend.sync.rules import GRIDS_MOST, CursorStale, RulebookOutdated, why_not_rulebook

GZIP_LEVEL = 6
THREAD_FROM_BYTES = 64_000
"""From here on compressing takes more than a millisecond, so it leaves the event loop."""


class Receipts(msgspec.Struct):
    """What became of each mutation, in the order they were sent."""

    receipts: list[Receipt]
    server_time: datetime


class Page(Pulled):
    """A page of changes and the server's time."""

    server_time: datetime


class HeldList(msgspec.Struct):
    """Mutations that wait for review."""

    held: list[HeldRow]


SEATS = 100
"""Pushes and pulls at once, each with its body in memory; whoever comes on top is told when to come back."""
_seated = 0


@contextmanager
def _seat() -> Iterator[None]:
    """Take one of the seats for a push or a pull. Errors: Busy, when all are taken."""
    global _seated
    if _seated >= SEATS:
        raise Busy
    _seated += 1
    try:
        yield
    finally:
        _seated -= 1


@post("/api/sync/push", status_code=200, opt=documents(RulebookOutdated, body=Push) | OFTEN)
async def push_mutations(
    request: Request[Any, Any, Any], person: NamedDependency[Person], device: NamedDependency[Device]
) -> Response[Receipts]:
    """Do each mutation once, in order, and answer each with a receipt."""
    received_at = clock.now()
    with _seat():
        sent = read(await _body(request))
        problem = why_not_rulebook(sent.rulebook, accepted_rulebooks())
        if problem is not None:
            raise problem
        receipts = await push(sent, person, await _made_on(sent.device, person, device), received_at)
    answer = Receipts(receipts, clock.now())
    return cast("Response[Receipts]", json_response(request, answer))


@post("/api/sync/lifeboat", status_code=200, opt=documents(body=Lifeboat))
async def take_in_lifeboat(
    request: Request[Any, Any, Any], person: NamedDependency[Person], device: NamedDependency[Device]
) -> Response[Receipts]:
    """Open sealed records and do each once, in the name of its author and device, whoever brings them."""
    received_at = clock.now()
    with _seat():
        boat = await body(request, Lifeboat)
        receipts = await carry(boat, person, device, received_at)
    return cast("Response[Receipts]", json_response(request, Receipts(receipts, clock.now())))


async def _body(request: Request[Any, Any, Any]) -> bytes:
    called = request.headers.get("content-type", "application/json").partition(";")[0].strip().lower()
    if called != "application/json":
        raise UnsupportedContent(accepted="application/json")
    return await request.body()


async def _made_on(device_id: UUID, person: Person, device: Device) -> Device:
    """Return the device the mutations were made on: this session's, or a former one of the same person."""
    if device_id == device.id:
        return device
    former = await device_by_id(device_id)
    if former is None or former.person_id != person.id:
        raise Malformed.at("/device", "not a device of the person who is signed in")
    return former


Listed = Annotated[str | None, Parameter(max_length=1000)]


@get("/api/sync/pull", opt=documents(CursorStale) | OFTEN)
async def pull_changes(
    request: Request[Any, Any, Any],
    person: NamedDependency[Person],
    cursor: FromQuery[Listed] = None,
    grids: FromQuery[Listed] = None,
    kinds: FromQuery[Listed] = None,
) -> Response[Page]:
    """Return what changed since the cursor within the person's reach; without one, everything."""
    on = clock.now().astimezone(DAYS).date()
    with _seat():
        found = await pull(person, on, cursor, _codes(grids), _names(kinds))
        page = Page(found.cursor, found.more, found.fresh, found.rows, found.gone, found.left_out, clock.now())
        return cast("Response[Page]", await _compressed(request, page))


def _names(listed: str | None) -> list[str]:
    return [each for each in (listed or "").split(",") if each]


def _codes(listed: str | None) -> list[str]:
    codes = _names(listed)
    if len(codes) > GRIDS_MOST or not all(len(code) == 15 and code.isascii() and code.isdigit() for code in codes):
        raise Malformed.at("/grids", f"at most {GRIDS_MOST} grid codes of 15 digits, separated by commas")
    return codes


async def _compressed(request: Request[Any, Any, Any], content: Any) -> Any:
    encoded = msgspec.json.encode(content)
    headers = {"vary": "accept-encoding", "cache-control": "no-store"}
    if len(encoded) < THREAD_FROM_BYTES or not accepts(request.headers.get("accept-encoding", ""), "gzip"):
        return json_response(request, content, headers)
    small = await asyncio.to_thread(gzip.compress, encoded, GZIP_LEVEL, mtime=0)
    return Response(small, media_type="application/json", headers={**headers, "content-encoding": "gzip"})


@get("/api/sync/live", media_type="text/event-stream")
async def live_revisions(
    person: NamedDependency[Person], signed_in: NamedDependency[SignedIn], listener: NamedDependency[Listener]
) -> Stream:
    """Stream `revision` events: how far the person's tenant has come.

    Who reaches further, such as a district, is told by `elsewhere` events, too, that something there has changed: their
    `edition` is another whenever it has.
    """
    live.check_room(person.id)
    events = live.stream(listener, live.hearer(signed_in))
    headers = {"cache-control": "no-store", "x-accel-buffering": "no"}
    return Stream(events, media_type="text/event-stream", headers=headers)


@get("/api/sync/held")
async def list_held(person: NamedDependency[Person], after: FromQuery[UUID | None] = None) -> Response[HeldList]:
    """List the mutations that wait for somebody who may review them; accept_held and refuse_held decide."""
    problem = why_not(person, Permission.REVIEW_HELD, person.tenant, on=clock.now().astimezone(DAYS).date())
    if problem is not None:
        raise problem
    content = msgspec.json.encode(HeldList(await held_mutations(person.tenant, after)))
    answer = Response(content, media_type="application/json", headers={"cache-control": "no-store"})
    return cast("Response[HeldList]", answer)


state = {"rulebook": next(iter(accepted_rulebooks()), None)}

routes: Sequence[Any] = [push_mutations, take_in_lifeboat, pull_changes, live_revisions, list_held]
