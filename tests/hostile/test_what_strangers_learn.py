"""Refusals, logs, headers and cookies tell strangers nothing, and other sites can do nothing."""

import json
import logging
import re
from typing import Any

import httpx
import pytest
from litestar import Litestar

from backend.ids import new_id
from tests.backend.hazards.conftest import World
from tests.backend.photos.test_upload import PHOTO, TUS, begin, whole
from tests.backend.places import ground
from tests.backend.sync.phone import fixed
from tests.cast import KTV, PASSWORD, a_client, signed_in
from tests.hostile.next_door import NextDoor
from tests.hostile.pushing import JSON, envelope, push, sent
from tests.journeys.authorisation_table import ROUTES

THEIR_PHONE, NEW_PHONE = "13812342107", "13977770000"
ADDRESSES = {
    "hazard": "/api/hazards/{id}", "premises": "/api/premises/{id}", "home": "/api/households/{id}",
    "building": "/api/buildings/{id}", "visit": "/api/visits/{id}",
}  # fmt: skip


def told(answer: httpx.Response) -> tuple[Any, ...]:
    """Return all of an answer that could tell one thing from another."""
    told_of = {name: value for name, value in answer.headers.items() if name not in ("content-length", "date")}
    return answer.status_code, answer.json() | {"instance": ""}, told_of


@pytest.mark.parametrize("kind", ADDRESSES)
@pytest.mark.parametrize("login", ["lan", "min", "jing", "wu"])
async def test_anothers_thing_and_no_thing_are_answered_alike(
    app: Litestar, next_door: NextDoor, kind: str, login: str
) -> None:
    async with signed_in(app, login) as client:
        theirs = await client.get(ADDRESSES[kind].format(id=next_door.ids[kind]))
        none = await client.get(ADDRESSES[kind].format(id=new_id()))

    assert theirs.status_code == 404
    assert told(theirs) == told(none)


async def test_visits_and_phones_of_anothers_place_are_answered_as_of_none(app: Litestar, next_door: NextDoor) -> None:
    async with signed_in(app, "dai") as dai:
        for place in (next_door.ids["home"], next_door.ids["premises"]):
            for kind in ("household", "premises"):
                pairs = [
                    await dai.post(f"/api/places/{kind}/{each}/phone", json={"reason": "约复查时间"})
                    for each in (place, new_id())
                ]
                assert told(pairs[0]) == told(pairs[1])
            seen = [await dai.get("/api/visits", params={"place_id": str(each)}) for each in (place, new_id())]
            assert told(seen[0]) == told(seen[1])


async def test_a_photo_of_another_tenant_is_answered_as_none(app: Litestar, world: World) -> None:
    async with signed_in(app, "zhou") as zhou, signed_in(app, "lan") as lan:
        held = await whole(zhou)
        name = held.headers["photo-receipt"].split()[0]
        answers = [await lan.get(f"/api/photos/{each}?size=original") for each in (name, "0" * 64)]
        address = (await begin(zhou, PHOTO + b"another")).headers["location"]
        uploads = [
            await lan.request(method, f"/api/photos/uploads/{each}", headers=TUS)
            for method in ("DELETE", "HEAD")
            for each in (address.rsplit("/", 1)[1], new_id())
        ]

    assert told(answers[0]) == told(answers[1])
    assert told(uploads[0]) == told(uploads[1])
    assert [each.status_code for each in uploads] == [404] * 4


async def test_a_refused_mutation_tells_nothing_of_anothers_thing(app: Litestar, next_door: NextDoor) -> None:
    def asked(place: Any) -> str:
        return json.dumps({"place_kind": "premises", "place_id": str(place), "contact_phone": NEW_PHONE})

    async with signed_in(app, "guo") as guo:
        theirs, none = await push(guo, "change_contact_phone", [asked(next_door.ids["premises"]), asked(new_id())])

    assert theirs["problem"] == none["problem"]


