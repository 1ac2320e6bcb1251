"""Find the latest changes of grids, and until when each may be undone."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from uuid import UUID

from msgspec import Struct

from backend import database
from backend.places.rules import UNDO_WITHIN

SHOWN_FOR = timedelta(days=30)
MOST = 50


class GridChangeRow(Struct):
    """One change; `undo_until` is None once it was undone or its day is over."""

    id: UUID
    community_code: str
    kind: str
    effective_on: date
    changed_at: datetime
    changed_by_name: str
    ended: list[str]
    made: list[str]
    undone_at: datetime | None
    undo_until: datetime | None


async def latest_changes(communities: Sequence[str], tenant: str, at: datetime) -> list[GridChangeRow]:
    """Return the changes of the last month in some communities of a tenant, the newest first."""
    rows = await database.fetch(
        "SELECT id, community_code, kind, effective_on, changed_at, changed_by_name, ended, made, undone_at"
        " FROM grid_change WHERE tenant = $1 AND community_code = ANY ($2::text[]) AND changed_at > $3"
        " ORDER BY changed_at DESC, id DESC LIMIT $4",
        int(tenant),
        list(communities),
        at - SHOWN_FOR,
        MOST,
    )
    return [GridChangeRow(**row, undo_until=_until(row["changed_at"], row["undone_at"], at)) for row in rows]


def _until(changed_at: datetime, undone_at: datetime | None, at: datetime) -> datetime | None:
    until = changed_at + UNDO_WITHIN
    return until if undone_at is None and at < until else None


_BEFORE = """
WITH RECURSIVE before (code) AS (
  SELECT $1::text
  UNION
  SELECT unnest(CASE WHEN before.code = ANY (each.made) AND each.changed_at > $2 THEN each.ended ELSE each.made END)
  FROM grid_change AS each JOIN before
    ON before.code = ANY (each.made) AND each.changed_at > $2 OR before.code = ANY (each.ended) AND each.undone_at > $2
)
SELECT code FROM before WHERE code <> $1
"""


async def grids_before(grid_code: str, at: datetime) -> list[str]:
    """Return the grids whose ground a grid took by changes, or their undoing, that were entered after a moment."""
    return [row["code"] for row in await database.fetch(_BEFORE, grid_code, at)]
