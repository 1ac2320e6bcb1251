"""Lay the lines of a stack of pictures anew, as a map that is cut another way needs it."""

from __future__ import annotations

from collections.abc import Sequence
from io import BytesIO

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from media.container import Kind
from media.decode import BROKEN, FORMATS
from media.errors import Undecodable
from media.sniff import sniff

MOST_SIDE = 1024
_JPEG_QUALITY = 88


def relined(stack: Sequence[bytes], lines: Sequence[float]) -> bytes:
    """Return a picture as wide as those of the stack, each of its lines blended from the two nearest there.

    `stack` are square pictures of one size, one under the other; no bytes are a transparent one, but not all may be so.
    `lines` says of each line of the result, from the top, where in the stack its middle lies, in heights of a picture.
    JPEG where all are JPEG, for its size; else PNG, which can be seen through.
    Errors: MediaError when one cannot be read, or is larger than a tile is.
    """
    found = [_read(raw) for raw in stack if raw]
    side = found[0][1].shape[1]
    if any(pixels.shape != (side, side, 4) for _, pixels in found):
        raise Undecodable
    pictures = iter(pixels for _, pixels in found)
    column = np.vstack([next(pictures) if raw else np.zeros((side, side, 4), np.float32) for raw in stack])
    drawn = _blended(column, np.asarray(lines) * side - 0.5)
    kinds = {FORMATS[kind] for kind, _ in found}
    is_photo = kinds == {"JPEG"} and len(found) == len(stack)
    written = BytesIO()
    if is_photo:
        Image.fromarray(drawn[..., :3].copy()).save(written, "JPEG", quality=_JPEG_QUALITY)
    else:
        Image.fromarray(drawn).save(written, "PNG")
    return written.getvalue()


def _read(raw: bytes) -> tuple[Kind, NDArray[np.float32]]:
    """Return its kind; and red, green and blue as far as they cover, with how much that is: clear ones do not blend."""
    found = sniff(raw)
    if max(found.width, found.height) > MOST_SIDE:
        raise Undecodable
    try:
        with Image.open(BytesIO(raw), formats=(FORMATS[found.kind],)) as picture:
            pixels = np.asarray(picture.convert("RGBA"), dtype=np.float32)
    except (*BROKEN, Image.DecompressionBombError) as error:
        raise Undecodable from error
    return found.kind, np.concatenate([pixels[..., :3] * (pixels[..., 3:] / 255), pixels[..., 3:]], axis=2)


def _blended(column: NDArray[np.float32], lines: NDArray[np.float64]) -> NDArray[np.uint8]:
    last = len(column) - 1
    above = np.floor(lines).astype(int)
    share = (lines - above).astype(np.float32)[:, None, None]
    mixed = column[above.clip(0, last)] * (1 - share) + column[(above + 1).clip(0, last)] * share
    covers = np.maximum(mixed[..., 3:], 1e-6) / 255
    mixed[..., :3] /= covers
    return np.asarray(mixed.round().clip(0, 255), dtype=np.uint8)
