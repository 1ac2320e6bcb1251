"""Find the premises of a map's tile, from an index alone."""

from typing import Any

from backend import database
from backend.people.queries import reach_condition
from backend.people.rules import Reach


async def premises_between(low: int, after: int, reach: Reach, most: int) -> list[Any]:
    """Return at most so many premises in use with a quad from `low` up to and without `after`, within a reach."""
    seen, arguments = reach_condition(reach, "grid_code", None, 3)
    return await database.fetch(
        "SELECT id, quad, category, name FROM premises WHERE retired_on IS NULL AND quad >= $1 AND quad < $2"  # noqa: S608
        f" AND {seen} ORDER BY quad LIMIT {int(most)}",
        low,
        after,
        *arguments,
    )
