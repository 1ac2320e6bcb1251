"""Import the grids of a community and retire grids; places move to the grids that replace theirs."""

import asyncio
from collections.abc import Callable, Sequence
from datetime import date, datetime
from typing import Annotated, Any, Literal, NamedTuple
from uuid import UUID

import msgspec
import shapely
from msgspec import Meta, Struct

from backend import changes, database
from backend.acts import DAYS, Act
from backend.changes import Touched
from backend.ids import new_id
from backend.places.commands.ground import allow
from backend.places.commands.moves import announce_moves
from backend.places.reading import Progress, Surveyed
from backend.places.rules import (
    DrawnGrid,
    GridNotEmpty,
    GridsInvalid,
    PlaceRetired,
    RetiredBeforeStart,
    survey,
    why_not_entered,
    why_not_nested,
)
from backend.problems import NotFound
from backend.texts import CommunityCode, GridCode
from geo import geojson
from geo.grids import Grid, GridIndex
from geo.points import LonLat

ROWS_AT_ONCE = 500


class ImportGrids(Struct, forbid_unknown_fields=True, frozen=True):
    """A GeoJSON FeatureCollection whose features carry code, name and kind, and the datum it is drawn in."""

    community_code: CommunityCode
    crs: Literal["wgs84", "cgcs2000", "gcj02", "bd09"]
    effective_on: date
    features: dict[str, Any]


async def standing_grids(community_code: str, on: date) -> list[Grid]:
    """Return the grids of a community that are in use on a day."""
    rows = await database.fetch(
        "SELECT code, shape FROM grid WHERE community_code = $1 AND (retired_on IS NULL OR retired_on > $2)",
        community_code,
        on,
    )
    return [Grid(row["code"], shapely.from_wkb(row["shape"])) for row in rows]


async def import_grids(args: ImportGrids, act: Act) -> None:
    """Put new grids in force; those they replace must have been retired by that day, so that the ground is tiled."""
    allow(act, "import_grids", args.community_code)
    _raise(why_not_entered(args.effective_on, _today(act)))
    if not await database.fetch_value("SELECT 1 FROM community WHERE code = $1", args.community_code):
        raise NotFound
    await database.lock_tenant(act.tenant)
    standing = await standing_grids(args.community_code, args.effective_on)
    found = await asyncio.to_thread(survey, args.community_code, args.crs, args.features, standing)
    retired = await _retired_codes(args.community_code)
    reused = [grid.code for grid in found.grids if grid.code in retired]
    if found.faults or reused:
        raise GridsInvalid(faults=len(found.faults) + len(reused), report=found.report() | {"reused": reused})
    await put_in_force([_ready(grid) for grid in found.grids], args.effective_on, act.tenant, act.received_at)


async def _retired_codes(community_code: str) -> set[str]:
    rows = await database.fetch("SELECT code FROM grid WHERE community_code = $1", community_code)
    return {row["code"] for row in rows}


def _ready(grid: DrawnGrid) -> Surveyed:
    drawn = msgspec.json.encode(geojson.geometry(grid.shape)).decode()
    return Surveyed(grid.code, grid.name, grid.kind.value, shapely.to_wkb(grid.shape), drawn)


async def put_in_force(
    grids: Sequence[Surveyed],
    effective_on: date,
    tenant: str,
    at: datetime,
    hear: Callable[[Progress], None] = lambda _: None,
) -> None:
    """Store grids that were found to fit, and move what they replace; all in the caller's transaction."""
    rows = [(new_id(at), grid) for grid in grids]
    for first in range(0, len(rows), ROWS_AT_ONCE):
        hear(Progress("importing", first, len(rows)))
        await _insert(rows[first : first + ROWS_AT_ONCE], effective_on)
    hear(Progress("importing", len(rows), len(rows)))
    await _next_edition(tenant)
    await changes.touch_many([Touched("grid", grid_id, grid.code) for grid_id, grid in rows])
    for community_code in sorted({grid.code[:12] for grid in grids}):
        await _move_places(community_code, at)
        await announce_moves(community_code)


async def _insert(rows: Sequence[tuple[UUID, Surveyed]], effective_on: date) -> None:
    await database.execute_many(
        "INSERT INTO grid (id, code, community_code, name, kind, geometry, shape, effective_on, replaced_by)"
        " VALUES ($1, $2, $3, $4, $5, $6, $7, $8, '{}')",
        [
            (grid_id, each.code, each.code[:12], each.name, each.kind, each.geometry, each.wkb, effective_on)
            for grid_id, each in rows
        ],
    )


async def _next_edition(tenant: str) -> None:
    await database.execute(
        "INSERT INTO grid_edition AS old (tenant, edition) VALUES ($1, 1)"
        " ON CONFLICT (tenant) DO UPDATE SET edition = old.edition + 1",
        int(tenant),
    )


class RetireGrid(Struct, forbid_unknown_fields=True, frozen=True):
    """A grid that ends on a day, and the codes of those that take its ground."""

    code: GridCode
    retired_on: date
    replaced_by: Annotated[list[GridCode], Meta(max_length=50)]


