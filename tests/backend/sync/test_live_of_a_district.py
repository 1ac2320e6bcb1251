"""Whoever reaches several subdistricts hears of changes in each of them, and nobody hears of one beyond his reach."""

import asyncio
import json
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest

from backend import changes, clock, database
from backend.people import commands
from backend.people.rules import Person, Posting, Role
from backend.sync import live
from tests.backend.places.ground import a_door, do, make_ground
from tests.cast import CAST, DISTRICT, OTHER_TENANT, TENANT, make_cast, person

NEVER_YET, FAR = "450299077", "450300001"
SOON_S = 5


@pytest.fixture
async def listener(app: Any, frozen_clock: Any) -> Any:
    """What the app listens with; shen supervises the whole district, and xiao is the fire service of all of it."""
    await make_cast()
    await make_ground()
    for login in ("shen", "xiao"):
        await posted(login, DISTRICT)
    return app.state.listener


async def posted(login: str, place_code: str) -> None:
    await database.execute("UPDATE posting SET place_code = $2 WHERE person_id = $1", CAST[login].id, place_code)


async def opened(listener: Any, login: str) -> Any:
    """Return the stream of somebody who has just signed in."""
    async with database.transaction():
        session = await commands.open_session(CAST[login].id, None, "办公室", enrolled=True)
    return live.stream(listener, live.hearer(session.signed_in))


async def changed(tenant: str) -> None:
    async with database.transaction():
        await changes.touch("hazard", uuid4(), tenant)


async def heard(events: Any) -> tuple[str, dict[str, Any]]:
    """Return the next event: its name, and what it says."""
    name, content = (await asyncio.wait_for(anext(events), SOON_S)).decode().strip().split("\n")
    return name.removeprefix("event: "), json.loads(content.removeprefix("data: "))


async def begun(events: Any) -> str:
    """Return the edition of what lies beyond the own tenant, once the first two events are heard."""
    assert (await heard(events))[0] == "revision"
    name, said = await heard(events)
    assert (name, set(said)) == ("elsewhere", {"edition"})
    edition: str = said["edition"]
    return edition


async def test_only_who_sees_further_on_the_map_hears_further(listener: Any) -> None:
    heard_of = {login: live.beyond(await person(login), clock.today()) for login in CAST}

    assert heard_of == {login: (DISTRICT,) if login in {"shen", "xiao"} else () for login in CAST}


@pytest.mark.parametrize(
    ("role", "more", "areas"),
    [
        (Role.DISPATCHER, {}, (OTHER_TENANT,)),
        (Role.DEPARTMENT, {"department": "fire"}, (OTHER_TENANT,)),
        (Role.RESPONSIBLE_UNIT, {"premises_id": uuid4()}, ()),  # its own hazards come with its pull, and it has no map
        (Role.SYS_ADMIN, {}, ()),
    ],
)
def test_two_subdistricts_are_heard_by_whoever_has_a_map_of_both(
    role: Role, more: dict[str, Any], areas: tuple[str, ...]
) -> None:
    today = clock.today()
    ended = Posting(role, FAR, **more, to_on=today - timedelta(days=1))
    postings = (Posting(role, TENANT, **more), Posting(role, OTHER_TENANT, **more), ended)

    assert live.beyond(Person(uuid4(), "申", postings, None, TENANT), today) == areas


async def test_a_change_next_door_is_told_at_once_and_one_at_home_as_ever(listener: Any) -> None:
    events = await opened(listener, "shen")
    before = await begun(events)

    await changed(OTHER_TENANT)
    name, said = await heard(events)
    await do("register_household", a_door(room="1"), "lan")
    at_home = await heard(events)

    assert (name, said["edition"] != before) == ("elsewhere", True)
    assert at_home == ("revision", {"tenant": TENANT, "revision": await changes.newest(TENANT)})
    await events.aclose()


async def test_the_first_record_ever_of_a_subdistrict_is_told(listener: Any) -> None:
    events = await opened(listener, "xiao")
    before = await begun(events)
    assert NEVER_YET not in await changes.newest_within([DISTRICT])

    await changed(NEVER_YET)

    name, said = await heard(events)
    assert (name, said["edition"] != before) == ("elsewhere", True)
    await events.aclose()


@pytest.mark.parametrize(
    ("login", "far"), [("shen", FAR), ("dai", OTHER_TENANT), ("lan", OTHER_TENANT), ("zhou", TENANT)]
)
async def test_beyond_ones_reach_nothing_is_told(listener: Any, login: str, far: str) -> None:
    events = await opened(listener, login)
    if login == "shen":
        await begun(events)
    else:
        assert (await heard(events))[0] == "revision"
    home = (await person(login)).tenant

    await changed(far)
    await changed(home)

    assert await heard(events) == ("revision", {"tenant": home, "revision": await changes.newest(home)})
    await events.aclose()


async def test_whoever_comes_back_learns_whether_anything_was_missed(listener: Any) -> None:
    first = await opened(listener, "shen")
    await begun(first)
    await changed(NEVER_YET)
    told = (await heard(first))[1]["edition"]
    await first.aclose()

    unchanged = await opened(listener, "shen")
    assert await begun(unchanged) == told
    await unchanged.aclose()
    await changed(OTHER_TENANT)
    changed_meanwhile = await opened(listener, "shen")
    assert await begun(changed_meanwhile) != told
    await changed_meanwhile.aclose()


@pytest.mark.parametrize("tenant", [OTHER_TENANT, NEVER_YET])
async def test_what_the_server_could_not_hear_is_told_once_it_hears_again(
    listener: Any, monkeypatch: pytest.MonkeyPatch, tenant: str
) -> None:
    events = await opened(listener, "shen")
    before = await begun(events)
    with monkeypatch.context() as deaf:
        deaf.setattr(listener, "_hear", lambda said: None)
        await changed(tenant)
        await asyncio.sleep(0.1)

    await database.fetch("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE query LIKE 'LISTEN%'")

    name, said = await heard(events)
    assert (name, said["edition"] != before) == ("elsewhere", True)
    await events.aclose()


async def test_many_changes_in_many_subdistricts_are_one_short_event_and_ask_nothing(
    listener: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    events = await opened(listener, "shen")
    await begun(events)
    await changed(OTHER_TENANT)
    await heard(events)  # and with it, that people were posted
    for named in ("fetch", "fetch_row", "fetch_value", "execute"):
        monkeypatch.setattr(database, named, None)

    for revision in range(10_000):
        listener._hear(json.dumps({"tenant": f"{DISTRICT}{revision % 200 + 100}", "revision": 1_000_000 + revision}))
    event = await asyncio.wait_for(anext(events), SOON_S)

    assert event.startswith(b"event: elsewhere")
    assert len(event) < 80
    monkeypatch.undo()
    await changed(TENANT)
    assert (await heard(events))[0] == "revision"
    await events.aclose()


async def test_whoever_is_posted_elsewhere_hears_no_more_of_the_district(listener: Any) -> None:
    events = await opened(listener, "shen")
    await begun(events)

    await posted("shen", TENANT)
    await changed(OTHER_TENANT)

    assert await asyncio.wait_for(anext(events, None), SOON_S) is None
    again = await opened(listener, "shen")
    assert (await heard(again))[0] == "revision"
    await changed(OTHER_TENANT)
    await changed(TENANT)
    assert (await heard(again))[0] == "revision"
    await again.aclose()
    assert not listener._ears  # nobody listens any more
