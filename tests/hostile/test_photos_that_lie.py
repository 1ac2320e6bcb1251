"""A file that is no photo, not a whole one, too large or not what it says is refused in words, and nothing is kept."""

import base64
import errno
import hashlib
import os
from typing import Any

import httpx
import pytest

from backend.photos.storage import store
from tests.backend.hazards.conftest import World
from tests.backend.photos.test_upload import NAME, PHOTO, TUS, begin, send, whole
from tests.cast import signed_in
from tests.hostile.pushing import is_clear
from tests.media.pictures import chunk, jpeg, png_bomb


@pytest.fixture
async def lan(app: Any, world: World) -> Any:
    async with signed_in(app, "lan") as client:
        yield client


def kept() -> list[str]:
    """Return the names of all photos and pieces on the disk."""
    root = store().path(NAME).parent.parent.parent
    return sorted(path.name for folder in ("kept", "uploads") for path in (root / folder).rglob("*") if path.is_file())


BOMB = png_bomb(20_000, 10_000)
FILES = {
    "a png of 200 megapixels": (BOMB, 413),
    "a jpeg cut in half": (PHOTO[: len(PHOTO) // 2], 415),
    "a jpeg without its end": (PHOTO[:-2], 415),
    "a jpeg's first bytes and then zeros": (PHOTO[:200] + bytes(50_000), 415),
    "a web page called a picture": (b"<!doctype html><script>alert(1)</script>", 415),
    "a web page behind a jpeg's first bytes": (b"\xff\xd8\xff\xe0<html><script>alert(1)</script>" + bytes(500), 415),
    "a vector picture": (b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>', 415),
    "an archive": (b"PK\x03\x04" + bytes(3000), 415),
    "a program": (b"\x7fELF" + bytes(3000), 415),
    "a png whose header lies": (b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", bytes(13)), 415),
    "one byte": (b"\xff", 415),
}


def test_the_bomb_is_as_small_as_it_is_said_to_be() -> None:
    assert len(BOMB) < 250_000


@pytest.mark.parametrize("what", FILES)
async def test_what_is_no_photo_is_refused_and_forgotten(lan: httpx.AsyncClient, unchanged: Any, what: str) -> None:
    before, (content, status) = await unchanged(), FILES[what]

    answer = await whole(lan, content)

    assert answer.status_code == status
    assert is_clear(answer.json())
    assert kept() == []
    assert await unchanged() == before


async def test_a_file_that_lies_about_its_hash_is_refused_and_forgotten(lan: httpx.AsyncClient, unchanged: Any) -> None:
    before = await unchanged()
    address = (await begin(lan)).headers["location"]

    answer = await send(lan, address, jpeg()[: len(PHOTO)].ljust(len(PHOTO), b"\0"), 0)

    assert (answer.status_code, answer.json()["type"]) == (422, "/problems/digest-mismatch")
    assert kept() == []
    assert await unchanged() == before


async def test_an_upload_goes_not_a_byte_past_its_length(lan: httpx.AsyncClient) -> None:
    address = (await begin(lan)).headers["location"]
    answers = [await send(lan, address, PHOTO + b"\0", 0), await send(lan, address, b"x" * 20_000_000, 0)]
    stands = await lan.head(address, headers=TUS)

    assert [answer.status_code for answer in answers] == [413, 413]
    assert all(is_clear(answer.json()) for answer in answers)
    assert stands.headers["upload-offset"] == "0"


def said(**values: str) -> str:
    return ",".join(f"{key} {base64.b64encode(value.encode()).decode()}" for key, value in values.items())


POSITION = {"sha256": NAME, "lon": "109.4", "lat": "24.3", "crs": "wgs84", "accuracy_m": "9", "source": "gps"}
SAYINGS = {
    "no name": said(taken_at="2026-03-02T01:00:00Z"),
    "a name in capitals": said(sha256=NAME.upper()),
    "a path for a name": said(sha256="../../../etc/passwd"),
    "a name of NULs": said(sha256="\0" * 64),
    "another datum": said(**POSITION | {"crs": "gcj03"}),
    "NaN": said(**POSITION | {"lon": "NaN"}),
    "infinity": said(**POSITION | {"lat": "inf"}),
    "beyond the pole": said(**POSITION | {"lat": "91"}),
    "half a position": said(sha256=NAME, lon="109.4"),
    "an accuracy below nothing": said(**POSITION | {"accuracy_m": "-1"}),
    "a day before all days": said(sha256=NAME, taken_at="0000-01-01T00:00:00Z"),
    "a time without a zone": said(sha256=NAME, taken_at="2026-03-02T01:00:00"),
    "no base64": "sha256 ???",
    "far too much": said(sha256=NAME, note="x" * 9000),
    "twice": f"{said(sha256=NAME)},{said(sha256='0' * 64)}",
}


@pytest.mark.parametrize("what", SAYINGS)
async def test_metadata_of_nonsense_is_refused(lan: httpx.AsyncClient, unchanged: Any, what: str) -> None:
    before = await unchanged()

    answer = await lan.post("/api/photos", headers=TUS | {"upload-length": "900", "upload-metadata": SAYINGS[what]})

    assert answer.status_code == 400, answer.text
    assert is_clear(answer.json())
    assert await unchanged() == before


@pytest.mark.parametrize("instant", ["0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00", "0001-01-01T00:00:00Z"])
async def test_a_photo_from_a_camera_without_a_clock_is_kept_or_refused(lan: httpx.AsyncClient, instant: str) -> None:
    begun = await begin(lan, taken_at=instant)
    answer = begun if begun.status_code != 201 else await send(lan, begun.headers["location"], PHOTO, 0)

    assert answer.status_code == 204 or is_clear(answer.json())


@pytest.mark.parametrize(
    ("header", "value"),
    [
        ("upload-offset", "-1"), ("upload-offset", "1e3"), ("upload-offset", "９"), ("upload-offset", "9" * 400),
        ("upload-checksum", "md5 AAAA"), ("upload-checksum", "sha256 ?"), ("upload-checksum", "sha1"),
        ("content-type", "image/jpeg"), ("tus-resumable", "0.2.2"), ("tus-resumable", ""),
    ],
)  # fmt: skip
async def test_headers_of_nonsense_are_refused(lan: httpx.AsyncClient, header: str, value: str) -> None:
    address = (await begin(lan)).headers["location"]

    headers = {"tus-resumable": "1.0.0", "content-type": "application/offset+octet-stream", "upload-offset": "0"}
    sent = [(name.encode(), text.encode()) for name, text in (headers | {header: value}).items()]
    answer = await lan.patch(address, content=PHOTO[:100], headers=sent)

    assert 400 <= answer.status_code < 500
    assert is_clear(answer.json())


async def test_a_full_disk_loses_nothing_and_the_repeat_works(
    lan: httpx.AsyncClient, unchanged: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    address = (await begin(lan)).headers["location"]
    await send(lan, address, PHOTO[:10_000], 0)
    before, write, room = await unchanged(), os.write, 5_000

    def until_full(file: int, content: Any) -> int:
        nonlocal room
        if room == 0:
            raise OSError(errno.ENOSPC, "No space left on device")
        written = write(file, content[:room])
        room -= written
        return written

    with monkeypatch.context() as full:
        full.setattr(os, "write", until_full)
        refused = await send(lan, address, PHOTO[10_000:], 10_000)
    stands = int((await lan.head(address, headers=TUS)).headers["upload-offset"])
    unharmed = await unchanged()
    done = await send(lan, address, PHOTO[stands:], stands)

    assert (refused.status_code, refused.json()["type"]) == (507, "/problems/storage-full")
    assert refused.json()["detail_zh"]
    assert unharmed == before
    assert 10_000 <= stands <= 15_000
    assert done.headers["photo-receipt"].startswith(NAME)
    assert store().path(NAME).read_bytes() == PHOTO


async def test_a_disk_that_is_full_at_the_last_moment_gives_no_receipt(
    lan: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    address = (await begin(lan)).headers["location"]

    def full(file: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as at_the_end:
        at_the_end.setattr(os, "fsync", full)
        refused = await send(lan, address, PHOTO, 0)
    again = await lan.head(address, headers=TUS)
    done = await send(lan, address, PHOTO, 0)

    assert (refused.status_code, refused.json()["type"]) == (507, "/problems/storage-full")
    assert (again.headers["upload-offset"], again.headers.get("photo-receipt")) == ("0", None)
    assert done.headers["photo-receipt"].startswith(NAME)
    assert hashlib.sha256(store().path(NAME).read_bytes()).hexdigest() == NAME
