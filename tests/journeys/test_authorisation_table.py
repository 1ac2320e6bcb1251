"""Every route and every mutation is asked by everybody, and answers as the table says."""

import json
from base64 import b64encode
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from typing import Any
from uuid import UUID

import httpx
import msgspec
import pytest
from litestar import Litestar
from litestar.routes import HTTPRoute

from backend import clock, database
from backend.exchange.commands import NewToken, make_token
from backend.exchange.rules import Name
from backend.ids import new_id
from backend.sync.queries import accepted_rulebooks
from tests.backend.hazards.conftest import World
from tests.backend.places import ground
from tests.cast import CAST, HEPING, KTV, a_client, make_cast, person, signed_in
from tests.journeys.authorisation_table import BY_TOKEN, EVERYBODY, EXPORTERS, LIVE, OPEN_TO_ALL, ROUTES, Row

PHOTO = f"sha256 {b64encode(('cd' * 32).encode()).decode()}, taken_at {b64encode(b'2026-03-02T00:59:00Z').decode()}"


class Town(World):
    """A ground with a token of Qin's."""

    token_id: UUID


async def a_token(login: str) -> tuple[UUID, str]:
    """Return the id of a token of somebody for all of Heping, and the token."""
    async with database.transaction():
        made = await make_token(NewToken("县级平台", HEPING, list(Name), 30), await person(login), new_id())
    return made.id, made.token


@pytest.fixture
async def world(database: Any, frozen_clock: Any) -> Town:
    """Heping with a home, the KTV, and the hazard that Lan reported in it."""
    cast = await make_cast()
    await ground.make_ground()
    home = new_id()
    await ground.do("register_household", ground.a_door(id=home), "lan")
    await ground.do("register_premises", ground.some_premises(id=KTV))
    made = Town(cast, home)
    await made.report()
    made.token_id, _ = await a_token("qin")
    return made


@pytest.fixture
async def clients(app: Litestar, world: Town) -> AsyncIterator[dict[str, httpx.AsyncClient]]:
    """Everybody, signed in."""
    async with AsyncExitStack() as stack:
        yield {login: await stack.enter_async_context(signed_in(app, login)) for login in EVERYBODY.split()}


def routes_of(app: Litestar) -> set[str]:
    """Return every method and path that the server answers itself."""
    return {
        f"{method} {route.path}"
        for route in app.routes
        if isinstance(route, HTTPRoute) and not route.path.startswith("/schema")
        for method in route.route_handler_map
        if method != "OPTIONS"
    }


def test_every_route_has_its_row_and_every_row_its_route(app: Litestar) -> None:
    rows = {row.asks for row in ROUTES + BY_TOKEN} | OPEN_TO_ALL | LIVE

    assert sorted(routes_of(app) - rows) == [], "add a row to authorisation_table.py"
    assert sorted(rows - routes_of(app)) == [], "no such route any more"


def test_no_row_names_anybody_twice() -> None:
    for row in ROUTES:
        named = row.ok.split() + row.forbidden.split() + row.empty.split()
        assert len(named) == len(set(named)), row.asks
        assert set(named) <= set(EVERYBODY.split()), row.asks


def filled(text: str, world: Town) -> str:
    """Return a text with the names of things replaced by their ids."""
    things = {
        "ktv": KTV, "home": world.home, "hazard": world.hazard_id, "building": ground.BUILDING, "unknown": new_id(),
        "lan": CAST["lan"].id, "token": world.token_id,
    }  # fmt: skip
    for name, thing in things.items():
        text = text.replace("{" + name + "}", str(thing))
    return text


def body_of(row: Row, world: Town, client: httpx.AsyncClient) -> bytes | None:
    """Return what a row sends."""
    if row.body == "{import}":
        return msgspec.json.encode(ground.an_import())
    if row.body == "{push}":
        waiting = {"mutations": 0, "photos": 0, "bytes": 0}
        envelope = {"rulebook": accepted_rulebooks()[0], "sent_at": clock.now(), "waiting": waiting, "mutations": []}
        return msgspec.json.encode(envelope | {"device": client.device_id})  # type: ignore[attr-defined]
    return None if row.body is None else filled(json.dumps(row.body), world).encode()


async def ask(row: Row, world: Town, client: httpx.AsyncClient) -> httpx.Response:
    """Return the answer to a row's question."""
    method, _ = row.asks.split(" ", 1)
    content = body_of(row, world, client)
    headers = {} if content is None else {"content-type": "application/json"}
    if "/api/photos" in row.asks:
        headers |= {"tus-resumable": "1.0.0", "upload-offset": "0", "content-type": "application/offset+octet-stream"}
        headers |= {"upload-length": "9000", "upload-metadata": PHOTO} if method == "POST" else {}
    return await client.request(method, filled(row.url, world), content=content, headers=headers)


@pytest.mark.parametrize("row", ROUTES, ids=lambda row: row.asks)
async def test_everybody_gets_the_answer_of_the_table(
    world: Town, clients: dict[str, httpx.AsyncClient], row: Row
) -> None:
    expected = dict.fromkeys(clients, 404)
    expected |= dict.fromkeys(row.forbidden.split(), 403) | dict.fromkeys(row.empty.split(), 204)
    expected |= dict.fromkeys(row.ok.split(), row.status)

    answers = {login: await ask(row, world, client) for login, client in clients.items()}

    wrong = {login: each.status_code for login, each in answers.items() if each.status_code != expected[login]}
    assert wrong == {}, {login: answers[login].text[:200] for login in wrong}


async def test_without_a_sign_in_nothing_is_answered_but_what_is_open_to_all(app: Litestar, world: Town) -> None:
    async with a_client(app) as stranger:
        stranger.device_id = new_id()  # type: ignore[attr-defined]
        rows = [*ROUTES, *BY_TOKEN, *(Row(asks, asks.split(" ", 1)[1], "") for asks in sorted(LIVE))]
        found = {row.asks: (await ask(row, world, stranger)).status_code for row in rows}

        assert {asks: status for asks, status in found.items() if status != 401} == {}


@pytest.mark.parametrize("row", BY_TOKEN, ids=lambda row: row.asks)
async def test_a_token_opens_the_exchange_and_a_sign_in_does_not(
    app: Litestar, world: Town, clients: dict[str, httpx.AsyncClient], row: Row
) -> None:
    by_sign_in = {login: (await ask(row, world, client)).status_code for login, client in clients.items()}
    by_token = {}
    for login in EXPORTERS.split():
        _, token = await a_token(login)
        async with a_client(app, headers={"authorization": f"Bearer {token}"}) as client:
            by_token[login] = (await ask(row, world, client)).status_code

    assert by_sign_in == dict.fromkeys(clients, 401)
    assert by_token == dict.fromkeys(row.ok.split(), row.status)


async def test_a_token_opens_nothing_but_the_exchange(app: Litestar, world: Town) -> None:
    _, token = await a_token("dai")
    async with a_client(app, headers={"authorization": f"Bearer {token}"}) as client:
        client.cookies.set("gridwalk", token, domain="localhost.local")
        client.device_id = new_id()  # type: ignore[attr-defined]
        rows = [*ROUTES, *(Row(asks, asks.split(" ", 1)[1], "") for asks in sorted(LIVE))]
        found = {row.asks: (await ask(row, world, client)).status_code for row in rows}

    assert {asks: status for asks, status in found.items() if status != 401} == {}
