"""Encode polygons, clipped to their tile and no finer than it can show."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import shapely
from numpy.typing import NDArray

from geo.tiles import wire
from geo.tiles.quads import BITS, check_tile, mercator

BUFFER = 64
"""Polygons reach this many tile units past the edge, so that outlines are not drawn along it."""

Ints = NDArray[np.int64]
Shapes = NDArray[np.object_]


def on_mercator(shapes: Sequence[shapely.Geometry] | Shapes) -> Shapes:
    """Return WGS 84 shapes on the 31-bit map: do it once, then draw many tiles of them."""
    return np.asarray(
        shapely.transform(np.asarray(shapes, dtype=object), lambda xy: np.column_stack(mercator(xy[:, 0], xy[:, 1])))
    )


def polygon_layer(
    name: str,
    tile: tuple[int, int, int],
    shapes: Shapes,
    ids: Sequence[int],
    properties: Mapping[str, Sequence[wire.Value]],
) -> bytes:
    """Return a layer of the polygons that show in the tile, or `b""` when none does.

    Shapes: `shapes` as `on_mercator` gives them; `ids` and every property are as long. What shrinks
    to nothing at this zoom is left out. Neighbours that share corners are rounded alike.
    Errors: BadTile.
    """
    check_tile(*tile)
    keys = list(properties)
    position: dict[tuple[type, wire.Value], int] = {}
    features = []
    for i, drawn in _drawn(tile, np.asarray(shapes, dtype=object)):
        commands = _commands(drawn)
        if not commands:
            continue
        tags = bytearray()
        for key_index, key in enumerate(keys):
            content = properties[key][i]
            place = position.setdefault((type(content), content), len(position))
            tags += wire.varint(key_index) + wire.varint(place)
        features.append(_feature(int(ids[i]), bytes(tags), commands))
    values = [content for _, content in position]
    return wire.layer(name, b"".join(features), keys, values) if features else b""


def _drawn(tile: tuple[int, int, int], shapes: Shapes) -> list[tuple[int, shapely.Geometry]]:
    """Return the position and the clipped shape, in tile units, of all that shows."""
    z, x, y = tile
    size = 1 << (BITS - z)
    corner, scale = np.array([x * size, y * size], dtype=np.float64), wire.EXTENT / size
    reach = BUFFER / scale
    west, north = corner - reach
    east, south = corner + size + reach
    bounds = shapely.bounds(shapes).reshape(-1, 4).T
    near = np.flatnonzero((bounds[0] <= east) & (bounds[2] >= west) & (bounds[1] <= south) & (bounds[3] >= north))
    clipped = shapely.clip_by_rect(shapes[near], west, north, east, south)
    local = shapely.transform(clipped, lambda xy: (xy - corner) * scale)
    coarse = shapely.simplify(local, 1.0, preserve_topology=False)
    return [(int(i), shape) for i, shape in zip(near, coarse, strict=True) if not shape.is_empty]


def _commands(shape: shapely.Geometry) -> bytes:
    """Return the packed drawing commands of a polygon's rings; empty when nothing is left."""
    parts: list[Ints] = []
    pen = np.zeros((1, 2), dtype=np.int64)
    for polygon in shapely.get_parts(shape):
        if not isinstance(polygon, shapely.Polygon):
            continue
        for ring in _rings(polygon):
            steps = wire.zigzag(np.diff(ring, axis=0, prepend=pen)).ravel()
            pen = ring[-1:]
            line_to = wire.command(wire.LINE_TO, len(ring) - 1)
            parts += [
                np.array([wire.command(wire.MOVE_TO, 1)]),
                steps[:2],
                np.array([line_to]),
                steps[2:],
                np.array([wire.command(wire.CLOSE_PATH, 1)]),
            ]
    return _packed(np.concatenate(parts)) if parts else b""


def _rings(polygon: shapely.Polygon) -> list[Ints]:
    """Return whole-number rings without their closing point, wound as MVT wants; holes follow."""
    outer = _ring(polygon.exterior, outer=True)
    if outer is None:
        return []
    holes = [_ring(ring, outer=False) for ring in polygon.interiors]
    return [outer, *(hole for hole in holes if hole is not None)]


def _ring(line: shapely.LinearRing, *, outer: bool) -> Ints | None:
    corners = np.rint(shapely.get_coordinates(line)[:-1]).astype(np.int64)
    corners = corners[np.any(corners != np.roll(corners, 1, axis=0), axis=1)]
    following = np.roll(corners, -1, axis=0)
    twice_area = int((corners[:, 0] * following[:, 1] - following[:, 0] * corners[:, 1]).sum())
    if len(corners) < 3 or twice_area == 0:
        return None
    # Rows grow downwards, so a positive area is clockwise on the screen: outer rings, by MVT 4.3.4.4.
    return corners if (twice_area > 0) == outer else corners[::-1]


def _packed(numbers: Ints) -> bytes:
    """Return numbers below 2^28 as varints, one after another."""
    widths = 1 + (numbers >= 1 << 7).astype(np.int64) + (numbers >= 1 << 14) + (numbers >= 1 << 21)
    starts = np.cumsum(widths) - widths
    out = np.empty(int(widths.sum()), np.uint8)
    for byte in range(4):
        long = widths > byte
        more = np.where(widths[long] > byte + 1, 128, 0)
        out[starts[long] + byte] = (numbers[long] >> (7 * byte)) & 127 | more
    return out.tobytes()


def _feature(number: int, tags: bytes, commands: bytes) -> bytes:
    return wire.bytes_field(
        wire.LAYER_FEATURE,
        wire.number_field(wire.FEATURE_ID, number)
        + (wire.bytes_field(wire.FEATURE_TAGS, tags) if tags else b"")
        + wire.number_field(wire.FEATURE_TYPE, wire.POLYGON)
        + wire.bytes_field(wire.FEATURE_GEOMETRY, commands),
    )
