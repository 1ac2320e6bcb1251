"""Number every place on the map so that each tile is one range of numbers.

A quad interleaves 31 bits of web-Mercator column and 31 bits of row (Morton order), so it fits a
signed 64-bit column; a tile of zoom z is all quads that share its first 2·z bits.
Source: web Mercator as in OGC 17-083r4 annex D (WebMercatorQuad); G. M. Morton, 1966.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import ArrayLike, NDArray

from geo.errors import BadTile
from geo.points import BBox, LonLat

BITS = 31
SIDE = 1 << BITS
"""Cells across the map: 1.9 cm each at the equator."""
MAX_ZOOM = 24
MAX_LAT = math.degrees(math.atan(math.sinh(math.pi)))
"""Where the square map ends, 85.05°; points nearer to a pole are drawn on its edge."""

Ints = NDArray[np.int64]
_SPREAD = (
    (16, 0x0000FFFF0000FFFF),
    (8, 0x00FF00FF00FF00FF),
    (4, 0x0F0F0F0F0F0F0F0F),
    (2, 0x3333333333333333),
    (1, 0x5555555555555555),
)
_GATHER = (
    (1, 0x3333333333333333),
    (2, 0x0F0F0F0F0F0F0F0F),
    (4, 0x00FF00FF00FF00FF),
    (8, 0x0000FFFF0000FFFF),
    (16, 0x00000000FFFFFFFF),
)


def mercator(lon: ArrayLike, lat: ArrayLike) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return columns and rows in cells of the 31-bit map, from its north-west corner, unrounded."""
    sine = np.sin(np.radians(np.clip(np.asarray(lat, dtype=np.float64), -MAX_LAT, MAX_LAT)))
    x = (np.asarray(lon, dtype=np.float64) + 180.0) / 360.0 * SIDE
    y = (0.5 - np.log((1 + sine) / (1 - sine)) / (4 * math.pi)) * SIDE
    return x, y


def quads_of(lon: ArrayLike, lat: ArrayLike) -> Ints:
    """Return the quad of each position, for WGS 84 degrees in range."""
    x, y = (np.clip(np.floor(v), 0, SIDE - 1).astype(np.int64) for v in mercator(lon, lat))
    return interleave(x, y)


def quad_of(lon: float, lat: float) -> int:
    """Return the quad of one position.

    Errors: BadPoint when the numbers are no place.
    """
    point = LonLat(lon, lat)
    return int(quads_of([point.lon], [point.lat])[0])


def interleave(x: Ints, y: Ints) -> Ints:
    """Return the quads of columns and rows."""
    return np.asarray(_spread(x) | (_spread(y) << np.uint64(1))).astype(np.int64)


def columns_rows(quads: Ints) -> tuple[Ints, Ints]:
    """Return the column and row of each quad."""
    bits = np.asarray(quads).astype(np.uint64)
    return _gather(bits), _gather(bits >> np.uint64(1))


def place_of(x: float, y: float) -> LonLat:
    """Return the WGS 84 position of a column and row of the 31-bit map."""
    return LonLat(x / SIDE * 360.0 - 180.0, math.degrees(math.atan(math.sinh(math.pi * (1 - 2 * y / SIDE)))))


def tile_range(z: int, x: int, y: int) -> tuple[int, int]:
    """Return the first quad of a tile and the first after it: `first <= quad < after`.

    Errors: BadTile when there is no such tile, or the zoom exceeds MAX_ZOOM.
    """
    check_tile(z, x, y)
    number = _spread_one(x) | _spread_one(y) << 1
    shift = 2 * (BITS - z)
    return number << shift, (number + 1) << shift


def tile_bbox(z: int, x: int, y: int, margin: float = 0.0) -> BBox:
    """Return the ground of a tile, wider by `margin` tile widths on each side, clipped to the map.

    Errors: BadTile.
    """
    check_tile(z, x, y)
    across = 1 << z
    west, north = max(x - margin, 0) / across * SIDE, max(y - margin, 0) / across * SIDE
    east, south = min(x + 1 + margin, across) / across * SIDE, min(y + 1 + margin, across) / across * SIDE
    low, high = place_of(west, south), place_of(east, north)
    return BBox(low.lon, low.lat, high.lon, high.lat)


def check_tile(z: int, x: int, y: int) -> None:
    """Refuse a tile that does not exist.

    Errors: BadTile.
    """
    if not 0 <= z <= MAX_ZOOM:
        raise BadTile(f"the zoom must be 0 to {MAX_ZOOM}", f"缩放级别必须在 0 到 {MAX_ZOOM} 之间")
    if not (0 <= x < 1 << z and 0 <= y < 1 << z):
        raise BadTile(f"zoom {z} has no tile {x}/{y}", f"缩放级别 {z} 没有瓦片 {x}/{y}")


def _spread(values: Ints) -> NDArray[np.uint64]:
    bits = np.asarray(values).astype(np.uint64)
    for shift, mask in _SPREAD:
        bits = (bits | (bits << np.uint64(shift))) & np.uint64(mask)
    return bits


def _spread_one(number: int) -> int:
    for shift, mask in _SPREAD:
        number = (number | (number << shift)) & mask
    return number


def _gather(bits: NDArray[np.uint64]) -> Ints:
    bits = bits & np.uint64(0x5555555555555555)
    for shift, mask in _GATHER:
        bits = (bits | (bits >> np.uint64(shift))) & np.uint64(mask)
    return bits.astype(np.int64)
