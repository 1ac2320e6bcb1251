"""Each mutation is applied at most once and answered with a receipt, whatever happens around it."""

import asyncio
import copy
from datetime import timedelta

import pytest

from backend.ids import new_id
from backend.people import remembered
from backend.sync.commands.push import KNOWN
from backend.sync.mutations import Mutation
from tests.backend.places.ground import BUILDING, a_door, make_ground
from tests.backend.sync.phone import Phone, code_of
from tests.cast import make_cast, signed_in

HALF_AN_EMOJI = "\ud83d"


@pytest.fixture
async def lan(app, frozen_clock):
    await make_cast()
    await make_ground()
    async with signed_in(app, "lan") as client:
        yield Phone(client)


async def doors(database):
    return await database.fetch_value("SELECT count(*) FROM household")


async def test_a_new_mutation_is_applied_and_its_receipt_names_the_revision(lan, database):
    receipt = await lan.did("register_household", a_door())

    assert receipt["outcome"] == "applied"
    assert receipt["number"] == 1
    assert receipt["revision"] == await database.fetch_value("SELECT max(revision) FROM change")
    assert await doors(database) == 1


async def test_a_repeat_gets_the_stored_receipt_and_does_nothing(lan, database):
    mutation = lan.add("register_household", a_door())
    (first,) = await lan.push([mutation])
    (again,) = await lan.push([mutation])

    assert again == first
    assert await doors(database) == 1


async def test_a_repeat_with_its_names_in_another_order_is_the_same_mutation(lan):
    mutation = lan.add("register_household", a_door())
    (first,) = await lan.push([mutation])
    turned = {key: mutation[key] for key in reversed(mutation)}
    turned["args"] = {key: mutation["args"][key] for key in reversed(mutation["args"])}

    assert await lan.push([turned]) == [first]


@pytest.mark.parametrize("field", ["args", "name", "number", "at"])
async def test_the_same_id_with_another_body_is_refused_and_the_first_receipt_stays(lan, database, field):
    mutation = lan.add("register_household", a_door())
    (first,) = await lan.push([mutation])
    other = copy.deepcopy(mutation)
    other[field] = {
        "args": other["args"] | {"room": "999"},
        "name": "mark_needs_help",
        "number": 99,
        "at": "2026-03-02T00:00:00Z",
    }[field]

    (refused,) = await lan.push([other])

    assert (refused["outcome"], code_of(refused)) == ("refused", "id-reused")
    assert await lan.push([mutation]) == [first]
    assert await doors(database) == 1


async def test_a_refusal_is_kept_and_never_blocks_the_next(lan, database):
    lan.add("register_household", a_door(building_id=new_id()))
    lan.add("register_household", a_door())

    refused, applied = await lan.push()
    repeated = await lan.push([{**_bare(refused, lan), "id": refused["id"]}])

    assert (refused["outcome"], code_of(refused)) == ("refused", "not-found")
    assert refused["problem"]["detail_zh"]
    assert applied["outcome"] == "applied"
    assert code_of(repeated[0]) == "id-reused"
    assert await doors(database) == 1


def _bare(receipt, phone):
    return {"id": receipt["id"], "number": receipt["number"], "name": "x", "at": "2026-03-02T00:00:00Z", "args": {}}


async def test_a_refused_mutation_stays_refused_when_it_is_repeated(lan):
    mutation = lan.add("register_household", a_door(building_id=new_id()))
    (first,) = await lan.push([mutation])

    assert await lan.push([mutation]) == [first]


async def test_a_mutation_twice_in_one_push_is_applied_once(lan, database):
    mutation = lan.add("register_household", a_door())

    first, second = await lan.push([mutation, mutation])

    assert first == second
    assert await doors(database) == 1


async def test_an_unknown_name_is_refused_by_a_receipt(lan):
    receipt = await lan.did("become_king", {"crown": True})

    assert (receipt["outcome"], code_of(receipt)) == ("refused", "unknown-mutation")


@pytest.mark.parametrize(
    "changed",
    [
        {"floor": "3"},
        {"floor": 3.5},
        {"floor": None},
        {"unit": "a\x00b"},
        {"unit": "a\nb"},
        {"room": ""},
        {"room": "x" * 500},
        {"use": "palace"},
        {"owner": "张三"},
        {"id": "no-uuid"},
        {"room": HALF_AN_EMOJI},
    ],
)
async def test_arguments_of_another_form_are_refused_and_the_next_goes_on(lan, database, changed):
    lan.add("register_household", a_door())
    lan.outbox[-1]["args"] |= changed
    lan.add("register_household", a_door())

    refused, applied = await lan.push()

    assert (refused["outcome"], code_of(refused)) == ("refused", "malformed")
    assert refused["problem"]["errors"][0]["reason"]
    assert applied["outcome"] == "applied"
    assert await doors(database) == 1


