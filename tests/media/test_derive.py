"""Previews and thumbnails are upright, bare of metadata, and never larger than the photo."""

from datetime import UTC
from io import BytesIO

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageCms

from media import Exif, derive, perceptual, read_exif, thumb
from media.decode import fitted
from media.errors import MediaError, TooManyPixels, Truncated, Undecodable
from tests.media.pictures import camera_exif, encoded, jpeg, opened, png_bomb, red_corner, scene

MODES = ["RGB", "RGBA", "L", "LA", "P", "1", "I;16"]


@given(st.integers(1, 900), st.integers(1, 900), st.sampled_from(["JPEG", "PNG", "WEBP"]))
@settings(max_examples=25, deadline=None)
def test_derivatives_keep_the_shape_and_never_upscale(width: int, height: int, kind: str) -> None:
    found = derive(encoded(Image.new("RGB", (width, height), (90, 120, 60)), kind))

    for picture, side in ((found.screen, 1600), (found.thumb, 320)):
        assert (picture.width, picture.height) == fitted(width, height, side)
        assert max(picture.width, picture.height) <= min(side, max(width, height))
        assert opened(picture.raw).size == (picture.width, picture.height)
        assert opened(picture.raw).format == "WEBP"


@given(st.integers(1, 100_000), st.integers(1, 100_000), st.integers(1, 4_000))
def test_a_fitted_size_is_within_its_square_and_has_pixels(width: int, height: int, side: int) -> None:
    fit = fitted(width, height, side)

    assert min(fit) >= 1
    assert max(fit) <= min(side, max(width, height))


def test_a_large_photo_shrinks_to_1600_and_320() -> None:
    found = derive(jpeg(2400, 1800))

    assert (found.screen.width, found.screen.height) == (1600, 1200)
    assert (found.thumb.width, found.thumb.height) == (320, 240)
    assert thumb(jpeg(2400, 1800)).width == 320


@pytest.mark.parametrize("orientation", range(1, 9))
@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_every_orientation_comes_out_upright(kind: str, orientation: int) -> None:
    """Known: EXIF 2.32 tag 0x0112: where row 0 and column 0 of the stored picture belong."""
    corner = ["upper left", "upper right", "lower right", "lower left"] * 2
    corner = [*corner[:4], "upper left", "upper right", "lower right", "lower left"]

    found = derive(encoded(scene(200, 120), kind, exif=camera_exif(orientation)))

    assert (found.screen.width, found.screen.height) == ((200, 120) if orientation < 5 else (120, 200))
    assert red_corner(opened(found.screen.raw)) == corner[orientation - 1]
    assert red_corner(opened(found.thumb.raw)) == corner[orientation - 1]


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_no_metadata_reach_a_derivative(kind: str) -> None:
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    raw = encoded(scene(400, 300), kind, exif=camera_exif(6), icc_profile=profile)

    found = derive(raw)

    for picture in (found.screen, found.thumb):
        assert read_exif(picture.raw, UTC) == Exif()
        assert not {"exif", "xmp", "icc_profile"} & set(opened(picture.raw).info)
        assert b"Secret" not in picture.raw


@pytest.mark.parametrize("mode", MODES)
def test_every_colour_mode_is_taken(mode: str) -> None:
    grey = scene(200, 120).convert("L")
    if mode == "I;16":
        picture = Image.fromarray(np.asarray(grey).astype(np.uint16) * 257)
    else:
        picture = scene(200, 120).convert(mode)

    found = opened(derive(encoded(picture, "PNG")).screen.raw)

    assert found.mode == "RGB"
    assert found.size == (200, 120)
    if mode in {"L", "I;16"}:
        assert np.abs(np.asarray(found.convert("L")).astype(int) - np.asarray(grey)).mean() < 4


def test_print_colours_are_taken() -> None:
    found = opened(derive(encoded(scene(200, 120).convert("CMYK"))).screen.raw)

    assert np.abs(np.asarray(found).astype(int) - np.asarray(scene(200, 120))).mean() < 8


def test_what_is_transparent_becomes_paper() -> None:
    glass = Image.new("RGBA", (60, 40), (255, 0, 0, 0))

    assert opened(derive(encoded(glass, "PNG")).screen.raw).getpixel((30, 20)) == (255, 255, 255)


def test_colours_of_another_profile_are_brought_to_srgb() -> None:
    """Known: with the profile's red and green primaries swapped, stored red means green."""
    swapped = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    for old, new in ((b"rXYZ", b"----"), (b"gXYZ", b"rXYZ"), (b"----", b"gXYZ")):
        swapped = swapped.replace(old, new)
    swapped = swapped.replace("sRGB".encode("utf-16-be"), "swap".encode("utf-16-be")).replace(b"sRGB", b"swap")
    raw = encoded(Image.new("RGB", (60, 40), (255, 0, 0)), "PNG", icc_profile=swapped)

    red, green, blue = opened(derive(raw).screen.raw).getpixel((30, 20))

    assert green > 240
    assert max(red, blue) < 15


def test_a_profile_that_does_not_fit_the_picture_costs_no_photo() -> None:
    lab = ImageCms.ImageCmsProfile(ImageCms.createProfile("LAB")).tobytes()

    assert derive(encoded(scene(60, 40), icc_profile=lab)).screen.width == 60


def test_a_photo_with_a_second_picture_behind_it_is_derived_from_the_first() -> None:
    out = BytesIO()
    scene(400, 300).save(out, "MPO", save_all=True, append_images=[Image.new("RGB", (400, 300))])

    found = derive(out.getvalue())

    assert (found.screen.width, found.thumb.width) == (400, 320)
    assert red_corner(opened(found.screen.raw)) == "upper left"


def test_a_broken_profile_costs_no_photo() -> None:
    assert derive(jpeg(60, 40, icc_profile=b"no profile at all")).screen.width == 60


def test_a_bomb_is_refused_before_decoding() -> None:
    with pytest.raises(TooManyPixels):
        derive(png_bomb(9_000, 9_000))


def test_a_cut_photo_is_refused() -> None:
    with pytest.raises(Truncated):
        derive(jpeg()[:-2_000])


@given(st.data())
@settings(max_examples=60, deadline=None)
def test_damaged_photos_are_derived_or_refused_and_never_break(data: st.DataObject) -> None:
    kind = data.draw(st.sampled_from(["JPEG", "PNG", "WEBP"]))
    raw = bytearray(encoded(scene(120, 90), kind))
    for _ in range(data.draw(st.integers(1, 10))):
        raw[data.draw(st.integers(0, len(raw) - 1))] = data.draw(st.integers(0, 255))

    try:
        found = derive(bytes(raw))
    except MediaError as error:
        found, refused = None, error

    assert found.screen.width <= 1600 if found else refused.zh


def test_a_png_with_a_broken_checksum_is_damaged() -> None:
    raw = bytearray(encoded(scene(120, 90), "PNG"))
    raw[60] ^= 0xFF

    with pytest.raises(Undecodable):
        derive(bytes(raw))


def test_one_decoding_also_gives_the_perceptual_hash() -> None:
    raw = jpeg(1200, 900)

    assert (derive(raw).perceptual ^ perceptual(raw)).bit_count() <= 3
