"""Answer for the map: tiles of hazards and premises, features in a box, counts per grid."""

from datetime import date
from typing import Any, Final

import msgspec
import numpy as np
from numpy.typing import NDArray

from backend.hazard_map.queries.ground import Bounds, Ground, Seen, ground, newest
from backend.hazards import queries as hazards
from backend.hazards.queries import EPOCH, NEVER, Asked, Columns, Groups, HazardRow, Looked, Revisions
from backend.places import queries as places
from geo import BBox, clusters, tiles

DOTS_FROM_ZOOM: Final = 13  # below it, hazards of a tile are drawn as groups
MOST_DOTS: Final = 1_000  # a tile with more is grouped at any zoom: so many marks would hide each other
MOST_FEATURES: Final = 5_000
MOST_PREMISES: Final = 2_000
MOST_LISTED: Final = 60  # rows beside a map on a phone
MOST_PAST: Final = 500  # rows of a past day beside a desk's map
SOON_DAYS: Final = 3
DUE: Final = ("none", "later", "soon", "overdue")


class GridCount(msgspec.Struct, frozen=True):
    """The hazards of one grid or community, with its name; voided ones are left out."""

    code: str
    name: str
    open: int = 0
    overdue: int = 0
    closed: int = 0
    counted_closed: int = 0
    transferred: int = 0


class SubdistrictCount(GridCount, frozen=True):
    """The hazards of one subdistrict, in grids or not, and where its grids lie."""

    bounds: Bounds | None = None


class View(msgspec.Struct, frozen=True):
    """What lies in view, those due first; and where the grids of one's reach lie, how many they are."""

    bounds: Bounds | None
    grids: int
    total: int
    overdue: int
    hazards: list[HazardRow]


class Summary(msgspec.Struct, frozen=True):
    """Counts of everything within a reach; a grid without hazards stands with zeros.

    `subdistricts` are named where there are several. `bounds` is where grids lie; `grids_edition` changes with them.
    """

    subdistricts: list[SubdistrictCount]
    communities: list[GridCount]
    grids: list[GridCount]
    outside: GridCount
    bounds: Bounds | None
    grids_edition: str


class Days(msgspec.Struct, frozen=True):
    """Which days can be looked at: from the first recorded hazard, if there is any, to today."""

    first_on: date | None
    last_on: date


async def hazard_tile(
    seen: Seen, tile: tuple[int, int, int], asked: Asked, revisions: Revisions | None = None, on: date | None = None
) -> bytes:
    """Return a vector tile: layer `hazards` of single ones, or layer `clusters` of groups with their counts.

    It shows the newest revisions, or none older than `revisions` where these are known already; with `on`, how all
    that stood at the end of that day.
    Errors: BadTile; PastNotHeld.
    """
    day = on or seen.today
    looked = Looked(tile, revisions or await newest(seen), seen.reach, asked, day, past=on is not None)
    most = MOST_DOTS if tile[0] >= DOTS_FROM_ZOOM else 0
    found = await hazards.in_tile(looked, most=most, cells_log2=clusters.CELLS_LOG2)
    return _dots(tile, found, day) if isinstance(found, Columns) else _groups(tile, found)


def _dots(tile: tuple[int, int, int], found: Columns, today: date) -> bytes:
    properties = {
        "stage": tiles.Coded(found.stage, hazards.STAGE_CODES),
        "grade": tiles.Coded(found.grade, hazards.GRADE_CODES),
        "category": tiles.Coded(found.category, hazards.CATEGORY_CODES),
        "due": tiles.Coded(_due(found.deadline, today), DUE),
    }
    return tiles.placed_layer("hazards", tile, (found.column, found.row), found.fid, properties)


def _due(deadline: NDArray[np.integer], today: date) -> NDArray[np.integer]:
    """Return the place of each in DUE: no deadline, later, within SOON_DAYS, overdue."""
    day = (today - EPOCH).days
    # Each of these holds for all that the next holds for.
    return np.asarray((deadline != NEVER).astype(np.uint8) + (deadline <= day + SOON_DAYS) + (deadline < day))


def _groups(tile: tuple[int, int, int], found: Groups) -> bytes:
    properties = {
        "overdue": tiles.coded(found.overdue),
        "grade": tiles.Coded(found.grade, hazards.GRADE_CODES),
    }
    numbers = np.arange(1, found.held.size + 1)
    places = clusters.apart(found.column, found.row, found.held, tile[0])
    return tiles.placed_layer("clusters", tile, places, numbers, properties, point_count=found.held)