async def test_emoji_and_rare_characters_are_kept_and_composed(lan, database):
    await lan.did("register_household", a_door(room="𠮷e\u0301👨‍👩‍👧"))

    assert await database.fetch_value("SELECT room FROM household") == "𠮷\u00e9👨‍👩‍👧"


async def test_a_failure_stops_the_batch_with_nothing_of_it_recorded(lan, database, monkeypatch):
    async def breaks(args, act):
        await database.execute("INSERT INTO no_such_table VALUES (1)")

    whole = KNOWN["mark_needs_help"]
    monkeypatch.setitem(KNOWN, "mark_needs_help", Mutation(whole.args, breaks))
    first = lan.add("register_household", a_door())
    broken = lan.add("mark_needs_help", {"household_id": a_door()["id"], "needs_help": True})
    last = lan.add("register_household", a_door(room="302"))

    answer = await lan.send()
    recorded = await database.fetch("SELECT id FROM receipt")
    monkeypatch.setitem(KNOWN, "mark_needs_help", whole)
    receipts = await lan.push()

    assert answer.status_code == 500
    assert [str(row["id"]) for row in recorded] == [first["id"]]
    assert [receipt["id"] for receipt in receipts] == [first["id"], broken["id"], last["id"]]
    assert [receipt["outcome"] for receipt in receipts] == ["applied", "refused", "applied"]
    assert await doors(database) == 2


async def test_the_same_mutation_pushed_by_ten_connections_at_once_is_applied_once(lan, database):
    mutation = lan.add("register_household", a_door())

    answers = await asyncio.gather(*(lan.push([mutation]) for _ in range(10)))

    assert all(answer == answers[0] for answer in answers)
    assert answers[0][0]["outcome"] == "applied"
    assert await doors(database) == 1


async def test_two_who_register_one_door_at_once_hear_of_each_other(lan, app, database):
    async with signed_in(app, "guo") as client:
        guo = Phone(client)
        receipts = await asyncio.gather(
            lan.did("register_household", a_door()), guo.did("register_household", a_door())
        )

    assert sorted(receipt["outcome"] for receipt in receipts) == ["applied", "refused"]
    assert await doors(database) == 1


async def test_another_tenants_place_is_not_found(lan, app, database):
    async with signed_in(app, "zhou") as client:
        receipt = await Phone(client).did("register_household", a_door(building_id=BUILDING))

    assert (receipt["outcome"], code_of(receipt)) == ("refused", "not-found")
    assert await doors(database) == 0


async def test_somebody_elses_receipt_is_not_told_even_for_the_same_words(lan, app):
    mutation = lan.add("register_household", a_door())
    await lan.push([mutation])
    async with signed_in(app, "zhou") as client:
        (receipt,) = await Phone(client).push([mutation])

    assert code_of(receipt) == "id-reused"


async def test_work_done_while_posted_counts_after_the_posting_ended(lan, app, database, frozen_clock):
    door = lan.add("register_household", a_door())
    await database.execute("UPDATE posting SET to_on = '2026-03-02' WHERE role = 'grid_worker'")
    remembered.forget()
    frozen_clock.forward(days=1)
    late = lan.add("register_household", a_door(room="302"))

    in_time, too_late = await lan.push([door, late])

    assert in_time["outcome"] == "applied"
    assert (too_late["outcome"], code_of(too_late)) == ("refused", "not-found")


async def test_the_device_is_heard_with_what_still_waits_on_it(lan, database, frozen_clock):
    frozen_clock.forward(minutes=5)
    await lan.did("register_household", a_door())
    await lan.push([], waiting={"mutations": 2, "photos": 3, "bytes": 900_000})

    device = await database.fetch_row("SELECT * FROM device WHERE id = $1", lan.client.device_id)
    assert (device["last_number"], device["waiting_mutations"], device["waiting_photos"]) == (1, 2, 3)
    assert (device["waiting_bytes"], device["last_heard_at"]) == (900_000, frozen_clock.at)


@pytest.mark.parametrize("name", sorted(KNOWN))
def test_every_registered_name_has_arguments_that_refuse_what_they_do_not_know(name):
    assert KNOWN[name].args.__struct_config__.forbid_unknown_fields
    assert asyncio.iscoroutinefunction(KNOWN[name].command)


async def test_a_push_after_three_days_still_answers_for_what_was_applied(lan, frozen_clock):
    mutation = lan.add("register_household", a_door())
    (first,) = await lan.push([mutation])
    frozen_clock.forward(hours=80)

    assert await lan.push([mutation], sent_at=(frozen_clock.at - timedelta(0)).isoformat()) == [first]
