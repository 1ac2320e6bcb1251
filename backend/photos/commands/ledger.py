"""Note in the database that photos have arrived: those that come together share one transaction and its sync."""

import asyncio
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from typing import Any
from uuid import UUID
from weakref import WeakKeyDictionary

from backend import database
from backend.photos.commands.announce import tell
from backend.photos.commands.landing import in_thread
from backend.photos.storage import store

MOST_AT_ONCE = 64

_KEEP = """
WITH kept AS (
  INSERT INTO photo (sha256, tenant, person_id, device_id, size_bytes, kind, width, height, taken_at,
                     lon, lat, crs, accuracy_m, source, exif, seal, received_at)
  VALUES ($2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16::text::jsonb, $17, $18)
  ON CONFLICT (tenant, sha256) DO NOTHING)
UPDATE upload SET held = true WHERE id = $1
"""


@dataclass(frozen=True, slots=True)
class Arrival:
    """A photo whose bytes are kept, as its row will say."""

    upload_id: UUID
    sha256: str
    tenant: int
    person_id: UUID
    device_id: UUID
    size_bytes: int
    kind: str
    width: int
    height: int
    taken_at: datetime | None
    lon: float | None
    lat: float | None
    crs: str | None
    accuracy_m: float | None
    source: str | None
    exif: str
    seal: str
    received_at: datetime

    def row(self) -> tuple[Any, ...]:
        """Return what the statement takes."""
        return tuple(getattr(self, name) for name in self.__slots__)


_Entry = tuple[Arrival, "asyncio.Future[None]"]


class Ledger:
    """The arrivals of one event loop that wait to be written; whoever writes takes all that wait."""

    def __init__(self) -> None:
        self._waiting: list[_Entry] = []
        self._writing: asyncio.Task[None] | None = None

    async def note(self, arrival: Arrival) -> None:
        """Return when the photo's row is committed and the records that name it have heard."""
        noted = asyncio.get_running_loop().create_future()
        self._waiting.append((arrival, noted))
        if self._writing is None or self._writing.done():
            self._writing = asyncio.create_task(self._write_waiting(), name="photo ledger")
        await noted

    async def _write_waiting(self) -> None:
        while self._waiting:
            # In one order everywhere, so that two servers which keep the same photos do not wait for each other.
            entries = sorted(self._waiting[:MOST_AT_ONCE], key=_order)
            del self._waiting[:MOST_AT_ONCE]
            await self._write(entries)
            # Behind the receipts: an upload that is held and still has its bytes is swept when it expires.
            await in_thread(_drop, [arrival.upload_id for arrival, noted in entries if not _failed(noted)])

    async def _write(self, entries: list[_Entry]) -> None:
        try:
            await _commit([arrival for arrival, _ in entries])
        except Exception as error:  # noqa: BLE001 — it is raised again where the receipt is awaited
            if len(entries) == 1:
                _fail(entries, error)
            else:  # one that cannot be written keeps no other from its receipt
                for entry in entries:
                    await self._write([entry])
            return
        for _, noted in entries:
            if not noted.done():
                noted.set_result(None)


async def _commit(arrivals: list[Arrival]) -> None:
    """Write the rows and tell the records that name them, both or nothing: an upload that is held was told of."""
    of_tenants = [(f"{tenant:09d}", list(each)) for tenant, each in groupby(arrivals, key=lambda each: each.tenant)]
    async with database.transaction():
        for tenant, _ in of_tenants:
            await database.lock_tenant(tenant)
        await database.execute_many(_KEEP, [arrival.row() for arrival in arrivals])
        for tenant, of_tenant in of_tenants:
            await tell([arrival.sha256 for arrival in of_tenant], tenant)


def _fail(entries: Iterable[_Entry], error: Exception) -> None:
    for _, noted in entries:
        if not noted.done():
            noted.set_exception(error)


def _failed(noted: "asyncio.Future[None]") -> bool:
    return noted.cancelled() or noted.exception() is not None


def _drop(upload_ids: list[UUID]) -> None:
    for upload_id in upload_ids:
        store().drop(upload_id)


def _order(entry: _Entry) -> tuple[int, str]:
    return entry[0].tenant, entry[0].sha256


_ledgers: "WeakKeyDictionary[asyncio.AbstractEventLoop, Ledger]" = WeakKeyDictionary()


async def note(arrival: Arrival) -> None:
    """Return when the photo's row is committed and the records that name it have heard."""
    await _ledgers.setdefault(asyncio.get_running_loop(), Ledger()).note(arrival)
