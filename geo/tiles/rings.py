"""Turn polygons in tile units into MVT drawing commands, all polygons of a layer at once.

Source: Mapbox Vector Tile specification 2.1, §4.3: commands, zigzag steps from point to point, outer
rings clockwise on the screen and holes the other way, no closing point.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import shapely
from numpy.typing import NDArray

from geo.tiles import wire

Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]


def drawing_commands(shapes: NDArray[np.object_]) -> list[bytes]:
    """Return the packed commands of each shape; empty where it rounds to nothing or is no polygon."""
    rings = _wound(_real(_rounded(shapes)))
    if not rings.sizes.size:
        return [b""] * len(shapes)
    numbers, first_of_ring = _numbers(rings)
    packed, first_byte = _packed(numbers)
    ends = np.append(first_byte, len(packed))
    # A shape's bytes run from its first ring to the first ring of the next shape.
    first_ring = np.searchsorted(rings.shape, np.arange(len(shapes) + 1))
    cuts = ends[np.append(first_of_ring, len(numbers))[first_ring]]
    return [packed[start:end] for start, end in pairwise(cuts)]


@dataclass(frozen=True, slots=True)
class _Rings:
    """Rings one after another: their corners, how many each has, whose they are, and which are outer.

    `shape` numbers the shape and `polygon` the polygon (of a multipolygon) that a ring belongs to.
    """

    corners: Ints
    sizes: Ints
    shape: Ints
    polygon: Ints
    outer: Bools

    @property
    def starts(self) -> Ints:
        return np.cumsum(self.sizes) - self.sizes

    def of_corner(self) -> Ints:
        """Return the ring of each corner."""
        return np.repeat(np.arange(len(self.sizes)), self.sizes)

    def kept(self, rings: Bools) -> _Rings:
        corners = self.corners[np.repeat(rings, self.sizes)]
        return _Rings(corners, self.sizes[rings], self.shape[rings], self.polygon[rings], self.outer[rings])


def _rounded(shapes: NDArray[np.object_]) -> _Rings:
    """Return all rings in whole units, without closing points and repeated corners."""
    parts, shape_of_part = shapely.get_parts(shapes, return_index=True)
    solid = shapely.get_type_id(parts) == shapely.GeometryType.POLYGON
    parts, shape_of_part = parts[solid], shape_of_part[solid]
    rings, polygon = shapely.get_rings(parts, return_index=True)
    xy, ring = shapely.get_coordinates(rings, return_index=True)
    closing = np.append(ring[1:] != ring[:-1], True)[: len(ring)]
    corners, ring = np.rint(xy[~closing]).astype(np.int64), ring[~closing]
    sizes = np.bincount(ring, minlength=len(rings)).astype(np.int64)
    fresh = np.any(corners != corners[_before(sizes)], axis=1)
    sizes = np.bincount(ring[fresh], minlength=len(rings)).astype(np.int64)
    outer = np.append(True, polygon[1:] != polygon[:-1])[: len(polygon)]
    return _Rings(corners[fresh], sizes, shape_of_part[polygon], polygon, outer)


def _real(rings: _Rings) -> _Rings:
    """Return the rings that still enclose something, and no holes whose polygon is gone."""
    real = (rings.sizes >= 3) & (_twice_areas(rings) != 0)
    gone = rings.polygon[rings.outer & ~real]
    return rings.kept(real & ~np.isin(rings.polygon, gone))


def _wound(rings: _Rings) -> _Rings:
    """Return the rings with those that run the wrong way turned round."""
    # Rows grow downwards, so a positive area is clockwise on the screen: right for outer rings.
    wrong = (_twice_areas(rings) > 0) != rings.outer
    ring, starts = rings.of_corner(), rings.starts
    step = np.arange(len(ring)) - starts[ring]
    order = starts[ring] + np.where(wrong[ring], rings.sizes[ring] - 1 - step, step)
    return _Rings(rings.corners[order], rings.sizes, rings.shape, rings.polygon, rings.outer)


def _before(sizes: Ints) -> Ints:
    """Return the position of the corner before each, round its ring."""
    before = np.arange(int(sizes.sum())) - 1
    filled = sizes > 0
    starts = np.cumsum(sizes) - sizes
    before[starts[filled]] += sizes[filled]
    return before


def _twice_areas(rings: _Rings) -> Ints:
    x, y = rings.corners.T
    before = _before(rings.sizes)
    crosses = np.append(0, np.cumsum(x[before] * y - x * y[before]))
    return np.asarray(crosses[rings.starts + rings.sizes] - crosses[rings.starts])


def _numbers(rings: _Rings) -> tuple[Ints, Ints]:
    """Return the command numbers of all rings, and where each ring's begin.

    A ring of n corners is: move to (1 + 2 numbers), line to (1 + 2(n - 1)), close (1); 2n + 3 in all.
    """
    lengths = 2 * rings.sizes + 3
    first = np.cumsum(lengths) - lengths
    ring = rings.of_corner()
    step = np.arange(len(ring)) - rings.starts[ring]
    steps = np.diff(rings.corners, axis=0, prepend=np.zeros((1, 2), dtype=np.int64))
    anew = rings.starts[np.append(True, rings.shape[1:] != rings.shape[:-1])]
    steps[anew] = rings.corners[anew]  # the pen of each shape starts at the tile's corner
    numbers = np.empty(int(lengths.sum()), dtype=np.int64)
    numbers[first] = wire.command(wire.MOVE_TO, 1)
    numbers[first + 3] = (rings.sizes - 1) << 3 | wire.LINE_TO
    numbers[first + lengths - 1] = wire.command(wire.CLOSE_PATH, 1)
    at = first[ring] + np.where(step == 0, 1, 2 + 2 * step)
    numbers[at], numbers[at + 1] = wire.zigzag(steps).T
    return numbers, first


def _packed(numbers: Ints) -> tuple[bytes, Ints]:
    """Return numbers below 2^28 as varints, one after another, and where each begins."""
    widths = 1 + (numbers >= 1 << 7).astype(np.int64) + (numbers >= 1 << 14) + (numbers >= 1 << 21)
    starts = np.cumsum(widths) - widths
    out = np.empty(int(widths.sum()), np.uint8)
    for byte in range(4):
        long = widths > byte
        more = np.where(widths[long] > byte + 1, 128, 0)
        out[starts[long] + byte] = (numbers[long] >> (7 * byte)) & 127 | more
    return out.tobytes(), starts
