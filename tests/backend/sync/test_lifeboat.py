"""Sealed records are done once in the name of whoever made them, whoever brings them, if nobody touched them."""

import base64
from datetime import timedelta
from uuid import UUID

import pytest

from backend import clock, envelopes
from backend.ids import new_id
from tests.backend.places.ground import a_door, make_ground
from tests.backend.sync.phone import Phone, code_of, fixed
from tests.cast import make_cast, signed_in
from tests.sealing import carried, keys_from, sealed


@pytest.fixture
async def cast(app, frozen_clock):
    people = await make_cast()
    await make_ground()
    return people


@pytest.fixture
async def lan(app, cast):
    async with signed_in(app, "lan") as client:
        yield Phone(client)


@pytest.fixture
async def guo(app, cast):
    async with signed_in(app, "guo") as client:
        yield Phone(client)


@pytest.fixture
async def ming(app, cast):
    """Somebody of another subdistrict."""
    async with signed_in(app, "ming") as client:
        yield Phone(client)


async def keys_of(phone):
    return keys_from((await phone.client.get("/api/me")).json())


async def bring(courier, *records, **more):
    answer = await courier.client.post("/api/sync/lifeboat", json={"records": list(records), **more})
    assert answer.status_code == 200, answer.text
    return answer.json()["receipts"]


async def doors(database):
    return await database.fetch_value("SELECT count(*) FROM household")


async def test_a_colleague_brings_a_record_and_it_is_its_authors(lan, guo, cast, database):
    mutation = lan.add("register_household", a_door())

    (receipt,) = await bring(guo, carried(mutation, await keys_of(lan)))

    assert receipt["outcome"] == "applied"
    row = await database.fetch_row("SELECT person_id, device_id, number FROM receipt")
    assert (row["person_id"], str(row["device_id"]), row["number"]) == (cast["lan"].id, lan.device_id, 1)
    said = await database.fetch_row("SELECT person_id, action, record_id FROM audit WHERE action = 'carry_records'")
    assert (said["person_id"], said["record_id"]) == (cast["guo"].id, lan.device_id)


async def test_the_author_pushes_the_same_record_later_and_gets_the_same_receipt(lan, guo, database):
    mutation = lan.add("register_household", a_door())
    brought = await bring(guo, carried(mutation, await keys_of(lan)))

    assert await lan.push([mutation]) == brought
    assert await bring(guo, carried(mutation, await keys_of(lan))) == brought
    assert await doors(database) == 1


async def test_a_record_that_was_pushed_is_not_done_again_by_a_lifeboat(lan, guo, database):
    mutation = lan.add("register_household", a_door())
    pushed = await lan.push([mutation])

    assert await bring(guo, carried(mutation, await keys_of(lan))) == pushed
    assert await doors(database) == 1


async def test_a_record_of_the_locked_phone_itself_says_what_is_left_on_it(lan, database):
    mutation = lan.add("register_household", a_door())
    waiting = {"mutations": 2, "photos": 1, "bytes": 300}

    await bring(lan, carried(mutation, await keys_of(lan)), waiting=waiting)

    row = await database.fetch_row("SELECT last_number, waiting_mutations, waiting_photos FROM device WHERE code <> ''")
    assert tuple(row) == (1, 2, 1)
    assert await database.fetch_value("SELECT count(*) FROM audit WHERE action = 'carry_records'") == 0


async def test_a_courier_does_not_speak_for_the_authors_phone(lan, guo, database):
    await bring(
        guo,
        carried(lan.add("register_household", a_door()), await keys_of(lan)),
        waiting={"mutations": 9, "photos": 9, "bytes": 9},
    )

    assert await database.fetch_value("SELECT max(waiting_mutations) FROM device") == 0


async def test_a_refusal_is_the_same_receipt_too(lan, guo):
    mutation = lan.add("register_household", a_door(grid_code="450204001001999"))
    (receipt,) = await bring(guo, carried(mutation, await keys_of(lan)))

    assert receipt["outcome"] == "refused"
    assert await lan.push([mutation]) == [receipt]


async def test_a_bad_envelope_stops_no_good_one(lan, guo, database):
    keys = await keys_of(lan)
    good, bad = (lan.add("register_household", a_door(room=room)) for room in ("101", "102"))
    broken = carried(bad, keys) | {"envelope": "AAAA"}

    first, second = await bring(guo, broken, carried(good, keys))

    assert (first["outcome"], code_of(first)) == ("unopened", "envelope-unreadable")
    assert first["problem"]["detail_zh"]
    assert second["outcome"] == "applied"
    assert await doors(database) == 1


def changed(envelope, place):
    there = bytearray(base64.b64decode(envelope))
    there[place] ^= 1
    return base64.b64encode(bytes(there)).decode()


# The version, the key's id, the device, the one-time key, the ciphertext and its tag.
@pytest.mark.parametrize(
    ("place", "code"),
    [
        (0, "envelope-unreadable"),
        (3, "envelope-for-another-server"),
        (12, "envelope-unreadable"),
        (30, "envelope-unreadable"),
        (89, "envelope-unreadable"),
        (100, "envelope-unreadable"),
        (-1, "envelope-unreadable"),
    ],
)
async def test_whatever_bit_is_changed_nothing_is_done(lan, guo, database, place, code):
    record = carried(lan.add("register_household", a_door()), await keys_of(lan))

    (receipt,) = await bring(guo, record | {"envelope": changed(record["envelope"], place)})

    assert (receipt["outcome"], code_of(receipt)) == ("unopened", code)
    assert await doors(database) == 0
    assert await database.fetch_value("SELECT count(*) FROM receipt") == 0


