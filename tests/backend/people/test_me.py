"""GET /api/me, and one's own password and second factor."""

from datetime import datetime
from typing import Any

import httpx
import pyotp
import pytest

from tests.cast import PASSWORD, a_client, signed_in

pytestmark = pytest.mark.usefixtures("cast")


async def sign_in(client: httpx.AsyncClient, login: str, password: str = PASSWORD, **more: object) -> httpx.Response:
    return await client.post("/api/session", json={"login": login, "password": password, **more})


def digits(secret: str, at: datetime) -> str:
    return pyotp.TOTP(secret).at(at)


async def test_me_tells_who_where_and_on_which_device(app: Any) -> None:
    async with signed_in(app, "guo") as client:
        me = (await client.get("/api/me")).json()

    assert me["person"]["name"] == "果"
    assert {posting["place_code"][-3:] for posting in me["person"]["postings"]} == {"001", "002"}
    assert me["tenant"]["code"] == "450299001"
    assert me["tenant"]["timezone"] == "Asia/Shanghai"
    assert me["needs_totp"] is False
    assert "phone" not in str(me)
    assert "login" not in str(me)


async def test_strangers_have_no_me(app: Any) -> None:
    async with a_client(app) as client:
        for headers in (
            {},
            {"authorization": "Bearer x"},
            {"authorization": "Bearer " + "x" * 5000},
            {"cookie": "gridwalk=é"},
        ):
            answer = await client.get("/api/me", headers={key: value.encode() for key, value in headers.items()})

            assert answer.status_code == 401
            assert answer.json()["type"] == "/problems/not-signed-in"


async def test_a_new_password_works_and_ends_other_desks_but_no_phones(app: Any) -> None:
    async with a_client(app) as here, a_client(app) as elsewhere, signed_in(app, "dai") as phone:
        await sign_in(here, "dai")
        await sign_in(elsewhere, "dai")

        answer = await here.post("/api/me/password", json={"current": PASSWORD, "new": "新密码很长的一句话"})

        assert answer.status_code == 204, answer.text
        assert (await here.get("/api/me")).status_code == 200
        assert (await elsewhere.get("/api/me")).status_code == 401
        assert (await phone.get("/api/me")).status_code == 200
        assert (await sign_in(elsewhere, "dai")).status_code == 401
        assert (await sign_in(elsewhere, "dai", "新密码很长的一句话")).status_code == 201


async def test_a_password_is_not_changed_without_the_current_one(app: Any) -> None:
    async with signed_in(app, "dai") as client:
        for body in ({"new": "long enough 1"}, {"new": "long enough 1", "current": "wrong"}):
            answer = await client.post("/api/me/password", json=body)

            assert answer.status_code == 401
            assert answer.json()["type"] == "/problems/wrong-password"


async def test_whoever_came_by_a_code_and_has_no_password_sets_a_first_one(app: Any, database: Any) -> None:
    async with signed_in(app, "dai") as client:
        await database.execute("UPDATE person SET password_hash = NULL")

        assert (await sign_in(client, "dai")).status_code == 401
        assert (await client.post("/api/me/password", json={"new": "erst gesetzt"})).status_code == 204
        assert (await sign_in(client, "dai", "erst gesetzt")).status_code == 201


@pytest.mark.parametrize("weak", ["short", "12345678", "password", "aaaaaaaaaa", "AA123456", "1234567"])
async def test_a_weak_password_is_refused(app: Any, weak: str) -> None:
    async with signed_in(app, "dai") as client:
        answer = await client.post("/api/me/password", json={"current": PASSWORD, "new": weak})

        assert answer.status_code == 422
        assert answer.json()["type"] == "/problems/weak-password"


async def with_totp(client: httpx.AsyncClient, clock: Any) -> str:
    offered = (await client.post("/api/me/totp", json={})).json()
    assert offered["uri"].startswith("otpauth://totp/")
    assert offered["qr_svg"].startswith("<svg")
    answer = await client.put("/api/me/totp", json={"totp": digits(offered["secret"], clock.at)})
    assert answer.status_code == 204, answer.text
    return str(offered["secret"])


