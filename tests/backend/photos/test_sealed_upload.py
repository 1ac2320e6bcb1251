"""A photo that comes as it lies on a locked phone is opened on arrival, and is its author's, whoever brings it."""

import base64
import hashlib
import json
import secrets
from typing import Any
from uuid import UUID

import httpx
import pytest
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms

from backend import database
from backend.photos.storage import store
from tests import cast
from tests.backend.photos.test_upload import NAME, PHOTO, TUS, begin, send
from tests.sealing import keys_from, sealed

TAKEN = "2026-03-02T00:58:00Z"


class SealedPhoto:
    """A photo as a phone keeps it."""

    def __init__(self, keys: dict[str, bytes], **changed: Any) -> None:
        key = secrets.token_bytes(32)
        self.bytes = Cipher(algorithms.ChaCha20(key, bytes(16)), None).encryptor().update(PHOTO)
        said = {
            "sha256": NAME, "size_bytes": len(PHOTO), "content_key": base64.b64encode(key).decode(), "taken_at": TAKEN,
            "lon": 109.4, "lat": 24.3, "crs": "wgs84", "accuracy_m": 12.5, "source": "gps",
        }  # fmt: skip
        self.envelope = sealed("photo", json.dumps(said | changed).encode(), keys)

    async def begin(self, client: httpx.AsyncClient) -> httpx.Response:
        metadata = f"sha256 {base64.b64encode(NAME.encode()).decode()},envelope {self.envelope}"
        headers = TUS | {"Upload-Length": str(len(PHOTO)), "Upload-Metadata": metadata}
        return await client.post("/api/photos", headers=headers)


async def keys_of(client: httpx.AsyncClient) -> dict[str, bytes]:
    return keys_from((await client.get("/api/me")).json())


def digest(piece: bytes) -> str:
    return "sha256 " + base64.b64encode(hashlib.sha256(piece).digest()).decode()


async def test_a_colleague_brings_a_photo_in_pieces_and_it_is_its_authors(staffed: Any) -> None:
    async with cast.signed_in(staffed, "lan") as lan, cast.signed_in(staffed, "guo") as guo:
        photo = SealedPhoto(await keys_of(lan))
        address = (await photo.begin(guo)).headers["location"]
        offset = 0
        for end in (1, 63, 64, 1000, 4096, len(PHOTO)):  # wherever it is cut, within a block of the cipher too
            piece = photo.bytes[offset:end]
            answer = await send(guo, address, piece, offset, **{"Upload-Checksum": digest(piece)})
            assert answer.headers["upload-offset"] == str(end)
            offset = end

        assert answer.headers["photo-receipt"].split()[0] == NAME
        assert store().path(NAME).read_bytes() == PHOTO
        row = await database.fetch_row("SELECT person_id, device_id, taken_at, lon, accuracy_m FROM photo")
        assert (row["person_id"], row["device_id"]) == (cast.CAST["lan"].id, UUID(str(lan.device_id)))
        assert (row["taken_at"].isoformat(), row["lon"], row["accuracy_m"]) == (
            "2026-03-02T00:58:00+00:00",
            109.4,
            12.5,
        )


async def test_its_author_sends_it_again_later_and_nothing_is_doubled(staffed: Any) -> None:
    async with cast.signed_in(staffed, "lan") as lan, cast.signed_in(staffed, "guo") as guo:
        photo = SealedPhoto(await keys_of(lan))
        brought = await send(guo, (await photo.begin(guo)).headers["location"], photo.bytes, 0)
        own, again = await begin(lan), await photo.begin(guo)

        for answer in (own, again):
            assert answer.headers["photo-receipt"] == brought.headers["photo-receipt"]
        assert await database.fetch_value("SELECT count(*) FROM photo") == 1


async def test_a_damaged_piece_is_sent_again(staffed: Any) -> None:
    async with cast.signed_in(staffed, "lan") as lan:
        photo = SealedPhoto(await keys_of(lan))
        address = (await photo.begin(lan)).headers["location"]
        damaged = await send(lan, address, b"?" * 100, 0, **{"Upload-Checksum": digest(photo.bytes[:100])})
        answer = await send(lan, address, photo.bytes, 0)

        assert damaged.status_code == 460
        assert answer.headers["photo-receipt"].split()[0] == NAME


async def test_bytes_under_another_key_are_not_the_photo(staffed: Any) -> None:
    async with cast.signed_in(staffed, "lan") as lan:
        photo = SealedPhoto(await keys_of(lan))
        address = (await photo.begin(lan)).headers["location"]
        answer = await send(lan, address, PHOTO, 0)

        assert (answer.status_code, answer.json()["type"]) == (422, "/problems/digest-mismatch")


@pytest.mark.parametrize(
    "changed",
    [
        {"content_key": "AAAA"},
        {"content_key": "?"},
        {"size_bytes": 0},
        {"lon": None},
        {"lon": 181},
        {"crs": "moon"},
        {"taken_at": "yesterday"},
        {"more": 1},
    ],
)
async def test_an_envelope_that_describes_no_photo_is_refused_in_words(staffed: Any, changed: dict[str, Any]) -> None:
    async with cast.signed_in(staffed, "lan") as lan:
        answer = await SealedPhoto(await keys_of(lan), **changed).begin(lan)

        assert (answer.status_code, answer.json()["type"]) == (422, "/problems/envelope-unreadable")


@pytest.mark.parametrize("changed", [{"sha256": "ab" * 32}, {"size_bytes": 7}])
async def test_an_envelope_of_another_photo_is_refused(staffed: Any, changed: dict[str, Any]) -> None:
    async with cast.signed_in(staffed, "lan") as lan:
        answer = await SealedPhoto(await keys_of(lan), **changed).begin(lan)

        assert (answer.status_code, answer.json()["type"]) == (422, "/problems/sealed-not-as-named")


async def test_another_subdistrict_does_not_know_its_author(staffed: Any) -> None:
    async with cast.signed_in(staffed, "lan") as lan, cast.signed_in(staffed, "ming") as ming:
        answer = await SealedPhoto(await keys_of(lan)).begin(ming)

        assert (answer.status_code, answer.json()["type"]) == (404, "/problems/sealed-elsewhere")


async def test_an_envelope_that_was_changed_is_refused(staffed: Any) -> None:
    async with cast.signed_in(staffed, "lan") as lan:
        photo = SealedPhoto(await keys_of(lan))
        photo.envelope = photo.envelope[:-8] + "AAAAAAA="
        answer = await photo.begin(lan)

        assert (answer.status_code, answer.json()["type"]) == (422, "/problems/envelope-unreadable")
