"""The engine keeps its connections, whatever breaks inside a transaction."""

import asyncio
import random

import asyncpg
import pytest
from piccolo.engine.exceptions import TransactionError


@pytest.fixture
async def box(database):
    await database.execute("CREATE TABLE IF NOT EXISTS box (name text PRIMARY KEY)")
    await database.execute("TRUNCATE box")
    yield database
    await database.execute("DROP TABLE box")


async def put(database, name):
    await database.execute("INSERT INTO box VALUES ($1)", name)


async def names(database):
    return [row["name"] for row in await database.fetch("SELECT name FROM box ORDER BY name")]


def idle(database):
    pool = database.ENGINE.pool
    return pool.get_idle_size() == pool.get_size()


async def test_a_transaction_that_ends_well_is_kept(box):
    async with box.transaction():
        await put(box, "a")

    assert await names(box) == ["a"]
    assert idle(box)


async def test_a_transaction_that_raises_leaves_nothing(box):
    with pytest.raises(LookupError):
        async with box.transaction():
            await put(box, "a")
            raise LookupError

    assert await names(box) == []
    assert idle(box)


async def test_a_transaction_inside_a_transaction_is_refused(box):
    with pytest.raises(TransactionError, match="savepoint"):
        async with box.transaction(), box.transaction():
            pass

    assert idle(box)


async def test_a_savepoint_really_rolls_back_and_the_rest_stays(box):
    async with box.transaction():
        await put(box, "outer")
        with pytest.raises(LookupError):
            async with box.savepoint():
                await put(box, "inner")
                raise LookupError
        await put(box, "after")

    assert await names(box) == ["after", "outer"]


async def test_a_savepoint_needs_a_transaction(box):
    with pytest.raises(TransactionError):
        box.savepoint()


async def test_a_commit_that_fails_gives_the_connection_back(box):
    await box.execute("CREATE TABLE child (name text REFERENCES box DEFERRABLE INITIALLY DEFERRED)")

    for _ in range(box.ENGINE.pool.get_max_size() + 1):
        with pytest.raises(asyncpg.ForeignKeyViolationError):
            async with box.transaction():
                await box.execute("INSERT INTO child VALUES ('nobody')")

    assert not box.in_transaction()
    assert idle(box)
    await box.execute("DROP TABLE child")


async def test_cancelled_transactions_leak_no_connection(box):
    chance = random.Random(5)

    async def work(number):
        async with box.transaction():
            await put(box, str(number))
            await asyncio.sleep(chance.random() * 0.003)
            await names(box)

    cancelled = 0
    for number in range(100):
        task = asyncio.create_task(work(number))
        await asyncio.sleep(chance.random() * 0.006)
        task.cancel()
        try:
            await task
        except asyncio.CancelledError:
            cancelled += 1
    await asyncio.sleep(0.1)

    assert cancelled > 10
    assert idle(box)
    async with asyncio.timeout(5):
        await asyncio.gather(*(names(box) for _ in range(50)))


async def test_a_query_from_another_task_inside_a_transaction_is_refused(box):
    with pytest.raises(TransactionError, match="another task"):
        async with box.transaction():
            await asyncio.gather(names(box))

    assert idle(box)


async def test_a_backend_that_is_killed_is_a_passing_failure_and_the_pool_recovers(box):
    with pytest.raises((asyncpg.PostgresError, asyncpg.InterfaceError, asyncpg.InternalClientError)) as caught:
        async with box.transaction():
            victim = await box.fetch_value("SELECT pg_backend_pid()")
            async with box.ENGINE.pool.acquire() as other:
                await other.execute("SELECT pg_terminate_backend($1)", victim)
            await names(box)

    assert box.is_passing(caught.value)
    assert await names(box) == []
    assert idle(box)


async def test_one_tenant_is_written_by_one_transaction_at_a_time(box):
    order = []

    async def write(name, tenant):
        async with box.transaction():
            await box.lock_tenant(tenant)
            order.append(f"{name} in")
            await asyncio.sleep(0.05)
            order.append(f"{name} out")

    await asyncio.gather(write("a", "450299001"), write("b", "450299001"))

    assert order in (["a in", "a out", "b in", "b out"], ["b in", "b out", "a in", "a out"])