async def test_with_a_second_factor_the_password_alone_is_not_enough(app: Any, frozen_clock: Any) -> None:
    async with signed_in(app, "dai") as phone, a_client(app) as desk:
        secret = await with_totp(phone, frozen_clock)
        frozen_clock.forward(seconds=60)

        missing = await sign_in(desk, "dai")
        wrong = await sign_in(desk, "dai", totp="000000")
        right = await sign_in(desk, "dai", totp=digits(secret, frozen_clock.at))

        assert (missing.status_code, missing.json()["type"]) == (401, "/problems/totp-needed")
        assert (wrong.status_code, wrong.json()["type"]) == (401, "/problems/totp-wrong")
        assert right.status_code == 201


async def test_digits_work_once_and_never_an_earlier_step_after_a_later(app: Any, frozen_clock: Any) -> None:
    async with signed_in(app, "dai") as phone, a_client(app) as desk:
        secret = await with_totp(phone, frozen_clock)

        assert (await sign_in(desk, "dai", totp=digits(secret, frozen_clock.at))).status_code == 401
        earlier = digits(secret, frozen_clock.forward(seconds=30))
        later = digits(secret, frozen_clock.forward(seconds=30))
        assert (await sign_in(desk, "dai", totp=later)).status_code == 201
        assert (await sign_in(desk, "dai", totp=later)).status_code == 401
        assert (await sign_in(desk, "dai", totp=earlier)).status_code == 401


async def test_a_wrong_password_does_not_tell_that_there_is_a_second_factor(app: Any, frozen_clock: Any) -> None:
    async with signed_in(app, "dai") as phone, a_client(app) as desk:
        await with_totp(phone, frozen_clock)

        assert (await sign_in(desk, "dai", "wrong")).json()["type"] == "/problems/wrong-password"


async def test_six_digits_cannot_be_guessed_without_waiting(app: Any, frozen_clock: Any) -> None:
    async with signed_in(app, "dai") as phone, a_client(app) as desk:
        await with_totp(phone, frozen_clock)

        answers = [(await sign_in(desk, "dai", totp=f"{number:06}")).status_code for number in range(7)]

        assert answers == [401] * 5 + [429] * 2


async def test_a_second_factor_is_replaced_only_by_who_has_the_present_one(app: Any, frozen_clock: Any) -> None:
    async with signed_in(app, "dai") as client:
        secret = await with_totp(client, frozen_clock)
        frozen_clock.forward(seconds=60)

        assert (await client.post("/api/me/totp", json={})).json()["type"] == "/problems/totp-needed"
        assert (await client.post("/api/me/totp", json={"totp": "000000"})).status_code == 401
        answer = await client.post("/api/me/totp", json={"totp": digits(secret, frozen_clock.at)})
        assert answer.status_code == 201


async def test_nothing_is_confirmed_that_was_not_started(app: Any) -> None:
    async with signed_in(app, "dai") as client:
        answer = await client.put("/api/me/totp", json={"totp": "123456"})

        assert (answer.status_code, answer.json()["type"]) == (409, "/problems/totp-not-started")


@pytest.mark.parametrize("totp", [123456, "12345", "1234567", "12345a", "１２３４５６", None, "123456\n"])
async def test_what_is_not_six_digits_is_malformed(app: Any, totp: object) -> None:
    async with signed_in(app, "dai") as client:
        assert (await client.put("/api/me/totp", json={"totp": totp})).status_code == 400


async def test_where_it_is_required_a_desk_does_nothing_before_it_has_a_second_factor(
    strict_app: Any, frozen_clock: Any
) -> None:
    async with signed_in(strict_app, "dai") as desk, signed_in(strict_app, "lan") as phone:
        assert (await desk.get("/api/me")).json()["needs_totp"] is True
        refused = await desk.get("/api/people")
        assert (refused.status_code, refused.json()["type"]) == (403, "/problems/totp-set-up-needed")
        assert (await phone.get("/api/people")).status_code == 200

        await with_totp(desk, frozen_clock)

        assert (await desk.get("/api/me")).json()["needs_totp"] is False
        assert (await desk.get("/api/people")).status_code == 200
