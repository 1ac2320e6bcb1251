"""Say how hazards stood at the end of a past day: counts by place, and the rows of those that were due first."""

import asyncio
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Final, NamedTuple
from uuid import UUID

import msgspec
import numpy as np

from backend import database
from backend.hazards.queries.columns import NEVER, PACKED, Bools, Columns, Ints, code_of, unpacked, wanted
from backend.hazards.queries.fid import named_by_keys
from backend.hazards.queries.find import EPOCH, Asked
from backend.hazards.queries.held import Held
from backend.hazards.queries.map import LARGE
from backend.hazards.queries.stood import all_stood, on_day, stood
from backend.hazards.rules import CLOSED_STAGES, OPEN_STAGES
from backend.hazards.tables import GRADE_CODES, STAGE_CODES
from backend.people.rules import Reach


class StoodCount(msgspec.Struct, frozen=True):
    """How many hazards of a place were open, overdue and closed; whether photos had arrived by then is not known."""

    place_code: str
    open: int
    overdue: int
    closed: int


class StoodRow(msgspec.Struct, frozen=True, kw_only=True):
    """A hazard as it stood: `stage`, `grade` and `deadline_on` are of that day, all else is as it is now."""

    id: UUID
    fid: int
    number: str
    stage: str
    grade: str
    deadline_on: date | None
    category: str
    what: list[str]
    description: str
    place_code: str
    grid_code: str | None
    place_name: str
    location_note: str
    reported_at: datetime
    lon: float | None
    lat: float | None


class Past(msgspec.Struct, frozen=True):
    """How it stood: counts of each place, how many hazards were asked for, and those of them that were due first."""

    places: list[StoodCount]
    total: int
    hazards: list[StoodRow]


_AS_NOW: Final = tuple(each for each in StoodRow.__struct_fields__ if each not in ("stage", "grade", "deadline_on"))
_UNPLACED = f"SELECT {PACKED} FROM hazard WHERE tenant = $1 AND quad IS NULL"  # noqa: S608 — our own columns
_ROWS = f"SELECT {', '.join(_AS_NOW)} FROM hazard WHERE fid = ANY ($1::int[])"  # noqa: S608
_NONE: Final = np.zeros(0, dtype=np.int32)
_IS_OPEN: Final = np.array([code in OPEN_STAGES for code in STAGE_CODES])
_IS_CLOSED: Final = np.array([code in CLOSED_STAGES for code in STAGE_CODES])
_TENANTS = """
WITH RECURSIVE known AS (
  (SELECT tenant FROM hazard WHERE tenant >= $1 AND tenant < $2 ORDER BY tenant LIMIT 1)
  UNION ALL
  SELECT (SELECT h.tenant FROM hazard h WHERE h.tenant > known.tenant AND h.tenant < $2 ORDER BY h.tenant LIMIT 1)
  FROM known WHERE known.tenant IS NOT NULL)
SELECT tenant FROM known WHERE tenant IS NOT NULL"""


Part = tuple[Columns, Bools, Bools]
"""Hazards as they stood, which of them were there within the reach, and which of these were asked for."""


async def past(tenant: str, reach: Reach, asked: Asked, day: date, *, limit: int) -> Past:
    """Return how the hazards of a reach stood at the end of a day, at most `limit` of those asked for with their rows.

    A place is the one in which a hazard lies now: the grids are today's.
    Errors: PastNotHeld.
    """
    parts: list[Part] = []
    for known in await on_day(dict.fromkeys(await _tenants(tenant, reach)), day):
        parts += await _stood_in(known, reach, asked, day)
    large = sum(seen.size for _, seen, _ in parts) > LARGE
    found = await asyncio.to_thread(_counted, parts, day, limit) if large else _counted(parts, day, limit)
    return Past(found.places, found.total, await _rows(found))


async def first_day(tenant: str, reach: Reach) -> date | None:
    """Return the day on which the first hazard of a reach was recorded; None when there is none.

    Errors: PastNotHeld.
    """
    days: list[int] = []
    for now, known in await all_stood(dict.fromkeys(await _tenants(tenant, reach))):
        each = now.tenant
        named = await _named(each, reach)
        for columns in (now.base, now.late, await _unplaced(each)):
            mask = wanted(columns, each, reach, Asked(), date.max, named)
            began = known.began(columns.fid if mask is None else columns.fid[mask])
            days += [int(began.min())] if began.size else []
    return EPOCH + timedelta(min(days)) if days else None


