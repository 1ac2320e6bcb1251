"""The digest that names a photo; the hash that finds near-duplicates."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from itertools import pairwise

from PIL import Image

from media.decode import decoded

ACROSS, DOWN = 9, 8


def sha256_hex(raw: bytes | bytearray | memoryview) -> str:
    """Return the SHA-256 of the bytes as 64 lower-case hex digits: the photo's name."""
    return hashlib.sha256(raw).hexdigest()


def sha256_of(chunks: Iterable[bytes]) -> str:
    """Return the SHA-256 of bytes that come piece by piece, in memory for one piece."""
    digest = hashlib.sha256()
    for chunk in chunks:
        digest.update(chunk)
    return digest.hexdigest()


def perceptual(raw: bytes) -> int:
    """Return 64 bits that stay nearly the same when a picture is shrunk, re-coded or turned upright.

    Errors: as `sniff` and `decoded`.
    Source: difference hash (dHash): each bit says whether a pixel of a 9 × 8 grey copy is darker
    than its right neighbour, row by row, highest bit first.
    """
    return perceptual_of(decoded(raw, 96))


def perceptual_of(picture: Image.Image) -> int:
    """Return the same 64 bits of an upright picture that is already decoded."""
    # Across and then down, in two steps: Pillow may choose the order, the phone's reader of the vectors does not.
    narrow = picture.convert("L").resize((ACROSS, picture.height), Image.Resampling.BOX)
    grey = narrow.resize((ACROSS, DOWN), Image.Resampling.BOX).tobytes()
    bits = 0
    for row in range(DOWN):
        line = grey[row * ACROSS : (row + 1) * ACROSS]
        for left, right in pairwise(line):
            bits = bits << 1 | (left < right)
    return bits


def hamming(a: int, b: int) -> int:
    """Return in how many of 64 bits two hashes differ; up to about 6 is the same scene."""
    return (a ^ b).bit_count()
