"""Sending a photo whole in the request that creates its upload."""

import base64
import hashlib
from types import ModuleType
from typing import Any

import pytest

from backend.photos.storage import store
from tests import cast
from tests.backend.photos.sending import NAME, PHOTO, TUS, at_once, send


async def test_a_photo_whole_in_one_request_is_one_row_and_its_address_repeats_the_receipt(
    staffed: Any, database: ModuleType
) -> None:
    async with cast.signed_in(staffed, "lan") as lan, cast.signed_in(staffed, "lan") as other_phone:
        answer = await lan.post("/api/photos", content=PHOTO, headers=at_once(PHOTO))
        address = answer.headers["location"]
        again = await lan.head(address, headers=TUS)
        foreign = await other_phone.head(address, headers=TUS)
        ended = await lan.delete(address, headers=TUS)
        shown = await lan.get(f"/api/photos/{NAME}?size=original")

    assert again.headers["photo-receipt"] == answer.headers["photo-receipt"]
    assert again.headers["upload-offset"] == again.headers["upload-length"] == str(len(PHOTO))
    assert (foreign.status_code, ended.status_code) == (404, 204)
    assert shown.content == PHOTO
    assert await database.fetch_value("SELECT count(*) FROM upload") == 0
    assert await database.fetch_value("SELECT count(*) FROM photo") == 1


async def test_a_photo_sent_again_whole_gets_a_receipt_again(staffed: Any, database: ModuleType) -> None:
    async with cast.signed_in(staffed, "lan") as lan, cast.signed_in(staffed, "zhou") as zhou:
        first = await lan.post("/api/photos", content=PHOTO, headers=at_once(PHOTO))
        again = await lan.post("/api/photos", content=PHOTO, headers=at_once(PHOTO))
        elsewhere = await zhou.post("/api/photos", content=PHOTO, headers=at_once(PHOTO))

    for answer in (first, again, elsewhere):
        assert answer.headers["photo-receipt"].startswith(NAME)
    assert await database.fetch_value("SELECT count(*) FROM photo") == 2  # one for each subdistrict
    assert store().path(NAME).read_bytes() == PHOTO
    assert [path.name for path in store().path(NAME).parent.iterdir()] == [NAME]


@pytest.mark.parametrize(
    ("content", "name_of", "checksum", "status"),
    [
        (PHOTO[:-1] + b"?", PHOTO, b"", 422),
        (b"GIF89a" + bytes(2000), None, b"", 415),
        (PHOTO[: len(PHOTO) // 2], None, b"", 415),
        (PHOTO, None, b"what was sent", 460),
    ],
)
async def test_what_comes_whole_and_is_no_photo_leaves_nothing(
    staffed: Any, database: ModuleType, content: bytes, name_of: bytes | None, checksum: bytes, status: int
) -> None:
    headers = at_once(content, name_of)
    if checksum:
        headers["Upload-Checksum"] = f"sha256 {base64.b64encode(hashlib.sha256(checksum).digest()).decode()}"
    async with cast.signed_in(staffed, "lan") as lan:
        answer = await lan.post("/api/photos", content=content, headers=headers)

    assert answer.status_code == status
    assert await database.fetch_value("SELECT count(*) FROM upload") == 0
    assert store().kept_names() == []


async def test_a_creation_that_brings_only_a_beginning_is_resumed(staffed: Any) -> None:
    headers = at_once(PHOTO)
    async with cast.signed_in(staffed, "lan") as lan:
        begun = await lan.post("/api/photos", content=PHOTO[:1000], headers=headers)
        done = await send(lan, begun.headers["location"], PHOTO[1000:], 1000)

    assert (begun.status_code, begun.headers["upload-offset"]) == (201, "1000")
    assert done.headers["photo-receipt"].startswith(NAME)
