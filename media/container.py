"""The parts that a JPEG, PNG or WebP file is made of, walked without decoding a pixel.

Sources: ITU-T T.81 annex B (JPEG markers); W3C PNG third edition §5 (chunks); RFC 9649 (WebP's RIFF).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from itertools import islice

import numpy as np

from media.errors import Truncated, Undecodable, WrongType

PNG_SIGNATURE = b"\x89PNG\r\n\x1a\n"
MAX_PARTS = 20_000
"""Encoders write some dozens, or thousands in the largest PNG; more is a trap for readers."""
_MARKER = np.ones(256, dtype=bool)
"""In coded JPEG data FF stands before 00 (a plain FF), D0 to D7 (restarts), FF (filling) or a marker."""
_MARKER[[0x00, *range(0xD0, 0xD8), 0xFF]] = False
_FIRST_LOOK_BYTES, _LONGEST_LOOK_BYTES = 4096, 1 << 20
_FILLING = re.compile(rb"\xff+")
_STANDALONE = frozenset({0x01, *range(0xD0, 0xD9)})
_SOS, _EOI = 0xDA, 0xD9


class Kind(StrEnum):
    """The three containers that are taken, by media type."""

    JPEG = "image/jpeg"
    PNG = "image/png"
    WEBP = "image/webp"


@dataclass(frozen=True, slots=True)
class Part:
    """A segment or chunk: its name, where it stands in the file, and where its payload does.

    JPEG parts are named by marker in hex ("e1"), a scan is one part with its coded data; PNG and
    WebP parts by their four letters.
    """

    name: str
    start: int
    payload_start: int
    payload_end: int
    end: int


def kind_of(raw: bytes) -> Kind:
    """Return what the first bytes say the file is.

    Errors: WrongType, naming what it is instead where that is known.
    """
    if raw[:3] == b"\xff\xd8\xff":
        return Kind.JPEG
    if raw[:8] == PNG_SIGNATURE:
        return Kind.PNG
    if raw[:4] == b"RIFF" and raw[8:12] == b"WEBP":
        return Kind.WEBP
    raise WrongType(other_kind(raw))


def other_kind(raw: bytes) -> str:
    """Return the name of a well-known kind of file that is no photo we take, or nothing."""
    if raw[4:8] == b"ftyp":
        return "HEIC" if raw[8:12] in {b"heic", b"heix", b"mif1", b"msf1", b"hevc"} else _film(raw)
    head = raw[:64].lstrip()
    return next((name for magic, name in _OTHERS if head.lower().startswith(magic)), "")


def _film(raw: bytes) -> str:
    return "AVIF" if raw[8:12] in {b"avif", b"avis"} else "MP4"


_OTHERS: tuple[tuple[bytes, str], ...] = (
    (b"gif8", "GIF"),
    (b"bm", "BMP"),
    (b"ii*\x00", "TIFF"),
    (b"mm\x00*", "TIFF"),
    (b"%pdf", "PDF"),
    (b"pk\x03\x04", "ZIP"),
    (b"pk\x05\x06", "ZIP"),
    (b"rar!", "RAR"),
    (b"7z\xbc\xaf", "7Z"),
    (b"\x1f\x8b", "GZIP"),
    (b"mz", "EXE"),
    (b"\x7felf", "ELF"),
    (b"<svg", "SVG"),
    (b"<?xml", "XML"),
    (b"<?php", "PHP"),
    (b"<!doctype", "HTML"),
    (b"<html", "HTML"),
    (b"<script", "HTML"),
    (b"#!", "script"),
)


def parts_of(raw: bytes, kind: Kind) -> tuple[list[Part], int]:
    """Return the parts of the picture in order, and where the picture ends in the file.

    Errors: Truncated when the file ends first, Undecodable when it is no such container after all.
    """
    walk = {Kind.JPEG: _jpeg_parts, Kind.PNG: _png_parts, Kind.WEBP: _webp_parts}[kind]
    parts = list(islice(walk(raw), MAX_PARTS + 1))
    if len(parts) > MAX_PARTS:
        raise Undecodable
    return parts, parts[-1].end


def _jpeg_parts(raw: bytes) -> Iterator[Part]:
    yield Part("d8", 0, 2, 2, 2)
    at = 2
    while True:
        filled = _FILLING.match(raw, at)
        if filled is None:
            raise Truncated if at >= len(raw) else Undecodable
        at = filled.end() - 1
        if at + 2 > len(raw):
            raise Truncated
        part = _jpeg_part(raw, at)
        yield part
        at = part.end
        if part.name == "d9":
            return


def _jpeg_part(raw: bytes, at: int) -> Part:
    marker = raw[at + 1]
    name = f"{marker:02x}"
    if marker in _STANDALONE or marker == _EOI:
        return Part(name, at, at + 2, at + 2, at + 2)
    length = int.from_bytes(raw[at + 2 : at + 4])
    if length < 2:
        raise Truncated if at + 4 > len(raw) else Undecodable
    payload_end = at + 2 + length
    end = _scan_end(raw, payload_end) if marker == _SOS else payload_end
    if end > len(raw):
        raise Truncated
    return Part(name, at, at + 4, payload_end, end)


def _scan_end(raw: bytes, start: int) -> int:
    """Return where the next marker stands; four times as fast as a regular expression, which looks at single bytes."""
    look_bytes = _FIRST_LOOK_BYTES
    while start + 1 < len(raw):
        seen = np.frombuffer(raw, np.uint8, min(look_bytes, len(raw) - start), start)
        before = np.flatnonzero(seen[:-1] == 0xFF)
        markers = before[_MARKER[seen[before + 1]]]
        if markers.size:
            return start + int(markers[0])
        start += len(seen) - 1  # an FF at the very end is looked at again, with what follows it
        look_bytes = min(2 * look_bytes, _LONGEST_LOOK_BYTES)
    raise Truncated


def _png_parts(raw: bytes) -> Iterator[Part]:
    at = len(PNG_SIGNATURE)
    while True:
        if at + 12 > len(raw):
            raise Truncated
        size = int.from_bytes(raw[at : at + 4])
        letters = raw[at + 4 : at + 8]
        if not letters.isalpha():
            raise Undecodable
        end = at + 12 + size
        if end > len(raw):
            raise Truncated
        yield Part(letters.decode("ascii"), at, at + 8, at + 8 + size, end)
        if letters == b"IEND":
            return
        at = end


def _webp_parts(raw: bytes) -> Iterator[Part]:
    whole = 8 + int.from_bytes(raw[4:8], "little")
    if whole > len(raw):
        raise Truncated
    yield Part("RIFF", 0, 12, 12, 12)
    at = 12
    while at < whole:
        size = int.from_bytes(raw[at + 4 : at + 8], "little")
        payload_end = at + 8 + size
        if payload_end > whole or at + 8 > whole:
            raise Undecodable
        end = min(payload_end + size % 2, whole)
        yield Part(raw[at : at + 4].decode("latin-1"), at, at + 8, payload_end, end)
        at = end
