"""Complete the rows of places with their last visit, which only the slice of visits can tell."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any, TypeVar
from uuid import UUID

from backend.places.queries.rows import HouseholdRow, PremisesRow

Loader = Callable[[str, Sequence[UUID]], Awaitable[Mapping[UUID, Any]]]
Row = TypeVar("Row", HouseholdRow, PremisesRow)

_loaders: list[Loader] = []


def tell_last_visits(loader: Loader) -> None:
    """Let the slice of visits tell, by id, the last visit of each of some places of one kind."""
    _loaders[:] = [loader]


async def with_last_visits(kind: str, rows: list[Row]) -> list[Row]:
    """Return the rows of one kind (household or premises), each with its last visit if there was any."""
    for loader in _loaders if rows else ():
        last = await loader(kind, [row.id for row in rows])
        for row in rows:
            row.last_visit = last.get(row.id)
    return rows
