"""Which grid holds a fix, and which neighbours its accuracy circle also touches."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
import shapely

from geo.distance import DEGREE_M, metres_to_each
from geo.errors import BadCoverage
from geo.points import BBox, Fix, LonLat

POLYGONAL = (shapely.GeometryType.POLYGON, shapely.GeometryType.MULTIPOLYGON)


class Verdict(StrEnum):
    """How sure a fix is of its grid."""

    INSIDE = "inside"
    STRADDLING = "straddling"
    OUTSIDE = "outside"


@dataclass(frozen=True, slots=True)
class Grid:
    """A grid's code and its ground, in WGS 84 degrees.

    Errors: BadCoverage when the code is empty or the ground is empty or not a polygon.
    """

    code: str
    shape: shapely.Polygon | shapely.MultiPolygon

    def __post_init__(self) -> None:
        if not self.code:
            raise BadCoverage("a grid needs a code", "网格缺少编码")
        if shapely.get_type_id(self.shape) not in POLYGONAL or self.shape.is_empty:
            raise BadCoverage(
                f"grid {self.code} is not a polygon with any ground",
                f"网格 {self.code} 不是多边形或是空的",
            )


@dataclass(frozen=True, slots=True)
class Holding:
    """Where a fix is.

    `grid` holds the centre of the circle (None outside all). `candidates` are all grids that the
    circle touches, nearest first. The verdict is `inside` when the centre's grid is the only one,
    `outside` when there is none, and else `straddling`: a person chooses.
    """

    grid: str | None
    candidates: tuple[str, ...]
    verdict: Verdict


class GridIndex:
    """Grids arranged for lookup: build it once for each version of the grids.

    Shapes: the grids tile the ground (see coverage.py); where they overlap or meet, the lowest
    code wins, so the order in which they are given never matters.
    """

    def __init__(self, grids: Iterable[Grid]) -> None:
        in_order = sorted(grids, key=lambda grid: grid.code)
        self.codes = tuple(grid.code for grid in in_order)
        self._shapes = np.array([grid.shape for grid in in_order], dtype=object)
        self._tree = shapely.STRtree(self._shapes)

    def __len__(self) -> int:
        return len(self.codes)

    def grid_at(self, point: LonLat) -> str | None:
        """Return the code of the grid that holds the point, or None.

        A point on a shared edge belongs to the lowest code.
        """
        found = self._holding(shapely.Point(point.lon, point.lat))
        return self.codes[found[0]] if found else None

    def grids_in(self, box: BBox) -> tuple[str, ...]:
        """Return the codes of the grids that a box touches, in order of code."""
        found = self._tree.query(shapely.box(*box.bounds), predicate="intersects")
        return tuple(self.codes[i] for i in np.sort(found))

    def holding(self, fix: Fix) -> Holding:
        """Return the grid that holds the fix, and every grid that its circle touches.

        Units: metres on a flat plane at the fix; a grid is touched at exactly `accuracy_m` too.
        """
        centre = shapely.Point(fix.point.lon, fix.point.lat)
        under = self._holding(centre)
        near = self._near(fix, centre, under) if fix.accuracy_m else under[:1]
        grid = self.codes[under[0]] if under else None
        if not near:
            return Holding(None, (), Verdict.OUTSIDE)
        alone = bool(under) and len(near) == 1
        codes = tuple(self.codes[i] for i in near)
        return Holding(grid, codes, Verdict.INSIDE if alone else Verdict.STRADDLING)

    def _holding(self, centre: shapely.Point) -> list[int]:
        return sorted(self._tree.query(centre, predicate="intersects").tolist())

    def _near(self, fix: Fix, centre: shapely.Point, under: list[int]) -> list[int]:
        """Return the positions of the grids within the circle, nearest first, then by code."""
        # A degree of longitude is the shorter one, so this many degrees reach at least as far
        # as the circle both ways; what they catch too much is measured in metres below.
        shrink = max(math.cos(math.radians(fix.point.lat)), 1e-6)
        reach_deg = min(fix.accuracy_m / (DEGREE_M * shrink), 360.0)
        found = self._tree.query(centre, predicate="dwithin", distance=reach_deg)
        if found.size == len(under):
            return under
        found.sort()
        away_m = metres_to_each(fix.point, self._shapes[found])
        nearest_first = np.argsort(away_m, kind="stable")
        return [int(found[i]) for i in nearest_first if away_m[i] <= fix.accuracy_m]


def holding(fix: Fix, grids: Iterable[Grid]) -> Holding:
    """Return the grid that holds the fix, for a few grids used once; else keep a GridIndex."""
    return GridIndex(grids).holding(fix)
