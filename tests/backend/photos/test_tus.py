"""Reading the headers of tus."""

import base64
import hashlib
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backend.photos import tus
from backend.photos.rules import TusVersionUnknown
from backend.problems import Malformed, UnsupportedContent

NAME = hashlib.sha256(b"a photo").hexdigest()


def metadata(**values: object) -> dict[str, str]:
    pairs = [f"{key} {base64.b64encode(str(value).encode()).decode()}" for key, value in values.items()]
    return {"upload-metadata": ",".join(pairs)}


def test_the_capture_record_is_read_from_the_metadata() -> None:
    said = metadata(
        sha256=NAME, taken_at="2026-03-02T01:00:00Z", lon=109.4, lat=24.32, crs="wgs84", accuracy_m=28, source="gps"
    )

    capture = tus.capture(said)

    assert (capture.sha256, capture.lon, capture.lat, capture.accuracy_m) == (NAME, 109.4, 24.32, 28)
    assert capture.taken_at is not None
    assert capture.taken_at.isoformat() == "2026-03-02T01:00:00+00:00"


def test_metadata_of_other_clients_is_passed_over() -> None:
    said = metadata(sha256=NAME, filename="厨房.jpg", filetype="image/jpeg")

    assert tus.capture(said).sha256 == NAME


@pytest.mark.parametrize(
    "said",
    [
        {},
        {"upload-metadata": "sha256"},
        {"upload-metadata": "sha256 !!!"},
        metadata(sha256="short"),
        metadata(sha256=NAME.upper()),
        metadata(sha256=NAME, lon="NaN", lat=24, crs="wgs84"),
        metadata(sha256=NAME, lon="inf", lat=24, crs="wgs84"),
        metadata(sha256=NAME, lon=181, lat=24, crs="wgs84"),
        metadata(sha256=NAME, lon=109, lat=91, crs="wgs84"),
        metadata(sha256=NAME, lon=109, lat=24),
        metadata(sha256=NAME, lon=109, crs="wgs84"),
        metadata(sha256=NAME, lon=109, lat=24, crs="mars"),
        metadata(sha256=NAME, lon="east", lat=24, crs="wgs84"),
        metadata(sha256=NAME, lon=109, lat=24, crs="wgs84", accuracy_m=-1),
        metadata(sha256=NAME, lon=109, lat=24, crs="wgs84", accuracy_m="nan"),
        metadata(sha256=NAME, taken_at="yesterday"),
        metadata(sha256=NAME, taken_at="2026-03-02T01:00:00"),
        metadata(sha256=NAME, source="dream"),
        {"upload-metadata": metadata(sha256=NAME)["upload-metadata"] + "," + metadata(sha256=NAME)["upload-metadata"]},
        {"upload-metadata": "x" * 5000},
    ],
)
def test_metadata_that_makes_no_sense_is_refused(said: dict[str, str]) -> None:
    with pytest.raises(Malformed):
        tus.capture(said)


@given(st.text(max_size=300))
def test_any_metadata_is_read_or_refused(text: str) -> None:
    with suppress(Malformed):
        tus.capture({"upload-metadata": text})


@pytest.mark.parametrize("text", ["", "-1", "1.5", "1e3", "٣", "9" * 30, " 1", "0x10"])
def test_a_length_is_digits_and_nothing_else(text: str) -> None:
    with pytest.raises(Malformed):
        tus.number({"upload-length": text}, "Upload-Length")


def test_a_checksum_is_read_in_both_algorithms() -> None:
    for algorithm in ("sha1", "sha256"):
        digest = hashlib.new(algorithm, b"piece").digest()
        header = {"upload-checksum": f"{algorithm} {base64.b64encode(digest).decode()}"}

        read = tus.checksum(header)

        assert read is not None
        assert (read.algorithm, read.digest) == (algorithm, digest)
    assert tus.checksum({}) is None


@pytest.mark.parametrize("header", ["md5 AAAA", "sha1", "sha1 AAAA", "sha256 ???", ""])
def test_a_checksum_that_cannot_be_checked_is_refused(header: str) -> None:
    with pytest.raises(Malformed):
        tus.checksum({"upload-checksum": header})


def test_another_version_of_the_protocol_is_refused() -> None:
    with pytest.raises(TusVersionUnknown):
        tus.check_version({"tus-resumable": "0.2.2"})
    with pytest.raises(TusVersionUnknown):
        tus.check_version({})


def test_a_body_of_another_type_is_refused() -> None:
    with pytest.raises(UnsupportedContent):
        tus.check_body_type({"content-type": "application/json"})
