"""200 phones return at once after an outage, and every connection to the database is taken: all are served in turn."""

import asyncio
from collections import Counter
from pathlib import Path

import httpx

from backend.database import WAITING_MOST
from backend.sync.api import SEATS
from tests.faults.phones import Phone, all_applied, assert_each_door_once, assert_retryable, connect, sign_in
from tests.journeys.served import Served

PHONES, DOORS = 200, 5
POOL = 10
MOST_GROWTH_MB = 120
WIDE = httpx.Limits(max_connections=None, max_keepalive_connections=None)


def peak_mb(pid: int) -> float:
    """Return the most memory that a process has ever had."""
    status = Path(f"/proc/{pid}/status").read_text()
    return int(status.split("VmHWM:")[1].split()[0]) / 1024


async def until(count: int, phones: list[Phone]) -> None:
    """Return when so many refusals were told."""
    async with asyncio.timeout(120):
        while sum(len(phone.told) for phone in phones) < count:  # noqa: ASYNC110 — told by answers, not by an event
            await asyncio.sleep(0.05)


async def test_two_hundred_phones_that_return_at_once_are_all_served_and_none_is_lost(served: Served) -> None:
    async def return_(phone: Phone) -> None:
        body = phone.doors(DOORS)
        assert all_applied(await phone.until_taken(lambda: phone.push(body)))
        assert all_applied(await phone.until_taken(lambda: phone.push(body)))  # the first answer was lost
        pulled = await phone.until_taken(lambda: phone.ask("GET", "/api/sync/pull"))
        assert pulled.json()["rows"]

    async with httpx.AsyncClient(base_url=served.address, timeout=120, limits=WIDE) as client:
        phones = await sign_in(served, client, PHONES)
        before = peak_mb(served.pid)
        office = await connect(served)
        outage = office.transaction()
        await outage.start()
        await office.execute("LOCK TABLE household IN ACCESS EXCLUSIVE MODE")
        returning = asyncio.gather(*(return_(phone) for phone in phones))
        # While nothing moves, as many as there are seats wait; everybody else is told when to come back.
        await until(PHONES - SEATS, phones)
        await outage.rollback()
        await office.close()
        await returning
        grown = peak_mb(served.pid) - before

    refused = [answer for phone in phones for answer in phone.told]
    waits = Counter(int(answer.headers["retry-after"]) for answer in refused)
    assert all(assert_retryable(answer) for answer in refused)
    assert len(waits) >= 5, "they would all come back at once"
    assert max(waits.values()) < len(refused) / 2
    assert grown < MOST_GROWTH_MB
    await assert_each_door_once(served, PHONES * DOORS)


async def test_while_every_connection_is_taken_those_beyond_the_queue_are_sent_away_at_once(served: Served) -> None:
    asked = WAITING_MOST + POOL + 40
    async with httpx.AsyncClient(base_url=served.address, timeout=120, limits=WIDE) as client:
        phones = await sign_in(served, client, asked)
        office = await connect(served)
        outage = office.transaction()
        await outage.start()
        await office.execute("LOCK TABLE session IN ACCESS EXCLUSIVE MODE")
        asking = asyncio.gather(
            *(phone.until_taken(lambda phone=phone: phone.ask("GET", "/api/me")) for phone in phones)
        )
        await until(40, phones)
        alive = await client.get("/health/live")
        await outage.rollback()
        await office.close()
        answers = await asking

    assert alive.status_code == 200
    assert all(assert_retryable(answer) for phone in phones for answer in phone.told)
    assert {answer.status_code for answer in answers} == {200}
