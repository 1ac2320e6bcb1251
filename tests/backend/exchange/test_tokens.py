"""A token is shown once, opens the exchange within its owner's reach and nothing else, and ends when it should."""

import asyncio
import base64
from typing import Any

import httpx
import pytest

from backend import clock, database
from backend.exchange.rules import MOST_TOKENS
from backend.people.commands import MUTATIONS
from tests.backend.exchange.conftest import Ask, a_token
from tests.backend.hazards.conftest import World
from tests.cast import CAST, GRID_1, HEPING, OTHER_TENANT, TENANT, perform, person, signed_in

WANTED = {"label": "区级平台", "place_code": TENANT, "collections": ["grids", "hazards"], "days": 30}


async def make(app: Any, login: str, **changed: Any) -> httpx.Response:
    async with signed_in(app, login) as client:
        return await client.post("/api/tokens", json=WANTED | changed)


async def listed(app: Any, login: str) -> Any:
    async with signed_in(app, login) as client:
        return (await client.get("/api/tokens")).json()


async def test_a_token_is_told_once_and_only_its_hash_is_kept(app: Any, world: World) -> None:
    told = (await make(app, "dai")).json()

    assert told["token"].startswith("gridwalk_")
    assert told["url"] == "http://localhost/api/exchange"
    kept = await database.fetch_value("SELECT t::text FROM token t")
    assert told["token"] not in kept
    assert told["token"].removeprefix("gridwalk_") not in kept
    (row,) = (await listed(app, "dai"))["tokens"]
    assert told["token"] not in str(row)
    assert (row["label"], row["collections"], row["revoked_at"]) == ("区级平台", ["grids", "hazards"], None)


@pytest.mark.parametrize(
    ("login", "place", "status"),
    [
        ("qin", HEPING, 201), ("qin", GRID_1, 201), ("dai", TENANT, 201), ("shen", TENANT, 201), ("jing", HEPING, 201),
        ("qin", TENANT, 404), ("dai", OTHER_TENANT, 404), ("lan", GRID_1, 403), ("gu", TENANT, 403),
        ("wu", TENANT, 404), ("min", TENANT, 403), ("nobody", GRID_1, 404),
    ],
)  # fmt: skip
async def test_only_who_may_export_a_place_makes_a_token_for_it(
    app: Any, world: World, login: str, place: str, status: int
) -> None:
    answer = await make(app, login, place_code=place)

    assert answer.status_code == status, answer.text
    assert await database.fetch_value("SELECT count(*) FROM token") == (1 if status == 201 else 0)


@pytest.mark.parametrize(
    "changed",
    [{"days": 0}, {"days": 367}, {"collections": []}, {"collections": ["people"]}, {"label": ""}, {"place_code": "45"},
     {"more": 1}],
)  # fmt: skip
async def test_what_is_not_a_token_is_refused(app: Any, world: World, changed: Any) -> None:
    answer = await make(app, "dai", **changed)

    assert (answer.status_code, answer.json()["type"]) == (400, "/problems/malformed")


async def test_nobody_holds_more_than_the_most_even_when_asked_at_once(app: Any, world: World) -> None:
    async with signed_in(app, "dai") as dai:
        answers = await asyncio.gather(*(dai.post("/api/tokens", json=WANTED) for _ in range(MOST_TOKENS + 5)))
        statuses = sorted(answer.status_code for answer in answers)
        assert statuses == [201] * MOST_TOKENS + [409] * 5

        first = (await dai.get("/api/tokens")).json()["tokens"][0]["id"]
        assert (await dai.delete(f"/api/tokens/{first}")).status_code == 204
        assert (await dai.post("/api/tokens", json=WANTED)).status_code == 201


async def test_a_revoked_token_opens_nothing_from_that_moment(app: Any, world: World, ask: Ask) -> None:
    told = (await make(app, "dai")).json()
    assert (await ask(told["token"])).status_code == 200

    async with signed_in(app, "dai") as dai:
        again = [(await dai.delete(f"/api/tokens/{told['id']}")).status_code for _ in range(2)]

    assert again == [204, 204]
    assert (await ask(told["token"])).status_code == 401
    actions = await database.fetch("SELECT action FROM audit WHERE kind = 'token'")
    assert sorted(row["action"] for row in actions) == ["make_token", "read_by_token", "revoke_token"]


