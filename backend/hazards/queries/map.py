"""Read hazards for the map: raw columns for the tile encoder, as fast as the index gives them."""

from datetime import date
from typing import Any

from backend import database
from backend.hazards.queries.find import EPOCH, Asked, filtered
from backend.hazards.tables import CATEGORY_CODES, GRADE_CODES, STAGE_CODES
from backend.people.rules import Reach

__all__ = ["CATEGORY_CODES", "EPOCH", "GRADE_CODES", "STAGE_CODES", "in_box", "in_tile"]

_FILTERS = (("stage", "stage_code", STAGE_CODES), ("category", "category_code", CATEGORY_CODES),
            ("grade", "grade_code", GRADE_CODES))  # fmt: skip


async def in_tile(tenant: str, reach: Reach, low: int, high: int, asked: Asked, today: date) -> list[Any]:
    """Return (fid, quad, stage_code, grade_code, category_code, deadline_day) of hazards whose quad lies in a tile.

    Shapes: `low` is included and `high` is not. Codes are 1 for the first word of STAGE_CODES, GRADE_CODES and
    CATEGORY_CODES. `deadline_day` counts from 1970-01-01, None when no clock runs.
    A unit and a department see through their keys; everyone else through place codes, from the index alone.
    """
    arguments: list[Any] = [int(tenant), low, high]
    parts = _plain_filters(asked, today, arguments)
    seen = _places(reach, arguments)
    if reach.scopes and any(key.startswith(("premises:", "department:")) for key in reach.keys):
        arguments.append(sorted(reach.keys))
        seen += [f"EXISTS (SELECT FROM change c WHERE c.kind = 'hazard' AND c.id = hazard.id"
                 f" AND c.also && ${len(arguments)}::text[])"]  # fmt: skip
    parts.append(f"({' OR '.join(seen) or 'FALSE'})")
    return await database.fetch(
        "SELECT fid, quad, stage_code, grade_code, category_code, deadline_day FROM hazard"  # noqa: S608
        f" WHERE tenant = $1 AND quad >= $2 AND quad < $3 AND {' AND '.join(parts)}",
        *arguments,
    )


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
