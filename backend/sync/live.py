"""Stream to one person how far the tenant has come, and nothing else: phones then pull, desks ask again."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable
from uuid import UUID

import msgspec

from backend import changes
from backend.listening import Listener
from backend.problems import TooMany

KEEP_ALIVE_S = 20.0
COALESCE_S = 0.25
"""Of many changes within this time one event is made."""
STREAMS_MOST = 6
"""Open streams for one person: a phone, and a few tabs at the desk."""

_open: Counter[UUID] = Counter()


def check_room(person_id: UUID) -> None:
    """Let one more stream of a person pass, or raise TooMany."""
    if _open[person_id] >= STREAMS_MOST:
        raise TooMany(retry_after_s=60)


async def stream(
    listener: Listener, tenant: str, person_id: UUID, may_go_on: Callable[[], Awaitable[bool]]
) -> AsyncIterator[bytes]:
    """Yield server-sent events until the server stops, or the person may no longer listen.

    The first event tells the present revision, so that whoever connects again knows whether anything was missed.
    """
    _open[person_id] += 1
    try:
        told = await changes.newest(tenant)
        yield _event(tenant, told)
        while not listener.stopping.is_set():
            newer = await listener.newer(tenant, told, KEEP_ALIVE_S)
            if newer is None:
                if listener.stopping.is_set() or not await may_go_on():
                    return
                yield b": still here\n\n"
                continue
            told = newer
            yield _event(tenant, told)
            await _pause(listener)
    finally:
        _open[person_id] -= 1
        if not _open[person_id]:
            del _open[person_id]


async def _pause(listener: Listener) -> None:
    """Wait a little, so that what happens meanwhile is told by one event; a stopping server waits for nobody."""
    try:
        async with asyncio.timeout(COALESCE_S):
            await listener.stopping.wait()
    except TimeoutError:
        return


def _event(tenant: str, revision: int) -> bytes:
    told = msgspec.json.encode({"tenant": tenant, "revision": revision})
    return b"event: revision\ndata: " + told + b"\n\n"
