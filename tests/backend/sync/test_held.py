"""What was made long ago, or on a withdrawn device, waits for a person at the desk and is never lost."""

from datetime import timedelta

import pytest

from backend.ids import new_id
from backend.people import remembered
from backend.sync.rules import CLOCK_TOLERANCE, heard
from tests.backend.places.ground import a_door, make_ground
from tests.backend.sync.phone import Phone, code_of, fixed
from tests.cast import make_cast, signed_in


@pytest.fixture
async def lan(app, frozen_clock):
    await make_cast()
    await make_ground()
    async with signed_in(app, "lan") as client:
        yield Phone(client)


@pytest.fixture
async def dai(app, lan):
    async with signed_in(app, "dai") as client:
        yield Phone(client)


async def hold_a_door(lan, frozen_clock):
    mutation = lan.add("register_household", a_door(), at=frozen_clock.at - timedelta(hours=73))
    (receipt,) = await lan.push([mutation])
    return mutation, receipt


async def doors(database):
    return await database.fetch_value("SELECT count(*) FROM household")


async def test_work_of_three_days_ago_is_held_in_words(lan, dai, database, frozen_clock):
    mutation, receipt = await hold_a_door(lan, frozen_clock)
    listed = (await dai.client.get("/api/sync/held")).json()["held"]

    assert (receipt["outcome"], code_of(receipt)) == ("held", "held-too-old")
    assert await doors(database) == 0
    assert [row["mutation_id"] for row in listed] == [mutation["id"]]
    assert (listed[0]["name"], listed[0]["by_name"]) == ("register_household", "兰")
    assert listed[0]["args"]["room"] == "301"


async def test_just_within_three_days_nothing_is_held(lan, frozen_clock):
    receipt = await lan.did("register_household", a_door(), at=frozen_clock.at - timedelta(hours=71, minutes=59))

    assert receipt["outcome"] == "applied"


async def test_accepted_it_is_done_in_its_authors_name_and_the_phone_hears_of_it(lan, dai, database, frozen_clock):
    mutation, _ = await hold_a_door(lan, frozen_clock)

    accepted = await dai.did("accept_held", {"mutation_id": mutation["id"]})
    (now,) = await lan.push([mutation])
    again = await dai.did("accept_held", {"mutation_id": mutation["id"]})

    assert accepted["outcome"] == "applied"
    assert now["outcome"] == "applied"
    assert now["revision"] > 0
    assert await doors(database) == 1
    assert code_of(again) == "already-reviewed"
    assert (await dai.client.get("/api/sync/held")).json()["held"] == []


async def test_refused_it_tells_the_phone_why(lan, dai, database, frozen_clock):
    mutation, _ = await hold_a_door(lan, frozen_clock)

    await dai.did("refuse_held", {"mutation_id": mutation["id"], "reason": "重复填写"})
    (now,) = await lan.push([mutation])

    assert (now["outcome"], code_of(now)) == ("refused", "refused-on-review")
    assert "重复填写" in now["problem"]["detail_zh"]
    assert await doors(database) == 0


async def test_what_its_own_rules_refuse_stays_held(lan, dai, database, frozen_clock):
    mutation, _ = await hold_a_door(lan, frozen_clock)
    await lan.did("register_household", a_door())

    accepted = await dai.did("accept_held", {"mutation_id": mutation["id"]})

    assert (accepted["outcome"], code_of(accepted)) == ("refused", "already-registered")
    assert len((await dai.client.get("/api/sync/held")).json()["held"]) == 1


@pytest.mark.parametrize(
    ("login", "code"), [("lan", "not-found"), ("qin", "not-found"), ("shen", "not-your-role"), ("zhou", "not-found")]
)
async def test_only_who_may_review_reviews(app, lan, frozen_clock, login, code):
    mutation, _ = await hold_a_door(lan, frozen_clock)

    async with signed_in(app, login) as client:
        phone = Phone(client)
        receipt = await phone.did("accept_held", {"mutation_id": mutation["id"]})
        listed = await client.get("/api/sync/held")

    assert code_of(receipt) == code
    assert listed.status_code in (403, 404)


async def test_another_tenants_desk_sees_nothing_of_it(app, lan, dai, database, frozen_clock):
    mutation, _ = await hold_a_door(lan, frozen_clock)
    await database.execute("UPDATE held_mutation SET tenant = 450299002")

    receipt = await dai.did("refuse_held", {"mutation_id": mutation["id"], "reason": "x"})

    assert code_of(receipt) == "not-found"
    assert (await dai.client.get("/api/sync/held")).json()["held"] == []


async def test_nobody_reviews_his_own_record(dai, frozen_clock):
    old = dai.add("register_community", {"id": new_id(), "code": "450299001009", "name": "宏都"},
                  at=frozen_clock.at - timedelta(days=9))  # fmt: skip
    await dai.push([old])

    receipt = await dai.did("accept_held", {"mutation_id": old["id"]})

    assert code_of(receipt) == "own-record"


async def test_work_of_a_withdrawn_device_is_held_when_its_owner_signs_in_anew(app, lan, database):
    mutation = lan.add("register_household", a_door())
    await database.execute("UPDATE device SET revoked_at = now() WHERE id = $1", lan.client.device_id)
    remembered.forget()
    shut_out = await lan.send([mutation])

    async with signed_in(app, "lan") as client:
        (receipt,) = await Phone(client).push([mutation], device=lan.device_id)

    assert shut_out.status_code == 401
    assert (receipt["outcome"], code_of(receipt)) == ("held", "held-revoked-device")


async def test_bad_arguments_are_refused_at_once_and_not_held(lan, frozen_clock):
    receipt = await lan.did("register_household", {"room": 7}, at=frozen_clock.at - timedelta(days=9))

    assert receipt["outcome"] == "refused"


async def test_a_clock_that_is_an_hour_slow_is_corrected_and_noted(lan, database, frozen_clock):
    slow = frozen_clock.at - timedelta(hours=1)
    mutation = lan.add("register_household", a_door(), at=slow - timedelta(minutes=10))

    (receipt,) = await lan.push([mutation], sent_at=fixed(slow))

    row = await database.fetch_row("SELECT made_at, skew_ms FROM receipt")
    assert receipt["outcome"] == "applied"
    assert row["made_at"] == frozen_clock.at - timedelta(minutes=10)
    assert row["skew_ms"] == 3_600_000


async def test_a_clock_three_days_slow_forbids_nothing(lan, frozen_clock):
    slow = frozen_clock.at - timedelta(days=30)
    mutation = lan.add("register_household", a_door(), at=slow)

    (receipt,) = await lan.push([mutation], sent_at=fixed(slow))

    assert receipt["outcome"] == "applied"


def test_a_slow_connection_is_not_a_wrong_clock_and_nothing_is_made_after_it_arrived(frozen_clock):
    now = frozen_clock.at

    assert heard(now - timedelta(minutes=5), now - CLOCK_TOLERANCE, now).at == now - timedelta(minutes=5)
    assert heard(now + timedelta(days=2), now, now).at == now
    assert heard(now, now + timedelta(hours=2), now).at == now - timedelta(hours=2)
