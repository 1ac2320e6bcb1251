"""Things that happen at once, or break in the middle: each is done exactly once, and the repeat works."""

import asyncio
import hashlib
import json
import random
from typing import Any

import asyncpg
import httpx
import pytest
from litestar import Litestar

from backend.ids import new_id
from tests.backend.hazards.conftest import DISPATCH, World
from tests.backend.photos.test_upload import TUS, begin, send
from tests.backend.places import ground
from tests.backend.sync.phone import fixed
from tests.cast import CAST, a_client, signed_in
from tests.hostile.pushing import JSON, envelope, push, sent
from tests.media.pictures import encoded, scene


def doors(count: int) -> list[str]:
    """Return as many mutations, each of another door."""
    rooms = [json.dumps(fixed(ground.a_door(unit="2单元", room=str(number)))) for number in range(count)]
    return [sent("register_household", room, number) for number, room in enumerate(rooms, 1)]


async def send_all(client: httpx.AsyncClient, body: bytes) -> httpx.Response:
    return await client.post("/api/sync/push", content=body, headers=JSON)


async def households(database: Any) -> int:
    return int(await database.fetch_value("SELECT count(*) FROM household WHERE unit = '2单元'"))


async def test_the_same_push_from_five_connections_is_done_once(app: Litestar, world: World, database: Any) -> None:
    async with signed_in(app, "lan") as lan:
        body = envelope(lan, doors(10))
        answers = await asyncio.gather(*(send_all(lan, body) for _ in range(5)))

    said = [answer.json()["receipts"] for answer in answers]
    assert [answer.status_code for answer in answers] == [200] * 5
    assert all(receipts == said[0] for receipts in said)
    assert {receipt["outcome"] for receipt in said[0]} == {"applied"}
    assert await households(database) == 10


@pytest.mark.parametrize("turn", range(5))
async def test_of_two_dispatchers_one_dispatches(app: Litestar, world: World, database: Any, turn: int) -> None:
    await world.report()
    args = json.dumps(fixed({"hazard_id": world.hazard_id} | DISPATCH))

    async with signed_in(app, "dai") as dai, signed_in(app, "qin") as qin:
        both = await asyncio.gather(push(dai, "dispatch_hazard", [args]), push(qin, "dispatch_hazard", [args]))

    receipts = [receipt for (receipt,) in both]
    assert sorted(receipt["outcome"] for receipt in receipts) == ["applied", "refused"]
    refused = next(receipt for receipt in receipts if receipt["outcome"] == "refused")
    assert refused["problem"]["status"] == 409
    events = "SELECT count(*) FROM hazard_event WHERE hazard_id = $1 AND action = 'dispatch_hazard'"
    assert await database.fetch_value(events, world.hazard_id) == 1


@pytest.mark.parametrize("turn", range(5))
async def test_a_code_enrols_one_phone(app: Litestar, world: World, database: Any, turn: int) -> None:
    async with signed_in(app, "dai") as dai, a_client(app) as phone, a_client(app) as other:
        code = (await dai.post("/api/enrolments", json={"person_id": str(CAST["lan"].id)})).json()["code"]
        asked = {"code": code, "device_label": "手机"}
        before = await database.fetch_value("SELECT count(*) FROM session")
        answers = await asyncio.gather(*(each.post("/api/enrolments/redeem", json=asked) for each in (phone, other)))

    one, other_one = sorted(answer.status_code for answer in answers)
    assert one == 201
    assert 400 <= other_one < 500
    assert await database.fetch_value("SELECT count(*) FROM session") == before + 1


async def test_a_photo_that_comes_while_it_is_named_is_never_awaited_for_ever(
    app: Litestar, world: World, database: Any
) -> None:
    async with signed_in(app, "lan") as lan:
        for turn in range(50):
            photo = encoded(scene(48, 36, seed=turn))
            address = (await begin(lan, photo)).headers["location"]
            named = [{"sha256": hashlib.sha256(photo).hexdigest(), "role": "before"}]
            report = json.dumps(fixed(world.found(hazard_id=new_id(), photos=named)))
            await asyncio.gather(push(lan, "report_hazard", [report]), send(lan, address, photo, 0))

    told = await database.fetch("SELECT photos_awaited, count(*) FROM hazard GROUP BY 1")
    assert [tuple(row) for row in told] == [(0, 50)]


@pytest.mark.parametrize("after_ms", [0, 2, 5, 10, 20])
async def test_signing_out_during_a_push_loses_nothing_that_was_acknowledged(
    app: Litestar, world: World, database: Any, after_ms: int
) -> None:
    async def leave(client: httpx.AsyncClient) -> httpx.Response:
        await asyncio.sleep(after_ms / 1000)
        return await client.delete("/api/session")

    async with signed_in(app, "lan") as lan:
        body = envelope(lan, doors(30))
        answer, left = await asyncio.gather(send_all(lan, body), leave(lan))
        done = await households(database)
        refused = await send_all(lan, body)

    assert left.status_code == 204
    assert answer.status_code in (200, 401)
    assert refused.status_code == 401
    assert done == (30 if answer.status_code == 200 else 0)
    assert await households(database) == done


async def cut_off(where: dict[str, Any], after_s: float) -> None:
    """Cut every connection of the server to its database, as a kill of the database does."""
    await asyncio.sleep(after_s)
    office = await asyncpg.connect(**where)
    await office.execute(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
        " WHERE datname = current_database() AND pid <> pg_backend_pid()"
    )
    await office.close()


async def test_a_database_lost_in_the_middle_of_a_push_is_told_and_the_repeat_works(
    app: Litestar, world: World, database: Any, database_of_session: dict[str, Any]
) -> None:
    chance, statuses = random.Random(3), []
    async with signed_in(app, "lan") as lan:
        body = envelope(lan, doors(40))
        for _ in range(12):
            answer, _ = await asyncio.gather(send_all(lan, body), cut_off(database_of_session, chance.random() * 0.06))
            statuses.append(answer.status_code)
        again = await send_all(lan, body)
        while again.status_code == 503:
            again = await send_all(lan, body)

    assert set(statuses) <= {200, 503}
    assert 503 in statuses
    assert [receipt["outcome"] for receipt in again.json()["receipts"]] == ["applied"] * 40
    assert await households(database) == 40


async def test_a_database_lost_in_the_middle_of_a_photo_is_told_and_the_repeat_works(
    app: Litestar, world: World, database: Any, database_of_session: dict[str, Any]
) -> None:
    chance, statuses = random.Random(4), []
    async with signed_in(app, "lan") as lan:
        for turn in range(12):
            photo = encoded(scene(64, 48, seed=turn))
            address = (await begin(lan, photo)).headers["location"]
            answer, _ = await asyncio.gather(
                send(lan, address, photo, 0), cut_off(database_of_session, chance.random() * 0.02)
            )
            statuses.append(answer.status_code)
            stands = await asked_until_told(lan, address)
            assert stands.status_code == 200
            offset = int(stands.headers["upload-offset"])
            done = stands if offset == len(photo) else await send(lan, address, photo[offset:], offset)
            assert done.headers["photo-receipt"].startswith(hashlib.sha256(photo).hexdigest())

    assert set(statuses) <= {204, 503}
    assert await database.fetch_value("SELECT count(*) FROM photo") == 12


async def asked_until_told(client: httpx.AsyncClient, address: str) -> httpx.Response:
    """Return how far an upload has come, asking again while the server says to come back."""
    for _ in range(20):
        answer = await client.head(address, headers=TUS)
        if answer.status_code != 503:
            return answer
        await asyncio.sleep(0.05)
    return answer
