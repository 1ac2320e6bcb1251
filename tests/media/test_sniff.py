"""What the bytes really are is known before a pixel is decoded."""

import struct
import time
import zlib
from io import BytesIO
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from media import Kind, MediaError, Sniffed, sniff
from media.container import Part, parts_of
from media.errors import NotOnlyAPicture, TooManyPixels, Truncated, Undecodable, WrongType
from tests.media.pictures import PNG_SIGNATURE, chunk, encoded, jpeg, png_bomb, scene

SAMPLES = {
    "jpeg": (jpeg(), Kind.JPEG),
    "progressive jpeg": (jpeg(progressive=True), Kind.JPEG),
    "jpeg with restarts": (jpeg(restart_marker_blocks=2), Kind.JPEG),
    "grey jpeg": (encoded(scene(640, 480).convert("L")), Kind.JPEG),
    "png": (encoded(scene(640, 480), "PNG"), Kind.PNG),
    "webp": (encoded(scene(640, 480), "WEBP"), Kind.WEBP),
    "lossless webp": (encoded(scene(640, 480), "WEBP", lossless=True), Kind.WEBP),
    "transparent webp": (encoded(scene(640, 480).convert("RGBA"), "WEBP", exif=b"Exif\x00\x00MM\x00*"), Kind.WEBP),
}
samples = pytest.mark.parametrize(("raw", "kind"), SAMPLES.values(), ids=SAMPLES)


@samples
def test_kind_and_size_are_known(raw: bytes, kind: Kind) -> None:
    assert sniff(raw) == Sniffed(kind, 640, 480)


@samples
def test_the_parts_cover_the_whole_file(raw: bytes, kind: Kind) -> None:
    parts, end = parts_of(raw, kind)

    assert end == len(raw)
    assert all(isinstance(part, Part) and part.start <= part.payload_start <= part.end for part in parts)
    assert all(left.end == right.start for left, right in pairwise(parts))


@samples
@settings(max_examples=25, deadline=None)
@given(share=st.floats(0, 0.999))
def test_a_file_cut_anywhere_is_refused(raw: bytes, kind: Kind, share: float) -> None:
    with pytest.raises(MediaError):
        sniff(raw[: int(len(raw) * share)])


