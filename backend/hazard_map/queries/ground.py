"""Know who looks, in which edition, and keep the grids within a reach as tiles draw them."""

import asyncio
import hashlib
from bisect import bisect_left
from collections import OrderedDict
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Final

import shapely
from numpy.typing import NDArray

from backend import changes
from backend.hazards.queries import Revisions
from backend.people.rules import Reach
from backend.places import queries as places
from geo import tiles

Bounds = tuple[float, float, float, float]
_GROUNDS_KEPT: Final = 16
_TILES_KEPT: Final = 64  # of each ground: those from afar, which everybody opens first


@dataclass(frozen=True, slots=True)
class Seen:
    """Who looks, on which day."""

    tenant: str
    reach: Reach
    today: date


async def newest(seen: Seen) -> dict[str, int]:
    """Return the newest revision of each tenant into which the reach extends; most people's lies in their own."""
    if seen.reach.scopes in ((seen.tenant,), ()):
        return {seen.tenant: await changes.newest(seen.tenant)}
    return await changes.newest_within(seen.reach.scopes) or {seen.tenant: 0}


def edition(seen: Seen, revisions: Revisions) -> str:
    """Return a name for what is seen at some revisions; any change in one of the tenants and any new day changes it."""
    each = "-".join(f"{tenant}-{revision}" for tenant, revision in revisions.items())
    said = each if len(revisions) == 1 else _short(each)  # a header holds no district's hundred revisions
    return f"{said}-{seen.today.isoformat()}-{hash_of(seen.reach)}"


def hash_of(reach: Reach) -> str:
    """Return a short name of a reach, so that two people with the same reach share an answer and others never do."""
    said = " ".join([*reach.prefixes, "|", *sorted(reach.keys), "|", *reach.scopes])
    return _short(said)


def _short(said: str) -> str:
    return hashlib.sha256(said.encode()).hexdigest()[:16]


@dataclass(frozen=True, slots=True)
class Ground:
    """The grids within a reach, on the 31-bit map, with what a tile says of them."""

    edition: int
    shapes: NDArray[Any]
    fids: list[int]
    codes: list[str]
    names: list[str]
    drawn: dict[tuple[int, int, int], bytes] = field(default_factory=dict)

    @property
    def bounds(self) -> Bounds | None:
        """West, south, east and north of all grids in degrees; None where there is none."""
        return self.bounds_within("")

    def bounds_within(self, place_code: str) -> Bounds | None:
        """Return west, south, east and north of the grids at or below a place in degrees; None where there is none."""
        # In order of code, and a colon comes after all digits.
        first, after = bisect_left(self.codes, place_code), bisect_left(self.codes, f"{place_code}:")
        if first == after:
            return None
        west, north, east, south = shapely.total_bounds(self.shapes[first:after])
        (one, other) = tiles.place_of(west, south), tiles.place_of(east, north)
        return (one.lon, one.lat, other.lon, other.lat)


_grounds: OrderedDict[tuple[tuple[str, ...], tuple[str, ...], date], Ground] = OrderedDict()


async def ground(seen: Seen, revisions: Revisions) -> Ground:
    """Return the grids within a reach today, built once for each edition of the grids of its tenants."""
    tenants = tuple(revisions)
    key = (tenants, seen.reach.prefixes, seen.today)
    latest = await (places.edition(tenants[0]) if len(tenants) == 1 else places.edition_of_all(tenants))
    known = _grounds.get(key)
    if known is None or known.edition != latest:
        rows = await places.grids_on(seen.reach, seen.today)
        shapes = tiles.on_mercator([shapely.from_geojson(row["geometry"]) for row in rows])
        fids, codes, names = ([row[name] for row in rows] for name in ("fid", "code", "name"))
        known = _grounds[key] = Ground(latest, shapes, fids, codes, names)
        while len(_grounds) > _GROUNDS_KEPT:
            _grounds.popitem(last=False)
    _grounds.move_to_end(key)
    return known


async def grid_tile(seen: Seen, tile: tuple[int, int, int], revisions: Revisions) -> bytes:
    """Return a vector tile with layer `grids`.

    Errors: BadTile.
    """
    own = await ground(seen, revisions)
    tiles.tile_range(*tile)
    if not own.fids:
        return b""
    drawn = own.drawn.get(tile)
    if drawn is None:
        # From afar a tile holds thousands of grids: beside the event loop, and once for each edition.
        drawn = await asyncio.to_thread(_drawn_grids, own, tile)
        if len(own.drawn) < _TILES_KEPT:
            own.drawn[tile] = drawn
    return drawn


def _drawn_grids(own: Ground, tile: tuple[int, int, int]) -> bytes:
    return tiles.polygon_layer("grids", tile, own.shapes, own.fids, {"code": own.codes, "name": own.names})
