"""Develop the drawings of the demo into photos, as a phone would have taken them."""

import io
import random

import numpy as np
from PIL import Image, ImageDraw

from backend.demo.motifs import DRAWN, MOTIFS, Sheet

WIDE, HIGH = 800, 600


def picture(motif: str, *, after: bool, seed: int) -> bytes:
    """Return a JPEG of 800 × 600 that shows a motif before or after its repair; the same for the same seed.

    Errors: KeyError for a motif that is not in MOTIFS.
    """
    chance = random.Random(f"{motif} {seed}")  # noqa: S311 — a drawing; before and after share the wall
    canvas = Image.new("RGB", DRAWN)
    sheet = Sheet(canvas, ImageDraw.Draw(canvas), chance, after)
    MOTIFS[motif](sheet)
    return _developed(_framed(canvas, random.Random(f"stand {motif} {seed}")), chance)  # noqa: S311 — a drawing


def _framed(canvas: Image.Image, stand: random.Random) -> Image.Image:
    """Return what the camera saw from where somebody stood: a little nearer, askew, and off the middle.

    No two people stand alike, and the wall of another home is never the same picture; who takes the photo after the
    repair stands where the first one did.
    """
    wide, high = canvas.size
    share = stand.uniform(0.80, 0.94)
    left, top = (stand.uniform(0, 1 - share) * side for side in (wide, high))
    box = (round(left), round(top), round(left + share * wide), round(top + share * high))
    turned = canvas.rotate(stand.uniform(-4, 4), Image.Resampling.BILINEAR, fillcolor=canvas.getpixel((2, 2)))
    return turned.resize(canvas.size, Image.Resampling.BILINEAR, box=box)


def _developed(canvas: Image.Image, chance: random.Random) -> bytes:
    """Return the drawing as a phone would have photographed it: falling light, a little noise, smooth edges."""
    photo = canvas.reduce(2)
    across = np.arange(WIDE, dtype=np.float32) - chance.uniform(0.2, 0.8) * WIDE
    down = (np.arange(HIGH, dtype=np.float32) - HIGH * 0.3) * 1.2
    light = 1.08 - 0.30 / WIDE * np.sqrt(across[None, :] ** 2 + down[:, None] ** 2)
    patch = np.random.default_rng(chance.getrandbits(32)).normal(0, 3.2, (HIGH // 4, WIDE // 4)).astype(np.float32)
    pixels = np.asarray(photo, dtype=np.float32) * light[..., None]
    pixels += np.tile(patch, (4, 4))[..., None]
    pixels = np.clip(pixels, 0, 255).astype(np.uint8)
    out = io.BytesIO()
    Image.fromarray(pixels).save(out, "JPEG", quality=76)
    return out.getvalue()