async def test_an_expired_token_opens_nothing(world: World, ask: Ask, frozen_clock: clock.Journey) -> None:
    token = await a_token("dai", days=2)
    frozen_clock.forward(days=1, hours=23)
    before = await ask(token)
    frozen_clock.forward(hours=1)
    after = await ask(token)

    assert (before.status_code, after.status_code) == (200, 401)
    assert after.json()["type"] == "/problems/token-unknown"


@pytest.mark.parametrize(("login", "status"), [("min", 204), ("shen", 403), ("qin", 404), ("zhou", 404)])
async def test_who_manages_the_account_may_revoke_its_tokens(
    app: Any, world: World, ask: Ask, login: str, status: int
) -> None:
    told = (await make(app, "dai")).json()

    async with signed_in(app, login) as client:
        answer = await client.delete(f"/api/tokens/{told['id']}")

    assert answer.status_code == status, answer.text
    assert (await ask(told["token"])).status_code == (401 if status == 204 else 200)


async def test_a_list_shows_ones_own_tokens_and_those_of_accounts_one_manages(app: Any, world: World) -> None:
    await make(app, "dai")
    await make(app, "qin", place_code=HEPING)

    seen = {
        login: sorted(row["person_name"] for row in (await listed(app, login))["tokens"])
        for login in ("dai", "qin", "min", "lan", "shen", "zhou", "ming")
    }

    own = CAST["dai"].name, CAST["qin"].name
    assert seen["min"] == sorted(own)
    assert seen["qin"] == [CAST["qin"].name]
    assert set(seen["dai"]) == set(own)
    assert seen["lan"] == seen["shen"] == seen["zhou"] == seen["ming"] == []


async def test_a_token_opens_no_more_than_its_owner_may_export_today(
    world: World, ask: Ask, frozen_clock: clock.Journey
) -> None:
    await world.report()
    token = await a_token("dai", HEPING)
    assert (await ask(token, "/collections/hazards/items")).json()["numberMatched"] == 1

    posting = (await person("dai")).postings[0]
    ended = {"posting_id": posting.id, "to_on": clock.today()}
    await perform(MUTATIONS, "end_posting", ended, await person("min"))
    frozen_clock.forward(days=1)
    answer = await ask(token, "/collections/hazards/items")

    assert (answer.status_code, answer.json()["type"]) == (403, "/problems/not-your-role")


async def test_a_collection_that_a_token_was_not_made_for_is_not_there(world: World, ask: Ask) -> None:
    token = await a_token("dai", collections=["premises"])

    told = (await ask(token, "/collections")).json()
    definition = (await ask(token, "/api")).json()

    assert [each["id"] for each in told["collections"]] == ["premises"]
    assert not any("hazards" in path for path in definition["paths"])
    for path in ("/collections/hazards", "/collections/hazards/items", f"/collections/hazards/items/{world.hazard_id}"):
        assert (await ask(token, path)).status_code == 404


async def test_the_day_of_the_last_use_is_noted_and_no_hour(
    app: Any, world: World, ask: Ask, frozen_clock: clock.Journey
) -> None:
    token = await a_token("dai")
    for _ in range(3):
        await ask(token, "/collections/grids/items")
        frozen_clock.forward(hours=1)

    (row,) = (await listed(app, "dai"))["tokens"]

    assert row["used_on"] == "2026-03-02"
    assert await database.fetch_value("SELECT count(*) FROM audit WHERE action = 'read_by_token'") == 1


async def test_a_token_may_come_as_the_password_of_any_name(client: httpx.AsyncClient, world: World) -> None:
    token = await a_token("dai")

    for name in ("", "gis", "网格"):
        said = base64.b64encode(f"{name}:{token}".encode()).decode()
        answer = await client.get("/api/exchange", headers={"authorization": f"Basic {said}"})
        assert answer.status_code == 200


@pytest.mark.parametrize(
    "sent",
    ["", "Bearer", "Bearer gridwalk_", "Basic gridwalk_x", "Bearer gridwalk_" + "x" * 500, "Basic", "Basic Z2lz",
     "Basic ZzpncmlkaXJvbg==", "Basic " + "QUFB" * 500, "Basic %%%"],
)  # fmt: skip
async def test_without_a_token_of_ours_nothing_opens(client: httpx.AsyncClient, world: World, sent: str) -> None:
    answer = await client.get("/api/exchange", headers={"authorization": sent} if sent else {})

    assert answer.status_code == 401
    assert answer.headers["www-authenticate"] == "Bearer"
    assert answer.headers["content-type"] == "application/problem+json"
