"""Lines of a stack of pictures are laid anew."""

from io import BytesIO

import numpy as np
import pytest
from PIL import Image

from media import MediaError, relined

HALVES = [(line + 0.5) / 8 for line in range(8)]


def encoded(pixels: list[list[tuple[int, ...]]] | np.ndarray, kind: str = "PNG") -> bytes:
    written = BytesIO()
    Image.fromarray(np.asarray(pixels, dtype=np.uint8)).save(written, kind)
    return written.getvalue()


def plain(shade: tuple[int, ...], side: int = 8) -> np.ndarray:
    return np.full((side, side, len(shade)), shade, dtype=np.uint8)


def shown(raw: bytes) -> np.ndarray:
    return np.asarray(Image.open(BytesIO(raw)).convert("RGBA"), dtype=int)


def test_lines_that_lie_as_they_were_give_the_picture_back() -> None:
    noise = np.random.default_rng(7).integers(0, 256, (8, 8, 3), dtype=np.uint8)

    made = shown(relined([encoded(noise), encoded(plain((1, 2, 3)))], HALVES))

    assert np.array_equal(made[..., :3], noise)


def test_a_line_between_two_pictures_is_half_of_each_and_nothing_lies_beyond_the_ends() -> None:
    stack = [encoded(plain((200, 0, 0))), encoded(plain((0, 100, 0)))]

    made = shown(relined(stack, [-3.0, 0.5, 1.0, 1.5, 9.0]))

    assert made[:, 0, :3].tolist() == [[200, 0, 0], [200, 0, 0], [100, 50, 0], [0, 100, 0], [0, 100, 0]]


def test_where_a_picture_is_missing_one_sees_through_and_no_dark_edge_stays() -> None:
    made = shown(relined([b"", encoded(plain((10, 20, 250, 255)))], [0.5, 1.0, 1.5]))

    assert made[:, 3].tolist() == [[0, 0, 0, 0], [10, 20, 250, 128], [10, 20, 250, 255]]


def test_photos_stay_photos_for_their_size_unless_one_is_missing() -> None:
    photo = encoded(plain((90, 120, 30), 64), "JPEG")

    assert relined([photo, photo], HALVES).startswith(b"\xff\xd8\xff")
    assert relined([photo, b""], HALVES).startswith(b"\x89PNG")


@pytest.mark.parametrize(
    "stack",
    [
        [encoded(plain((1, 2, 3)))[:60]],
        [encoded(plain((1, 2, 3))), encoded(plain((1, 2, 3), 16))],
        [encoded(np.zeros((8, 16, 3)))],
        [encoded(plain((1, 2, 3), 1100))],
        [b"<html>"],
    ],
    ids=["torn", "two sizes", "not square", "larger than a tile", "no picture"],
)
def test_what_is_no_tile_is_refused(stack: list[bytes]) -> None:
    with pytest.raises(MediaError):
        relined(stack, HALVES)
