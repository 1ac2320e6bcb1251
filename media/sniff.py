"""What the bytes really are, whatever the name says; refuse bombs before decoding."""

from __future__ import annotations

from dataclasses import dataclass

from media.container import Kind, Part, parts_of
from media.container import kind_of as kind_of
from media.errors import NotOnlyAPicture, TooManyPixels, Undecodable

MAX_PIXELS = 60_000_000
"""Decoded, 60 MP take 240 MB; no phone in use takes larger photos in its ordinary mode."""
PADDING_BYTES = 65_536
"""So many zero bytes may follow a picture: some cameras fill up their last block."""
MAX_SCANS = 100
"""A progressive JPEG has about ten scans; each costs a pass over all pixels, so thousands cost minutes."""
_FRAMES = frozenset(f"{marker:02x}" for marker in range(0xC0, 0xD0)) - {"c4", "c8", "cc"}
_SAMSUNG_END = b"SEFT"


@dataclass(frozen=True, slots=True)
class Sniffed:
    """What a picture is: its container, and its width and height in pixels before any turning."""

    kind: Kind
    width: int
    height: int


def sniff(raw: bytes) -> Sniffed:
    """Return what the bytes are, having decoded none of them.

    Errors: WrongType, TooManyPixels, Truncated, NotOnlyAPicture, Undecodable.
    """
    kind = kind_of(raw)
    parts, end = parts_of(raw, kind)
    width, height = {Kind.JPEG: _jpeg_size, Kind.PNG: _png_size, Kind.WEBP: _webp_size}[kind](raw, parts)
    if width == 0 or height == 0:
        raise Undecodable
    if width * height > MAX_PIXELS:
        raise TooManyPixels(width, height, MAX_PIXELS)
    _check_rest(raw, end, kind)
    return Sniffed(kind, width, height)


def _jpeg_size(raw: bytes, parts: list[Part]) -> tuple[int, int]:
    frames = [part for part in parts if part.name in _FRAMES]
    if len(frames) != 1 or sum(part.name == "da" for part in parts) > MAX_SCANS:
        raise Undecodable
    at = frames[0].payload_start
    return int.from_bytes(raw[at + 3 : at + 5]), int.from_bytes(raw[at + 1 : at + 3])


def _png_size(raw: bytes, parts: list[Part]) -> tuple[int, int]:
    headers = [part for part in parts if part.name == "IHDR"]
    if len(headers) != 1 or parts[0] is not headers[0]:
        raise Undecodable
    if any(part.name == "acTL" for part in parts):
        raise NotOnlyAPicture("an animation", "动画")
    at = headers[0].payload_start
    return int.from_bytes(raw[at : at + 4]), int.from_bytes(raw[at + 4 : at + 8])


def _webp_size(raw: bytes, parts: list[Part]) -> tuple[int, int]:
    if len(parts) < 2:
        raise Undecodable
    first = parts[1]
    head = raw[first.payload_start : first.payload_end]
    if any(part.name in {"ANIM", "ANMF"} for part in parts):
        raise NotOnlyAPicture("an animation", "动画")
    if first.name == "VP8X" and len(head) >= 10:
        return 1 + int.from_bytes(head[4:7], "little"), 1 + int.from_bytes(head[7:10], "little")
    if first.name == "VP8 " and head[3:6] == b"\x9d\x01\x2a":
        return (
            int.from_bytes(head[6:8], "little") & 0x3FFF,
            int.from_bytes(head[8:10], "little") & 0x3FFF,
        )
    if first.name == "VP8L" and head[:1] == b"\x2f":
        bits = int.from_bytes(head[1:5], "little")
        return 1 + (bits & 0x3FFF), 1 + (bits >> 14 & 0x3FFF)
    raise Undecodable


def _check_rest(raw: bytes, end: int, kind: Kind) -> None:
    """Refuse a file that goes on after its picture with anything but what cameras put there.

    Cameras put zeros, a trailer of Samsung's own, or further JPEGs (a preview, a gain map). A film
    behind the photo may show people, and an archive or page makes one file two.
    """
    if end == len(raw):
        return
    rest = raw[end:]
    if len(rest) <= PADDING_BYTES and not rest.strip(b"\x00"):
        return
    if kind is Kind.JPEG and b"ftyp" not in rest and b"PK\x05\x06" not in rest[-66_000:]:
        if rest[:3] == b"\xff\xd8\xff":
            return
        if rest[-4:] == _SAMSUNG_END:
            return
    raise NotOnlyAPicture("another file or a film", "其他文件或视频")