async def _tenants(tenant: str, reach: Reach) -> list[str]:
    """Return whose hazards a reach may hold: most people's lie in one tenant, a district's in several."""
    found: list[str] = []
    for code in sorted({code[: len(tenant)] for code in (*reach.prefixes, *reach.scopes)}):
        if len(code) == len(tenant):
            found.append(code)
        else:
            low, after = (int(each.ljust(len(tenant), "0")) for each in (code, str(int(code) + 1)))
            found += [str(row["tenant"]) for row in await database.fetch(_TENANTS, low, after)]
    return list(dict.fromkeys(found))


async def _stood_in(known: Held, reach: Reach, asked: Asked, day: date) -> list[Part]:
    tenant = known.tenant
    named, unplaced = await _named(tenant, reach), await _unplaced(tenant)
    stood_there = [(known.base, known.standing), (known.late, None)]
    if unplaced.quad.size:
        stood_there.append((await stood(tenant, known.revision)).on(day).of(unplaced))
    everywhere = Reach((tenant,), frozenset(), frozenset())
    parts: list[Part] = []
    for columns, there in stood_there:
        seen = np.ones(columns.quad.size, dtype=np.bool_) if there is None else there
        within = wanted(columns, tenant, reach, Asked(), day, named)
        seen = seen if within is None else seen & within
        filters = wanted(columns, tenant, everywhere, asked, day)
        parts.append((columns, seen, seen if filters is None else seen & filters))
    return parts


async def _unplaced(tenant: str) -> Columns:
    """Return the hazards that have no position, as they are now: the map shows none, the figures count them."""
    return unpacked(await database.fetch_value(_UNPLACED, int(tenant)))


async def _named(tenant: str, reach: Reach) -> Ints | None:
    """Return the numbers of the hazards that are seen by a key, where not all of the tenant are seen anyway."""
    if tenant.startswith(reach.prefixes) or not tenant.startswith(reach.scopes):
        return None
    return await named_by_keys(tenant, reach)


class _Counted(NamedTuple):
    """What a day comes to; of the rows that were due first, their number, stage, grade and deadline."""

    places: list[StoodCount]
    total: int
    fid: list[int]
    stage: list[int]
    grade: list[int]
    deadline: list[int]


def _counted(parts: Sequence[Part], day: date, limit: int) -> _Counted:
    counts: dict[int, list[int]] = {}
    for columns, seen, _ in parts:
        _add(counts, columns, seen, (day - EPOCH).days)
    chosen = [[each[mask] for each in (of.fid, of.stage, of.grade, of.deadline)] for of, _, mask in parts]
    fid, stage, grade, deadline = (
        (np.concatenate(each) for each in zip(*chosen, strict=True)) if chosen else [_NONE] * 4
    )
    # Those due first, without a deadline last, and then by number.
    order = deadline.astype(np.int64) << 32 | fid
    first = np.argpartition(order, limit)[:limit] if order.size > limit else np.arange(order.size)
    first = first[np.argsort(order[first])]
    places = [StoodCount(code_of(number), *each) for number, each in sorted(counts.items()) if any(each)]
    return _Counted(places, order.size, *(each[first].tolist() for each in (fid, stage, grade, deadline)))


def _add(counts: dict[int, list[int]], columns: Columns, seen: Bools, today: int) -> None:
    stage, deadline = columns.stage[seen], columns.deadline[seen]
    places, which = np.unique(columns.place[seen], return_inverse=True)
    figures = (_IS_OPEN[stage], deadline < today, _IS_CLOSED[stage])
    sums = (np.bincount(which[figure], minlength=places.size).tolist() for figure in figures)
    for number, *each in zip(places.tolist(), *sums, strict=True):
        before = counts.get(number, (0, 0, 0))
        counts[number] = [one + other for one, other in zip(before, each, strict=True)]


async def _rows(found: _Counted) -> list[StoodRow]:
    rows = await database.fetch(_ROWS, found.fid)
    by_fid = {row["fid"]: dict(row) for row in rows}
    stood_so = zip(found.fid, found.stage, found.grade, found.deadline, strict=True)
    return [
        StoodRow(
            **by_fid[fid],
            stage=STAGE_CODES[stage],
            grade=GRADE_CODES[grade],
            deadline_on=None if deadline == NEVER else EPOCH + timedelta(deadline),
        )
        for fid, stage, grade, deadline in stood_so
        if fid in by_fid
    ]
