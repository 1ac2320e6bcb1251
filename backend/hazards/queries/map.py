"""Read hazards for the map: from memory, or as columns straight from an index."""

import asyncio
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

import numpy as np

from backend import database
from backend.hazards.queries.columns import PACKED, Columns, Groups, Ints, grouped, joined, unpacked
from backend.hazards.queries.fid import named_by_keys
from backend.hazards.queries.find import EPOCH, Asked, filtered
from backend.hazards.queries.held import Held, Revisions, all_held
from backend.hazards.queries.stood import on_day
from backend.hazards.tables import CATEGORY_CODES, GRADE_CODES, STAGE_CODES
from backend.people.rules import Reach
from geo import clusters
from geo.tiles import columns_rows, tile_range

FINER_LOG2: Final = 3  # the database counts by cells of an eighth across
LARGE: Final = 100_000  # of so many hazards a tile is made beside the event loop
CELL: Final = np.dtype([("quad", ">i8"), ("held", ">i4"), ("overdue", ">i4"), ("grade_code", ">i2")])

_FILTERS = (("stage", "stage_code", STAGE_CODES), ("category", "category_code", CATEGORY_CODES),
            ("grade", "grade_code", GRADE_CODES))  # fmt: skip


@dataclass(frozen=True, slots=True)
class Looked:
    """Which tile (z, x, y) is looked at, by whom, with which filters, and on which day.

    `revisions` names the tenants into which the reach extends, and no other. With `past` hazards are shown as they
    stood at the end of the day, else as they stand now.
    """

    tile: tuple[int, int, int]
    revisions: Revisions
    reach: Reach
    asked: Asked
    today: date
    past: bool = False


async def in_tile(looked: Looked, *, most: int, cells_log2: int) -> Columns | Groups:
    """Return the hazards of a tile, or its groups when there are more than `most`.

    A group is what a cell of the tile holds, which is 2^cells_log2 cells across. Units and departments see through
    their keys, which the database knows; everyone else through place codes, from memory. A past day is in memory for
    everybody.
    Errors: BadTile; PastNotHeld.
    """
    low, after = tile_range(*looked.tile)
    keyed = is_keyed(looked.reach)
    named = await _named(looked) if keyed and looked.past else None
    if looked.past:
        known: list[Held] | None = await on_day(looked.revisions, looked.today)
    else:
        known = None if keyed else await all_held(looked.revisions)
    if known is None:
        return await _from_index(looked, most, cells_log2)
    if sum(each.near(low, after) for each in known) > LARGE:
        return await asyncio.to_thread(_from_memory, known, looked, most, cells_log2, named)
    return _from_memory(known, looked, most, cells_log2, named)


async def _named(looked: Looked) -> Ints:
    return np.concatenate([await named_by_keys(tenant, looked.reach) for tenant in looked.revisions])


def _from_memory(
    known: list[Held], looked: Looked, most: int, cells_log2: int, named: Ints | None = None
) -> Columns | Groups:
    low, after = tile_range(*looked.tile)
    asked = (low, after, looked.reach, looked.asked, looked.today, named)
    parts = [part for each in known for part in each.parts(*asked)]
    if sum(part.quad.size for part in parts) <= most:
        return joined(parts)
    return grouped(parts, low, after, looked.today, cells_log2=cells_log2)


