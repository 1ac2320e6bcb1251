"""Hold how a tenant's hazards stood after each step, so that those of any past day are found in memory."""

import asyncio
from collections import OrderedDict, defaultdict
from dataclasses import dataclass
from datetime import date
from typing import Final, NamedTuple

import numpy as np

from backend import changes, database
from backend.hazards.queries.columns import NEVER, Bools, Columns, Ints
from backend.hazards.queries.find import EPOCH
from backend.hazards.queries.held import MOST_LATE, Held, Revisions, all_held
from backend.problems import Problem

MOST_STEPS: Final = 6_000_000  # of all tenants together, 14 bytes each; a tenant of more shows no past day
MOST_DAYS: Final = 8_000_000  # hazards of all days together that are kept as they stood, 7 bytes each
SPARSE: Final = 8  # a tenant whose hazards are fewer among the numbers of all has no table of them
LARGE: Final = 100_000  # of so many steps a day is found beside the event loop

# A step as the database packs it: two numbers for six cost a third of the time. Days fit into 16 bits until 2149, and
# a deadline that does not is the last that does; 65535 is none.
_NONE: Final = 65_535
_STEP: Final = np.dtype([("hazard_days", ">i8"), ("codes", ">i2")])
_OF_STEP: Final = f"""(e.fid::bigint << 32) | (least(greatest(e.day, 0), {_NONE})::bigint << 16)
  | CASE WHEN e.deadline_day IS NULL THEN {_NONE} ELSE least(greatest(e.deadline_day, 0), {_NONE - 1}) END
  AS hazard_days,
  (e.to_stage_code * 16 + e.grade_code)::smallint AS codes"""
_PACKED: Final = "string_agg(int8send(hazard_days) || int2send(codes), '')"
# The index gives them in order, so that nobody sorts.
_LOAD = f"""SELECT {_PACKED} FROM (
  SELECT {_OF_STEP} FROM hazard_event e WHERE e.tenant = $1 ORDER BY e.fid, e.serial LIMIT $2) AS step"""  # noqa: S608
_LATER = f"""
WITH later AS (SELECT id FROM change WHERE kind = 'hazard' AND tenant = $1 AND revision > $2 ORDER BY revision LIMIT $3)
SELECT (SELECT count(*) FROM later) AS changed, {_PACKED} AS packed FROM (
  SELECT {_OF_STEP} FROM later JOIN hazard_event e ON e.hazard_id = later.id ORDER BY e.fid, e.serial) AS step"""  # noqa: S608


class PastNotHeld(Problem):
    """A past day is found in memory, which holds the steps of so many hazards and not of more."""

    title_zh, title_en = "隐患太多，看不了过去的一天", "Too many hazards for a past day"
    detail_zh = "这里登记的隐患太多，服务器不能逐日还原。可以：看今天的情形，或导出文件按日期统计。"
    detail_en = "There are too many hazards here to go back day by day. You can: look at today, or take a file."


class Steps(NamedTuple):
    """What steps left, in order of hazard and then of time, an array for each thing; as in Columns otherwise.

    `day` is the one from which it counts. Only what the last step of a day left is here, and only where it differs.
    """

    fid: Ints
    day: Ints
    stage: Ints
    grade: Ints
    deadline: Ints

    def taken(self, which: Bools | Ints) -> "Steps":
        """Return some of them, in their order."""
        return Steps(*(each[which] for each in self))


class OnDay(NamedTuple):
    """How each hazard stood at the end of a day, in order of `fid`; where not `known`, nobody had recorded it yet."""

    fid: Ints
    known: Bools
    stage: Ints
    grade: Ints
    deadline: Ints

    def of(self, columns: Columns) -> tuple[Columns, Bools]:
        """Return hazards as they stood, and which of them were known."""
        if not self.fid.size:
            return columns, np.zeros(columns.fid.size, dtype=np.bool_)
        at = _places_of(columns.fid, self.fid)
        stood = columns._replace(stage=self.stage[at], grade=self.grade[at], deadline=self.deadline[at])
        return stood, self.known[at] & (at >= 0)


