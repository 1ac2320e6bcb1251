"""Find the grids of a day, and which of them holds a position."""

from collections import OrderedDict
from dataclasses import dataclass
from datetime import date

import shapely

from backend import database
from backend.people.rules import Reach
from geo.grids import Grid, GridIndex, Holding
from geo.points import Fix

GROUNDS_KEPT = 32
"""Indexes kept in memory; one of 90 grids is about 0.3 MB."""


@dataclass(frozen=True, slots=True)
class Ground:
    """The grids of a tenant on a day, arranged for lookup, as of an edition."""

    edition: int
    index: GridIndex


_grounds: OrderedDict[tuple[str, date], Ground] = OrderedDict()


async def ground(tenant: str, on: date) -> GridIndex:
    """Return the index of the tenant's grids that are in use on a day, built once for each edition."""
    edition = await database.fetch_value("SELECT edition FROM grid_edition WHERE tenant = $1", int(tenant)) or 0
    known = _grounds.get((tenant, on))
    if known is None or known.edition != edition:
        known = Ground(edition, GridIndex(await _grids(tenant, on)))
        _grounds[tenant, on] = known
        while len(_grounds) > GROUNDS_KEPT:
            _grounds.popitem(last=False)
    _grounds.move_to_end((tenant, on))
    return known.index


async def _grids(tenant: str, on: date) -> list[Grid]:
    rows = await database.fetch(
        "SELECT code, shape FROM grid WHERE code >= $1 AND code < $2"
        " AND effective_on <= $3 AND (retired_on IS NULL OR retired_on > $3)",
        tenant,
        _after(tenant),
        on,
    )
    return [Grid(row["code"], shapely.from_wkb(row["shape"])) for row in rows]


def _after(prefix: str) -> str:
    """Return the first code after all that begin with a prefix."""
    return str(int(prefix) + 1).zfill(len(prefix))


async def holding(fix: Fix, on: date, tenant: str) -> Holding:
    """Return the grid that held the fix on a day, and the others that its accuracy circle touches, nearest first."""
    return (await ground(tenant, on)).holding(fix)


async def grid_of(fix: Fix, on: date, tenant: str) -> str | None:
    """Return the code of the grid that held the centre of the fix on a day, or None outside all."""
    return (await holding(fix, on, tenant)).grid


async def grids_on(reach: Reach, on: date) -> list[database.Record]:
    """Return the grids in use on a day within a reach, with their geometry as GeoJSON text, in order of code."""
    return await database.fetch(
        "SELECT fid, code, community_code, name, kind, geometry, effective_on, retired_on, replaced_by FROM grid"
        " WHERE EXISTS (SELECT FROM unnest($1::text[]) AS prefix WHERE starts_with(code, prefix))"
        " AND effective_on <= $2 AND (retired_on IS NULL OR retired_on > $2) ORDER BY code",
        list(reach.prefixes),
        on,
    )
