"""An envelope of the wrong form is refused as a whole, in words, and changes nothing."""

import json

import pytest

from backend.sync.queries import accepted_rulebooks
from tests.backend.places.ground import a_door, make_ground
from tests.backend.sync.phone import Phone, fixed
from tests.cast import a_client, make_cast, signed_in

JSON = {"content-type": "application/json"}


@pytest.fixture
async def lan(app, frozen_clock):
    await make_cast()
    await make_ground()
    async with signed_in(app, "lan") as client:
        yield Phone(client)


async def refused(lan, database, body: bytes, **headers: str):
    answer = await lan.client.post("/api/sync/push", content=body, headers=JSON | headers)
    assert await database.fetch_value("SELECT count(*) FROM receipt") == 0
    assert answer.headers["content-type"] == "application/problem+json"
    problem = answer.json()
    assert problem["title"]
    assert problem["title_zh"]
    return answer.status_code, problem["type"].removeprefix("/problems/"), problem


@pytest.mark.parametrize(
    ("changed", "pointer"),
    [
        ({"device": 7}, "/device"),
        ({"sent_at": "yesterday"}, "/sent_at"),
        ({"sent_at": "2026-03-02T01:00:00"}, "/sent_at"),
        ({"waiting": {"mutations": "2", "photos": 0, "bytes": 0}}, "/waiting/mutations"),
        ({"waiting": {"mutations": -1, "photos": 0, "bytes": 0}}, "/waiting/mutations"),
        ({"waiting": {"mutations": 10**10, "photos": 0, "bytes": 0}}, "/waiting/mutations"),
        ({"waiting": {"mutations": 0, "photos": 0, "bytes": 10**13}}, "/waiting/bytes"),
        ({"mutations": {}}, "/mutations"),
        ({"mutations": [{"id": "018f0000-0000-7000-8000-000000000001", "number": 2**31}]}, "/mutations/0/number"),
        ({"mutations": [{"id": "x"}]}, "/mutations/0/id"),
        ({"mutations": [7]}, "/mutations/0"),
        ({"extra": 1}, ""),
    ],
)
async def test_a_wrong_field_is_named(lan, database, changed, pointer):
    body = json.dumps(lan.envelope(**changed)).encode()

    status, code, problem = await refused(lan, database, body)

    assert (status, code) == (400, "malformed")
    assert problem["errors"][0]["pointer"] == pointer


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"null",
        b"[]",
        b"\xff\xfe{}",
        b'{"device": NaN}',
        b"[" * 100_000 + b"]" * 100_000,
        b'{"mutations":' + b"[" * 50_000,
    ],
)
async def test_what_is_no_push_is_malformed(lan, database, body):
    assert (await refused(lan, database, body))[:2] == (400, "malformed")


@pytest.mark.parametrize("twice", [b'"device":', b'"mutations":', b'"photos":', b'"args":', b'"number":'])
async def test_a_name_said_twice_in_the_envelope_is_malformed(lan, database, twice):
    mutation = lan.add("register_household", a_door())
    body = json.dumps(lan.envelope([mutation]), separators=(",", ":")).encode()
    value = {b'"device":': b'"x"', b'"mutations":': b"1", b'"photos":': b"1", b'"args":': b"{}", b'"number":': b"9"}
    doubled = body.replace(twice, twice + value[twice] + b"," + twice, 1)

    status, code, problem = await refused(lan, database, doubled)

    assert (status, code) == (400, "malformed")
    if twice != b'"device":':
        assert problem["errors"][0]["reason"] == "an object repeats a name"


@pytest.mark.parametrize(
    "args",
    [
        b'{"id":1,"id":2}',
        b'{"deep":' + b"[" * 200 + b"]" * 200 + b"}",
        b'{"big":1e999}',
        b'{"big":1' + b"0" * 5_000 + b"}",
        b'"text"',
        b"null",
    ],
)
async def test_arguments_that_no_reader_takes_become_a_refusal_of_their_own(lan, database, args):
    mutation = lan.add("register_household", a_door())
    body = json.dumps(lan.envelope([mutation])).encode().replace(json.dumps(mutation["args"]).encode(), args)

    answer = await lan.client.post("/api/sync/push", content=body, headers=JSON)

    assert answer.status_code == 200
    (receipt,) = answer.json()["receipts"]
    assert (receipt["outcome"], receipt["problem"]["type"]) == ("refused", "/problems/malformed")
    assert await database.fetch_value("SELECT count(*) FROM household") == 0


async def test_ten_thousand_mutations_in_one_push_are_too_many(lan, database):
    one = {"id": fixed(a_door()["id"]), "number": 1, "name": "x", "at": "2026-03-02T00:00:00Z", "args": {}}

    status, code, _ = await refused(lan, database, json.dumps(lan.envelope([one] * 10_000)).encode())

    assert (status, code) == (400, "malformed")


async def test_fifty_megabytes_are_refused_before_they_are_read(lan, database):
    sent = 0

    async def never_ending():
        nonlocal sent
        for _ in range(800):
            sent += 65_536
            yield b" " * 65_536

    answer = await lan.client.post(
        "/api/sync/push", content=never_ending(), headers=JSON | {"content-length": str(50 * 1024 * 1024)}
    )

    assert (answer.status_code, answer.json()["type"]) == (413, "/problems/too-large")
    assert await database.fetch_value("SELECT count(*) FROM receipt") == 0


async def test_another_type_of_content_is_refused(lan, database):
    assert (await refused(lan, database, b"a=1", **{"content-type": "text/plain"}))[0] == 415


async def test_a_stranger_is_asked_to_sign_in(app):
    async with a_client(app) as client:
        answer = await client.post("/api/sync/push", json={})

    assert (answer.status_code, answer.json()["type"]) == (401, "/problems/not-signed-in")


async def test_an_outdated_app_is_told_so_and_keeps_its_queue(lan, database):
    lan.add("register_household", a_door())

    answer = await lan.send(rulebook="0123456789abcdef")

    assert (answer.status_code, answer.json()["type"]) == (409, "/problems/rulebook-outdated")
    assert answer.json()["newest"] == accepted_rulebooks()[0]
    assert await database.fetch_value("SELECT count(*) FROM receipt") == 0


async def test_the_greatest_counts_an_envelope_may_hold_are_kept(lan, database):
    await lan.push([], waiting={"mutations": 10**6, "photos": 10**6, "bytes": 10**12})
    door = lan.add("register_household", a_door())
    door["number"] = 2_000_000_000
    await lan.push([door], waiting={"mutations": 10**6, "photos": 10**6, "bytes": 10**12})

    assert await database.fetch_value("SELECT max(last_number) FROM device") == 2_000_000_000


async def test_a_device_of_somebody_else_is_refused(lan, app, database):
    async with signed_in(app, "bo") as client:
        bo = Phone(client)
        answer = await bo.send([], device=lan.device_id)

    assert (answer.status_code, answer.json()["errors"][0]["pointer"]) == (400, "/device")
