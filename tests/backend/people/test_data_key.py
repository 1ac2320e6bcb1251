"""A forgotten PIN loses nothing: who signs in afresh gets back the key of his own data, and of nobody else's."""

import base64
import json

import pytest

from tests.cast import signed_in
from tests.sealing import keys_from, sealed

KEY = base64.b64encode(bytes(range(32))).decode()


async def asked(client, person_id, keys=None, **said):
    keys = keys or keys_from((await client.get("/api/me")).json())
    plain = json.dumps({"person_id": str(person_id), "data_key": KEY} | said).encode()
    return await client.post("/api/me/data-key", json={"envelope": sealed("data-key", plain, keys)})


async def test_the_owner_gets_the_key_and_the_audit_a_line(app, cast, database):
    async with signed_in(app, "lan") as client:
        answer = await asked(client, cast["lan"].id)

        assert (answer.status_code, answer.json()) == (200, {"data_key": KEY})
        assert answer.headers["cache-control"] == "no-store"
        line = await database.fetch_row("SELECT person_id, kind, record_id FROM audit WHERE action = 'open_data_key'")
        assert tuple(line) == (cast["lan"].id, "device", str(client.device_id))


async def test_another_person_does_not_even_learn_that_there_is_a_key(app, cast, database):
    async with signed_in(app, "lan") as lan, signed_in(app, "guo") as guo:
        answer = await asked(guo, cast["lan"].id, keys_from((await lan.get("/api/me")).json()))

        assert (answer.status_code, answer.json()["type"]) == (404, "/problems/not-found")
        assert await database.fetch_value("SELECT count(*) FROM audit WHERE action = 'open_data_key'") == 0


async def test_an_old_session_is_not_enough(app, cast, frozen_clock):
    async with signed_in(app, "lan") as client:
        frozen_clock.forward(minutes=11)
        answer = await asked(client, cast["lan"].id)

        assert (answer.status_code, answer.json()["type"]) == (403, "/problems/sign-in-again")


async def test_the_key_of_a_former_device_of_the_same_person_opens_too(app, cast):
    async with signed_in(app, "lan") as former, signed_in(app, "lan") as client:
        answer = await asked(client, cast["lan"].id, keys_from((await former.get("/api/me")).json()))

        assert answer.status_code == 200


@pytest.mark.parametrize("said", [{"data_key": "AAAA"}, {"data_key": "no base64"}, {"data_key": 1}, {"more": 1}])
async def test_an_envelope_that_holds_no_key_is_refused_in_words(app, cast, said):
    async with signed_in(app, "lan") as client:
        answer = await asked(client, cast["lan"].id, **said)

        assert (answer.status_code, answer.json()["type"]) == (422, "/problems/envelope-unreadable")


@pytest.mark.parametrize("body", [{}, {"envelope": 1}, {"envelope": "", "more": 1}, {"envelope": "A" * 1001}])
async def test_a_request_of_another_form_is_refused(app, cast, body):
    async with signed_in(app, "lan") as client:
        answer = await client.post("/api/me/data-key", json=body)

        assert answer.status_code == 400


async def test_me_tells_a_device_what_it_seals_with_and_every_device_its_own(app, cast):
    async with signed_in(app, "lan") as one, signed_in(app, "lan") as other:
        mine, others = (await one.get("/api/me")).json(), (await other.get("/api/me")).json()

        assert mine["pin"] == "required"
        assert mine["keys"]["public_key"] == others["keys"]["public_key"]
        assert mine["keys"]["device_key"] != others["keys"]["device_key"]
