"""The database restarted, and killed with −9, while six phones push and send photos: nothing lost, nothing doubled."""

import asyncio
import os
import signal

import httpx

from backend.demo.pictures import picture
from tests.faults.phones import (
    Phone,
    all_applied,
    assert_each_door_once,
    assert_retryable,
    is_wrong_offset,
    sha256,
    sign_in,
)
from tests.journeys.served import Served

PHONES, BATCHES, DOORS = 6, 12, 5


async def work(phone: Phone, photo: bytes, begun: asyncio.Event) -> str:
    """Push batch after batch, and a photo in between; return its receipt."""
    receipt = ""
    for batch in range(BATCHES):
        body = phone.doors(DOORS, batch * DOORS)
        assert all_applied(await phone.until_taken(lambda body=body: phone.push(body)))
        begun.set()
        if batch == BATCHES // 2:
            receipt = await phone.send(photo)
    return receipt


async def hurt(served: Served, by: signal.Signals) -> None:
    """Stop the database, and return when another one runs in its place."""
    noted = served.data / "database" / "postgres" / "postmaster.pid"
    former = int(noted.read_text().split()[0])
    os.kill(former, by)
    async with asyncio.timeout(60):
        while True:
            await asyncio.sleep(0.1)
            said = noted.read_text().split("\n") if noted.exists() else []
            if len(said) > 7 and int(said[0]) != former and said[7].strip() == "ready":
                return


async def test_a_database_restarted_and_killed_under_load_loses_and_doubles_nothing(served: Served) -> None:
    photos = [picture("flue", after=False, seed=number) for number in range(PHONES)]
    begun = asyncio.Event()
    async with httpx.AsyncClient(base_url=served.address, timeout=90) as client:
        phones = await sign_in(served, client, PHONES)
        working = asyncio.gather(*(work(*each, begun) for each in zip(phones, photos, strict=True)))
        await begun.wait()
        await hurt(served, signal.SIGINT)
        await asyncio.sleep(0.5)
        await hurt(served, signal.SIGKILL)
        receipts = await working

        told = [answer for phone in phones for answer in phone.told]
        assert told, "nobody noticed"
        assert all(is_wrong_offset(answer) or assert_retryable(answer) for answer in told)
        await assert_each_door_once(served, PHONES * BATCHES * DOORS)
        for photo, receipt in zip(photos, receipts, strict=True):
            shown = await phones[0].ask("GET", f"/api/photos/{sha256(photo)}?size=original")
            assert receipt.startswith(sha256(photo))
            assert shown.content == photo
