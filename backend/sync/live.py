"""Stream to one person how far the tenant has come, and that others within reach changed: phones pull, desks ask."""

import asyncio
import hashlib
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

import msgspec

from backend import changes, clock
from backend.acts import DAYS
from backend.listening import Listener
from backend.people import remembered
from backend.people.queries import SignedIn, person_of
from backend.people.rules import Permission, Person, reach
from backend.problems import Problem, TooMany

KEEP_ALIVE_S = 20.0
COALESCE_S = 0.25
"""Of many changes within this time one event is made."""
COALESCE_BEYOND_S = 1.0
"""The same for whoever hears a whole district: something always changes there, and a desk asks for all it shows."""
STREAMS_MOST = 6
"""Open streams for one person: a phone, and a few tabs at the desk."""

_open: Counter[UUID] = Counter()

Areas = tuple[str, ...]
"""Tenants and districts by their codes."""


def check_room(person_id: UUID) -> None:
    """Let one more stream of a person pass, or raise TooMany."""
    if _open[person_id] >= STREAMS_MOST:
        raise TooMany(retry_after_s=60)


def beyond(person: Person, on: date) -> Areas:
    """Return the areas beyond the own tenant of which the person's map tells, and none for most people."""
    return tuple(area for area in reach(person, on, Permission.VIEW_MAP).scopes if area != person.tenant)


@dataclass(frozen=True, slots=True)
class Hearer:
    """Who listens: the own tenant, and the areas beyond it.

    `still` asks which areas these are by now, None when the person may no longer listen. `people` is another number
    whenever people have changed, so that the database need not be asked at every event.
    """

    person_id: UUID
    tenant: str
    beyond: Areas
    still: Callable[[], Awaitable[Areas | None]]
    people: Callable[[], int]


def hearer(who: SignedIn) -> Hearer:
    """Return somebody who is signed in as who listens."""

    async def still() -> Areas | None:
        try:
            now = await person_of(who.token_hash)
        except Problem:
            return None
        return None if now is None else beyond(now.person, _today())

    return Hearer(who.person.id, who.person.tenant, beyond(who.person, _today()), still, remembered.times_forgotten)


class _Right:
    """What somebody may hear of, looked up again once people have changed, in silence, and now and then without."""

    def __init__(self, hearer: Hearer) -> None:
        self._hearer = hearer
        self._people, self._checked_s = hearer.people(), _now_s()

    async def stands(self, *, is_silent: bool) -> bool:
        """Is it what it was when the stream began?"""
        people, now_s = self._hearer.people(), _now_s()
        if not is_silent and people == self._people and now_s - self._checked_s < KEEP_ALIVE_S:
            return True
        self._people, self._checked_s = people, now_s
        return await self._hearer.still() == self._hearer.beyond


async def stream(listener: Listener, hearer: Hearer) -> AsyncIterator[bytes]:
    """Yield server-sent events until the server stops, or what the person may hear of has become another.

    The first events tell how things stand, so that whoever connects again knows whether anything was missed.
    """
    areas = (hearer.tenant, *hearer.beyond)
    _open[hearer.person_id] += 1
    try:
        with listener.hearing(areas) as ear:
            right = _Right(hearer)
            known = await _newest(areas)
            for event in _events(hearer, known, {hearer.tenant, *hearer.beyond}):
                yield event
            while not listener.stopping.is_set():
                heard = await ear.heard(KEEP_ALIVE_S)
                if listener.stopping.is_set() or not await right.stands(is_silent=not heard):
                    return
                if not heard:
                    yield b": still here\n\n"
                    continue
                newer = {each: revision for each, revision in heard.items() if revision > known.get(each, 0)}
                known |= newer
                for event in _events(hearer, known, set(newer)):
                    yield event
                await _pause(listener, COALESCE_BEYOND_S if hearer.beyond else COALESCE_S)
    finally:
        _open[hearer.person_id] -= 1
        if not _open[hearer.person_id]:
            del _open[hearer.person_id]


async def _newest(areas: Sequence[str]) -> dict[str, int]:
    if len(areas) == 1:
        return {areas[0]: await changes.newest(areas[0])}
    return await changes.newest_within(areas)


def _today() -> date:
    return clock.now().astimezone(DAYS).date()


def _now_s() -> float:
    return asyncio.get_running_loop().time()


async def _pause(listener: Listener, pause_s: float) -> None:
    """Wait a little, so that what happens meanwhile is told by one event; a stopping server waits for nobody."""
    try:
        async with asyncio.timeout(pause_s):
            await listener.stopping.wait()
    except TimeoutError:
        return


def _events(hearer: Hearer, known: Mapping[str, int], changed: set[str]) -> Iterator[bytes]:
    """Give what is told of changes: how far the own tenant has come, and how all others stand.

    The latter is one short word, whatever their number, and tells of none of them in particular.
    """
    if hearer.tenant in changed:
        yield _event("revision", {"tenant": hearer.tenant, "revision": known[hearer.tenant]})
    if changed - {hearer.tenant}:
        said = " ".join(f"{each}-{revision}" for each, revision in sorted(known.items()) if each != hearer.tenant)
        yield _event("elsewhere", {"edition": hashlib.sha256(said.encode()).hexdigest()[:16]})


def _event(name: str, told: object) -> bytes:
    return f"event: {name}\ndata: ".encode() + msgspec.json.encode(told) + b"\n\n"
