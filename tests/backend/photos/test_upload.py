"""Sending a photo over HTTP, in one piece and in several, by its owner and by others."""

import base64
import hashlib
from types import ModuleType
from typing import Any
from uuid import UUID

import httpx
import pytest

from backend import clock
from backend.ids import new_id
from backend.photos import commands, queries
from backend.photos.commands import NamedPhoto
from backend.photos.rules import Role
from backend.photos.storage import store
from tests import cast
from tests.backend.photos.sending import NAME, PHOTO, PIECE, TUS, begin, metadata, send


async def whole(client: httpx.AsyncClient, photo: bytes = PHOTO) -> httpx.Response:
    begun = await begin(client, photo)
    return await send(client, begun.headers["location"], photo, 0)


async def test_a_photo_in_one_piece_gets_its_receipt(staffed: Any) -> None:
    async with cast.signed_in(staffed, "lan") as lan:
        begun = await begin(lan)
        answer = await send(lan, begun.headers["location"], PHOTO, 0)
        again = await lan.head(begun.headers["location"], headers=TUS)

    assert begun.status_code == 201
    assert answer.status_code == 204
    assert answer.headers["photo-receipt"].split()[0] == NAME
    assert again.headers["photo-receipt"] == answer.headers["photo-receipt"]
    assert again.headers["upload-offset"] == str(len(PHOTO))
    assert store().path(NAME).read_bytes() == PHOTO


async def test_a_photo_resumes_at_the_byte_where_it_stopped(staffed: Any) -> None:
    async with cast.signed_in(staffed, "lan") as lan:
        address = (await begin(lan)).headers["location"]
        first = await send(lan, address, PHOTO[:30_001], 0)
        stands = await lan.head(address, headers=TUS)
        wrong = await send(lan, address, PHOTO, 0)
        rest = await send(lan, address, PHOTO[30_001:], 30_001)

    assert first.headers["upload-offset"] == stands.headers["upload-offset"] == "30001"
    assert "photo-receipt" not in stands.headers
    assert (wrong.status_code, wrong.json()["offset"]) == (409, 30_001)
    assert rest.headers["photo-receipt"].startswith(NAME)


async def test_bytes_may_come_with_the_creation(staffed: Any) -> None:
    async with cast.signed_in(staffed, "lan") as lan:
        headers = PIECE | {"Upload-Length": str(len(PHOTO)), "Upload-Metadata": metadata()}
        answer = await lan.post("/api/photos", content=PHOTO, headers=headers)

    assert answer.status_code == 201
    assert answer.headers["upload-offset"] == str(len(PHOTO))
    assert answer.headers["photo-receipt"].startswith(NAME)


async def test_an_upload_left_whole_by_a_killed_server_is_finished_when_asked_for(staffed: Any) -> None:
    async with cast.signed_in(staffed, "lan") as lan:
        address = (await begin(lan)).headers["location"]
        with store().piece(UUID(address.rsplit("/", 1)[1])) as piece:
            piece.write(PHOTO)
        stands = await lan.head(address, headers=TUS)

    assert stands.headers["photo-receipt"].startswith(NAME)


async def test_a_damaged_piece_is_thrown_away_and_the_rest_kept(staffed: Any) -> None:
    good = base64.b64encode(hashlib.sha256(PHOTO[:1000]).digest()).decode()
    async with cast.signed_in(staffed, "lan") as lan:
        address = (await begin(lan)).headers["location"]
        await send(lan, address, PHOTO[:1000], 0, **{"Upload-Checksum": f"sha256 {good}"})
        damaged = await send(lan, address, PHOTO[1000:2000], 1000, **{"Upload-Checksum": f"sha256 {good}"})
        stands = await lan.head(address, headers=TUS)

    assert damaged.status_code == 460
    assert stands.headers["upload-offset"] == "1000"


async def test_bytes_that_do_not_hash_to_the_name_are_not_kept(staffed: Any) -> None:
    async with cast.signed_in(staffed, "lan") as lan:
        address = (await begin(lan)).headers["location"]
        refused = await send(lan, address, PHOTO[:-1] + b"?", 0)
        gone = await lan.head(address, headers=TUS)

    assert (refused.status_code, refused.json()["type"]) == (422, "/problems/digest-mismatch")
    assert gone.status_code == 404
    assert not store().path(NAME).exists()


