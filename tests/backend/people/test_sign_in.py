"""POST and DELETE /api/session."""

import json
from typing import Any

import pytest

from backend.people.rules import Person
from tests.cast import PASSWORD, a_client, signed_in

pytestmark = pytest.mark.usefixtures("cast")


async def test_lan_signs_in_by_her_login(app: Any) -> None:
    async with a_client(app) as client:
        answer = await client.post("/api/session", json={"login": "lan", "password": PASSWORD, "device_label": "红米"})

        assert answer.status_code == 201, answer.text
        assert answer.json()["person"]["name"] == "兰"
        assert len(answer.json()["device"]["code"]) == 4
        assert "token" not in answer.json()
        me = await client.get("/api/me")
        assert me.status_code == 200
        assert me.json()["tenant"]["name"] == "XX街道"
        assert me.json()["person"]["postings"][0]["place_code"] == "450299001002001"


async def test_the_cookie_cannot_be_read_by_scripts_nor_sent_by_other_sites(app: Any) -> None:
    async with a_client(app) as client:
        answer = await client.post("/api/session", json={"login": "lan", "password": PASSWORD})

        cookie = answer.headers["set-cookie"].lower()
        assert cookie.startswith("gridwalk=")
        assert "httponly" in cookie
        assert "samesite=strict" in cookie
        assert "secure" not in cookie  # plain http on the machine itself


async def test_anywhere_but_on_the_machine_itself_the_cookie_is_secure(app: Any) -> None:
    async with a_client(app) as client:
        answer = await client.post("http://192.168.1.7/api/session", json={"login": "lan", "password": PASSWORD})

        assert "; secure" in answer.headers["set-cookie"].lower()


async def test_a_program_may_ask_for_the_token_and_send_it_as_bearer(app: Any) -> None:
    async with a_client(app) as client:
        asked = {"login": "LAN ", "password": PASSWORD, "want_token": True}
        token = (await client.post("/api/session", json=asked)).json()["token"]

    async with a_client(app, headers={"Authorization": f"Bearer {token}"}) as client:
        assert (await client.get("/api/me")).json()["person"]["name"] == "兰"


@pytest.mark.parametrize(
    "login", ["lan", "nicht-da", "13800000000", "兰", "😀", "a" * 80, "\u0000", "' OR 1=1 --", "\ud800"]
)
async def test_a_wrong_password_and_an_unknown_login_get_the_same_answer(app: Any, login: str) -> None:
    async with a_client(app) as client:
        body = json.dumps({"login": login, "password": "not this one"})
        answer = await client.post("/api/session", content=body, headers={"content-type": "application/json"})

        assert answer.status_code in (400, 401), answer.text
        if answer.status_code == 401:
            assert answer.json()["type"] == "/problems/wrong-password"
        assert "set-cookie" not in answer.headers


@pytest.mark.parametrize(
    "body",
    [
        b"", b"{", b"[]", b"null", b"NaN", b'{"login": "lan"}', b'{"login": 7, "password": "x"}',
        b'{"login": "lan", "password": NaN}', b'{"login": "lan", "password": ""}', b'{"login": "", "password": "x"}',
        b'{"login": "lan", "password": "x", "admin": true}', b'{"login": "lan", "password": "x", "totp": 123456}',
        b'{"login": "lan", "password": "x", "totp": "12345\xc2\xb2"}',
        b'{"login": "lan", "password": "x", "totp": "123456\\n"}',
        b'{"login": "lan", "password": "x", "device_id": "7"}',
        b'{"login": "lan", "password": "x", "device_label": "a\\u0000b"}',
        b'{"login": "lan", "password": "x", "want_token": "true"}', b"\xff\xfe", b"[" * 5000,
        b'{"login": "lan", "password": "' + b"x" * 3000 + b'"}',
    ],
)  # fmt: skip
async def test_a_malformed_sign_in_is_refused_in_words(app: Any, body: bytes) -> None:
    async with a_client(app) as client:
        answer = await client.post("/api/session", content=body, headers={"content-type": "application/json"})

        assert answer.status_code == 400, answer.text
        assert answer.json()["type"] == "/problems/malformed"


async def test_a_token_chosen_by_a_client_never_becomes_a_session(app: Any) -> None:
    async with a_client(app) as client:
        client.cookies.set("gridwalk", "chosen-by-an-attacker", domain="localhost.local")
        answer = await client.post("/api/session", json={"login": "lan", "password": PASSWORD, "want_token": True})

        assert answer.json()["token"] != "chosen-by-an-attacker"
        client.cookies.clear()
        client.cookies.set("gridwalk", "chosen-by-an-attacker", domain="localhost.local")
        assert (await client.get("/api/me")).status_code == 401


async def test_signing_in_again_on_a_device_ends_its_former_token_and_keeps_its_code(app: Any) -> None:
    asked = {"login": "lan", "password": PASSWORD, "want_token": True}
    async with a_client(app) as client:
        first = (await client.post("/api/session", json=asked)).json()
        second = (await client.post("/api/session", json=asked | {"device_id": first["device"]["id"]})).json()

    assert second["device"] == first["device"]
    assert second["token"] != first["token"]
    async with a_client(app, headers={"Authorization": f"Bearer {first['token']}"}) as client:
        assert (await client.get("/api/me")).status_code == 401


async def test_nobody_resumes_the_device_of_another_person(app: Any) -> None:
    asked = {"password": PASSWORD}
    async with a_client(app) as client:
        lans = (await client.post("/api/session", json=asked | {"login": "lan"})).json()["device"]
        bos = await client.post("/api/session", json=asked | {"login": "bo", "device_id": lans["id"]})

        assert bos.status_code == 201
        assert bos.json()["device"]["id"] != lans["id"]


async def test_signing_out_ends_the_session_and_twice_is_harmless(app: Any) -> None:
    async with signed_in(app, "lan") as client:
        token = client.cookies["gridwalk"]

        assert (await client.delete("/api/session")).status_code == 204
        assert (await client.delete("/api/session")).status_code == 204

    async with a_client(app, headers={"Authorization": f"Bearer {token}"}) as client:
        assert (await client.get("/api/me")).status_code == 401


async def test_a_desk_left_alone_for_twelve_hours_is_signed_out_and_a_grid_workers_phone_is_not(
    app: Any, frozen_clock: Any
) -> None:
    async with a_client(app) as desk, a_client(app) as phone:
        await desk.post("/api/session", json={"login": "dai", "password": PASSWORD})
        await phone.post("/api/session", json={"login": "lan", "password": PASSWORD})

        frozen_clock.forward(hours=11, minutes=59)
        assert (await desk.get("/api/me")).status_code == 200
        frozen_clock.forward(hours=11, minutes=59)
        assert (await desk.get("/api/me")).status_code == 200
        frozen_clock.forward(hours=12, minutes=1)
        assert (await desk.get("/api/me")).status_code == 401
        assert (await phone.get("/api/me")).status_code == 200
        frozen_clock.forward(days=90)
        assert (await phone.get("/api/me")).status_code == 401


async def test_only_the_hash_of_a_token_is_kept(app: Any, database: Any, cast: dict[str, Person]) -> None:
    async with signed_in(app, "lan") as client:
        token = client.cookies["gridwalk"]

        kept = await database.fetch_value("SELECT string_agg(t::text, '') FROM session t")

    assert token not in kept
    assert len(token) == 43
