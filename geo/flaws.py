"""Where neighbouring grids claim the same ground, or leave ground between them."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
import shapely
from numpy.typing import NDArray

from geo.distance import DEGREE_M
from geo.points import LonLat

NOTHING_M2 = 0.01
"""Less ground than this is arithmetic, not a flaw."""
TOUCH_M = 0.05
"""Edges this near to a known flaw belong to it: a few times the 1 cm of the lattice."""

Shapes = NDArray[np.object_]
Kind = Literal["overlap", "gap"]


@dataclass(frozen=True, slots=True)
class Flaw:
    """Ground that two grids claim (overlap) or none does (gap).

    `codes` are the grids around it, in order; `width_m` is its mean width; `place` lies on it.
    A gap that is open at one end is measured to the hull of its edges, so its area is approximate.
    """

    kind: Kind
    codes: tuple[str, ...]
    area_m2: float
    width_m: float
    place: LonLat


def find_flaws(codes: Sequence[str], shapes: Shapes, gap_width_m: float) -> list[Flaw]:
    """Return every overlap and gap among valid polygons on the lattice, in WGS 84 degrees.

    Gaps are holes that are closed all round, and open strips narrower than `gap_width_m`.
    Units: metres on a plane true at the middle latitude of the shapes (0.2 % over half a degree).
    """
    plane = _Plane.amid(shapes)
    flat = plane.flattened(shapes)
    if shapely.coverage_is_valid(flat, gap_width=gap_width_m):
        return [plane.flaw("gap", codes, who, ground) for who, ground in _holes(flat, shapely.coverage_union_all(flat))]
    union = shapely.union_all(flat)
    overlaps = _overlaps(flat)
    holes = _holes(flat, union)
    known = shapely.union_all([ground for _, ground in overlaps + holes])
    strips = _open_strips(flat, union, known, gap_width_m)
    found = [plane.flaw("overlap", codes, who, ground) for who, ground in overlaps]
    found += [plane.flaw("gap", codes, who, ground) for who, ground in holes + strips]
    return found


Ground = tuple[tuple[int, ...], shapely.Geometry]
"""The positions of the grids around a flaw, and the flaw's ground on the plane."""


@dataclass(frozen=True, slots=True)
class _Plane:
    """Metres east and north of a corner; an affine map, so straight edges and shared corners stay."""

    scale: NDArray[np.float64]
    corner: NDArray[np.float64]

    @classmethod
    def amid(cls, shapes: Shapes) -> _Plane:
        west, south, _, north = shapely.total_bounds(shapes)
        shrink = max(math.cos(math.radians((south + north) / 2)), 1e-6)
        return cls(np.array([DEGREE_M * shrink, DEGREE_M]), np.array([west, south]))

    def flattened(self, shapes: Shapes) -> Shapes:
        return np.asarray(shapely.transform(shapes, lambda xy: (xy - self.corner) * self.scale))

    def flaw(self, kind: Kind, codes: Sequence[str], who: tuple[int, ...], ground: shapely.Geometry) -> Flaw:
        point = shapely.point_on_surface(ground)
        lon, lat = shapely.get_coordinates(point)[0] / self.scale + self.corner
        area_m2, around_m = float(shapely.area(ground)), float(shapely.length(ground))
        place = LonLat(round(float(lon), 7), round(float(lat), 7))
        return Flaw(kind, tuple(codes[i] for i in who), area_m2, 2 * area_m2 / around_m, place)


def _overlaps(flat: Shapes) -> list[Ground]:
    tree = shapely.STRtree(flat)
    crossing = tree.query(flat, predicate="overlaps").T
    nested = tree.query(flat, predicate="contains").T
    pairs = np.concatenate([crossing[crossing[:, 0] < crossing[:, 1]], nested[nested[:, 0] != nested[:, 1]]])
    pairs = np.unique(np.sort(pairs, axis=1), axis=0)
    shared = shapely.intersection(flat[pairs[:, 0]], flat[pairs[:, 1]])
    return [
        ((int(i), int(j)), ground)
        for (i, j), ground in zip(pairs, shared, strict=True)
        if shapely.area(ground) > NOTHING_M2
    ]


def _holes(flat: Shapes, union: shapely.Geometry) -> list[Ground]:
    tree = shapely.STRtree(flat)
    rings = [ring for part in shapely.get_parts(union) for ring in part.interiors]
    grounds = [shapely.Polygon(ring) for ring in rings]
    return [
        (_sorted(tree.query(ground, predicate="dwithin", distance=TOUCH_M)), ground)
        for ground in grounds
        if shapely.area(ground) > NOTHING_M2
    ]


def _open_strips(flat: Shapes, union: shapely.Geometry, known: shapely.Geometry, gap_width_m: float) -> list[Ground]:
    """Return strips that reach the outside, from the edges that face an edge they do not match."""
    edges = shapely.coverage_invalid_edges(flat, gap_width=gap_width_m)
    edges = shapely.difference(edges, shapely.buffer(known, TOUCH_M))
    facing = np.flatnonzero(shapely.length(edges) > TOUCH_M)
    if not facing.size:
        return []
    around = shapely.union_all(shapely.buffer(edges[facing], gap_width_m / 2 + TOUCH_M, quad_segs=2))
    return [found for part in shapely.get_parts(around) if (found := _strip(part, edges, facing, union))]


def _strip(part: shapely.Geometry, edges: Shapes, facing: NDArray[np.intp], union: shapely.Geometry) -> Ground | None:
    mine = facing[shapely.intersects(edges[facing], part)]
    lines = shapely.intersection(edges[mine], part)
    ground = shapely.difference(shapely.convex_hull(shapely.union_all(lines)), union)
    return (_sorted(mine), ground) if shapely.area(ground) > NOTHING_M2 else None


def _sorted(positions: NDArray[np.intp]) -> tuple[int, ...]:
    return tuple(sorted(int(i) for i in positions))
