"""Find what a map shows just now: how many hazards lie in a box, and the rows of those due first."""

import asyncio
from datetime import date
from itertools import chain

import msgspec
import numpy as np

from backend import database
from backend.hazards.queries.find import EPOCH, FROM, Asked, filtered
from backend.hazards.queries.held import Held, Revisions, all_held
from backend.hazards.queries.map import LARGE, is_keyed
from backend.hazards.queries.rows import LISTED, HazardRow, rows_of
from backend.hazards.rules import OPEN_STAGES
from backend.hazards.tables import STAGE_CODES
from backend.people.queries import reach_condition
from backend.people.rules import Reach
from geo.tiles import columns_rows, quads_of

Box = tuple[float, float, float, float]


class InView(msgspec.Struct):
    """How many hazards with a position lie in a box, how many of them are overdue, and those due first."""

    total: int
    overdue: int
    hazards: list[HazardRow]


async def in_view(revisions: Revisions, box: Box, reach: Reach, asked: Asked, today: date, *, limit: int) -> InView:
    """Return what lies in a box (west, south, east, north) within a reach, at most `limit` of it with their rows.

    Counted from memory where it holds all tenants of the reach, else by the database.
    """
    known = None if is_keyed(reach) else await all_held(revisions)
    if known is None:
        return await _from_database(box, reach, asked, today, limit)
    if sum(each.size for each in known) > LARGE:
        total, overdue, fids = await asyncio.to_thread(_from_memory, known, box, reach, asked, today, limit)
    else:
        total, overdue, fids = _from_memory(known, box, reach, asked, today, limit)
    rows = await database.fetch(f"SELECT {LISTED} {FROM} WHERE h.fid = ANY ($1::int[])", fids)
    by_fid = {row["fid"]: row for row in rows}
    return InView(total, overdue, await rows_of([by_fid[fid] for fid in fids if fid in by_fid], reach))


def _from_memory(
    known: list[Held], box: Box, reach: Reach, asked: Asked, today: date, limit: int
) -> tuple[int, int, list[int]]:
    """Return how many, how many overdue, and the numbers of those due first."""
    west, south, east, north = box
    # In the order of the map, all of a box lie between its north-western and its south-eastern corner.
    low, last = quads_of([west, east], [north, south])
    (left, right), (top, bottom) = columns_rows(np.array([low, last]))
    orders, overdue, day = [], 0, (today - EPOCH).days
    near = (each.masked(int(low), int(last) + 1, reach, asked, today) for each in known)
    for part, mask in chain.from_iterable(near):
        inside = (part.column >= left) & (part.column <= right) & (part.row >= top) & (part.row <= bottom)
        chosen = inside if mask is None else inside & mask
        deadline = part.deadline[chosen]
        overdue += int(np.count_nonzero(deadline < day))
        # Those due first, without a deadline last, and then by number.
        orders.append(deadline.astype(np.int64) << 32 | part.fid[chosen])
    order = np.concatenate(orders)
    first = np.partition(order, limit)[:limit] if order.size > limit else order
    return order.size, overdue, [int(each) for each in np.sort(first) & 0xFFFFFFFF]


async def _from_database(box: Box, reach: Reach, asked: Asked, today: date, limit: int) -> InView:
    where, arguments = filtered(asked, reach, today)
    at = len(arguments)
    where += f" AND h.lon BETWEEN ${at + 1} AND ${at + 3} AND h.lat BETWEEN ${at + 2} AND ${at + 4}"
    arguments += box
    counted = await database.fetch_row(
        f"SELECT count(*) AS total, count(*) FILTER (WHERE h.deadline_day < ${at + 5}::int) AS overdue"
        f" {FROM} WHERE {where}",
        *arguments,
        (today - EPOCH).days,
    )
    rows = await database.fetch(
        f"SELECT {LISTED} {FROM} WHERE {where} ORDER BY h.deadline_day NULLS LAST, h.fid LIMIT {int(limit)}",
        *arguments,
    )
    return InView(counted["total"], counted["overdue"], await rows_of(rows, reach)) if counted else InView(0, 0, [])


async def many_for_phone(reach: Reach, most: int) -> int:
    """Return how many open hazards lie in the places of a reach; no further than one more than `most`."""
    seen, arguments = reach_condition(reach, "place_code", None, 2)
    counted: int = await database.fetch_value(
        f"SELECT count(*) FROM (SELECT FROM hazard WHERE {seen}"  # noqa: S608 — our own words
        f" AND stage_code = ANY ($1::int[]) LIMIT {int(most) + 1}) AS found",
        [STAGE_CODES.index(stage) + 1 for stage in OPEN_STAGES],
        *arguments,
    )
    return counted
