"""A phone carries the hazards of its reach up to a limit; beyond it, it is told to ask the server instead."""

from collections import OrderedDict

import pytest

from backend.ids import new_id
from backend.sync import rules
from backend.sync.queries import carried
from tests.backend.places.ground import make_ground
from tests.backend.sync.phone import Phone
from tests.backend.sync.test_pull import REPORT
from tests.cast import make_cast, signed_in


@pytest.fixture
async def lan(app, frozen_clock):
    await make_cast()
    await make_ground()
    async with signed_in(app, "lan") as client:
        yield Phone(client)


async def test_more_open_hazards_than_a_phone_carries_are_asked_of_the_server(app, lan, monkeypatch):
    monkeypatch.setattr(carried, "_counted", OrderedDict())
    monkeypatch.setattr(rules, "CARRIED_MOST", 1)
    async with signed_in(app, "dai") as client:
        dai = Phone(client)
        await lan.did("report_hazard", REPORT | {"hazard_id": new_id()})
        (few,) = await dai.pull()
        await lan.did("report_hazard", REPORT | {"hazard_id": new_id()})
        stale = await client.get("/api/sync/pull", params={"cursor": dai.cursor})
        (many,) = await dai.pull()
    (own,) = await lan.pull()

    assert (len(few["rows"]["hazard"]), few["left_out"]) == (1, [])
    # What the phone holds is no longer kept up to date: it starts afresh, and sweeps them.
    assert (stale.status_code, stale.json()["type"]) == (409, "/problems/cursor-stale")
    assert (many["fresh"], many["rows"]["hazard"], many["left_out"]) == (True, [], ["hazard"])
    assert many["rows"]["grid"]
    # Who goes from door to door carries the hazards of his grid, however many they are.
    assert (len(own["rows"]["hazard"]), own["left_out"]) == (2, [])


@pytest.mark.parametrize(
    ("open_hazards", "left_out_before", "left_out"),
    [
        (5_000, False, False),
        (5_001, False, True),
        (5_001, True, True),
        (5_000, True, True),
        (4_001, True, True),
        (4_000, True, False),
        (4_001, False, False),
        (0, True, False),
    ],
)
def test_it_takes_fewer_hazards_to_carry_them_again_than_to_leave_them_out(open_hazards, left_out_before, left_out):
    assert rules.leaves_out(open_hazards, left_out_before) is left_out


async def test_a_phone_at_the_limit_does_not_sweep_and_fetch_again_and_again(app, lan, monkeypatch):
    monkeypatch.setattr(carried, "_counted", OrderedDict())
    monkeypatch.setattr(rules, "CARRIED_MOST", 2)
    monkeypatch.setattr(rules, "CARRIED_AGAIN", 1)
    hazards = [new_id() for _ in range(3)]
    for hazard in hazards:
        await lan.did("report_hazard", REPORT | {"hazard_id": hazard})
    async with signed_in(app, "dai") as client, signed_in(app, "jing") as leader:
        dai, new, jing = Phone(client), Phone(client), Phone(leader)
        (wide,) = await dai.pull()
        await jing.did("void_hazard", {"hazard_id": hazards[0], "reason": "重复登记"})
        at_the_limit = await dai.pull()
        (of_a_new_phone,) = await new.pull()
        await jing.did("void_hazard", {"hazard_id": hazards[1], "reason": "重复登记"})
        stale = await client.get("/api/sync/pull", params={"cursor": dai.cursor})
        (again,) = await dai.pull()

    assert wide["left_out"] == ["hazard"]
    assert [(page["fresh"], page["left_out"]) for page in at_the_limit] == [(False, ["hazard"])]
    assert of_a_new_phone["left_out"] == []
    assert (stale.status_code, stale.json()["type"]) == (409, "/problems/cursor-stale")
    assert (again["fresh"], again["left_out"]) == (True, [])
