"""Find the premises of a map's tile, from an index alone."""

from typing import Any

from backend import database
from backend.people.rules import Reach


async def premises_between(low: int, after: int, reach: Reach, most: int) -> list[Any]:
    """Return at most so many premises in use with a quad from `low` up to and without `after`, within a reach."""
    arguments: list[object] = [low, after]
    places = []
    for code in reach.prefixes:
        arguments += [code, str(int(code) + 1).zfill(len(code))]
        places.append(f"(grid_code >= ${len(arguments) - 1} AND grid_code < ${len(arguments)})")
    if not places:
        return []
    return await database.fetch(
        "SELECT id, quad, category, name FROM premises WHERE retired_on IS NULL AND quad >= $1 AND quad < $2"  # noqa: S608
        f" AND ({' OR '.join(places)}) ORDER BY quad LIMIT {int(most)}",
        *arguments,
    )
