"""Vector tiles (Mapbox Vector Tile 2) of points and polygons, a layer at a time.

A tile is its layers' bytes one after another: `point_layer(…) + polygon_layer(…)`; an empty layer is
`b""`. Points are found by their quad: one range of a sorted column holds exactly one tile.
"""

from geo.tiles.point_layer import Coded, coded, placed_layer, point_layer
from geo.tiles.polygon_layer import on_mercator, polygon_layer
from geo.tiles.quads import MAX_ZOOM, columns_rows, place_of, quad_of, quads_of, tile_bbox, tile_range

__all__ = [
    "MAX_ZOOM",
    "Coded",
    "coded",
    "columns_rows",
    "on_mercator",
    "place_of",
    "placed_layer",
    "point_layer",
    "polygon_layer",
    "quad_of",
    "quads_of",
    "tile_bbox",
    "tile_range",
]
