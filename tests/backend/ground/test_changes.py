"""What changed is noted once, in order, with every place that must hear of it."""

import asyncio
import json
from uuid import UUID

import pytest
from piccolo.engine.exceptions import TransactionError

from backend import changes

HERE, THERE, THIRD = "450299001002001", "450299001002002", "450299001003001"
THING, OTHER = UUID(int=1), UUID(int=2)


async def row(database, thing=THING):
    return await database.fetch_row("SELECT * FROM change WHERE id = $1", thing)


async def test_a_change_is_noted_with_its_tenant_and_a_rising_revision(database):
    async with database.transaction():
        first = await changes.touch("hazard", THING, HERE)
    async with database.transaction():
        second = await changes.touch("hazard", THING, HERE)

    noted = await row(database)
    assert second > first
    assert (noted["revision"], noted["tenant"], noted["place_code"], noted["gone"]) == (second, 450299001, HERE, False)
    assert await changes.newest("450299001") == second
    assert await database.fetch_value("SELECT count(*) FROM change") == 1


async def test_a_change_outside_a_transaction_is_a_mistake(database):
    with pytest.raises(TransactionError):
        await changes.touch("hazard", THING, HERE)


async def test_every_place_a_thing_has_left_is_remembered_until_it_returns(database):
    for place in (HERE, THERE, THIRD):
        async with database.transaction():
            await changes.touch("premises", THING, place)
    after_two_moves = await row(database)
    async with database.transaction():
        await changes.touch("premises", THING, HERE)
    after_return = await row(database)

    assert after_two_moves["left_reach"] == [HERE, THERE]
    assert after_return["left_reach"] == [THERE, THIRD]


async def test_keys_that_no_longer_reach_it_are_remembered_too(database):
    async with database.transaction():
        await changes.touch("hazard", THING, HERE, also=["department:fire", "person:1"])
    async with database.transaction():
        await changes.touch("hazard", THING, HERE, also=["person:1"])

    noted = await row(database)
    assert noted["also"] == ["person:1"]
    assert noted["left_reach"] == ["department:fire"]


async def test_a_key_with_a_space_is_refused(database):
    with pytest.raises(ValueError, match="not a key"):
        async with database.transaction():
            await changes.touch("hazard", THING, HERE, also=["department: fire"])


async def test_many_changes_get_revisions_in_the_order_given(database):
    things = [changes.Touched("household", UUID(int=number), HERE) for number in range(100, 0, -1)]
    async with database.transaction():
        highest = await changes.touch_many([*things, things[0]])

    noted = await database.fetch("SELECT id FROM change ORDER BY revision")
    assert [each["id"].int for each in noted] == list(range(100, 0, -1))
    assert highest == await changes.newest("450299001")


async def test_no_changes_are_no_revision(database):
    async with database.transaction():
        assert await changes.touch_many([]) == 0


async def test_listeners_hear_of_what_was_committed_how_far_the_tenant_has_come(database):
    heard: asyncio.Queue[str] = asyncio.Queue()
    async with database.ENGINE.pool.acquire() as ear:
        await ear.add_listener(changes.CHANNEL, lambda *said: heard.put_nowait(said[-1]))
        with pytest.raises(LookupError):
            async with database.transaction():
                await changes.touch("hazard", THING, HERE)
                raise LookupError
        async with database.transaction():
            first = await changes.touch("hazard", THING, HERE)
            assert heard.empty()
            last = await changes.touch_many(
                [changes.Touched("visit", OTHER, HERE), changes.Touched("hazard", THING, HERE)]
            )
        said = [json.loads(await asyncio.wait_for(heard.get(), 5)) for _ in range(2)]
        await asyncio.sleep(0.05)
        await ear.reset()

    assert said == [{"tenant": "450299001", "revision": revision} for revision in (first, last)]
    assert heard.empty()


async def test_revisions_become_visible_in_order_however_writers_interleave(database):
    """A reader that has seen revision n never misses one below n."""
    seen: list[int] = []
    missed: list[int] = []
    writing = True

    async def write(number):
        for turn in range(10):
            async with database.transaction():
                await changes.touch("hazard", UUID(int=1000 * number + turn), HERE)
                await asyncio.sleep(0.001)

    async def read():
        while writing:
            rows = await database.fetch("SELECT revision FROM change ORDER BY revision")
            found = [each["revision"] for each in rows]
            missed.extend(each for each in found if each not in seen and seen and each < seen[-1])
            seen[:] = found

    reader = asyncio.create_task(read())
    await asyncio.gather(*(write(number) for number in range(1, 6)))
    writing = False
    await reader

    assert len(seen) > 10
    assert missed == []
