"""Note in the database that photos have arrived: those that come together share one transaction and its sync."""

import asyncio
import math
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from operator import attrgetter
from typing import Any
from uuid import UUID
from weakref import WeakKeyDictionary

from backend import database
from backend.photos.commands.announce import tell
from backend.photos.commands.landing import in_thread
from backend.photos.storage import store

MOST_AT_ONCE = 64

# One statement for all that arrived together, after their tenants are locked. It returns the tenants in which a record
# names one of them: records name photos under the same lock.
_KEEP = """
WITH arrived AS (
  SELECT * FROM unnest($1::uuid[], $2::text[], $3::int[], $4::uuid[], $5::uuid[], $6::int[], $7::text[], $8::int[],
    $9::int[], $10::timestamptz[], $11::float8[], $12::float8[], $13::text[], $14::float8[], $15::text[], $16::text[],
    $17::text[], $18::text[], $19::timestamptz[])
  AS each (upload_id, sha256, tenant, person_id, device_id, size_bytes, kind, width, height, taken_at,
           lon, lat, crs, accuracy_m, source, redacts, exif, seal, received_at)),
kept AS (
  INSERT INTO photo (sha256, tenant, person_id, device_id, size_bytes, kind, width, height, taken_at,
                     lon, lat, crs, accuracy_m, source, redacts, exif, seal, received_at)
  SELECT sha256, tenant, person_id, device_id, size_bytes, kind, width, height, taken_at,
         lon, lat, crs, accuracy_m, source, redacts, exif::jsonb, seal, received_at FROM arrived
  ON CONFLICT (tenant, sha256) DO NOTHING),
held AS (UPDATE upload SET held = true WHERE id = ANY ($1))
SELECT DISTINCT arrived.tenant FROM arrived JOIN photo_mention USING (tenant, sha256)
"""


@dataclass(frozen=True, slots=True)
class Arrival:
    """A photo whose bytes are kept, as its row will say; `left_bytes` when its upload has a file, too.

    An upload of which nothing was noted has no id.
    """

    upload_id: UUID | None
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
    redacts: str | None
    exif: str
    seal: str
    received_at: datetime
    left_bytes: bool = False

    def row(self) -> tuple[Any, ...]:
        """Return what the statement takes."""
        return _row(self)


_row = attrgetter(*(name for name in Arrival.__slots__ if name != "left_bytes"))
_Entry = tuple[Arrival, "asyncio.Future[None]"]


class Ledger:
    """The arrivals of one event loop that wait to be written; whoever writes takes all that wait."""

    def __init__(self) -> None:
        self._waiting: list[_Entry] = []
        self._writing: asyncio.Task[None] | None = None
        self.latest = -math.inf  # when one came last, by the loop's clock

    async def note(self, arrival: Arrival) -> None:
        """Return when the photo's row is committed and the records that name it have heard."""
        loop = asyncio.get_running_loop()
        self.latest, noted = loop.time(), loop.create_future()
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
            left = [each.upload_id for each, noted in entries if each.left_bytes and not _failed(noted)]
            if left:
                await in_thread(_drop, left)

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
    first, *others = sorted({arrival.tenant for arrival in arrivals})
    async with database.transaction(f"{first:09d}"):
        for tenant in others:
            await database.lock_tenant(f"{tenant:09d}")
        columns = zip(*(arrival.row() for arrival in arrivals), strict=True)
        for (tenant,) in await database.fetch(_KEEP, *columns):
            await tell([arrival.sha256 for arrival in arrivals if arrival.tenant == tenant], f"{tenant:09d}")


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


def receiving_within(seconds: float) -> bool:
    """Has a photo arrived within so many seconds?"""
    ledger = _ledgers.get(asyncio.get_running_loop())
    return ledger is not None and ledger.latest > asyncio.get_running_loop().time() - seconds


async def note(arrival: Arrival) -> None:
    """Return when the photo's row is committed and the records that name it have heard."""
    await _ledgers.setdefault(asyncio.get_running_loop(), Ledger()).note(arrival)
