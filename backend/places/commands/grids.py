"""Import the grids of a community and retire grids; what lies in them moves to those that replace theirs."""

import asyncio
from collections.abc import Callable, Sequence
from datetime import date, datetime
from typing import Annotated, Any, Literal
from uuid import UUID

import msgspec
import shapely
from msgspec import Meta, Struct

from backend import changes, database
from backend.acts import DAYS, Act
from backend.changes import Touched
from backend.ids import new_id
from backend.places.commands.following import follow, standing_grids
from backend.places.commands.ground import allow
from backend.places.commands.moves import Move
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

ROWS_AT_ONCE = 500


class ImportGrids(Struct, forbid_unknown_fields=True, frozen=True):
    """A GeoJSON FeatureCollection whose features carry code, name and kind, and the datum it is drawn in."""

    community_code: CommunityCode
    crs: Literal["wgs84", "cgcs2000", "gcj02", "bd09"]
    effective_on: date
    features: dict[str, Any]


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
) -> list[Move]:
    """Store grids that were found to fit, and return what moved into them; all in the caller's transaction."""
    rows = [(new_id(at), grid) for grid in grids]
    for first in range(0, len(rows), ROWS_AT_ONCE):
        hear(Progress("importing", first, len(rows)))
        await _insert(rows[first : first + ROWS_AT_ONCE], effective_on)
    hear(Progress("importing", len(rows), len(rows)))
    await next_edition(tenant)
    await changes.touch_many([Touched("grid", grid_id, grid.code) for grid_id, grid in rows])
    communities = sorted({grid.code[:12] for grid in grids})
    return [move for community_code in communities for move in await follow(community_code, _day(at))]


async def _insert(rows: Sequence[tuple[UUID, Surveyed]], effective_on: date) -> None:
    await database.execute_many(
        "INSERT INTO grid (id, code, community_code, name, kind, geometry, shape, effective_on, replaced_by)"
        " VALUES ($1, $2, $3, $4, $5, $6, $7, $8, '{}')",
        [
            (grid_id, each.code, each.code[:12], each.name, each.kind, each.geometry, each.wkb, effective_on)
            for grid_id, each in rows
        ],
    )


async def next_edition(tenant: str) -> None:
    """Let everything that was drawn for the grids as they were be stale."""
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
    await next_edition(act.tenant)
    await changes.touch("grid", grid["id"], args.code)
    await follow(args.code[:12], _today(act))


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


def _day(at: datetime) -> date:
    return at.astimezone(DAYS).date()


def _today(act: Act) -> date:
    return _day(act.received_at)


def _raise(problem: Exception | None) -> None:
    if problem is not None:
        raise problem
