"""Cameras are read with care, and metadata leave without touching a pixel."""

from datetime import UTC, datetime, timedelta, timezone

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from media import Exif, read_exif, sniff, strip
from tests.media.pictures import GPS_IFD, camera_exif, encoded, jpeg, opened, scene

CHINA = timezone(timedelta(hours=8))
KINDS = ["JPEG", "PNG", "WEBP"]


def photo(kind: str = "JPEG", orientation: int = 1, **shot: object) -> bytes:
    return encoded(scene(64, 48), kind, exif=camera_exif(orientation, **shot))


@pytest.mark.parametrize("kind", KINDS)
def test_time_place_and_orientation_are_read(kind: str) -> None:
    found = read_exif(photo(kind, orientation=6), UTC)

    assert found.taken_at == datetime(2020, 3, 5, 6, 32, 10, tzinfo=UTC)
    assert (found.lon, found.lat) == (pytest.approx(109.4), pytest.approx(24.32))
    assert (found.accuracy_m, found.orientation) == (12.5, 6)


@pytest.mark.parametrize("kind", KINDS)
def test_a_picture_without_metadata_says_nothing(kind: str) -> None:
    assert read_exif(encoded(scene(64, 48), kind), UTC) == Exif()


def test_a_time_without_offset_is_taken_in_the_given_zone() -> None:
    found = read_exif(photo(taken={0x9011: ""}), CHINA)

    assert found.taken_at == datetime(2020, 3, 5, 6, 32, 10, tzinfo=UTC)


def test_without_a_camera_time_the_satellites_time_is_taken() -> None:
    found = read_exif(photo(taken={0x9003: ""}, position={29: "2020:03:05", 7: (6.0, 32.0, 10.0)}), CHINA)

    assert found.taken_at == datetime(2020, 3, 5, 6, 32, 10, tzinfo=UTC)


@pytest.mark.parametrize("taken", ["0000:00:00 00:00:00", "1970:01:01 00:00:00", "yesterday", "2020:13:45 99:99:99"])
def test_a_clock_that_was_never_set_says_nothing(taken: str) -> None:
    assert read_exif(photo(taken={0x9003: taken}), CHINA).taken_at is None


def test_south_and_west_are_negative() -> None:
    found = read_exif(photo(position={1: "S", 3: "W"}), UTC)

    assert (found.lon, found.lat) == (pytest.approx(-109.4), pytest.approx(-24.32))


@pytest.mark.parametrize(
    "position",
    [
        {2: (0.0, 0.0, 0.0), 4: (0.0, 0.0, 0.0)},
        {2: (91.0, 0.0, 0.0)},
        {4: (181.0, 0.0, 0.0)},
        {1: "X"},
        {2: (24.0, 19.0)},
        {2: (24.0, 19.0, 12.0, 1.0)},
    ],
)
def test_a_position_that_is_no_place_says_nothing(position: dict) -> None:
    found = read_exif(photo(position=position), UTC)

    assert (found.lon, found.lat, found.accuracy_m) == (None, None, None)


def test_a_position_of_nought_over_nought_says_nothing() -> None:
    raw = photo()
    rational = (24).to_bytes(4) + (1).to_bytes(4)
    broken = raw.replace(rational, bytes(8)).replace(rational[3::-1] + (1).to_bytes(4, "little"), bytes(8))

    assert broken != raw
    assert read_exif(broken, UTC).lat is None


@given(st.data())
@settings(max_examples=60, deadline=None)
def test_broken_metadata_never_raise(data: st.DataObject) -> None:
    raw = bytearray(photo())
    start = raw.index(b"Exif\x00\x00")
    for _ in range(data.draw(st.integers(1, 8))):
        raw[start + data.draw(st.integers(6, 300))] = data.draw(st.integers(0, 255))

    found = read_exif(bytes(raw), CHINA)

    assert found.taken_at is None or found.taken_at.tzinfo is not None
    assert (found.lon is None) == (found.lat is None)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("orientation", [1, 6])
def test_stripping_leaves_pixels_and_orientation_and_no_trace_of_place_or_person(kind: str, orientation: int) -> None:
    raw = photo(kind, orientation)

    bare = strip(raw)

    assert read_exif(bare, UTC) == Exif(orientation=orientation)
    assert sniff(bare) == sniff(raw)
    assert np.array_equal(np.asarray(opened(bare)), np.asarray(opened(raw)))
    assert not opened(bare).getexif().get_ifd(GPS_IFD)
    assert b"Secret" in raw
    assert b"Secret" not in bare
    assert b"2020:03:05" not in bare


def test_stripping_leaves_no_caption_xmp_or_text() -> None:
    from PIL.PngImagePlugin import PngInfo

    note = PngInfo()
    note.add_text("Secret", "Secret")
    note.add_itxt("XML:com.adobe.xmp", "Secret")
    pictures = [
        encoded(scene(64, 48), "PNG", pnginfo=note),
        encoded(scene(64, 48), "JPEG", comment=b"Secret", xmp=b"Secret"),
        encoded(scene(64, 48), "WEBP", xmp=b"Secret"),
    ]

    for raw in pictures:
        assert b"Secret" in raw
        assert b"Secret" not in strip(raw)


def test_stripping_keeps_the_colour_profile() -> None:
    from PIL import ImageCms

    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()

    for kind in KINDS:
        assert opened(strip(encoded(scene(64, 48), kind, icc_profile=profile))).info["icc_profile"] == profile


def test_stripping_drops_what_follows_the_picture() -> None:
    assert strip(jpeg() + jpeg(64, 48)) == strip(jpeg())


def test_stripping_twice_changes_nothing_more() -> None:
    for kind in KINDS:
        once = strip(photo(kind, 8))
        assert strip(once) == once
        assert opened(once).getexif().get(0x0112) == 8
