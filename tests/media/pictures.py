"""Make sample pictures: drawn by Pillow, never committed."""

from __future__ import annotations

import struct
import zlib
from functools import cache
from io import BytesIO

import numpy as np
from PIL import Image

PNG_SIGNATURE = b"\x89PNG\r\n\x1a\n"
GPS_IFD, EXIF_IFD = 0x8825, 0x8769


@cache
def scene(width: int, height: int, seed: int = 1) -> Image.Image:
    """Return soft hills of colour with a bright corner at the upper left, so that turning shows."""
    rng = np.random.default_rng(seed)
    coarse = Image.fromarray(rng.integers(0, 160, (8, 10, 3), dtype=np.uint8))
    picture = coarse.resize((width, height), Image.Resampling.BICUBIC)
    picture.paste((255, 40, 40), (0, 0, max(1, width // 4), max(1, height // 4)))
    return picture


def encoded(picture: Image.Image, kind: str = "JPEG", **options: object) -> bytes:
    """Return the picture's bytes."""
    out = BytesIO()
    picture.save(out, kind, **options)
    return out.getvalue()


def jpeg(width: int = 640, height: int = 480, **options: object) -> bytes:
    """Return a JPEG scene."""
    return encoded(scene(width, height), "JPEG", **options)


def camera_exif(orientation: int = 1, **shot: object) -> Image.Exif:
    """Return what a phone writes: time with offset, position near Liuzhou, and its own name."""
    exif = Image.Exif()
    exif[0x010F] = "SecretPhone"
    exif[0x0112] = orientation
    taken = {0x9003: "2020:03:05 14:32:10", 0x9011: "+08:00", 0x9286: b"SecretComment"}
    exif.get_ifd(EXIF_IFD).update(taken | shot.get("taken", {}))
    position = {1: "N", 2: (24.0, 19.0, 12.0), 3: "E", 4: (109.0, 24.0, 0.0), 31: 12.5}
    exif.get_ifd(GPS_IFD).update(position | shot.get("position", {}))
    return exif


def chunk(letters: bytes, content: bytes) -> bytes:
    """Return one PNG chunk."""
    return struct.pack(">I", len(content)) + letters + content + struct.pack(">I", zlib.crc32(letters + content))


def png_bomb(width: int, height: int) -> bytes:
    """Return a valid grey PNG of nothing, tiny in bytes and huge in pixels."""
    rows = zlib.compressobj(9)
    body = b"".join(rows.compress(b"\x00" * (width + 1)) for _ in range(height)) + rows.flush()
    header = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    return PNG_SIGNATURE + chunk(b"IHDR", header) + chunk(b"IDAT", body) + chunk(b"IEND", b"")


def opened(raw: bytes) -> Image.Image:
    """Return the decoded picture."""
    picture = Image.open(BytesIO(raw))
    picture.load()
    return picture


def red_corner(picture: Image.Image) -> str:
    """Return which corner of the scene is the bright red one."""
    rgb = picture.convert("RGB")
    right, lower = rgb.width - 1, rgb.height - 1
    spots = {
        "upper left": (right // 10, lower // 10),
        "upper right": (right - right // 10, lower // 10),
        "lower left": (right // 10, lower - lower // 10),
        "lower right": (right - right // 10, lower - lower // 10),
    }
    return max(spots, key=lambda name: rgb.getpixel(spots[name])[0] - rgb.getpixel(spots[name])[1])
