"""Decode a picture no larger than needed, upright, in sRGB, as red, green and blue."""

from __future__ import annotations

import struct
from io import BytesIO

import numpy as np
from PIL import Image, ImageCms

from media.container import Kind
from media.errors import MediaError, Undecodable
from media.sniff import Sniffed, sniff

FORMATS = {Kind.JPEG: "JPEG", Kind.PNG: "PNG", Kind.WEBP: "WEBP"}
_PAPER = (255, 255, 255)
"""What shows through where a picture is transparent."""
_ORIENTATION = 0x0112
BROKEN = (OSError, SyntaxError, ValueError, TypeError, KeyError, IndexError, EOFError, struct.error)
"""What Pillow raises on damaged bytes; it promises no single kind."""


def decoded(raw: bytes, side: int) -> Image.Image:
    """Return the picture, its longer side at most `side` pixels and never more than it has.

    Errors: whatever `sniff` refuses; Undecodable when the pixels cannot be read.
    """
    found = sniff(raw)
    try:
        return _decoded(raw, found, side)
    except MediaError:
        raise
    except (*BROKEN, Image.DecompressionBombError, ImageCms.PyCMSError) as error:
        raise Undecodable from error


def shrunk(picture: Image.Image, side: int) -> Image.Image:
    """Return the picture with its longer side at most `side` pixels; itself when it is no larger."""
    size = fitted(picture.width, picture.height, side)
    if size == picture.size:
        return picture
    return picture.resize(size, Image.Resampling.BICUBIC, reducing_gap=2.0)


def fitted(width: int, height: int, side: int) -> tuple[int, int]:
    """Return the size within a square of that side that keeps the shape; never larger than given."""
    scale = min(1.0, side / max(width, height))
    return max(1, round(width * scale)), max(1, round(height * scale))


def _decoded(raw: bytes, found: Sniffed, side: int) -> Image.Image:
    with Image.open(BytesIO(raw), formats=(FORMATS[found.kind],)) as picture:
        if picture.size != (found.width, found.height):
            raise Undecodable
        width, height = fitted(found.width, found.height, side)
        # draft() only scales when both sides allow it, so it is asked for this picture's own shape.
        picture.draft("RGB", (width, height))
        turn = picture.getexif().get(_ORIENTATION, 1)
        profile = picture.info.get("icc_profile")
        picture.load()
        small = _as_rgb(shrunk(_resizable(picture), side))
    small = _as_srgb(small, profile)
    # Turned last, because a small picture is turned a hundred times faster than a large one.
    return _turned(small, turn)


def _resizable(picture: Image.Image) -> Image.Image:
    """Return the picture in a mode whose pixels can be averaged, and no larger in memory than needed."""
    if picture.mode in {"RGB", "RGBA", "L", "LA"} and "transparency" not in picture.info:
        return picture
    if picture.mode.startswith("I"):
        # Sixteen bits of grey; Pillow would clip them at 255 where the upper eight are wanted.
        levels = np.asarray(picture).astype(np.uint32) >> 8
        return Image.fromarray(levels.clip(0, 255).astype(np.uint8))
    return picture.convert("RGBA" if picture.has_transparency_data else "RGB")


def _as_rgb(picture: Image.Image) -> Image.Image:
    if picture.has_transparency_data:
        glass = picture.convert("RGBA")
        paper = Image.new("RGBA", glass.size, (*_PAPER, 255))
        return Image.alpha_composite(paper, glass).convert("RGB")
    return picture.convert("RGB")


def _as_srgb(picture: Image.Image, profile: bytes | None) -> Image.Image:
    """Return the colours as sRGB means them, because derivatives carry no profile."""
    if not profile or b"sRGB" in profile or b"s\x00R\x00G\x00B" in profile:
        return picture
    try:
        given = ImageCms.ImageCmsProfile(BytesIO(profile))
        turned = ImageCms.profileToProfile(picture, given, ImageCms.createProfile("sRGB"))
    except (ImageCms.PyCMSError, OSError):
        return picture  # a profile that does not fit costs a shade, not the photo
    return turned or picture


_TURNS = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
"""What makes a picture upright, by its EXIF orientation."""


def _turned(picture: Image.Image, turn: object) -> Image.Image:
    how = _TURNS.get(turn) if isinstance(turn, int) else None
    return picture if how is None else picture.transpose(how)