def _places_of(wanted: Ints, ordered: Ints) -> Ints:
    """Return where each number stands among others, which are in order; -1 where it does not."""
    low = int(ordered[0])
    span = int(ordered[-1]) - low + 1
    if span <= SPARSE * ordered.size:  # looked up in a table, a tenth of the time of a search
        places = np.full(span + 1, -1, dtype=np.int32)
        places[ordered - low] = np.arange(ordered.size, dtype=np.int32)
        return places[np.where((wanted < low) | (wanted >= low + span), span, wanted - low)]
    at = np.minimum(np.searchsorted(ordered, wanted), ordered.size - 1)
    return np.where(ordered[at] == wanted, at, -1)


@dataclass(frozen=True, slots=True)
class Stood:
    """How the hazards of a tenant stood after each step, as of a revision; `first` is where those of each begin."""

    revision: int
    steps: Steps
    first: Ints

    def on(self, day: date) -> OnDay:
        """Return how they stood at the end of a day."""
        passed = self.steps.day <= (day - EPOCH).days
        # From one day to the next the steps of a hazard only become more: so many of its first have passed.
        count = np.add.reduceat(passed, self.first, dtype=np.int32) if self.first.size else self.first
        last = self.steps.taken(self.first + np.maximum(count, 1) - 1)
        return OnDay(last.fid, count > 0, last.stage, last.grade, last.deadline)

    def began(self, fid: Ints) -> Ints:
        """Return the first day of each hazard, in days since 1970-01-01; those without a step are left out."""
        mask = np.isin(self.steps.fid[self.first], fid)
        return np.asarray(self.steps.day[self.first[mask]])

    def later(self, revision: int, now: Steps) -> "Stood":
        """Return what is held once the steps of some hazards are these."""
        rest = self.steps.taken(~np.isin(self.steps.fid, now.fid))
        whole = Steps(*(np.concatenate(each) for each in zip(rest, now, strict=True)))
        return held_as(revision, whole.taken(np.argsort(whole.fid, kind="stable")))


def unpacked_steps(packed: bytes | None) -> Steps:
    """Return the steps of what the database packed, in order of hazard and then as it took them.

    One taken on an earlier day than the step before it counts from that one's day.
    """
    rows = np.frombuffer(packed or b"", dtype=_STEP)
    whole, codes = rows["hazard_days"].astype(np.int64), rows["codes"].astype(np.uint8)
    fid, day, deadline = (each.astype(np.int32) for each in (whole >> 32, whole >> 16 & 0xFFFF, whole & 0xFFFF))
    deadline[deadline == _NONE] = NEVER
    # Each hazard's days are lifted above all of the one before, so that one maximum runs over all of them.
    lift = np.cumsum(_differs(fid), dtype=np.int64) << 16
    day = (np.maximum.accumulate(day + lift) - lift).astype(np.int32) if day.size else day
    steps = Steps(fid, day, (codes >> 4) - 1, (codes & 15) - 1, deadline)
    ends_day = np.append((fid[1:] != fid[:-1]) | (day[1:] != day[:-1]), np.ones(min(fid.size, 1), dtype=np.bool_))
    steps = steps.taken(ends_day)
    return steps.taken(np.logical_or.reduce([_differs(each) for each in (steps.fid, *steps[2:])]))


def _differs(values: Ints) -> Bools:
    """Return which differ from the one before; the first does."""
    found = np.ones(values.size, dtype=np.bool_)
    np.not_equal(values[1:], values[:-1], out=found[1:])
    return found


def held_as(revision: int, steps: Steps) -> Stood:
    """Return what is held of steps that are in order."""
    return Stood(revision, steps, np.flatnonzero(_differs(steps.fid)))


@dataclass(frozen=True, slots=True)
class _Kept:
    """A day as it was found, and what it was found from: it holds as long as these do."""

    now: Held
    stood: Stood
    day: Held


