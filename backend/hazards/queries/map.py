"""Read hazards for the map: raw columns for the tile encoder, as fast as the index gives them."""

from datetime import date
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from backend import database
from backend.hazards.queries.find import EPOCH, Asked, filtered
from backend.hazards.tables import CATEGORY_CODES, GRADE_CODES, STAGE_CODES
from backend.people.rules import Reach

__all__ = ["CATEGORY_CODES", "EPOCH", "GRADE_CODES", "STAGE_CODES", "cells_in_tile", "in_box", "in_tile"]

# A row as the database packs it: one value of bytes for a whole tile costs a seventh of a record for each row.
POINT: Final = np.dtype([("fid", ">i4"), ("quad", ">i8"), ("stage_code", ">i2"), ("grade_code", ">i2"),
                         ("category_code", ">i2"), ("deadline_day", ">i4")])  # fmt: skip
CELL: Final = np.dtype([("quad", ">i8"), ("held", ">i4"), ("overdue", ">i4"), ("grade_code", ">i2")])

_FILTERS = (("stage", "stage_code", STAGE_CODES), ("category", "category_code", CATEGORY_CODES),
            ("grade", "grade_code", GRADE_CODES))  # fmt: skip


async def in_tile(
    tenant: str, reach: Reach, low: int, high: int, asked: Asked, today: date, *, limit: int
) -> NDArray[np.void]:
    """Return up to `limit` hazards whose quad lies in a tile, as one array of POINT.

    Shapes: `low` is included and `high` is not. Codes are 1 for the first word of STAGE_CODES, GRADE_CODES and
    CATEGORY_CODES. `deadline_day` counts from 1970-01-01, -1 when no clock runs.
    A unit and a department see through their keys; everyone else through place codes, from the index alone.
    """
    where, arguments = _seen_in(tenant, reach, low, high, asked, today)
    return _unpacked(
        POINT,
        await database.fetch_value(
            "SELECT string_agg(int4send(fid) || int8send(quad) || int2send(stage_code) || int2send(grade_code)"  # noqa: S608
            " || int2send(category_code) || int4send(coalesce(deadline_day, -1)), '')"
            " FROM (SELECT fid, quad, stage_code, grade_code, category_code, deadline_day FROM hazard"
            f" WHERE {where} LIMIT {int(limit)}) seen",
            *arguments,
        ),
    )


async def cells_in_tile(
    tenant: str, reach: Reach, low: int, high: int, asked: Asked, today: date, *, cells_log2: int
) -> NDArray[np.void]:
    """Return what each cell of a tile holds, as one array of CELL; the tile is 2^cells_log2 cells across.

    The database counts, so that a tile of a million hazards answers with no more rows than it has cells. `quad` is
    that of one hazard in the cell; the rest as `in_tile`.
    """
    where, arguments = _seen_in(tenant, reach, low, high, asked, today)
    arguments.append((today - EPOCH).days)
    width = max((high - low) >> 2 * cells_log2, 1)
    return _unpacked(
        CELL,
        await database.fetch_value(
            "SELECT string_agg(int8send(quad) || int4send(held) || int4send(overdue) || int2send(grade_code), '')"  # noqa: S608
            " FROM (SELECT min(quad) AS quad, count(*)::int AS held, max(grade_code) AS grade_code,"
            f" count(*) FILTER (WHERE deadline_day < ${len(arguments)})::int AS overdue"
            f" FROM hazard WHERE {where} GROUP BY quad / {width}) cell",
            *arguments,
        ),
    )


def _unpacked(kind: np.dtype[np.void], packed: bytes | None) -> NDArray[np.void]:
    return np.frombuffer(packed or b"", dtype=kind)


def _seen_in(tenant: str, reach: Reach, low: int, high: int, asked: Asked, today: date) -> tuple[str, list[Any]]:
    arguments: list[Any] = [int(tenant), low, high]
    parts = ["tenant = $1 AND quad >= $2 AND quad < $3", *_plain_filters(asked, today, arguments)]
    seen = _places(reach, arguments)
    if reach.scopes and any(key.startswith(("premises:", "department:")) for key in reach.keys):
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
