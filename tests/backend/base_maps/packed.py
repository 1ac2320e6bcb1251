"""Write a PMTiles file of the town with the format's own reference implementation."""

import gzip
import io
from functools import cache

import mapbox_vector_tile
import shapely
from pmtiles.tile import Compression, TileType, zxy_to_tileid
from pmtiles.writer import Writer

from tests.backend.base_maps.upstream import MARK, picture, pixel_of

BOUNDS = (109.36, 24.26, 109.45, 24.35)


def _cells(low: int, high: int) -> list[tuple[int, int, int]]:
    class Corner:
        def __init__(self, lon: float, lat: float) -> None:
            self.lon, self.lat = lon, lat

    cells = []
    for z in range(low, high + 1):
        left, top = (int(each // 256) for each in pixel_of(Corner(BOUNDS[0], BOUNDS[3]), z))
        right, foot = (int(each // 256) for each in pixel_of(Corner(BOUNDS[2], BOUNDS[1]), z))
        cells += [(z, x, y) for x in range(left, right + 1) for y in range(top, foot + 1)]
    return sorted(cells, key=lambda cell: zxy_to_tileid(*cell))


def _vector(z: int, x: int, y: int) -> bytes:
    """Return a tile with a lake around the mark, and a street north of it that has a name."""
    at_x, at_y = pixel_of(MARK, z)
    left, top = (at_x - x * 256) * 16, 4096 - (at_y - y * 256) * 16
    lake = shapely.box(left - 320, top - 320, left + 320, top + 320)
    street = shapely.LineString([(0, top + 800), (4096, top + 800)])
    layers = [
        {"name": "water", "features": [{"geometry": lake, "properties": {"kind": "lake"}}]},
        {"name": "roads", "features": [{"geometry": street, "properties": {"name": "和平路", "kind": "major_road"}}]},
    ]
    return gzip.compress(mapbox_vector_tile.encode(layers), mtime=0)


@cache
def pmtiles(kind: str = "png", crs: str = "wgs84", zooms: tuple[int, int] = (8, 15)) -> bytes:
    """Return a file of the town's tiles, as pictures or as vectors."""
    written = io.BytesIO()
    writer = Writer(written)
    for z, x, y in _cells(*zooms):
        writer.write_tile(zxy_to_tileid(z, x, y), picture(z, x, y, crs) if kind == "png" else _vector(z, x, y))
    west, south, east, north = (int(each * 1e7) for each in BOUNDS)
    header = {
        "tile_type": TileType.PNG if kind == "png" else TileType.MVT,
        "tile_compression": Compression.NONE if kind == "png" else Compression.GZIP,
        "min_lon_e7": west, "min_lat_e7": south, "max_lon_e7": east, "max_lat_e7": north,
        "center_zoom": 12, "center_lon_e7": west, "center_lat_e7": south,
    }  # fmt: skip
    layers = [{"id": name, "fields": {}} for name in ("water", "roads")]
    writer.finalize(header, {"vector_layers": layers} if kind == "mvt" else {})
    return written.getvalue()