async def retire_grid(args: RetireGrid, act: Act) -> None:
    """Take a grid out of use; its row stays, because old records name it."""
    allow(act, "retire_grid", args.code)
    _raise(why_not_entered(args.retired_on, _today(act)))
    await database.lock_tenant(act.tenant)
    grid = await database.fetch_row("SELECT id, name, effective_on, retired_on FROM grid WHERE code = $1", args.code)
    if grid is None:
        raise NotFound
    if grid["retired_on"] is not None:
        raise PlaceRetired(what=grid["name"], retired_on=grid["retired_on"].isoformat())
    if args.retired_on < grid["effective_on"]:
        raise RetiredBeforeStart(effective_on=grid["effective_on"].isoformat())
    await _check_successors(args)
    await database.execute(
        "UPDATE grid SET retired_on = $2, replaced_by = $3 WHERE id = $1",
        grid["id"],
        args.retired_on,
        args.replaced_by,
    )
    await _next_edition(act.tenant)
    await changes.touch("grid", grid["id"], args.code)
    await _move_places(args.code[:12], act.received_at)
    await announce_moves(args.code[:12])


async def _check_successors(args: RetireGrid) -> None:
    for code in args.replaced_by:
        _raise(why_not_nested(code, args.code[:12]))
    places = await database.fetch_value(
        "SELECT (SELECT count(*) FROM building WHERE grid_code = $1)"
        " + (SELECT count(*) FROM premises WHERE grid_code = $1 AND retired_on IS NULL)",
        args.code,
    )
    if places and not set(args.replaced_by) - {args.code}:
        raise GridNotEmpty(code=args.code, places=places)


class Left(NamedTuple):
    """Something that lies in a grid, at a position (WGS 84) if one is known."""

    id: UUID
    grid_code: str
    lon: float | None
    lat: float | None


async def grids_now(community_code: str, on: date, left: Sequence[Left]) -> dict[UUID, str]:
    """Return, by id, where things of retired grids belong: to the grid now under them, else to a named successor.

    What lies in a grid that stands, or where no grid stands, is absent; so is what waits for a successor that is named
    but not yet imported, as its ground may be that one's.
    """
    rows = await database.fetch(
        "SELECT code, replaced_by FROM grid WHERE community_code = $1 AND retired_on IS NOT NULL", community_code
    )
    retired: dict[str, list[str]] = {row["code"]: row["replaced_by"] for row in rows}
    index = GridIndex(await standing_grids(community_code, on))
    found = {}
    for each in left:
        awaited = any(code not in retired and code not in index.codes for code in retired.get(each.grid_code, ()))
        named = [] if awaited else [code for code in retired.get(each.grid_code, ()) if code in index.codes]
        under = None if each.lon is None or each.lat is None else index.grid_at(LonLat(each.lon, each.lat))
        if each.grid_code in retired and (under or named):
            found[each.id] = under or named[0]
    return found


_PLACES_OF_RETIRED = """
SELECT each.kind, each.id, each.grid_code, each.lon, each.lat
FROM (SELECT 'building' AS kind, id, grid_code, lon, lat FROM building
      UNION ALL SELECT 'premises', id, grid_code, lon, lat FROM premises WHERE retired_on IS NULL) AS each
JOIN grid ON grid.code = each.grid_code
WHERE grid.community_code = $1 AND grid.retired_on IS NOT NULL
"""


async def _move_places(community_code: str, at: datetime) -> None:
    """Move buildings and premises out of retired grids: to the grid now under them, else to a named successor."""
    left = await database.fetch(_PLACES_OF_RETIRED, community_code)
    if not left:
        return
    places = [Left(row["id"], row["grid_code"], row["lon"], row["lat"]) for row in left]
    now = await grids_now(community_code, at.astimezone(DAYS).date(), places)
    moved: dict[str, list[tuple[UUID, str]]] = {"building": [], "premises": []}
    for row in left:
        if row["id"] in now:
            moved[row["kind"]].append((row["id"], now[row["id"]]))
    await changes.touch_many(await _store_moves(moved))


async def _store_moves(moved: dict[str, list[tuple[UUID, str]]]) -> list[Touched]:
    buildings, premises = moved["building"], moved["premises"]
    await database.execute_many("UPDATE building SET grid_code = $2 WHERE id = $1", buildings)
    await database.execute_many("UPDATE premises SET grid_code = $2 WHERE id = $1", premises)
    doors = await database.fetch(
        "UPDATE household SET grid_code = to_grid.code FROM unnest($1::uuid[], $2::text[]) AS to_grid (building, code)"
        " WHERE building_id = to_grid.building AND retired_on IS NULL RETURNING household.id, household.grid_code",
        [building for building, _ in buildings],
        [code for _, code in buildings],
    )
    return [
        *(Touched("building", building, code) for building, code in buildings),
        *(Touched("household", row["id"], row["grid_code"]) for row in doors),
        *(Touched("premises", each, code, also=(f"premises:{each}",)) for each, code in premises),
    ]


def _today(act: Act) -> date:
    return act.received_at.astimezone(DAYS).date()


def _raise(problem: Exception | None) -> None:
    if problem is not None:
        raise problem
