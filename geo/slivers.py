"""Tell ground that is too narrow to be a grid, or that carries a strip as thin as a slip of the hand."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
import shapely
from numpy.typing import NDArray

from geo.distance import DEGREE_M

LEAST_WIDTH_M = 5.0
"""Nobody is given a grid narrower than this."""
STRIP_WIDTH_M = 2.0
"""A strip thinner than this, along a border that was already there, is a slip of the hand."""
STRIP_LENGTH_M = 25.0
"""A shorter one is the point of a sharp corner: at 2 m of width, of some 5°."""
SAME_M = 0.05


def is_thin(shape: shapely.Geometry) -> bool:
    """Is any part of the shape (degrees) narrower than a grid may be all along?"""
    parts = shapely.get_parts(_flat([shape])[0])
    return bool(shapely.is_empty(shapely.buffer(parts, -LEAST_WIDTH_M / 2, join_style="mitre")).any())


def strips(shape: shapely.Geometry, old: Sequence[shapely.Geometry]) -> list[shapely.Geometry]:
    """Return the thin strips of a shape (degrees) that none of the old shapes had; on a plane in metres."""
    flat = _flat([shape, *old])
    thin = [_thin(each) for each in flat]
    known = shapely.buffer(shapely.union_all(thin[1:]), SAME_M)
    parts = shapely.get_parts(shapely.difference(thin[0], known))
    return [part for part in parts if shapely.area(part) > 0 and shapely.length(part) / 2 > STRIP_LENGTH_M]


def _thin(flat: shapely.Geometry) -> shapely.Geometry:
    """Return what is lost of a shape that is shrunk by half a strip and widened again."""
    shrunk = shapely.buffer(flat, -STRIP_WIDTH_M / 2, join_style="mitre")
    widened = shapely.buffer(shrunk, STRIP_WIDTH_M / 2 + SAME_M, join_style="mitre")
    return shapely.difference(flat, widened)


def _flat(shapes: Sequence[shapely.Geometry]) -> NDArray[np.object_]:
    west, south, _, north = shapely.total_bounds(shapes)
    scale = np.array([max(math.cos(math.radians((south + north) / 2)), 1e-6), 1.0]) * DEGREE_M
    corner = np.array([west, south])
    return np.asarray(shapely.transform(np.asarray(shapes, dtype=object), lambda xy: (xy - corner) * scale))
