"""Give grids and premises to other systems as features, without telephone numbers and without names of people."""

from collections import OrderedDict
from dataclasses import dataclass, replace
from datetime import date
from typing import Final
from uuid import UUID

import shapely

from backend import database
from backend.features import Box, Extent, Page, Source, Wanted, extent, page
from backend.people.queries import reach_condition
from backend.people.rules import Reach

GRIDS: Final = Source(
    table="grid",
    place_code="code",
    geometry="geometry",
    properties={
        "code": "code::text",
        "name": "name::text",
        "kind": "kind::text",
        "community_code": "community_code::text",
        "community_name": "(SELECT c.name::text FROM community c WHERE c.code = grid.community_code)",
        "effective_on": "effective_on",
        "retired_on": "retired_on",
        "in_use": "effective_on <= $1 AND (retired_on IS NULL OR retired_on > $1)",
        "replaced_by": "replaced_by",
    },
    said="concat_ws(' ', code, name)",
    # A grid stands from the first minute of one day to the first minute of another, as days are counted in Shanghai.
    since="retired_on IS NULL OR retired_on::timestamp AT TIME ZONE 'Asia/Shanghai' > {}::timestamptz",
    until="effective_on::timestamp AT TIME ZONE 'Asia/Shanghai' <= {}::timestamptz",
    span=(
        "min(effective_on) AS first, CASE WHEN bool_or(retired_on IS NULL) THEN NULL ELSE max(retired_on) END AS last"
    ),
)
PREMISES: Final = Source(
    table="premises",
    place_code="grid_code",
    geometry="json_build_object('type', 'Point', 'coordinates', json_build_array(lon, lat))::text",
    properties={
        "name": "name::text",
        "category": "category::text",
        "address": "address::text",
        "grid_code": "grid_code::text",
        "grid_name": "(SELECT g.name::text FROM grid g WHERE g.code = premises.grid_code)",
    },
    said="concat_ws(' ', name, address)",
    inside="lon BETWEEN {0}::float8 AND {2}::float8 AND lat BETWEEN {1}::float8 AND {3}::float8",
    bounds="min(lon) AS west, min(lat) AS south, max(lon) AS east, max(lat) AS north",
    standing="retired_on IS NULL",
)
OUTLINES_KEPT: Final = 8


@dataclass(frozen=True, slots=True)
class _Outlines:
    """The shapes of all grids of a reach, arranged for lookup, as of an edition of its tenants' grids."""

    edition: str
    ids: list[UUID]
    tree: shapely.STRtree


_outlines: OrderedDict[tuple[str, ...], _Outlines] = OrderedDict()


async def grid_features(wanted: Wanted, reach: Reach, today: date) -> Page:
    """Return a page of the grids of a reach, those before and after their time too; a box is met by the true shape."""
    if wanted.box is not None:
        known = await _outlines_of(reach)
        met = known.tree.query(shapely.box(*wanted.box), predicate="intersects")
        wanted = replace(wanted, box=None, among=tuple(known.ids[place] for place in met))
    return await page(GRIDS, wanted, reach_condition(reach, GRIDS.place_code, None, 2), today)


async def grid_extent(reach: Reach, today: date) -> Extent:
    """Return where and when there are grids in a reach."""
    known = await _outlines_of(reach)
    found = await extent(GRIDS, reach_condition(reach, GRIDS.place_code, None, 2), today)
    return replace(found, box=_box(known.tree) if known.ids else None)


def _box(tree: shapely.STRtree) -> Box:
    west, south, east, north = shapely.total_bounds(tree.geometries)
    return float(west), float(south), float(east), float(north)


async def _outlines_of(reach: Reach) -> _Outlines:
    """Return the shapes of a reach, read anew after each change of its tenants' grids."""
    newest = await database.fetch_value(
        "SELECT concat_ws('-', sum(edition), (SELECT id FROM grid ORDER BY id DESC LIMIT 1)) FROM grid_edition"
        " WHERE EXISTS (SELECT FROM unnest($1::text[]) AS prefix WHERE starts_with(tenant::text, left(prefix, 9)))",
        list(reach.prefixes),
    )
    known = _outlines.get(reach.prefixes)
    if known is None or known.edition != newest:
        seen, arguments = reach_condition(reach, "code", None, 1)
        rows = await database.fetch(f"SELECT id, shape FROM grid WHERE {seen} ORDER BY id", *arguments)  # noqa: S608
        tree = shapely.STRtree(shapely.from_wkb([row["shape"] for row in rows]))
        known = _outlines[reach.prefixes] = _Outlines(newest, [row["id"] for row in rows], tree)
        while len(_outlines) > OUTLINES_KEPT:
            _outlines.popitem(last=False)
    _outlines.move_to_end(reach.prefixes)
    return known


async def premises_features(wanted: Wanted, reach: Reach, today: date) -> Page:
    """Return a page of the premises of a reach that are in use."""
    return await page(PREMISES, wanted, reach_condition(reach, PREMISES.place_code, None, 2), today)


async def premises_extent(reach: Reach, today: date) -> Extent:
    """Return where there are premises in a reach."""
    return await extent(PREMISES, reach_condition(reach, PREMISES.place_code, None, 2), today)
