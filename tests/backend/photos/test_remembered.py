"""Who is signed in is remembered for seconds on the routes that phones ask often, and forgotten when people change."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import timedelta
from typing import Any

import asyncpg
import httpx
import pytest

from backend import clock
from backend.people import queries, remembered
from backend.people.commands import MUTATIONS, set_password
from backend.people.commands.sessions import sign_out as end_session
from backend.people.passwords import hash_of_token
from tests.cast import CAST, perform, signed_in

OFTEN = f"/api/photos/{'0' * 64}"
NO_SUCH_PHOTO = 404  # said only to whoever is signed in


@pytest.fixture
async def phone(frozen_clock: Any, staffed: Any, database: Any) -> AsyncIterator[httpx.AsyncClient]:
    """The phone of Lan, whose session the server remembers."""
    async with signed_in(staffed, "lan") as client:
        await nothing_unheard(staffed, database)
        assert (await client.get(OFTEN)).status_code == NO_SUCH_PHOTO
        yield client


async def nothing_unheard(app: Any, database: Any) -> None:
    """Wait until the app has heard of everything that the database has said: what is said last is heard last."""
    with app.state.listener.hearing(["999999999"]) as ear:
        await database.execute('SELECT pg_notify(\'revision\', \'{"tenant": "999999999", "revision": 1}\')')
        assert await ear.heard(60) == {"999999999": 1}


def token_hash_of(phone: httpx.AsyncClient) -> bytes:
    """Return by what the server knows the phone's session."""
    return hash_of_token(phone.cookies["gridwalk"])


async def looked_up(phone: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch, asks: int = 3) -> int:
    """Return how often the database was asked who is signed in, during so many requests."""
    asked = 0
    really = queries.person_of

    async def counted(token_hash: bytes) -> Any:
        nonlocal asked
        asked += 1
        return await really(token_hash)

    monkeypatch.setattr(queries, "person_of", counted)
    for _ in range(asks):
        assert (await phone.get(OFTEN)).status_code == NO_SUCH_PHOTO
    return asked


async def test_the_database_is_not_asked_again_within_seconds(phone, monkeypatch):
    assert await looked_up(phone, monkeypatch) == 0


async def test_after_seconds_it_is_asked_again(phone, monkeypatch, frozen_clock):
    frozen_clock.forward(seconds=remembered.FOR_AT_MOST.total_seconds())

    assert await looked_up(phone, monkeypatch) == 1


async def test_whoever_does_not_hear_of_changes_asks_every_time(app, phone, monkeypatch):
    app.state.listener.connected.clear()

    assert await looked_up(phone, monkeypatch) == 3


async def test_a_session_is_not_remembered_beyond_its_end(phone, frozen_clock, database):
    token_hash = token_hash_of(phone)
    await database.execute("UPDATE session SET expires_at = $1", clock.now() + timedelta(seconds=2))
    remembered.forget()
    assert await remembered.person_of(token_hash) is not None

    frozen_clock.forward(seconds=2)

    assert await remembered.person_of(token_hash) is None


async def withdraw(phone: httpx.AsyncClient, database: Any) -> None:
    qin = await queries.person(CAST["qin"].id)
    assert qin is not None
    await perform(MUTATIONS, "revoke_device", {"device_id": phone.device_id}, qin)  # type: ignore[attr-defined]


async def leave(phone: httpx.AsyncClient, database: Any) -> None:
    async with database.transaction():
        await end_session(token_hash_of(phone))


async def change_password(phone: httpx.AsyncClient, database: Any) -> None:
    await database.execute("UPDATE session SET enrolled = false")
    async with database.transaction():
        await set_password(CAST["lan"].id, "another", keep=None)


@pytest.mark.parametrize("end", [withdraw, leave, change_password])
async def test_a_session_that_is_ended_here_is_out_at_the_next_request(
    phone: httpx.AsyncClient,
    database: Any,
    end: Callable[[httpx.AsyncClient, Any], Awaitable[None]],
) -> None:
    await end(phone, database)

    assert (await phone.get(OFTEN)).status_code == 401


CHANGES = (
    "UPDATE device SET revoked_at = now()",
    "UPDATE device SET label = 'another'",
    "DELETE FROM session",
    "UPDATE session SET expires_at = now() - interval '1 day'",
    "UPDATE person SET name = 'another'",
    "UPDATE person SET totp_secret = 'another'",
    "UPDATE posting SET to_on = from_on",
    "DELETE FROM posting",
)


@pytest.mark.parametrize("change", CHANGES)
async def test_a_change_by_anybody_else_is_heard(
    phone: httpx.AsyncClient, database_of_session: dict[str, Any], monkeypatch: pytest.MonkeyPatch, change: str
) -> None:
    heard = asyncio.Event()
    monkeypatch.setattr(remembered, "_known", Noticed(heard, remembered._known))
    other = await asyncpg.connect(**database_of_session)  # another server, or somebody at a keyboard

    await other.execute(change)

    async with asyncio.timeout(60):
        await heard.wait()
    await other.close()


class Noticed(dict[Any, Any]):
    """What is remembered, telling when it is forgotten."""

    def __init__(self, forgotten: asyncio.Event, known: dict[Any, Any]) -> None:
        super().__init__(known)
        self._forgotten = forgotten

    def clear(self) -> None:
        super().clear()
        self._forgotten.set()


async def test_what_phones_do_all_day_makes_nobody_forget(phone, database, database_of_session):
    said: asyncio.Queue[str] = asyncio.Queue()
    ear = await asyncpg.connect(**database_of_session)
    await ear.add_listener(remembered.CHANNEL, lambda *heard: said.put_nowait(heard[-1]))

    await database.execute("UPDATE device SET last_number = 7, last_heard_at = now()")
    await database.execute("UPDATE session SET seen_at = now()")
    await database.execute(f"NOTIFY {remembered.CHANNEL}, 'the end'")

    assert await asyncio.wait_for(said.get(), 60) == "the end"
    await ear.close()


async def test_an_answer_older_than_a_change_is_not_remembered(phone, monkeypatch, database):
    token_hash = token_hash_of(phone)
    remembered.forget()
    really = queries.person_of

    async def overtaken(token_hash: bytes) -> Any:
        found = await really(token_hash)
        await database.execute("UPDATE device SET revoked_at = now()")
        remembered.forget()
        return found

    monkeypatch.setattr(queries, "person_of", overtaken)
    assert await remembered.person_of(token_hash) is not None
    monkeypatch.setattr(queries, "person_of", really)

    assert (await phone.get(OFTEN)).status_code == 401
