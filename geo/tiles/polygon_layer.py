"""Encode polygons, clipped to their tile and no finer than it can show."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import shapely
from numpy.typing import NDArray

from geo.tiles import wire
from geo.tiles.quads import BITS, check_tile, mercator
from geo.tiles.rings import drawing_commands

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
    near, drawn = _drawn(tile, np.asarray(shapes, dtype=object))
    for i, commands in zip(near.tolist(), drawing_commands(drawn), strict=True):
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


def _drawn(tile: tuple[int, int, int], shapes: Shapes) -> tuple[Ints, Shapes]:
    """Return the positions and the clipped shapes, in tile units, of all near the tile."""
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
    return near, np.asarray(shapely.simplify(local, 1.0, preserve_topology=False))


def _feature(number: int, tags: bytes, commands: bytes) -> bytes:
    return wire.bytes_field(
        wire.LAYER_FEATURE,
        wire.number_field(wire.FEATURE_ID, number)
        + (wire.bytes_field(wire.FEATURE_TAGS, tags) if tags else b"")
        + wire.number_field(wire.FEATURE_TYPE, wire.POLYGON)
        + wire.bytes_field(wire.FEATURE_GEOMETRY, commands),
    )
