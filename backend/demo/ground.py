"""Make the ground of the demo subdistrict: streets bent like streets, and the grids and communities between them."""

import math
import random
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Final

import shapely
from shapely import LineString, Point, Polygon
from shapely.geometry.polygon import orient

SEED: Final = 20200630
ROWS, COLUMNS = 12, 14
WEST, SOUTH = 109.380, 24.306
WIDTH_DEG, HEIGHT_DEG = 0.0420, 0.0330  # about 4.3 × 3.7 km on the ground
GRIDS_PER_COMMUNITY: Final = (8, 9, 8, 7, 9, 9, 8, 8, 7)  # 73 in all, in the order of the communities
# Where each community lies, as a share of width (from the west) and height (from the north).
SEATS: Final = (
    (0.17, 0.15), (0.50, 0.19), (0.84, 0.14),
    (0.15, 0.50), (0.47, 0.51), (0.82, 0.48),
    (0.19, 0.85), (0.52, 0.83), (0.85, 0.82),
)  # fmt: skip
_GRAIN: Final = 1e-7


@dataclass(frozen=True, slots=True)
class Plot:
    """One grid of the demo: its community (0 to 8), its number there (from 1, west to east), its shape."""

    community: int
    sequence: int
    shape: Polygon


@cache
def plots(seed: int = SEED) -> tuple[Plot, ...]:
    """Return the grids of the demo subdistrict: a clean coverage, the same for the same seed.

    Units: WGS 84 degrees, longitude first, on a grain of 1e-7 so that neighbours share the very same corners.
    """
    blocks = _blocks(random.Random(seed))  # noqa: S311 — a drawing, not a secret
    found: list[Plot] = []
    for community, own in enumerate(_communities(blocks)):
        shapes = _merged(own, GRIDS_PER_COMMUNITY[community])
        ordered = sorted(shapes, key=lambda shape: (-round(shape.centroid.y / 0.004), shape.centroid.x))
        found += [Plot(community, number, orient(shape)) for number, shape in enumerate(ordered, 1)]
    return tuple(found)


def _blocks(chance: random.Random) -> list[Polygon]:
    """Return the blocks between the streets, each the piece of ground that no street crosses."""
    corners = [[_corner(row, column, chance) for column in range(COLUMNS + 1)] for row in range(ROWS + 1)]
    streets = []
    for row in range(ROWS + 1):
        for column in range(COLUMNS + 1):
            if column < COLUMNS:
                streets.append(_street(corners[row][column], corners[row][column + 1], chance))
            if row < ROWS:
                streets.append(_street(corners[row][column], corners[row + 1][column], chance))
    blocks = [block for block in shapely.get_parts(shapely.polygonize(streets)) if isinstance(block, Polygon)]
    if len(blocks) != ROWS * COLUMNS:
        raise ValueError("two streets of the demo cross outside a crossing; choose another seed")
    return blocks


def _corner(row: int, column: int, chance: random.Random) -> tuple[float, float]:
    """Return a crossing: a lattice bent by slow waves (the old river), unevenly spaced, and a little off everywhere."""
    across, down = column / COLUMNS, row / ROWS
    across += 0.018 * math.sin(2.3 * math.pi * down + 0.6) + 0.012 * math.sin(5.1 * math.pi * across)
    down += 0.030 * math.sin(1.7 * math.pi * across + 0.3) + 0.010 * math.sin(4.3 * math.pi * down)
    across += chance.uniform(-0.012, 0.012)
    down += chance.uniform(-0.014, 0.014)
    return _on_grain(WEST + WIDTH_DEG * across), _on_grain(SOUTH + HEIGHT_DEG * (1 - down))


def _street(start: tuple[float, float], end: tuple[float, float], chance: random.Random) -> LineString:
    """Return a street between two crossings with one to three bends to the side, never so sharp that streets cross."""
    along = (end[0] - start[0], end[1] - start[1])
    count = chance.choice((1, 2, 2, 3))
    bends = []
    for number in range(count):
        share = (number + chance.uniform(0.35, 0.65)) / count
        aside = chance.uniform(-0.055, 0.055)
        lon = start[0] + along[0] * share - along[1] * aside
        lat = start[1] + along[1] * share + along[0] * aside
        bends.append((_on_grain(lon), _on_grain(lat)))
    return LineString([start, *bends, end])


def _on_grain(degrees: float) -> float:
    return round(degrees / _GRAIN) * _GRAIN


def _communities(blocks: Sequence[Polygon]) -> list[list[Polygon]]:
    """Return the blocks of each community: those nearest to its seat."""
    seats = [Point(WEST + WIDTH_DEG * across, SOUTH + HEIGHT_DEG * (1 - down)) for across, down in SEATS]
    shares: list[list[Polygon]] = [[] for _ in seats]
    for block in blocks:
        nearest = min(range(len(seats)), key=lambda number: seats[number].distance(block.centroid))
        shares[nearest].append(block)
    return shares


def _merged(blocks: Sequence[Polygon], wanted: int) -> list[Polygon]:
    """Return as many grids as wanted, made by joining the smallest to the neighbour with the longest common street."""
    grids = list(blocks)
    while len(grids) > wanted:
        smallest = grids.pop(min(range(len(grids)), key=lambda number: grids[number].area))
        neighbour = max(range(len(grids)), key=lambda number: _common_street(smallest, grids[number]))
        grids[neighbour] = _one(smallest, grids[neighbour])
    return grids


def _common_street(one: Polygon, other: Polygon) -> float:
    return float(one.intersection(other).length) / math.sqrt(other.area)


def _one(*shapes: Polygon) -> Polygon:
    joined = shapely.union_all(list(shapes))
    if not isinstance(joined, Polygon) or joined.interiors:
        raise ValueError("the streets of the demo leave an island; choose another seed")
    return joined


def points_in(shape: Polygon, count: int, chance: random.Random) -> list[tuple[float, float]]:
    """Return points inside a grid, away from its edge, in WGS 84 degrees; the same for the same random source."""
    inner = shape.buffer(-0.00012)
    ground = inner if inner.area > 0 else shape
    west, south, east, north = ground.bounds
    found: list[tuple[float, float]] = []
    while len(found) < count:
        lon, lat = chance.uniform(west, east), chance.uniform(south, north)
        if shapely.contains_xy(ground, lon, lat):
            found.append((round(lon, 7), round(lat, 7)))
    return found


def is_clean(shapes: Iterable[Polygon]) -> bool:
    """Do the grids tile the ground: no overlap, no sliver, and no hole?"""
    ground = list(shapes)
    whole = shapely.union_all(ground)
    tiled = isinstance(whole, Polygon) and not whole.interiors
    return tiled and bool(shapely.coverage_is_valid(ground, gap_width=1e-5))
