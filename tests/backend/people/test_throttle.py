"""Signing in wrongly again and again takes ever longer; the waits are in the database."""

import asyncio
from datetime import timedelta
from typing import Any

import httpx
import pytest

from backend.people.rules.sign_in import WAIT_MOST_S, wait_s
from tests.cast import PASSWORD, a_client

pytestmark = pytest.mark.usefixtures("cast")


async def attempt(client: httpx.AsyncClient, login: str = "lan", password: str = "wrong") -> httpx.Response:
    return await client.post("/api/session", json={"login": login, "password": password})


def client_at(app: Any, address: str) -> httpx.AsyncClient:
    transport = httpx.ASGITransport(app=app, raise_app_exceptions=False, client=(address, 4711))
    return httpx.AsyncClient(transport=transport, base_url="http://localhost")


async def test_after_five_wrong_passwords_even_the_right_one_waits(app: Any, frozen_clock: Any) -> None:
    async with a_client(app) as client:
        assert [(await attempt(client)).status_code for _ in range(5)] == [401] * 5

        refused = await attempt(client, password=PASSWORD)

        assert refused.status_code == 429
        assert refused.json()["type"] == "/problems/throttled"
        assert refused.json()["wait_s"] == 5
        assert refused.headers["retry-after"] == "5"
        assert "5" in refused.json()["detail_zh"]
        frozen_clock.forward(seconds=5)
        assert (await attempt(client, password=PASSWORD)).status_code == 201


async def test_the_waits_grow_and_a_refused_attempt_does_not_lengthen_them(app: Any, frozen_clock: Any) -> None:
    async with a_client(app) as client:
        waits = []
        for _ in range(9):
            answer = await attempt(client)
            if answer.status_code == 429:
                assert (await attempt(client)).json()["wait_s"] == answer.json()["wait_s"]
                waits.append(answer.json()["wait_s"])
                frozen_clock.forward(seconds=answer.json()["wait_s"])
                assert (await attempt(client)).status_code == 401

        assert waits == [5, 10, 20, 40]


async def test_the_wait_is_for_the_account_however_it_is_written_and_from_wherever(app: Any) -> None:
    for number, login in enumerate(["lan", "LAN", " lan", "Lan", "ｌａｎ"]):
        async with client_at(app, f"10.0.0.{number}") as client:
            assert (await attempt(client, login)).status_code == 401

    async with client_at(app, "10.0.0.99") as client:
        assert (await attempt(client, password=PASSWORD)).status_code == 429
        assert (await attempt(client, "bo", PASSWORD)).status_code == 201


async def test_unknown_accounts_are_throttled_like_known_ones(app: Any) -> None:
    async with a_client(app) as client:
        answers = [(await attempt(client, "nobody-at-all")).status_code for _ in range(6)]

        assert answers == [401] * 5 + [429]


async def test_one_address_that_tries_many_accounts_waits_and_others_do_not(app: Any) -> None:
    async with client_at(app, "10.0.0.1") as client:
        answers = [(await attempt(client, f"guess{number}")).status_code for number in range(41)]

        assert answers == [401] * 40 + [429]
        assert (await attempt(client, password=PASSWORD)).status_code == 429

    async with client_at(app, "10.0.0.2") as client:
        assert (await attempt(client, password=PASSWORD)).status_code == 201


async def test_an_office_that_signs_in_all_day_is_never_throttled(app: Any) -> None:
    async with a_client(app) as client:
        for _ in range(12):
            assert (await attempt(client, "bo", PASSWORD)).status_code == 201
        for _ in range(4):
            await attempt(client)
        assert (await attempt(client, password=PASSWORD)).status_code == 201
        assert [(await attempt(client)).status_code for _ in range(5)] == [401] * 5


async def test_guesses_sent_all_at_once_are_counted_one_by_one(app: Any) -> None:
    async with a_client(app) as client:
        answers = await asyncio.gather(*(attempt(client) for _ in range(20)))

        assert sorted(answer.status_code for answer in answers) == [401] * 5 + [429] * 15


async def test_no_login_and_no_address_is_kept_in_clear(app: Any, database: Any) -> None:
    async with client_at(app, "10.0.0.77") as client:
        await attempt(client, "13812345678")

        kept = await database.fetch_value("SELECT string_agg(t::text, '') FROM login_attempt t")

    assert "13812345678" not in kept
    assert "10.0.0.77" not in kept


async def test_after_a_day_a_mistake_is_forgotten_and_its_row_removed(
    app: Any, database: Any, frozen_clock: Any
) -> None:
    async with a_client(app) as client:
        for _ in range(4):
            await attempt(client)
        frozen_clock.forward(hours=25)

        assert [(await attempt(client)).status_code for _ in range(5)] == [401] * 5
        frozen_clock.forward(hours=25)
        assert (await attempt(client, "bo", PASSWORD)).status_code == 201

    assert await database.fetch_value("SELECT count(*) FROM login_attempt WHERE failures > 0") == 0


@pytest.mark.parametrize("kind", ["account", "address"])
def test_waits_grow_to_a_limit(kind: str) -> None:
    waits = [wait_s(kind, failures) for failures in range(100)]

    assert waits == sorted(waits)
    assert waits[0] == 0
    assert waits[-1] == WAIT_MOST_S <= timedelta(hours=1).total_seconds()
