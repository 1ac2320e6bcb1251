"""The few protobuf pieces that a vector tile is made of.

Source: Mapbox Vector Tile specification 2.1; Protocol Buffers encoding (varint, zigzag, length).
"""

from __future__ import annotations

import struct
from collections.abc import Iterable, Sequence
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

EXTENT = 4096
VERSION = 2
LAYER, LAYER_NAME, LAYER_FEATURE, LAYER_KEY, LAYER_VALUE, LAYER_EXTENT, LAYER_VERSION = 3, 1, 2, 3, 4, 5, 15
FEATURE_ID, FEATURE_TAGS, FEATURE_TYPE, FEATURE_GEOMETRY = 1, 2, 3, 4
POINT, POLYGON = 1, 3
MOVE_TO, LINE_TO, CLOSE_PATH = 1, 2, 7

Value = str | int | float | bool


def varint(number: int) -> bytes:
    """Return an unsigned number, seven bits a byte, lowest first."""
    out = bytearray()
    while number > 127:
        out.append(number & 127 | 128)
        number >>= 7
    out.append(number)
    return bytes(out)


def number_field(field: int, number: int) -> bytes:
    """Return a field that holds an unsigned number."""
    return varint(field << 3) + varint(number)


def bytes_field(field: int, content: bytes) -> bytes:
    """Return a field that holds bytes, with their length."""
    return varint(field << 3 | 2) + varint(len(content)) + content


def zigzag(numbers: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return signed numbers as unsigned ones: 0, -1, 1, -2 become 0, 1, 2, 3."""
    return np.asarray((numbers << 1) ^ (numbers >> 63))


def command(kind: int, times: int) -> int:
    """Return a geometry command that is repeated so many times."""
    return times << 3 | kind


@lru_cache(maxsize=4096, typed=True)
def value(content: Value) -> bytes:
    """Return a property value in the narrowest kind that MVT has for it."""
    if isinstance(content, str):
        kind = bytes_field(1, content.encode())
    elif isinstance(content, bool):
        kind = number_field(7, int(content))
    elif isinstance(content, float):
        kind = varint(3 << 3 | 1) + struct.pack("<d", content)
    elif content >= 0:
        kind = number_field(5, content)
    else:
        kind = number_field(6, -2 * content - 1)
    return bytes_field(LAYER_VALUE, kind)


def layer(name: str, features: bytes, keys: Iterable[str], values: Sequence[Value]) -> bytes:
    """Return a whole layer around features that are already encoded, each in its own field."""
    before, after = _around(name, tuple(keys))
    return bytes_field(LAYER, b"".join((before, features, *map(value, values), after)))


@lru_cache(maxsize=64)
def _around(name: str, keys: tuple[str, ...]) -> tuple[bytes, bytes]:
    before = bytes_field(LAYER_NAME, name.encode())
    after = [bytes_field(LAYER_KEY, key.encode()) for key in keys]
    after += [number_field(LAYER_EXTENT, EXTENT), number_field(LAYER_VERSION, VERSION)]
    return before, b"".join(after)
