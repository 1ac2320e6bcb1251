"""Hear from PostgreSQL how far each tenant has come, and wake whoever waits for it."""

import asyncio
import json
import logging
from collections.abc import Callable, Mapping
from typing import Any

import asyncpg

from backend import changes

log = logging.getLogger("gridwalk.listening")

LONGEST_PAUSE_S = 10.0
_PROOF_OF_LIFE_S = 15.0


class Listener:
    """The newest revision of every tenant that somebody asked about or that has changed.

    `hears` are further channels, and what is called with each thing said on them; with nothing when something may have
    been missed.
    """

    def __init__(self, hears: Mapping[str, Callable[[str], None]] | None = None) -> None:
        self._hears = hears or {}
        self.connected = asyncio.Event()
        self.stopping = asyncio.Event()
        self._newest: dict[str, int] = {}
        self._woken: dict[str, asyncio.Event] = {}

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
        """Tell whoever waits what happened while nobody listened."""
        for tenant in list(self._woken):
            self._come(tenant, await changes.newest(tenant))

    def _hear(self, said: str) -> None:
        notice = json.loads(said)
        self._come(notice["tenant"], notice["revision"])

    def _come(self, tenant: str, revision: int) -> None:
        if revision > self._newest.get(tenant, 0):
            self._newest[tenant] = revision
            event = self._woken.pop(tenant, None)
            if event is not None:
                event.set()

    def stop(self) -> None:
        """Let every wait end at once: the server is about to stop."""
        self.stopping.set()
        for event in self._woken.values():
            event.set()
        self._woken.clear()

    async def newer(self, tenant: str, than: int, timeout_s: float) -> int | None:
        """Return a revision of the tenant newer than one; None when there is none in time, or the server stops."""
        end = asyncio.get_running_loop().time() + timeout_s
        if tenant not in self._newest:
            self._come(tenant, await changes.newest(tenant))
        while not self.stopping.is_set():
            if self._newest.get(tenant, 0) > than:
                return self._newest[tenant]
            event = self._woken.setdefault(tenant, asyncio.Event())
            try:
                await asyncio.wait_for(event.wait(), end - asyncio.get_running_loop().time())
            except TimeoutError:
                return None
        return None