async def test_nobody_makes_records_in_the_name_of_another_device(lan, guo, database):
    forged = await keys_of(guo) | {"device": (await keys_of(lan))["device"]}

    (receipt,) = await bring(guo, carried(lan.add("register_household", a_door()), forged))

    assert code_of(receipt) == "envelope-unreadable"
    assert await doors(database) == 0


async def test_an_envelope_made_for_another_purpose_is_no_record(lan, guo, database):
    mutation = lan.add("register_household", a_door())
    record = carried(mutation, keys := await keys_of(lan))

    (receipt,) = await bring(guo, record | {"envelope": sealed("photo", b"{}", keys)})

    assert code_of(receipt) == "envelope-unreadable"


@pytest.mark.parametrize("named", [{"id": str(new_id())}, {"number": 7}])
async def test_an_envelope_under_another_name_is_not_opened(lan, guo, database, named):
    record = carried(lan.add("register_household", a_door()), await keys_of(lan))

    (receipt,) = await bring(guo, record | named)

    assert code_of(receipt) == "sealed-not-as-named"
    assert await doors(database) == 0


@pytest.mark.parametrize("plain", [b"", b"[]", b"{}", b"\xff", b'{"id": 1}'])
async def test_an_envelope_that_holds_no_record_is_answered_in_words(lan, guo, plain):
    mutation = lan.add("register_household", a_door())
    record = carried(mutation, keys := await keys_of(lan))

    (receipt,) = await bring(guo, record | {"envelope": sealed("record", plain, keys)})

    assert code_of(receipt) == "sealed-not-as-named"


async def test_an_id_that_was_used_for_another_record_is_refused(lan, guo, database):
    mutation = lan.add("register_household", a_door())
    await lan.push([mutation])

    (receipt,) = await bring(guo, carried(mutation | {"args": fixed(a_door(room="999"))}, await keys_of(lan)))

    assert (receipt["outcome"], code_of(receipt)) == ("refused", "id-reused")
    assert await doors(database) == 1


async def test_what_comes_from_another_subdistrict_is_not_known_here(lan, ming, database):
    (receipt,) = await bring(ming, carried(lan.add("register_household", a_door()), await keys_of(lan)))

    assert (receipt["outcome"], code_of(receipt)) == ("unopened", "sealed-elsewhere")
    assert await database.fetch_value("SELECT count(*) FROM receipt") == 0


async def test_a_device_that_is_not_known_here_is_told_apart_from_nothing(lan, guo):
    made_up = await keys_of(lan) | {"device": new_id().bytes}
    made_up["device_key"] = envelopes.keeper().device_key(UUID(bytes=made_up["device"]))

    (receipt,) = await bring(guo, carried(lan.add("register_household", a_door()), made_up))

    assert code_of(receipt) == "sealed-elsewhere"


async def test_old_work_is_held_for_the_office(lan, guo, frozen_clock):
    mutation = lan.add("register_household", a_door())
    record = carried(mutation, await keys_of(lan))
    frozen_clock.forward(hours=73)

    (receipt,) = await bring(guo, record)

    assert (receipt["outcome"], code_of(receipt)) == ("held", "held-too-old")


async def test_work_of_a_withdrawn_device_is_held_for_the_office(lan, guo, database):
    record = carried(lan.add("register_household", a_door()), await keys_of(lan))
    await database.execute("UPDATE device SET revoked_at = $1 WHERE id = $2", clock.now(), UUID(lan.device_id))

    (receipt,) = await bring(guo, record)

    assert (receipt["outcome"], code_of(receipt)) == ("held", "held-revoked-device")


async def test_the_skew_that_the_device_knew_of_corrects_its_time(lan, guo, database):
    wrong = clock.now() - timedelta(days=400)
    mutation = lan.add("register_household", a_door(), at=wrong)
    skew_ms = int(timedelta(days=400).total_seconds() * 1000)

    (receipt,) = await bring(guo, carried(mutation, await keys_of(lan), skew_ms))

    assert receipt["outcome"] == "applied"
    row = await database.fetch_row("SELECT made_at, skew_ms FROM receipt")
    assert (row["made_at"], row["skew_ms"]) == (clock.now(), skew_ms)


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"records": {}},
        {"records": [{"id": "x", "number": 1, "envelope": ""}]},
        {"records": [{"id": str(new_id()), "number": 0, "envelope": ""}]},
        {"records": [{"id": str(new_id()), "number": 1, "envelope": "", "device": "more"}]},
        {"records": [{"id": str(new_id()), "number": 1, "envelope": "A" * 400_001}]},
        {"records": [{"id": str(new_id()), "number": 1, "envelope": ""}] * 201},
    ],
)
async def test_a_request_of_another_form_is_refused_as_a_whole(guo, body):
    answer = await guo.client.post("/api/sync/lifeboat", json=body)

    assert (answer.status_code, answer.json()["type"]) == (400, "/problems/malformed")