async def test_logs_and_refusals_hold_no_password_token_or_telephone_number(
    app: Litestar, world: World, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    answers: list[str] = []
    async with a_client(app) as stranger:
        for password in (PASSWORD + "?", PASSWORD):
            asked = {"login": "dai", "password": password, "want_token": True, "device_label": f"电话{NEW_PHONE}"}
            signed = await stranger.post("/api/session", json=asked)
            answers += [signed.text] if signed.status_code >= 400 else []
        token = signed.json()["token"]
        bearer = {"authorization": f"Bearer {token}"}
        await stranger.get("/api/me", headers=bearer)
        answers.append((await stranger.get(f"/api/premises?q={NEW_PHONE}&limit=x", headers=bearer)).text)
        answers.append((await stranger.post("/api/session", content=f'{{"password":"{PASSWORD}"'.encode())).text)
        asked = {"current": PASSWORD, "new": 7}
        answers.append((await stranger.post("/api/me/password", json=asked, headers=bearer)).text)
    async with signed_in(app, "dai") as dai:
        premises = [
            fixed(ground.some_premises(contact_phone=NEW_PHONE, name="店")),
            fixed(ground.some_premises(contact_phone=NEW_PHONE, name="")),
            fixed(ground.some_premises(contact_phone=NEW_PHONE + "x")),
        ]
        answers += [str(each) for each in await push(dai, "register_premises", [json.dumps(each) for each in premises])]
        shown = await dai.post(f"/api/places/premises/{KTV}/phone", json={"reason": "约复查时间"})

    assert shown.json() == {"contact_phone": THEIR_PHONE}
    logged = "".join(str(record.getMessage()) for record in caplog.records if not record.name.startswith("httpx"))
    assert "POST /api/session 401" in logged
    everything = logged + "".join(answers)
    for secret in (PASSWORD, token, NEW_PHONE, THEIR_PHONE):
        assert secret not in everything


HEADERS = ("content-security-policy", "x-content-type-options", "referrer-policy", "permissions-policy",
           "x-frame-options", "cross-origin-opener-policy")  # fmt: skip


async def test_every_kind_of_answer_carries_the_headers_that_protect(app: Litestar, world: World) -> None:
    async with signed_in(app, "lan") as lan, a_client(app) as stranger:
        tile = await lan.get("/api/tiles/grids/14/13170/7051.mvt")
        known = {"if-none-match": tile.headers["etag"]}
        answers = [
            tile,
            await lan.get("/api/tiles/grids/14/13170/7051.mvt", headers=known),
            await lan.get("/api/me"),
            await lan.get("/api/hazards", params={"limit": "0"}),
            await lan.get(f"/api/hazards/{new_id()}"),
            await lan.get("/api/nothing/here"),
            await lan.request("TRACE", "/api/me"),
            await lan.post("/api/me"),
            await lan.post("/api/sync/push", content=b" " * 3_000_000),
            await lan.post("/api/sync/push", content=b"x", headers={"content-type": "text/plain"}),
            await lan.post("/api/sync/push", content=b"{}", headers={"origin": "https://evil.example"}),
            await lan.get("/api/sync/pull"),
            await lan.request("OPTIONS", "/api/photos"),
            await stranger.get("/api/me"),
            await stranger.get("/health/live"),
            await stranger.get("/problems/malformed"),
            await stranger.get("/"),
            await stranger.get("/%00"),
            await lan.get("/api/hazards", params={"q": "\0"}),
            await whole(lan),
        ]

    assert {each.status_code for each in answers} >= {200, 204, 304, 400, 401, 403, 404, 405, 413, 415}
    for answer in answers:
        asked = f"{answer.request.method} {answer.request.url} {answer.status_code}"
        assert [name for name in HEADERS if answer.headers.get_list(name) == []] == [], asked
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert "unsafe" not in answer.headers["content-security-policy"]
        assert "cache-control" in answer.headers or not answer.request.url.path.startswith("/api"), asked
        assert answer.headers.get("access-control-allow-origin") is None
        assert answer.status_code < 500


HOSTS = [("http://localhost", False), ("http://10.0.0.5", True), ("https://localhost", True)]


@pytest.mark.parametrize(("host", "secure"), HOSTS)
async def test_the_cookie_is_for_this_server_alone(app: Litestar, world: World, host: str, secure: bool) -> None:
    transport = httpx.ASGITransport(app=app)
    async with httpx.AsyncClient(transport=transport, base_url=host) as client:
        signed = await client.post("/api/session", json={"login": "lan", "password": PASSWORD})

    (cookie,) = signed.headers.get_list("set-cookie")
    flags = {part.strip().lower() for part in cookie.split(";")[1:]}
    assert {"httponly", "samesite=strict", "path=/"} <= flags
    assert ("secure" in flags) is secure
    assert not any(flag.startswith("domain=") for flag in flags)
    assert signed.json().get("token") is None


UNSAFE = sorted({row.asks for row in ROUTES if not row.asks.startswith(("GET", "HEAD"))} | {
    "POST /api/session", "DELETE /api/session", "POST /api/enrolments/redeem"})  # fmt: skip


@pytest.mark.parametrize(
    "headers",
    [
        {"origin": "https://evil.example"}, {"origin": "null"}, {"origin": "http://localhost.evil.example"},
        {"origin": "http://localhost:8001"}, {"origin": "http://localhost@evil.example"}, {"origin": ""},
        {"sec-fetch-site": "cross-site"}, {"sec-fetch-site": "same-site"},
        {"sec-fetch-site": "cross-site", "origin": "http://localhost"},
    ],
    ids=str,
)  # fmt: skip
async def test_no_other_site_may_write(app: Litestar, world: World, unchanged: Any, headers: dict[str, str]) -> None:
    before = await unchanged()
    async with signed_in(app, "dai") as dai:
        good = envelope(dai, [sent("register_household", json.dumps(fixed(ground.a_door(room="908"))))])
        for asks in UNSAFE:
            method, path = asks.split(" ")
            url = re.sub("{[a-z_]+:uuid}", str(KTV), path).replace("{kind:str}", "premises")
            answer = await dai.request(method, url, content=good, headers=headers | JSON)

            assert (answer.status_code, answer.json()["type"]) == (403, "/problems/cross-site"), asks
    assert await unchanged() == before
