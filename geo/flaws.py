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
"""Grids this near to a gap lie around it: a few times the 1 cm of the lattice."""

SHARPEST = 10.0
"""Corners down to 11° keep their mitre (1 / sin of half the angle); a sharper notch is taken for a gap."""
SAME_M = 0.02
"""Lines this near to each other are the same line, computed twice on the 1 cm lattice."""
FREE_SHARE = 0.2
"""Of a strip's boundary, at most this share may border on no grid. It is little for a gap between two grids, open
at an end, but a half for a shallow dent of the outline where two grids meet."""

Shapes = NDArray[np.object_]
Kind = Literal["overlap", "gap"]


@dataclass(frozen=True, slots=True)
class Flaw:
    """Ground that two grids claim (overlap) or none does (gap).

    `codes` are the grids around it, in order; `width_m` is its mean width; `place` lies on it.
    A gap that widens towards the outside is measured as far as it is narrow.
    """

    kind: Kind
    codes: tuple[str, ...]
    area_m2: float
    width_m: float
    place: LonLat


def find_flaws(codes: Sequence[str], shapes: Shapes, gap_width_m: float) -> list[Flaw]:
    """Return every overlap and gap among valid polygons on the lattice, in WGS 84 degrees.

    Gaps are holes that are closed all round, and open strips narrower than `gap_width_m`; an open strip thinner
    than 5 cm is not told from a dent in the outline.
    Units: metres on a plane true at the middle latitude of the shapes (0.2 % over half a degree).
    """
    plane = _Plane.amid(shapes)
    flat = plane.flattened(shapes)
    is_matched = shapely.coverage_is_valid(flat)
    union = shapely.coverage_union_all(flat) if is_matched else shapely.union_all(flat)
    overlaps = [] if is_matched else _overlaps(flat)
    found = [plane.flaw("overlap", codes, who, ground) for who, ground in overlaps]
    holes = _around(flat, _holes(union))
    strips = [(who, ground) for who, ground in _around(flat, _open_strips(union, gap_width_m)) if len(who) > 1]
    return found + [plane.flaw("gap", codes, who, ground) for who, ground in holes + strips]


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


def _holes(union: shapely.Geometry) -> list[shapely.Geometry]:
    rings, polygon = shapely.get_rings(shapely.get_parts(union), return_index=True)
    inner = np.append(False, polygon[1:] == polygon[:-1])[: len(polygon)]
    return list(shapely.polygons(rings[inner]))


def _open_strips(union: shapely.Geometry, gap_width_m: float) -> list[shapely.Geometry]:
    """Return strips that reach the outside: what closes when the outline is widened by half a gap and shrunk again.

    Mitred corners come back as they were, so only ground with an edge on either side is filled.
    """
    outline = shapely.union_all(shapely.polygons(shapely.get_exterior_ring(shapely.get_parts(union))))
    wide = shapely.buffer(outline, gap_width_m / 2, join_style="mitre", mitre_limit=SHARPEST)
    closed = shapely.buffer(wide, -gap_width_m / 2, join_style="mitre", mitre_limit=SHARPEST)
    filled = shapely.difference(closed, outline)
    strips = shapely.get_parts(filled)
    edge = shapely.buffer(shapely.boundary(outline), SAME_M, quad_segs=1)
    free_m = shapely.length(shapely.difference(shapely.boundary(strips), edge))
    around_m = shapely.length(strips)
    # GEOS rounds off dents of 1 % of the width it buffers by, so thinner strips may be its own doing.
    is_gap = (free_m <= FREE_SHARE * around_m) & (2 * shapely.area(strips) > TOUCH_M * around_m)
    return list(strips[is_gap])


def _around(flat: Shapes, grounds: list[shapely.Geometry]) -> list[Ground]:
    """Return each ground that is more than arithmetic with the grids around it."""
    tree = shapely.STRtree(flat)
    return [
        (_sorted(tree.query(ground, predicate="dwithin", distance=TOUCH_M)), ground)
        for ground in grounds
        if shapely.area(ground) > NOTHING_M2
    ]


def _sorted(positions: NDArray[np.intp]) -> tuple[int, ...]:
    return tuple(sorted(int(i) for i in positions))
