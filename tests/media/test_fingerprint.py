"""A digest names a photo; a perceptual hash finds near-duplicates."""

import base64
import hashlib
import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image, ImageEnhance

from media import hamming, perceptual, sha256_hex, sha256_of
from media.errors import WrongType
from media.fingerprint import perceptual_of
from tests.media.pictures import camera_exif, encoded, scene

VECTORS = json.loads((Path(__file__).parents[1] / "vectors" / "perceptual.json").read_text(encoding="utf-8"))
bits = st.integers(0, 2**64 - 1)


def test_the_digest_of_abc() -> None:
    """Known: FIPS 180-4, the example of SHA-256."""
    known = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"

    assert sha256_hex(b"abc") == sha256_of([b"a", b"", b"bc"]) == known


@given(st.lists(st.binary(max_size=50), max_size=20))
def test_the_digest_does_not_depend_on_the_pieces(pieces: list[bytes]) -> None:
    assert sha256_of(iter(pieces)) == hashlib.sha256(b"".join(pieces)).hexdigest()


@pytest.mark.parametrize("seed", range(5))
def test_a_shrunken_recoded_brightened_copy_stays_near(seed: int) -> None:
    original = scene(800, 600, seed)
    copies = [
        encoded(original.resize((320, 240)), "WEBP", quality=60),
        encoded(original, quality=40),
        encoded(ImageEnhance.Brightness(original).enhance(1.15), "PNG"),
    ]

    hashed = perceptual(encoded(original, quality=95))

    assert all(hamming(hashed, perceptual(copy)) <= 6 for copy in copies)


def test_other_scenes_are_far_apart() -> None:
    hashes = [perceptual(encoded(scene(400, 300, seed))) for seed in range(12)]

    assert min(hamming(a, b) for i, a in enumerate(hashes) for b in hashes[:i]) > 10


def test_a_photo_lying_on_its_side_hashes_as_upright() -> None:
    upright = scene(400, 300)
    lying = encoded(upright.transpose(Image.Transpose.ROTATE_90), quality=95, exif=camera_exif(6))

    assert hamming(perceptual(lying), perceptual(encoded(upright, quality=95))) <= 2


@pytest.mark.parametrize("case", VECTORS["cases"], ids=lambda case: case["name"])
def test_the_hash_is_what_the_vector_says_as_on_the_phone(case: dict[str, Any]) -> None:
    grey = Image.frombytes("L", (case["width"], case["height"]), base64.b64decode(case["grey"]))

    assert f"{perceptual_of(grey):016x}" == case["hash"]


def test_brightness_that_grows_to_the_right_sets_every_bit() -> None:
    ramp = Image.fromarray(np.tile(np.arange(9, dtype=np.uint8) * 28, (8, 1)))

    assert perceptual_of(ramp) == 2**64 - 1
    assert perceptual_of(ramp.transpose(Image.Transpose.FLIP_LEFT_RIGHT)) == 0


@given(bits, bits, bits)
def test_hamming_is_a_distance(a: int, b: int, c: int) -> None:
    assert hamming(a, a) == 0
    assert hamming(a, b) == hamming(b, a) <= 64
    assert hamming(a, c) <= hamming(a, b) + hamming(b, c)


def test_what_is_no_photo_has_no_perceptual_hash() -> None:
    with pytest.raises(WrongType):
        perceptual(b"%PDF-1.7")
