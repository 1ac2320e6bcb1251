"""Find a tile of a base map: on the disk, else at its service, which is asked within limits and never redirected."""

import asyncio
import logging
import time
from datetime import datetime
from typing import TYPE_CHECKING, Final

from backend import clock
from backend.base_maps.rules import BaseMap, BaseMapSilent, Layer, lines_of_degrees, media_type, rows_of_degrees
from backend.base_maps.storage import TileStore
from backend.problems import Busy
from media import MediaError, relined

if TYPE_CHECKING:
    import httpx

log = logging.getLogger("gridwalk.base_maps")

LARGEST_TILE_BYTES: Final = 1_000_000
ANSWER_WITHIN_S: Final = 10
AT_ONCE: Final = 16
MOST_WAITING: Final = 400
FAILURES_BEFORE_REST: Final = 5
REST_S: Final = 30
_NOTHING_FOR_S: Final = 86_400
_HEADERS: Final = {"user-agent": "Gridwalk", "accept": "image/*", "accept-encoding": "identity"}

for _named in ("httpx", "httpcore"):  # they write addresses into the log, and an address holds the key
    logging.getLogger(_named).setLevel(logging.WARNING)


class _Failed(Exception):
    """A service did not give a tile; the text says how, without its address."""


class Tiles:
    """The tiles of one server: what is kept, what is being fetched, and which services are left alone for a while."""

    def __init__(self, store: TileStore) -> None:
        self._store = store
        self._client: httpx.AsyncClient | None = None
        self._fetching: dict[str, asyncio.Task[bytes]] = {}
        self._gate = asyncio.Semaphore(AT_ONCE)
        self._failures: dict[str, int] = {}
        self._rests_until: dict[str, float] = {}

    async def tile(self, base_map: BaseMap, layer: int, z: int, x: int, y: int) -> bytes:
        """Return a picture, or no bytes where the service has none there.

        One that is kept is shown past its time when the service is silent: yesterday's street is better than none.
        Where the service cuts its tiles in degrees, the picture is put together from those that it touches.
        Errors: BaseMapSilent, Busy when too many wait for tiles.
        """
        if not base_map.reaches(z, x, y):
            return b""
        asked = base_map.layers[layer]
        if not asked.is_geographic:
            return await self._picture(base_map, asked, z, x, y)
        rows = rows_of_degrees(z, y)
        stack = await asyncio.gather(*(self._picture(base_map, asked, z, x, row) for row in rows))
        if not any(stack):
            return b""
        try:
            return await asyncio.to_thread(relined, stack, lines_of_degrees(z, y, base_map.tile_size))
        except MediaError as error:
            log.warning("base map %s: a picture cannot be read: %s", base_map.name, type(error).__name__)
            for row in rows:  # kept, it would be silent for a week
                await asyncio.to_thread(self._store.forget, f"{asked.folder}/{z}/{x}/{row}")
            raise BaseMapSilent from None

    async def _picture(self, base_map: BaseMap, asked: Layer, z: int, x: int, y: int) -> bytes:
        """Return a picture as the service cuts it, kept or fetched."""
        at = clock.now()
        name = f"{asked.folder}/{z}/{x}/{y}"
        kept = await asyncio.to_thread(self._store.find, name, at)
        keep_s = base_map.keep_days * 86_400
        if kept is not None and 0 <= kept.age_s < (keep_s if kept.content else min(keep_s, _NOTHING_FOR_S)):
            return kept.content
        try:
            return await self._fetch_once(base_map, asked, name, (z, x, y), at)
        except BaseMapSilent:
            if kept is None:
                raise
            return kept.content

    async def close(self) -> None:
        """End what is being fetched, and let go of the connections."""
        fetching = list(self._fetching.values())
        for each in fetching:
            each.cancel()
        await asyncio.gather(*fetching, return_exceptions=True)
        if self._client is not None:
            await self._client.aclose()

    async def _fetch_once(
        self, base_map: BaseMap, layer: Layer, name: str, cell: tuple[int, int, int], at: datetime
    ) -> bytes:
        """Return a tile from its service; many who want the same one wait for the same answer."""
        task = self._fetching.get(name)
        if task is None:
            if time.monotonic() < self._rests_until.get(base_map.name, 0):
                raise BaseMapSilent
            if len(self._fetching) >= MOST_WAITING:
                raise Busy(retry_after_s=2)
            task = asyncio.create_task(self._fetch(base_map, layer, name, cell, at))
            self._fetching[name] = task
            task.add_done_callback(lambda done: self._forget(name, done))
        return await asyncio.shield(task)  # whoever goes away does not take it from the others

    def _forget(self, name: str, done: "asyncio.Task[bytes]") -> None:
        self._fetching.pop(name, None)
        if not done.cancelled():
            done.exception()  # seen, also when everybody who waited has gone away

    async def _fetch(
        self, base_map: BaseMap, layer: Layer, name: str, cell: tuple[int, int, int], at: datetime
    ) -> bytes:
        try:
            async with self._gate:
                content = await self._ask(layer.address(*cell), layer.referer)
        except _Failed as error:
            self._count_failure(base_map.name, str(error))
            raise BaseMapSilent from None
        self._failures.pop(base_map.name, None)
        if base_map.keep_days:
            await asyncio.to_thread(self._store.keep, name, content, at)
        return content

    async def _ask(self, address: str, referer: str) -> bytes:
        import httpx  # 8 MB that a server without base maps does without

        if self._client is None:
            self._client = httpx.AsyncClient(
                timeout=httpx.Timeout(ANSWER_WITHIN_S, connect=5),
                limits=httpx.Limits(max_connections=AT_ONCE, max_keepalive_connections=AT_ONCE),
                headers=_HEADERS,
                follow_redirects=False,  # a service that is taken over must not lead this server into its own network
                trust_env=False,
            )
        try:
            async with (
                asyncio.timeout(ANSWER_WITHIN_S),
                self._client.stream("GET", address, headers={"referer": referer} if referer else {}) as answer,
            ):
                return await _picture(answer)
        except (httpx.HTTPError, httpx.InvalidURL, TimeoutError) as error:
            raise _Failed(type(error).__name__) from None  # its text may hold the address

    def _count_failure(self, name: str, how: str) -> None:
        self._failures[name] = self._failures.get(name, 0) + 1
        if self._failures[name] >= FAILURES_BEFORE_REST:
            self._rests_until[name] = time.monotonic() + REST_S
            self._failures.pop(name)
            log.warning("base map %s: %s; it is left alone for %s s", name, how, REST_S)


async def _picture(answer: "httpx.Response") -> bytes:
    """Return what a service sent: a picture of a bearable size, or no bytes where it says that it has none.

    Errors: _Failed for anything else: a redirect, a page in place of a picture, something packed or endless.
    """
    if answer.status_code in (204, 404):
        return b""
    if answer.status_code != 200:
        raise _Failed(f"it answers {answer.status_code}")
    if answer.headers.get("content-encoding", "identity").lower() != "identity":
        raise _Failed("it sends what was not asked for")
    content = bytearray()
    async for chunk in answer.aiter_raw():
        content += chunk
        if len(content) > LARGEST_TILE_BYTES:
            raise _Failed("a tile is too large")
    if media_type(bytes(content[:16])) is None:
        raise _Failed("it sends something that is no picture")
    return bytes(content)