_stood: OrderedDict[str, Stood] = OrderedDict()
_days: OrderedDict[tuple[str, date], _Kept] = OrderedDict()
_alone: defaultdict[str, asyncio.Lock] = defaultdict(asyncio.Lock)
_too_many: set[str] = set()  # tenants; steps only ever become more
_too_many_together: set[tuple[str, ...]] = set()


def forget() -> None:
    """Hold nothing any more."""
    for each in (_stood, _days, _alone, _too_many, _too_many_together):
        each.clear()


async def on_day(revisions: Revisions, day: date) -> list[Held]:
    """Return the hazards of each tenant that have a position, as they stood at the end of a day.

    It knows of all that was recorded until each revision.
    Errors: PastNotHeld when they, or their steps, are too many.
    """
    return [await _on_day(now, known, day) for now, known in await all_stood(revisions)]


async def all_stood(revisions: Revisions) -> list[tuple[Held, Stood]]:
    """Return the hazards of each tenant as they are now, and how they stood after each step.

    Errors: PastNotHeld when they, or their steps, are too many: of one tenant, or of all of these together.
    """
    tenants, found = tuple(revisions), list[tuple[Held, Stood]]()
    now = None if tenants in _too_many_together else await all_held(revisions)
    if now is None:
        raise PastNotHeld
    for each in now:
        found.append((each, await stood(each.tenant, each.revision)))
        if len(found) > 1 and sum(known.steps.fid.size for _, known in found) > MOST_STEPS:
            _too_many_together.add(tenants)
            raise PastNotHeld
    return found


async def _on_day(now: Held, known: Stood, day: date) -> Held:
    tenant = now.tenant
    kept = _days.get((tenant, day))
    if kept is None or kept.now is not now or kept.stood is not known:
        large = known.steps.fid.size > LARGE
        found = await asyncio.to_thread(_on, now, known, day) if large else _on(now, known, day)
        kept = _days[tenant, day] = _Kept(now, known, found)
    _days.move_to_end((tenant, day))
    while len(_days) > 1 and sum(each.day.size for each in _days.values()) > MOST_DAYS:
        _days.popitem(last=False)
    return kept.day


def _on(now: Held, known: Stood, day: date) -> Held:
    found = known.on(day)
    base, standing = found.of(now.base)
    late, there = found.of(now.late)
    if now.standing is not None:
        standing &= now.standing
    return Held(now.tenant, now.revision, base, standing, late.taken(there))


async def stood(tenant: str, revision: int) -> Stood:
    """Return how the hazards of a tenant stood after each step, as of a revision or later.

    Errors: PastNotHeld.
    """
    if tenant in _too_many:
        raise PastNotHeld
    async with _alone[tenant]:
        known = _stood.get(tenant)
        if known is not None and known.revision > revision and known.revision > await changes.newest(tenant):
            known = None  # the database was set back, as by restoring a backup
        if known is None or known.revision < revision:
            known = await (_loaded(tenant, revision) if known is None else _caught_up(tenant, known, revision))
        _stood[tenant] = known
    _stood.move_to_end(tenant)
    while len(_stood) > 1 and sum(each.steps.fid.size for each in _stood.values()) > MOST_STEPS:
        _stood.popitem(last=False)
    return known


async def _loaded(tenant: str, revision: int) -> Stood:
    packed = await database.fetch_value(_LOAD, int(tenant), MOST_STEPS + 1)
    if packed is not None and len(packed) > MOST_STEPS * _STEP.itemsize:
        _too_many.add(tenant)
        _stood.pop(tenant, None)
        raise PastNotHeld
    return held_as(revision, await asyncio.to_thread(unpacked_steps, packed))


async def _caught_up(tenant: str, known: Stood, revision: int) -> Stood:
    row = await database.fetch_row(_LATER, int(tenant), known.revision, MOST_LATE + 1)
    if row is None or row["changed"] > MOST_LATE:
        return await _loaded(tenant, revision)
    if not row["packed"]:
        return Stood(revision, known.steps, known.first)
    return await asyncio.to_thread(known.later, revision, unpacked_steps(row["packed"]))
