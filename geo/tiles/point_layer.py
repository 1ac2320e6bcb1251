"""Encode ten thousand points in a couple of milliseconds.

Protobuf lets a varint be padded with empty septets. Padded, every feature of a layer has the same
length, so the layer is one matrix of bytes that numpy fills column by column.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import ArrayLike, NDArray

from geo.tiles import wire
from geo.tiles.quads import BITS, check_tile, columns_rows

Ints = NDArray[np.int64]
Bytes = NDArray[np.uint8]
Varints = tuple[NDArray[np.integer], int]
"""Numbers, and in how many bytes each is written."""
_FEW = 128


@dataclass(frozen=True, slots=True)
class Coded:
    """One property of many points: `values[codes[i]]` is the value of point i."""

    codes: NDArray[np.integer]
    values: Sequence[wire.Value]


def coded(values: ArrayLike) -> Coded:
    """Return a property with each distinct value listed once, for whole numbers or text."""
    given = np.asarray(values)
    if given.size <= _FEW:
        listed = given.tolist()
        places = {each: place for place, each in enumerate(dict.fromkeys(listed))}
        return Coded(np.array([places[each] for each in listed], dtype=np.int64), list(places))
    distinct, codes = np.unique(given, return_inverse=True)
    return Coded(codes, distinct.tolist())


def point_layer(
    name: str,
    tile: tuple[int, int, int],
    quads: Ints,
    ids: NDArray[np.integer],
    properties: Mapping[str, Coded],
    *,
    point_count: NDArray[np.integer] | None = None,
) -> bytes:
    """Return a layer of points, or `b""` when there is none.

    Shapes: `quads`, `ids`, every `codes` and `point_count` are of one length; `tile` is z, x, y and
    holds the quads. `ids` are whole numbers from 0 up. `point_count` makes the points clusters: it
    becomes the property of that name.
    Errors: BadTile.
    """
    places = columns_rows(np.asarray(quads, dtype=np.int64))
    return placed_layer(name, tile, places, ids, properties, point_count=point_count)


def placed_layer(
    name: str,
    tile: tuple[int, int, int],
    places: tuple[NDArray[np.integer], NDArray[np.integer]],
    ids: NDArray[np.integer],
    properties: Mapping[str, Coded],
    *,
    point_count: NDArray[np.integer] | None = None,
) -> bytes:
    """Return what `point_layer` does, of columns and rows on the 31-bit map, where they are known already.

    Errors: BadTile.
    """
    check_tile(*tile)
    if len(ids) == 0:
        return b""
    if point_count is not None:
        properties = {**properties, "point_count": coded(point_count)}
    x, y = (_in_tile(line, corner, tile[0]) for line, corner in zip(places, tile[1:], strict=True))
    values: list[wire.Value] = []
    tags: list[Varints] = []
    for property_ in properties.values():
        tags.append(_codes(property_, len(values)))
        values += property_.values
    return wire.layer(name, _features(np.asarray(ids, dtype=np.int64), tags, x, y).tobytes(), properties, values)


def _in_tile(line: NDArray[np.integer], corner: int, zoom: int) -> Ints:
    size = BITS - zoom
    return ((line.astype(np.int64) - (corner << size)) * wire.EXTENT) >> size


def _codes(property_: Coded, offset: int) -> Varints:
    last = offset + max(len(property_.values) - 1, 0)
    if last > 127:
        return property_.codes.astype(np.int64) + offset, _width(last)
    # A varint of one byte is the number itself.
    return property_.codes.astype(np.uint8) + np.uint8(offset), 1


def _width(largest: int) -> int:
    """Return how many bytes the largest number of a column needs as a varint."""
    return max(1, -(-int(largest).bit_length() // 7))


def _features(ids: Ints, tags: list[Varints], x: Ints, y: Ints) -> Bytes:
    """Return one row of bytes for each feature: a whole field of the layer."""
    varying = [_sized(ids), *tags, _sized(wire.zigzag(x)), _sized(wire.zigzag(y))]
    alike, starts = _alike(tuple(width for _, width in varying))
    matrix = np.empty((len(ids), len(alike)), np.uint8)
    matrix[:] = alike
    for (numbers, width), start in zip(varying, starts, strict=True):
        _write(matrix[:, start : start + width], numbers, width)
    return matrix


def _sized(numbers: Ints) -> Varints:
    return numbers, _width(int(numbers.max()))


@lru_cache(maxsize=256)
def _alike(widths: tuple[int, ...]) -> tuple[Bytes, list[int]]:
    """Return what all features have in common, and where in it the varying numbers stand: id, tags, x and y.

    Units: `widths` are those of the varying numbers, in bytes.
    """
    varying = iter(widths)
    first = _Piece().number(wire.FEATURE_ID << 3).gap(next(varying))
    tags = _Piece()
    for key in range(len(widths) - 3):
        tags.padded(key, _width(len(widths) - 4)).gap(next(varying))
    geometry = _Piece().number(wire.command(wire.MOVE_TO, 1)).gap(next(varying)).gap(next(varying))
    body = first
    if tags.held:
        body.number(wire.FEATURE_TAGS << 3 | 2).number(len(tags.held)).piece(tags)
    body.number(wire.FEATURE_TYPE << 3).number(wire.POINT)
    body.number(wire.FEATURE_GEOMETRY << 3 | 2).number(len(geometry.held)).piece(geometry)
    whole = _Piece().number(wire.LAYER_FEATURE << 3 | 2).number(len(body.held)).piece(body)
    return np.frombuffer(bytes(whole.held), np.uint8), whole.gaps


class _Piece:
    """Bytes with gaps for the numbers that vary."""

    def __init__(self) -> None:
        self.held = bytearray()
        self.gaps: list[int] = []

    def number(self, number: int) -> _Piece:
        self.held += wire.varint(number)
        return self

    def padded(self, number: int, width: int) -> _Piece:
        self.held += bytes((number >> 7 * byte) & 127 | (128 if byte < width - 1 else 0) for byte in range(width))
        return self

    def gap(self, width: int) -> _Piece:
        self.gaps.append(len(self.held))
        self.held += bytes(width)
        return self

    def piece(self, other: _Piece) -> _Piece:
        self.gaps += [len(self.held) + each for each in other.gaps]
        self.held += other.held
        return self


def _write(out: Bytes, numbers: NDArray[np.integer], width: int) -> None:
    """Write numbers as varints of a fixed width."""
    if width == 1:
        out[:, 0] = numbers
        return
    for byte in range(width - 1):
        out[:, byte] = (numbers >> (7 * byte)) | 128  # the cast to one byte drops what lies above it
    out[:, width - 1] = numbers >> (7 * (width - 1))
