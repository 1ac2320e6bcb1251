"""Phones that meet a fault: they send, are told to come back, and check what they were told."""

import asyncio
import hashlib
import json
from collections.abc import Awaitable, Callable
from typing import Any
from uuid import UUID

import asyncpg
import httpx

from backend import clock, database
from backend.embedded_postgres import EmbeddedPostgres
from backend.ids import new_id
from backend.people import commands
from backend.sync.queries import accepted_rulebooks
from tests.backend.photos.test_upload import PIECE, TUS, metadata
from tests.backend.places.ground import a_door
from tests.backend.sync.phone import fixed
from tests.cast import CAST
from tests.journeys.served import Served
from tests.journeys.small_town import BUILDING

PATIENCE_S = 120
HURRY = 0.2
"""A test waits a fifth of what it is asked to."""
UNIT = "故障"


async def connect(served: Served) -> Any:
    """Return a connection of our own to the server's database."""
    return await asyncpg.connect(**EmbeddedPostgres(served.data / "database").connect)


class Phone:
    """One device of lan's, over a client that many phones share; `told` keeps every answer that was no success."""

    def __init__(self, client: httpx.AsyncClient, token: str, device_id: UUID, name: int) -> None:
        self._client, self._token, self._device_id = client, token, str(device_id)
        self.name = name
        self.told: list[httpx.Response] = []

    async def ask(self, method: str, path: str, **asked: Any) -> httpx.Response:
        """Return the first answer, whatever it is."""
        headers = {"Authorization": f"Bearer {self._token}"} | asked.pop("headers", {})
        answer = await self._client.request(method, path, headers=headers, **asked)
        if answer.status_code >= 400:
            self.told.append(answer)
        return answer

    async def until_taken(self, attempt: Callable[[], Awaitable[httpx.Response]]) -> httpx.Response:
        """Return the first success, coming back when it was asked for."""
        async with asyncio.timeout(PATIENCE_S):
            while True:
                try:
                    answer = await attempt()
                except httpx.TransportError:  # a kept connection that the server has just closed; a phone asks again
                    await asyncio.sleep(HURRY)
                    continue
                if answer.status_code < 400:
                    return answer
                assert_retryable(answer)
                await asyncio.sleep(int(answer.headers["retry-after"]) * HURRY)

    def doors(self, count: int, first: int = 0) -> dict[str, Any]:
        """Return a push of so many new doors."""
        return {
            "device": self._device_id,
            "rulebook": accepted_rulebooks()[0],
            "sent_at": fixed(clock.now()),
            "waiting": {"mutations": 0, "photos": 0, "bytes": 0},
            "mutations": [
                {
                    "id": str(new_id()),
                    "number": number + 1,
                    "name": "register_household",
                    "at": fixed(clock.now()),
                    "args": fixed(a_door(building_id=BUILDING, unit=UNIT, room=f"{self.name}-{number}")),
                }
                for number in range(first, first + count)
            ],
        }

    async def push(self, body: dict[str, Any]) -> httpx.Response:
        """Return the first answer to a push."""
        return await self.ask("POST", "/api/sync/push", json=body)

    async def send(self, photo: bytes) -> str:
        """Return the receipt of a photo, sent on from wherever the server stands, however often it is sent away."""
        begin = TUS | {"Upload-Length": str(len(photo)), "Upload-Metadata": metadata(photo)}
        address = ""
        async with asyncio.timeout(PATIENCE_S):
            while True:
                if not address:
                    begun = await self.until_taken(lambda: self.ask("POST", "/api/photos", headers=begin))
                    address = begun.headers["location"]
                stands = await self.ask("HEAD", address, headers=TUS)
                if stands.status_code == 404:  # that it was begun is not synced
                    address = ""
                elif stands.status_code == 200:
                    if "photo-receipt" in stands.headers:
                        return stands.headers["photo-receipt"]
                    offset = int(stands.headers["upload-offset"])
                    piece = PIECE | {"Upload-Offset": str(offset)}
                    sent = await self.ask("PATCH", address, headers=piece, content=photo[offset:])
                    assert sent.status_code == 204 or is_wrong_offset(sent) or assert_retryable(sent)
                await asyncio.sleep(HURRY)


def is_wrong_offset(answer: httpx.Response) -> bool:
    """Did the server take more, or less, than the phone knew?"""
    return answer.status_code in (404, 409, 423)


def assert_retryable(answer: httpx.Response) -> bool:
    """Check that a refusal says in words what is wrong, and when to come back; return True."""
    assert answer.status_code in (503, 507), (answer.status_code, answer.text)
    assert 1 <= int(answer.headers["retry-after"]) <= 120
    if answer.request.method != "HEAD":
        assert answer.headers["content-type"] == "application/problem+json"
        said = answer.json()
        assert said["type"].startswith("/problems/")
        assert all(said[words] for words in ("title", "detail", "title_zh", "detail_zh"))
    return True


async def sign_in(served: Served, client: httpx.AsyncClient, count: int) -> list[Phone]:
    """Return so many phones of lan's, each a device of its own, signed in as by a one-time code."""
    await database.open_pool(**EmbeddedPostgres(served.data / "database").connect, min_size=1)
    try:
        phones = []
        for number in range(count):
            async with database.transaction():
                opened = await commands.open_session(CAST["lan"].id, None, "phone", enrolled=True)
            phones.append(Phone(client, opened.token, opened.signed_in.device.id, number))
        return phones
    finally:
        await database.close_pool()


async def assert_each_door_once(served: Served, count: int) -> None:
    """Check that so many doors are in the database, none twice, and each has one receipt that says applied."""
    office = await connect(served)
    try:
        rooms = [row["room"] for row in await office.fetch("SELECT room FROM household WHERE unit = $1", UNIT)]
        applied = await office.fetchval(
            "SELECT count(*) FROM receipt WHERE name = 'register_household' AND outcome = 'applied' AND person_id = $1",
            CAST["lan"].id,
        )
    finally:
        await office.close()
    assert len(rooms) == len(set(rooms)) == count
    assert applied == count


def sha256(content: bytes) -> str:
    """Return the name of a photo."""
    return hashlib.sha256(content).hexdigest()


def all_applied(answer: httpx.Response) -> bool:
    """Did a push do everything?"""
    return {receipt["outcome"] for receipt in json.loads(answer.content)["receipts"]} == {"applied"}
