"""Hear from PostgreSQL how far each tenant has come, and tell whoever listens for it."""

import asyncio
import json
import logging
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

import asyncpg

from backend import changes

log = logging.getLogger("gridwalk.listening")

LONGEST_PAUSE_S = 10.0
_PROOF_OF_LIFE_S = 15.0


class Ear:
    """What was heard of some areas and not taken yet; it hears from when it is opened, whether or not anybody waits."""

    def __init__(self) -> None:
        self._news: dict[str, int] = {}
        self._said = asyncio.Event()

    def tell(self, tenant: str, revision: int) -> None:
        """Let it hear how far a tenant has come."""
        self._news[tenant] = max(revision, self._news.get(tenant, 0))
        self._said.set()

    def wake(self) -> None:
        """End a wait with whatever there is."""
        self._said.set()

    async def heard(self, timeout_s: float) -> dict[str, int]:
        """Return and take the newest revision of each tenant heard of; nothing when nothing was said in time."""
        try:
            async with asyncio.timeout(timeout_s):
                await self._said.wait()
        except TimeoutError:
            return {}
        self._said.clear()
        news, self._news = self._news, {}
        return news


class Listener:
    """Who listens for which area, and the connection on which the database tells of all of them.

    `hears` are further channels, and what is called with each thing said on them; with nothing when something may have
    been missed.
    """

    def __init__(self, hears: Mapping[str, Callable[[str], None]] | None = None) -> None:
        self._hears = hears or {}
        self.connected = asyncio.Event()
        self.stopping = asyncio.Event()
        self._ears: dict[str, set[Ear]] = {}

    async def run(self, connect: dict[str, Any]) -> None:
        """Listen until cancelled, on a connection of its own; connect again, ever more slowly, whenever it is lost."""
        pause_s = 0.1
        while True:
            try:
                await self._listen(connect)
            except (OSError, TimeoutError, asyncpg.PostgresError, asyncpg.InterfaceError) as error:
                log.warning("not listening: %s", error)
            if self.connected.is_set():
                pause_s = 0.1
            self.connected.clear()
            await asyncio.sleep(pause_s)
            pause_s = min(pause_s * 2, LONGEST_PAUSE_S)

    async def _listen(self, connect: dict[str, Any]) -> None:
        ear = await asyncpg.connect(**connect, timeout=5)
        lost = asyncio.Event()
        try:
            ear.add_termination_listener(lambda *_: lost.set())
            await ear.add_listener(changes.CHANNEL, lambda *said: self._hear(str(said[-1])))
            for channel, hear in self._hears.items():
                await ear.add_listener(channel, lambda *said, hear=hear: hear(str(said[-1])))
                hear("")
            await self._catch_up()
            self.connected.set()
            while not lost.is_set():
                try:
                    await asyncio.wait_for(lost.wait(), _PROOF_OF_LIFE_S)
                except TimeoutError:
                    await ear.execute("SELECT 1", timeout=5)  # a cable that was pulled says nothing by itself
        finally:
            ear.terminate()

    async def _catch_up(self) -> None:
        """Tell whoever listens what happened while the database was not heard."""
        if self._ears:
            for tenant, revision in (await changes.newest_within(list(self._ears))).items():
                self._come(tenant, revision)

    def _hear(self, said: str) -> None:
        notice = json.loads(said)
        self._come(notice["tenant"], notice["revision"])

    def _come(self, tenant: str, revision: int) -> None:
        for area in changes.areas_of(tenant):
            for ear in self._ears.get(area, ()):
                ear.tell(tenant, revision)

    def stop(self) -> None:
        """Let every wait end at once: the server is about to stop."""
        self.stopping.set()
        for ears in self._ears.values():
            for ear in ears:
                ear.wake()

    @contextmanager
    def hearing(self, areas: Sequence[str]) -> Iterator[Ear]:
        """Open an ear for areas, each a tenant or a whole district; it hears of no other tenant.

        Whoever asks the database how far they have come once it is open misses nothing.
        """
        ear = Ear()
        for area in areas:
            self._ears.setdefault(area, set()).add(ear)
        try:
            yield ear
        finally:
            for area in areas:
                ears = self._ears[area]
                ears.discard(ear)
                if not ears:
                    del self._ears[area]