@pytest.mark.parametrize(
    ("content", "status"),
    [(b"GIF89a" + bytes(2000), 415), (b"%PDF-1.7 " + bytes(2000), 415), (PHOTO[: len(PHOTO) // 2], 415), (b"x", 415)],
)
async def test_what_is_no_photo_is_refused_in_words(staffed: Any, content: bytes, status: int) -> None:
    async with cast.signed_in(staffed, "lan") as lan:
        answer = await whole(lan, content)

    assert answer.status_code == status
    assert answer.json()["detail_zh"]


async def test_more_bytes_than_announced_are_refused_and_cut_off(staffed: Any) -> None:
    async with cast.signed_in(staffed, "lan") as lan:
        address = (await begin(lan)).headers["location"]
        refused = await send(lan, address, PHOTO + b"more", 0)
        stands = await lan.head(address, headers=TUS)

    assert refused.status_code == 413
    assert stands.headers["upload-offset"] == "0"


@pytest.mark.parametrize("length", ["15000001", "0", "-5", "many", "999999999999"])
async def test_lengths_that_cannot_be_are_refused_at_once(staffed: Any, length: str) -> None:
    async with cast.signed_in(staffed, "lan") as lan:
        headers = TUS | {"Upload-Length": length, "Upload-Metadata": metadata()}
        answer = await lan.post("/api/photos", headers=headers)

    assert 400 <= answer.status_code < 500


async def test_an_upload_is_private_to_its_device(staffed: Any) -> None:
    async with cast.signed_in(staffed, "lan") as lan, cast.signed_in(staffed, "lan") as other_phone:
        address = (await begin(lan)).headers["location"]
        answers = [
            await other_phone.head(address, headers=TUS),
            await send(other_phone, address, PHOTO, 0),
            await other_phone.delete(address, headers=TUS),
        ]

    assert [answer.status_code for answer in answers] == [404, 404, 404]


async def test_strangers_send_and_see_nothing(staffed: Any) -> None:
    async with cast.a_client(staffed) as nobody:
        assert (await begin(nobody)).status_code == 401
        assert (await nobody.get(f"/api/photos/{NAME}")).status_code == 401
        assert (await nobody.request("OPTIONS", "/api/photos")).headers["tus-version"] == "1.0.0"


async def test_a_photo_that_is_here_is_complete_only_for_who_may_see_it(staffed: Any) -> None:
    async with cast.signed_in(staffed, "lan") as lan, cast.signed_in(staffed, "bo") as bo:
        await whole(lan)
        known = await begin(lan)
        unknown = await begin(bo)
        shown = await bo.get(f"/api/photos/{NAME}")

    assert known.headers["photo-receipt"].startswith(NAME)
    assert unknown.headers["upload-offset"] == "0"
    assert "photo-receipt" not in unknown.headers
    assert shown.status_code == 404


async def test_another_subdistrict_sends_the_same_bytes_again_and_learns_nothing(staffed: Any) -> None:
    async with cast.signed_in(staffed, "lan") as lan, cast.signed_in(staffed, "zhou") as zhou:
        await whole(lan)
        begun = await begin(zhou)
        done = await send(zhou, begun.headers["location"], PHOTO, 0)
        shown = await zhou.get(f"/api/photos/{NAME}?size=original")

    assert begun.headers["upload-offset"] == "0"
    assert done.headers["photo-receipt"].startswith(NAME)
    assert shown.content == PHOTO


async def test_a_record_names_a_photo_before_it_arrives_and_hears_when_it_has(
    staffed: Any, database: ModuleType
) -> None:
    heard: list[tuple[list[str], str]] = []

    async def listener(sha256s: Any, tenant: str) -> None:
        heard.append((list(sha256s), tenant))

    commands.listen(listener)
    record = new_id(clock.now())
    async with database.transaction():
        await database.lock_tenant(cast.TENANT)
        awaited = await commands.mention(
            "hazard", record, cast.GRID_1, cast.TENANT, [NamedPhoto(NAME, Role.BEFORE)], caption="X7K2-0001"
        )
    before = await queries.photos_of("hazard", [record])
    async with cast.signed_in(staffed, "lan") as lan:
        await whole(lan)
    after = await queries.photos_of("hazard", [record])

    assert awaited == 1
    assert [photo.arrived for photo in before[record]] == [False]
    assert [photo.arrived for photo in after[record]] == [True]
    assert heard == [([NAME], cast.TENANT)]


async def test_copies_are_small_upright_and_without_the_original(staffed: Any) -> None:
    async with cast.signed_in(staffed, "lan") as lan:
        await whole(lan)
        thumb = await lan.get(f"/api/photos/{NAME}?size=thumb")
        again = await lan.get(f"/api/photos/{NAME}?size=thumb", headers={"If-None-Match": thumb.headers["etag"]})
        original = await lan.get(f"/api/photos/{NAME}?size=original")
        stamped = await lan.get(f"/api/photos/{NAME}?size=stamped")
        wrong = await lan.get(f"/api/photos/{NAME}?size=huge")

    assert (thumb.headers["content-type"], thumb.status_code) == ("image/webp", 200)
    assert len(thumb.content) < 20_000
    assert again.status_code == 304
    assert original.content == PHOTO
    assert stamped.headers["content-type"] == "image/jpeg"
    assert wrong.status_code == 400


@pytest.mark.parametrize("name", ["x", "../../etc/passwd", "A" * 64, "0" * 63, "%00" * 20])
async def test_names_that_are_none_are_refused(staffed: Any, name: str) -> None:
    async with cast.signed_in(staffed, "lan") as lan:
        answer = await lan.get(f"/api/photos/{name}")

    assert answer.status_code in {400, 404}