async def test_a_lock_taken_in_a_savepoint_that_failed_is_taken_again(box):
    async with box.transaction() as outer:
        with pytest.raises(LookupError):
            async with box.savepoint():
                await box.lock_tenant("450299001")
                raise LookupError
        await box.lock_tenant("450299001")
        held = await box.fetch_value("SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND objid = 450299001")

    assert held == 1
    assert outer.locked == {450299001}


@pytest.mark.parametrize(
    ("error", "passing"),
    [
        (asyncpg.DeadlockDetectedError(""), True),
        (asyncpg.SerializationError(""), True),
        (asyncpg.TooManyConnectionsError(""), True),
        (asyncpg.AdminShutdownError(""), True),
        (asyncpg.InterfaceError("connection is closed"), True),
        (TimeoutError(), True),
        (ConnectionRefusedError(), True),
        (asyncpg.UniqueViolationError(""), False),
        (asyncpg.InterfaceError("cannot perform operation: another operation is in progress"), False),
        (KeyError("x"), False),
    ],
)
def test_failures_of_the_moment_are_told_from_mistakes(database, error, passing):
    assert database.is_passing(error) is passing


async def test_what_is_done_alone_is_over_when_it_fails(box):
    with pytest.raises(LookupError):
        async with box.alone(41):
            raise LookupError

    async with asyncio.timeout(5), box.alone(41):
        held = await box.fetch_value("SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND objid = 41")
    assert held == 1
    assert await box.fetch_value("SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND objid = 41") == 0


async def test_a_connection_goes_back_without_another_exchange(box):
    asked = []
    connection = await box.ENGINE.pool.acquire()
    connection.add_query_logger(lambda said: asked.append(said.query))
    await connection.execute("SELECT 1")
    await box.ENGINE.pool.release(connection)

    assert asked == ["SELECT 1"]


async def test_a_transaction_can_begin_by_locking_a_tenant(box):
    locked = asyncio.Event()

    async def second():
        await locked.wait()
        async with box.transaction("450299001"):
            return await names(box)

    waiting = asyncio.create_task(second())
    async with box.transaction("450299001"):
        locked.set()
        await asyncio.sleep(0.05)
        await put(box, "a")

    assert await waiting == ["a"]


async def test_a_commit_that_keeps_nothing_is_an_error(box):
    with pytest.raises(TransactionError, match="nothing was kept"):
        async with box.transaction():
            await put(box, "a")
            with pytest.raises(asyncpg.UniqueViolationError):
                await put(box, "a")

    assert await names(box) == []
    assert idle(box)


async def test_a_lock_that_is_not_waited_for_leaves_no_transaction_behind(box):
    locked = asyncio.Event()

    async def second():
        await locked.wait()
        async with box.transaction("450299001"):
            pass

    waiting = asyncio.create_task(second())
    async with box.transaction("450299001"):
        locked.set()
        await asyncio.sleep(0.05)
        waiting.cancel()
        with pytest.raises(asyncio.CancelledError):
            await waiting

    assert idle(box)
    left_open = "state LIKE 'idle in transaction%' AND datname = current_database()"
    assert await box.fetch_value(f"SELECT count(*) FROM pg_stat_activity WHERE {left_open}") == 0


async def test_what_is_to_follow_a_commit_follows_it_and_only_it(box):
    done = []
    async with box.transaction():
        box.after_commit(lambda: done.append("kept"))
        with pytest.raises(LookupError):
            async with box.savepoint():
                box.after_commit(lambda: done.append("undone"))
                raise LookupError
        assert done == []
    with pytest.raises(LookupError):
        async with box.transaction():
            box.after_commit(lambda: done.append("rolled back"))
            raise LookupError
    box.after_commit(lambda: done.append("at once"))

    assert done == ["kept", "at once"]