async def _from_index(looked: Looked, most: int, cells_log2: int) -> Columns | Groups:
    low, after = tile_range(*looked.tile)
    where, arguments = _seen_in(looked, low, after)
    if most:
        packed = await database.fetch_value(
            f"SELECT {PACKED} FROM (SELECT fid, quad, stage_code, grade_code, category_code, deadline_day, place_code"  # noqa: S608
            f" FROM hazard WHERE {where} LIMIT {int(most) + 1}) seen",
            *arguments,
        )
        points = unpacked(packed)
        if points.quad.size <= most:
            return points
    # The database counts by finer cells, with one hazard of each: the middle of a group is that of its points.
    arguments.append((looked.today - EPOCH).days)
    width = max((after - low) >> 2 * (cells_log2 + FINER_LOG2), 1)
    packed = await database.fetch_value(
        "SELECT string_agg(int8send(quad) || int4send(held) || int4send(overdue) || int2send(grade_code), '')"  # noqa: S608
        " FROM (SELECT min(quad) AS quad, count(*)::int AS held, max(grade_code) AS grade_code,"
        f" count(*) FILTER (WHERE deadline_day < ${len(arguments)})::int AS overdue"
        f" FROM hazard WHERE {where} GROUP BY quad / {width}) cell",
        *arguments,
    )
    cells = np.frombuffer(packed or b"", dtype=CELL)
    found = clusters.group(cells["quad"], looked.tile[0], cells["held"], cells_log2=cells_log2)
    return Groups(
        *columns_rows(found.quads), found.counts, found.total(cells["overdue"]), found.highest(cells["grade_code"]) - 1
    )


def is_keyed(reach: Reach) -> bool:
    """Is anything seen by its keys, which memory does not hold?"""
    return bool(reach.scopes) and any(key.startswith(("premises:", "department:")) for key in reach.keys)


def _seen_in(looked: Looked, low: int, after: int) -> tuple[str, list[Any]]:
    reach = looked.reach
    tenants = [int(tenant) for tenant in looked.revisions]
    arguments: list[Any] = [tenants[0] if len(tenants) == 1 else tenants, low, after]
    of_tenants = "tenant = $1" if len(tenants) == 1 else "tenant = ANY ($1::int[])"
    parts = [f"{of_tenants} AND quad >= $2 AND quad < $3", *_plain_filters(looked.asked, looked.today, arguments)]
    seen = _places(reach, arguments)
    if is_keyed(reach):
        arguments.append(sorted(reach.keys))
        seen += [f"EXISTS (SELECT FROM change c WHERE c.kind = 'hazard' AND c.id = hazard.id"
                 f" AND c.also && ${len(arguments)}::text[])"]  # fmt: skip
    return " AND ".join([*parts, f"({' OR '.join(seen) or 'FALSE'})"]), arguments


def _plain_filters(asked: Asked, today: date, arguments: list[Any]) -> list[str]:
    parts = ["quad IS NOT NULL"]
    for field, column, words in _FILTERS:
        wanted = getattr(asked, field)
        if wanted:
            arguments.append([words.index(word) + 1 for word in wanted if word in words])
            parts.append(f"{column} = ANY (${len(arguments)}::int[])")
    if asked.overdue:
        arguments.append((today - EPOCH).days)
        parts.append(f"deadline_day < ${len(arguments)}")
    return parts


def _places(reach: Reach, arguments: list[Any]) -> list[str]:
    found = []
    for code in reach.prefixes:
        arguments += [code, str(int(code) + 1).zfill(len(code))]
        found.append(f"(place_code >= ${len(arguments) - 1} AND place_code < ${len(arguments)})")
    return found


_BOX = """SELECT h.id, h.fid, h.number, h.lon, h.lat, h.accuracy_m, h.stage, h.grade, h.category, h.deadline_day,
  h.place_name, h.place_code FROM hazard h JOIN change c ON c.kind = 'hazard' AND c.id = h.id"""


async def in_box(
    box: tuple[float, float, float, float], reach: Reach, asked: Asked, today: date, *, limit: int
) -> list[Any]:
    """Return up to `limit` hazards whose position lies in a box (west, south, east, north), those due first."""
    where, arguments = filtered(asked, reach, today)
    at = len(arguments)
    return await database.fetch(
        f"{_BOX} WHERE {where} AND h.lon BETWEEN ${at + 1} AND ${at + 3} AND h.lat BETWEEN ${at + 2} AND ${at + 4}"
        f" ORDER BY h.deadline_day NULLS LAST, h.fid LIMIT {int(limit)}",
        *arguments,
        *box,
    )