async def features(seen: Seen, box: BBox, asked: Asked) -> dict[str, Any]:
    """Return a GeoJSON collection of the hazards in a box, those due first; not `complete` when some are left out."""
    corners = (box.west, box.south, box.east, box.north)
    rows = await hazards.in_box(corners, seen.reach, asked, seen.today, limit=MOST_FEATURES + 1)
    return {
        "type": "FeatureCollection",
        "features": [_feature(row, seen.today) for row in rows[:MOST_FEATURES]],
        "complete": len(rows) <= MOST_FEATURES,
    }


def _feature(row: Any, today: date) -> dict[str, Any]:
    deadline = np.array([NEVER if row["deadline_day"] is None else row["deadline_day"]])
    return {
        "type": "Feature",
        "id": row["fid"],
        "geometry": {"type": "Point", "coordinates": [row["lon"], row["lat"]]},
        "properties": {
            "id": str(row["id"]),
            "number": row["number"],
            "stage": row["stage"],
            "grade": row["grade"],
            "category": row["category"],
            "place_name": row["place_name"],
            "place_code": row["place_code"],
            "accuracy_m": row["accuracy_m"],
            "due": DUE[int(_due(deadline, today)[0])],
        },
    }


async def view(seen: Seen, box: BBox | None, asked: Asked, revisions: Revisions) -> View:
    """Return what lies in a box, or without one in all grids of the reach, with the rows of those due first."""
    own = await ground(seen, revisions)
    corners = own.bounds if box is None else (box.west, box.south, box.east, box.north)
    if corners is None:
        return View(None, 0, 0, 0, [])
    found = await hazards.in_view(revisions, corners, seen.reach, asked, seen.today, limit=MOST_LISTED)
    return View(own.bounds, len(own.fids), found.total, found.overdue, found.hazards)


async def past(seen: Seen, asked: Asked, on: date) -> hazards.Past:
    """Return how everything within the reach stood at the end of a day. Errors: PastNotHeld."""
    return await hazards.past(seen.tenant, seen.reach, asked, on, limit=MOST_PAST)


async def days(seen: Seen) -> Days:
    """Return which days can be looked at. Errors: PastNotHeld."""
    return Days(await hazards.first_day(seen.tenant, seen.reach), seen.today)


async def hazard_id(seen: Seen, fid: int) -> Any:
    """Return the id of the hazard that a tile calls by a number, or None outside the reach."""
    return await hazards.id_of(seen.reach, fid)


async def premises_tile(seen: Seen, z: int, x: int, y: int) -> bytes:
    """Return a vector tile with layer `premises`: name, category and id of each; empty from afar, where none is drawn.

    Errors: BadTile.
    """
    low, after = tiles.tile_range(z, x, y)
    rows = await places.premises_between(low, after, seen.reach, MOST_PREMISES) if z >= DOTS_FROM_ZOOM else []
    if not rows:
        return b""
    said = {name: tiles.coded([str(row[name]) for row in rows]) for name in ("id", "name", "category")}
    quads = np.array([row["quad"] for row in rows], dtype=np.int64)
    return tiles.point_layer("premises", (z, x, y), quads, np.arange(1, len(rows) + 1), said)


async def summary(seen: Seen, revisions: Revisions) -> Summary:
    """Return the counts of every grid and community within a reach, and of what lies in no grid of all its tenants."""
    own = await ground(seen, revisions)
    by_grid = {count.place_code: count for count in await hazards.counts(seen.reach, seen.today)}
    by_community = hazards.summed(by_grid.values(), 12)
    outside = hazards.summed([by_grid[tenant] for tenant in revisions if tenant in by_grid], 0).get("")
    names = dict(zip(own.codes, own.names, strict=True))
    communities = await places.community_names(sorted({code[:12] for code in own.codes}))
    by_tenant = hazards.summed(by_grid.values(), 9)
    tenants = list(revisions) if len(revisions) > 1 else []
    called = await places.place_names(tenants) if tenants else {}
    return Summary(
        [_subdistrict(code, called.get(code, code), by_tenant.get(code), own) for code in tenants],
        [_counted(code, name, by_community.get(code)) for code, name in communities.items()],
        [_counted(code, name, by_grid.get(code)) for code, name in names.items()],
        _counted(seen.tenant, "", outside),
        own.bounds,
        f"{own.edition}-{seen.today.isoformat()}",
    )


def _subdistrict(code: str, name: str, count: hazards.Count | None, own: Ground) -> SubdistrictCount:
    return SubdistrictCount(**msgspec.structs.asdict(_counted(code, name, count)), bounds=own.bounds_within(code))


def _counted(code: str, name: str, count: hazards.Count | None) -> GridCount:
    if count is None:
        return GridCount(code, name)
    return GridCount(code, name, count.open, count.overdue, count.closed, count.counted_closed, count.transferred)
