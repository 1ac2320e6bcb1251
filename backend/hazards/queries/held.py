"""Hold a tenant's hazards in memory in the order of the map, as of a revision that the database names each time."""

import asyncio
from collections import OrderedDict, defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final

import numpy as np

from backend import changes, database
from backend.hazards.queries.columns import PACKED, Bools, Columns, Ints, joined, unpacked, wanted
from backend.hazards.queries.find import Asked
from backend.people.rules import Reach

MOST_HELD: Final = 2_000_000  # hazards of all tenants together, some 35 bytes each; a tenant of more is not held
MOST_LATE: Final = 2_048  # changed since they were arranged; when there are more, all are arranged anew

Revisions = Mapping[str, int | None]
"""The tenants that are looked at, and of each the oldest revision that may be shown; None for the newest."""

_COUNT = "SELECT count(*) FROM (SELECT FROM hazard WHERE tenant = $1 AND quad IS NOT NULL LIMIT $2) AS counted"
_LOAD = f"SELECT {PACKED} FROM hazard WHERE tenant = $1 AND quad IS NOT NULL"  # noqa: S608 — our own columns
# In order of revision, so that even a plan made for any revision reads the few newest from their index.
_LATER = f"""
SELECT array_agg(fid) AS fids, {PACKED} FILTER (WHERE quad IS NOT NULL) AS packed FROM (
  SELECT h.* FROM change c JOIN hazard h ON h.id = c.id
  WHERE c.kind = 'hazard' AND c.tenant = $1 AND c.revision > $2 ORDER BY c.revision LIMIT $3) AS later"""  # noqa: S608


@dataclass(frozen=True, slots=True)
class Held:
    """The hazards of a tenant as of a revision: as they once were arranged, less those that changed, and these.

    `standing` says which of `base` have not changed since, None for all; `late` are those that did, as they are now.
    It never changes: a later revision is another one, and whoever draws from this one may go on.
    """

    tenant: str
    revision: int
    base: Columns
    standing: Bools | None
    late: Columns

    @property
    def size(self) -> int:
        """How many rows are in memory."""
        return self.base.quad.size + self.late.quad.size

    def near(self, low: int, after: int) -> int:
        """Return how many hazards a tile has to look at."""
        found = self.base.between(low, after)
        return int(found.stop - found.start)

    def masked(
        self, low: int, after: int, reach: Reach, asked: Asked, today: date, named: Ints | None = None
    ) -> Iterator[tuple[Columns, Bools | None]]:
        """Give what lies in a range of quads, in parts, and which of each is `wanted`."""
        for columns, standing in ((self.base, self.standing), (self.late, None)):
            near = columns.between(low, after)
            part = columns.taken(near)
            mask = wanted(part, self.tenant, reach, asked, today, named)
            if standing is not None:
                mask = standing[near] if mask is None else mask & standing[near]
            yield part, mask

    def parts(
        self, low: int, after: int, reach: Reach, asked: Asked, today: date, named: Ints | None = None
    ) -> list[Columns]:
        """Return what of a tile is `wanted`, in parts, each in order of quad."""
        found = self.masked(low, after, reach, asked, today, named)
        return [part if mask is None else part.taken(mask) for part, mask in found]

    def later(self, revision: int, fids: Ints, now: Columns) -> "Held":
        """Return what is held once the hazards of some numbers stand as they do now; arranged anew when many do."""
        standing = ~np.isin(self.base.fid, fids)
        if self.standing is not None:
            standing &= self.standing
        late = joined([self.late.taken(~np.isin(self.late.fid, fids)), now])
        if late.quad.size <= MOST_LATE:
            return Held(self.tenant, revision, self.base, standing, late)
        return arranged(self.tenant, revision, joined([self.base.taken(standing), late]))


def arranged(tenant: str, revision: int, columns: Columns) -> Held:
    """Return what is held when all of it has just been put in order."""
    return Held(tenant, revision, columns, None, unpacked(None))


_held: OrderedDict[str, Held] = OrderedDict()
_alone: defaultdict[str, asyncio.Lock] = defaultdict(asyncio.Lock)
_too_many: set[str] = set()  # tenants; hazards only ever become more
_too_many_together: set[tuple[str, ...]] = set()


def forget() -> None:
    """Hold nothing any more."""
    _held.clear()
    _alone.clear()
    _too_many.clear()
    _too_many_together.clear()


async def all_held(revisions: Revisions) -> list[Held] | None:
    """Return the hazards of some tenants, each as of its revision or later; None when together they are too many.

    A district that does not fit is not loaded again and again, each subdistrict pushing out the one before.
    """
    tenants, found = tuple(revisions), list[Held]()
    if tenants in _too_many_together:
        return None
    for tenant, revision in revisions.items():
        known = await held(tenant, revision)
        if known is None:
            return None
        found.append(known)
        if len(found) > 1 and sum(each.size for each in found) > MOST_HELD:
            _too_many_together.add(tenants)
            return None
    return found


async def held(tenant: str, revision: int | None = None) -> Held | None:
    """Return the hazards of a tenant as of a revision or later, by default the newest; None when they are too many.

    Revisions are handed out under the tenant's lock, so whoever holds one and reads what came after misses nothing.
    """
    if tenant in _too_many:
        return None
    newest = await changes.newest(tenant) if revision is None else revision
    known = _held.get(tenant)
    if known is not None and known.revision > newest and known.revision > await changes.newest(tenant):
        _held.pop(tenant, None)  # the database was set back, as by restoring a backup
        known = None
    if known is None or known.revision < newest:
        async with _alone[tenant]:
            known = await _renewed(tenant, newest)
    if known is not None:
        _held[tenant] = known
        _held.move_to_end(tenant)
        while len(_held) > 1 and sum(each.size for each in _held.values()) > MOST_HELD:
            _held.popitem(last=False)
    return known


async def _renewed(tenant: str, revision: int) -> Held | None:
    known = _held.get(tenant)
    if known is None:
        return await _loaded(tenant, revision)
    return known if known.revision >= revision else await _caught_up(known, revision)


async def _loaded(tenant: str, revision: int) -> Held | None:
    if await database.fetch_value(_COUNT, int(tenant), MOST_HELD + 1) > MOST_HELD:
        _too_many.add(tenant)
        _held.pop(tenant, None)
        return None
    packed = await database.fetch_value(_LOAD, int(tenant))
    return arranged(tenant, revision, await asyncio.to_thread(unpacked, packed))


async def _caught_up(known: Held, revision: int) -> Held | None:
    row = await database.fetch_row(_LATER, int(known.tenant), known.revision, MOST_LATE + 1)
    fids = [] if row is None else row["fids"] or []
    if len(fids) > MOST_LATE:
        return await _loaded(known.tenant, revision)
    if row is None or not fids:
        return Held(known.tenant, revision, known.base, known.standing, known.late)
    now = unpacked(row["packed"])
    return await asyncio.to_thread(known.later, revision, np.array(fids, dtype=np.int32), now)
