"""A disk that is really full, under a photo and under the rows of the database: told, kept, and done once."""

import httpx

from backend.demo.pictures import picture
from tests.backend.photos.test_upload import PIECE, TUS, metadata
from tests.faults.phones import all_applied, assert_each_door_once, assert_retryable, sha256, sign_in
from tests.faults.small_disk import OnSmallDisk

PHOTO = picture("flue", after=False, seed=77)


async def test_a_photo_that_meets_a_full_disk_waits_and_is_whole_when_there_is_room(cramped: OnSmallDisk) -> None:
    async with httpx.AsyncClient(base_url=cramped.address, timeout=60) as client:
        (lan,) = await sign_in(cramped, client, 1)
        begin = TUS | {"Upload-Length": str(len(PHOTO)), "Upload-Metadata": metadata(PHOTO)}
        address = (await lan.ask("POST", "/api/photos", headers=begin)).headers["location"]
        cut = len(PHOTO) // 3
        await lan.ask("PATCH", address, headers=PIECE | {"Upload-Offset": "0"}, content=PHOTO[:cut])
        cramped.fill()
        refused = await lan.ask("PATCH", address, headers=PIECE | {"Upload-Offset": str(cut)}, content=PHOTO[cut:])
        stands = await lan.ask("HEAD", address, headers=TUS)
        still_here = await lan.ask("GET", "/api/me")
        cramped.free()
        receipt = await lan.send(PHOTO)

    assert_retryable(refused)
    assert (refused.status_code, refused.json()["type"]) == (507, "/problems/storage-full")
    assert int(stands.headers["upload-offset"]) >= cut
    assert still_here.status_code == 200
    assert receipt.startswith(sha256(PHOTO))
    assert cramped.kept(sha256(PHOTO)) == PHOTO


async def test_records_that_meet_a_full_database_wait_and_are_there_once_when_there_is_room(
    cramped: OnSmallDisk,
) -> None:
    async with httpx.AsyncClient(base_url=cramped.address, timeout=60) as client:
        (lan,) = await sign_in(cramped, client, 1)
        cramped.fill()
        bodies, answers = [], []
        # Pages have some room left: so many doors that they need new ones.
        for first in range(0, 1200, 200):
            bodies.append(lan.doors(200, first))
            answers.append(await lan.push(bodies[-1]))
            if answers[-1].status_code != 200:
                break
        again = await lan.push(bodies[-1])
        cramped.free()
        taken = [await lan.until_taken(lambda body=body: lan.push(body)) for body in bodies]

    for refused in (answers[-1], again):
        assert_retryable(refused)
        assert (refused.status_code, refused.json()["type"]) == (507, "/problems/storage-full")
    assert all(all_applied(answer) for answer in taken)
    await assert_each_door_once(cramped, 200 * len(bodies))
