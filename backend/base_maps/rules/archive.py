"""Read the header of a PMTiles file (version 3): what kind of tiles it holds, how near, and of which ground."""

import json
import struct
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

HEADER_BYTES: Final = 127
_TILE_TYPES: Final = {1: "mvt", 2: "png", 3: "jpeg", 4: "webp"}
_READ_BY_BROWSERS: Final = {1, 2}  # none, gzip; Brotli and zstd are not read on phones

_MOST_METADATA_BYTES: Final = 2_000_000
_MOST_LAYERS: Final = 60


@dataclass(frozen=True, slots=True)
class Archive:
    """What a PMTiles file says of itself; `bounds` are west, south, east, north in degrees.

    `layers` are the names of the layers that its vector tiles have; tiles that are pictures have none.
    """

    tile_type: str
    min_zoom: int
    max_zoom: int
    bounds: tuple[float, float, float, float]
    layers: tuple[str, ...] = ()


def archive(part: Callable[[int, int], bytes]) -> Archive:
    """Return what a PMTiles file says of itself; `part` returns so many of its bytes from an offset on.

    Errors: ValueError, which says what is wrong with it.
    Source: the PMTiles specification, version 3.
    """
    content = part(0, HEADER_BYTES)
    if len(content) < HEADER_BYTES or content[:7] != b"PMTiles":
        raise ValueError("is no PMTiles file")
    if content[7] != 3:
        raise ValueError("is a PMTiles file of another version than 3")
    _clustered, directories, tiles, kind, min_zoom, max_zoom = content[96:102]
    if kind not in _TILE_TYPES:
        raise ValueError("holds tiles that are neither pictures (PNG, JPEG, WebP) nor vector tiles")
    if directories not in _READ_BY_BROWSERS or tiles not in _READ_BY_BROWSERS:
        raise ValueError("is compressed in a way that phones do not read; write it with gzip")
    west, south, east, north = (each / 1e7 for each in struct.unpack("<4i", content[102:118]))
    if not (min_zoom <= max_zoom <= 24 and -180 <= west < east <= 180 and -90 <= south < north <= 90):
        raise ValueError("has a header that contradicts itself")
    at, length = struct.unpack("<2Q", content[24:40])
    layers = _layers(part(at, min(length, _MOST_METADATA_BYTES)), directories == 2) if kind == 1 else ()
    return Archive(_TILE_TYPES[kind], min_zoom, max_zoom, (west, south, east, north), layers)


def _layers(metadata: bytes, packed: bool) -> tuple[str, ...]:
    try:
        text = zlib.decompressobj(31).decompress(metadata, _MOST_METADATA_BYTES) if packed else metadata
        listed = json.loads(text)["vector_layers"]
        return tuple(str(each["id"]) for each in listed)[:_MOST_LAYERS]
    except (ValueError, KeyError, TypeError, RecursionError, zlib.error):
        raise ValueError("does not name the layers of its vector tiles (vector_layers)") from None