@samples
def test_a_file_whose_second_half_is_missing_is_called_truncated(raw: bytes, kind: Kind) -> None:
    with pytest.raises(Truncated):
        sniff(raw[: len(raw) // 2])


@given(st.binary(max_size=400), st.sampled_from([b"", b"\xff\xd8\xff", PNG_SIGNATURE, b"RIFF\x40\x00\x00\x00WEBPVP8X"]))
@settings(max_examples=300, deadline=None)
def test_noise_is_refused_in_words(noise: bytes, head: bytes) -> None:
    with pytest.raises(MediaError) as caught:
        sniff(head + noise)

    assert caught.value.zh
    assert caught.value.en


@pytest.mark.parametrize(
    ("raw", "found"),
    [
        (b"", ""),
        (b"hello", ""),
        (b"GIF89a" + bytes(50), "GIF"),
        (b"BM" + bytes(50), "BMP"),
        (b"%PDF-1.7", "PDF"),
        (b"PK\x03\x04", "ZIP"),
        (b"\x00\x00\x00\x18ftypheic", "HEIC"),
        (b"\x00\x00\x00\x18ftypisom", "MP4"),
        (b"\x00\x00\x00\x18ftypavif", "AVIF"),
        (b"  <svg xmlns=", "SVG"),
        (b"<!DOCTYPE html><script>", "HTML"),
        (b"MZ\x90", "EXE"),
    ],
)
def test_another_type_is_named(raw: bytes, found: str) -> None:
    with pytest.raises(WrongType) as caught:
        sniff(raw)

    assert caught.value.found == found


def test_a_small_png_of_196_million_pixels_is_refused_without_decoding() -> None:
    bomb = png_bomb(14_000, 14_000)
    started = time.process_time()

    with pytest.raises(TooManyPixels) as caught:
        sniff(bomb)

    assert len(bomb) < 250_000
    assert (caught.value.width, caught.value.height) == (14_000, 14_000)
    assert time.process_time() - started < 0.1


@pytest.mark.parametrize("at", ["jpeg", "webp"])
def test_a_header_that_lies_about_its_size_is_refused(at: str) -> None:
    raw = bytearray(SAMPLES["transparent webp"][0] if at == "webp" else jpeg())
    if at == "webp":
        raw[24:30] = (16_383).to_bytes(3, "little") * 2
    else:
        frame = raw.index(b"\xff\xc0")
        raw[frame + 5 : frame + 9] = struct.pack(">HH", 65_535, 65_535)

    with pytest.raises(TooManyPixels):
        sniff(bytes(raw))


def test_a_picture_without_width_is_refused() -> None:
    with pytest.raises(Undecodable):
        sniff(png_bomb(0, 5))


@pytest.mark.parametrize(
    "tail",
    [b"PK\x03\x04archive", b"<html><script>", b"\x00\x00\x00\x18ftypmp42" + bytes(90), b"MZ", b"\x00" * 70_000, b" "],
)
@pytest.mark.parametrize("name", ["jpeg", "png", "webp"])
def test_another_file_behind_the_picture_is_refused(name: str, tail: bytes) -> None:
    with pytest.raises(NotOnlyAPicture):
        sniff(SAMPLES[name][0] + tail)


@pytest.mark.parametrize("tail", [b"\x00" * 512, jpeg(64, 48), b"\x00\x00SEFH....SEFT"])
def test_what_cameras_put_behind_a_jpeg_is_taken(tail: bytes) -> None:
    assert sniff(jpeg() + tail).width == 640


def test_a_film_between_a_preview_and_its_trailer_is_refused() -> None:
    with pytest.raises(NotOnlyAPicture):
        sniff(jpeg() + jpeg(64, 48) + b"\x00\x00\x00\x18ftypmp42" + b"SEFT")


@pytest.mark.parametrize("kind", ["PNG", "WEBP"])
def test_an_animation_is_refused(kind: str) -> None:
    out = BytesIO()
    scene(64, 48).save(out, kind, save_all=True, append_images=[Image.new("RGB", (64, 48), (0, 0, 255))])

    with pytest.raises(NotOnlyAPicture):
        sniff(out.getvalue())


@pytest.mark.parametrize(
    "raw",
    [
        b"\xff\xd8" + b"\xff" * 5_000_000,
        b"\xff\xd8" + b"\xff\xe1\x00\x02" * 1_000_000 + b"\xff\xd9",
        PNG_SIGNATURE + chunk(b"IHDR", bytes(13)) + chunk(b"tEXt", b"") * 400_000 + chunk(b"IEND", b""),
        b"RIFF" + (4 + 8 * 500_000).to_bytes(4, "little") + b"WEBP" + b"ABCD\x00\x00\x00\x00" * 500_000,
    ],
    ids=["filling", "empty segments", "empty chunks", "empty riff"],
)
def test_files_built_to_be_slow_are_refused_quickly(raw: bytes) -> None:
    started = time.process_time()

    with pytest.raises(MediaError):
        sniff(raw)

    assert time.process_time() - started < 2


def test_a_jpeg_of_a_thousand_scans_is_refused() -> None:
    raw = jpeg(64, 48, progressive=True)
    scan = next(part for part in parts_of(raw, Kind.JPEG)[0] if part.name == "da")

    with pytest.raises(Undecodable):
        sniff(raw[: scan.end] + raw[scan.start : scan.end] * 1_000 + raw[scan.end :])


def test_two_headers_in_one_file_are_refused() -> None:
    header = struct.pack(">IIBBBBB", 4, 4, 8, 0, 0, 0, 0)
    body = chunk(b"IDAT", zlib.compress(bytes(20)))

    with pytest.raises(Undecodable):
        sniff(PNG_SIGNATURE + chunk(b"IHDR", header) * 2 + body + chunk(b"IEND", b""))
