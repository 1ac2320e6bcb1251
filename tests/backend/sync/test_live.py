"""The live stream tells how far the tenant has come: at once, coalesced, and only while one may listen."""

import asyncio
import json

import pytest

from backend import changes
from backend.problems import TooMany
from backend.sync import live
from tests.backend.places.ground import a_door, do, make_ground
from tests.cast import CAST, TENANT, a_client, make_cast

LAN = CAST["lan"].id


async def yes() -> tuple[str, ...] | None:
    return ()


async def no() -> tuple[str, ...] | None:
    return None


def opened(listener, still=yes, people=lambda: 0):
    return live.stream(listener, live.Hearer(LAN, TENANT, (), still, people))


@pytest.fixture
async def listener(app, frozen_clock):
    await make_cast()
    await make_ground()
    return app.state.listener


def told(event: bytes) -> dict:
    name, content = event.decode().strip().split("\n")
    assert name == "event: revision"
    return json.loads(content.removeprefix("data: "))


async def test_the_first_event_tells_the_present_revision(listener):
    events = opened(listener)

    assert told(await anext(events)) == {"tenant": TENANT, "revision": await changes.newest(TENANT)}
    await events.aclose()


async def test_many_changes_at_once_are_told_by_few_events(listener):
    events = opened(listener)
    heard = [told(await anext(events))["revision"]]
    for room in range(20):
        await do("register_household", a_door(room=str(room)), "lan")
    newest = await changes.newest(TENANT)

    while heard[-1] < newest:
        heard.append(told(await asyncio.wait_for(anext(events), 5))["revision"])

    assert len(heard) < 10
    assert heard == sorted(heard)
    await events.aclose()


async def test_it_ends_at_once_when_the_server_stops(listener):
    events = opened(listener)
    await anext(events)
    waiting = asyncio.ensure_future(anext(events, None))
    await asyncio.sleep(0.05)

    listener.stop()

    assert await asyncio.wait_for(waiting, 1) is None


async def test_it_lives_through_silence_and_ends_for_who_may_no_longer_listen(listener, monkeypatch):
    monkeypatch.setattr(live, "KEEP_ALIVE_S", 0.05)
    lasting, ending = opened(listener), opened(listener, no)
    await anext(lasting)
    await anext(ending)

    assert (await anext(lasting)).startswith(b":")
    assert await anext(ending, None) is None
    await lasting.aclose()


async def test_when_people_have_changed_it_is_asked_before_anything_more_is_told(listener):
    times = [0]
    events = opened(listener, no, lambda: times[0])
    await anext(events)
    await do("register_household", a_door(room="1"), "lan")
    assert told(await asyncio.wait_for(anext(events), 5))["tenant"] == TENANT
    times[0] += 1

    await do("register_household", a_door(room="2"), "lan")

    assert await asyncio.wait_for(anext(events, None), 5) is None


async def test_who_hears_without_a_pause_is_asked_about_all_the_same(listener, monkeypatch):
    monkeypatch.setattr(live, "COALESCE_S", 0.1)
    events = opened(listener, no)
    await anext(events)
    monkeypatch.setattr(live, "KEEP_ALIVE_S", 0.05)
    await do("register_household", a_door(room="1"), "lan")
    await asyncio.sleep(0.06)

    assert await asyncio.wait_for(anext(events, None), 5) is None


async def test_one_person_has_only_so_many_streams(listener):
    streams = [opened(listener) for _ in range(live.STREAMS_MOST)]
    for each in streams:
        await anext(each)

    with pytest.raises(TooMany):
        live.check_room(LAN)

    for each in streams:
        await each.aclose()
    live.check_room(LAN)


async def test_a_stranger_hears_nothing(app):
    async with a_client(app) as client:
        assert (await client.get("/api/sync/live")).status_code == 401
