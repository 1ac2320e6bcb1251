"""Open the database, run one transaction, and lock a tenant for writing."""

import asyncio
import errno
from collections.abc import AsyncIterator, Callable, Iterable, Sequence
from contextlib import asynccontextmanager
from typing import Any

import asyncpg
from asyncpg.pool import Pool
from piccolo.engine.exceptions import TransactionError
from piccolo.engine.postgres import PostgresEngine
from piccolo.querystring import QueryString

from backend.transaction import TENANT_LOCKS, Transaction

Record = asyncpg.Record

ACQUIRE_TIMEOUT_S = 10.0
WAITING_MOST = 150
"""So many may wait for a connection; more would only wait in vain, each with its request in memory."""
COMMAND_TIMEOUT_S = 60.0
MIGRATION_LOCK = 0  # in the name space of the tenants' locks: no tenant is called 0


class Crowded(Exception):
    """So many wait for a connection that one more is sent away at once, to come back later."""


class SafePostgresEngine(PostgresEngine):
    """Piccolo's engine with a pool, transactions that never leak, and savepoints that really roll back."""

    _waiting = 0

    async def check_version(self) -> None:
        """Connect to nothing when this module is imported."""

    async def prep_database(self) -> None:
        """Connect to nothing when this module is imported."""

    def transaction(self) -> Transaction:  # type: ignore[override]
        """Return a transaction, or a savepoint when one is running (Piccolo's migrations nest)."""
        return Transaction(self, self.running())

    def running(self) -> Transaction | None:
        """Return the running transaction of this task.

        Errors: TransactionError in a task started inside a transaction: two queries would share one connection.
        """
        running: Any = self.current_transaction.get()
        if running is None:
            return None
        if running.task is not asyncio.current_task():
            raise TransactionError("a query from another task (gather, create_task, wait_for) inside a transaction")
        return running  # type: ignore[no-any-return]

    async def borrow(self) -> Any:
        """Return a connection that must be given back; a new one when no pool is open (migrations).

        Errors: Crowded; TimeoutError when none becomes free in time.
        """
        if self.pool is None:
            return await self.get_new_connection()
        if self._waiting >= WAITING_MOST:
            raise Crowded
        self._waiting += 1
        try:
            return await self.pool.acquire(timeout=ACQUIRE_TIMEOUT_S)
        finally:
            self._waiting -= 1

    async def give_back(self, connection: Any) -> None:
        """Return a borrowed connection, in whatever state it is; asyncpg resets it."""
        if self.pool is None:
            await connection.close()
        else:
            await self.pool.release(connection)

    async def run_querystring(self, querystring: QueryString, in_pool: bool = True) -> Any:  # noqa: ARG002
        """Run a query of Piccolo's in the running transaction, else on a borrowed connection."""
        sql, arguments = querystring.compile_string(engine_type=self.engine_type)
        return await self.fetch(sql, arguments)

    async def run_ddl(self, ddl: str, in_pool: bool = True) -> Any:  # noqa: ARG002
        """Run a statement without arguments in the running transaction, else on a borrowed connection."""
        return await self.fetch(ddl, ())

    async def fetch(self, sql: str, arguments: Iterable[Any]) -> list[Record]:
        """Return the rows of one statement."""
        running = self.running()
        if running is not None:
            return await running.connection.fetch(sql, *arguments)  # type: ignore[no-any-return]
        connection = await self.borrow()
        try:
            return await connection.fetch(sql, *arguments)  # type: ignore[no-any-return]
        finally:
            await self.give_back(connection)


ENGINE = SafePostgresEngine(config={})


async def _ask_nothing(connection: Any) -> None:
    """Let a connection go back without a question to the server: ours leave no settings, locks or cursors on it."""


async def open_pool(url: str | None = None, *, min_size: int = 2, max_size: int = 10, **connect: Any) -> Pool:
    """Return the pool of connections, opened to a URL or to asyncpg's connect keywords."""
    if ENGINE.pool is not None:
        raise RuntimeError("the pool is already open")
    where: dict[str, Any] = {"dsn": url} if url is not None else connect
    ENGINE.config = where
    ENGINE.pool = await asyncpg.create_pool(
        **where,
        min_size=min_size,
        max_size=max_size,
        command_timeout=COMMAND_TIMEOUT_S,
        reset=_ask_nothing,
        server_settings={"application_name": "gridwalk", "TimeZone": "UTC"},
    )
    return ENGINE.pool


async def close_pool(timeout_s: float = 5.0) -> None:
    """Close the pool, waiting at most `timeout_s` for queries that still run."""
    pool, ENGINE.pool = ENGINE.pool, None
    if pool is None:
        return
    try:
        async with asyncio.timeout(timeout_s):
            await pool.close()
    except TimeoutError:
        pool.terminate()


def transaction(tenant: str | None = None) -> Transaction:
    """Return the one transaction around a command; it commits on leaving, and rolls back on any exception.

    With a `tenant` it begins by locking it, see `lock_tenant`.
    Errors: TransactionError when one is already running.
    """
    if ENGINE.running() is not None:
        raise TransactionError("a transaction is already running; use savepoint() for a part that may fail")
    return Transaction(ENGINE, None, tenant)


def savepoint() -> Transaction:
    """Return a part of the running transaction that can fail by itself.

    Errors: TransactionError outside a transaction.
    """
    return Transaction(ENGINE, _running())


def _running() -> Transaction:
    running = ENGINE.running()
    if running is None:
        raise TransactionError("this needs a transaction around it")
    return running


def in_transaction() -> bool:
    """Is a transaction running in this task?"""
    return ENGINE.running() is not None


def after_commit(then: Callable[[], None]) -> None:
    """Call `then` as soon as the running transaction is committed, at once when none is running, never when it fails.

    A process that is killed in between does not come to it: it is for what the process itself remembers.
    """
    running = ENGINE.running()
    if running is None:
        then()
    else:
        running.then.append(then)


async def fetch(sql: str, *arguments: Any) -> list[Record]:
    """Return the rows of a statement, run in the running transaction or else by itself."""
    return await ENGINE.fetch(sql, arguments)


async def fetch_row(sql: str, *arguments: Any) -> Record | None:
    """Return the first row of a statement, or None."""
    rows = await ENGINE.fetch(sql, arguments)
    return rows[0] if rows else None


async def fetch_value(sql: str, *arguments: Any) -> Any:
    """Return the first column of the first row of a statement, or None."""
    rows = await ENGINE.fetch(sql, arguments)
    return rows[0][0] if rows else None


async def execute(sql: str, *arguments: Any) -> str:
    """Return PostgreSQL's command tag (such as `UPDATE 3`) of a statement; without arguments it may be several."""
    running = ENGINE.running()
    if running is not None:
        return await running.connection.execute(sql, *arguments)  # type: ignore[no-any-return]
    connection = await ENGINE.borrow()
    try:
        return await connection.execute(sql, *arguments)  # type: ignore[no-any-return]
    finally:
        await ENGINE.give_back(connection)


async def execute_many(sql: str, rows: Sequence[Sequence[Any]]) -> None:
    """Run a statement once for every row of arguments, all or none."""
    running = ENGINE.running()
    if running is not None:
        await running.connection.executemany(sql, rows)
        return
    connection = await ENGINE.borrow()
    try:
        await connection.executemany(sql, rows)
    finally:
        await ENGINE.give_back(connection)


async def lock_tenant(tenant: str) -> None:
    """Wait until this transaction alone writes in a tenant; the first statement of every write phase.

    Revisions are handed out in the order of these locks, so that a phone that has seen revision n misses none below.
    Locking later than the first write deadlocks: 418 of 800 transactions did in a trial.
    """
    running, number = _running(), int(tenant)
    if number not in running.locked:
        await running.connection.execute("SELECT pg_advisory_xact_lock($1, $2)", TENANT_LOCKS, number)
        running.locked.add(number)


@asynccontextmanager
async def alone(number: int) -> AsyncIterator[None]:
    """Be the only one, of all servers on this database, that runs the block of this number."""
    connection = await ENGINE.get_new_connection()
    try:
        await connection.execute("SELECT pg_advisory_lock($1, $2)", TENANT_LOCKS, number, timeout=None)
        yield
        await connection.execute("SELECT pg_advisory_unlock($1, $2)", TENANT_LOCKS, number)
    finally:
        await connection.close()  # which unlocks, too


_NO_ROOM = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})
_PASSING = (
    Crowded,
    asyncpg.PostgresConnectionError,
    asyncpg.TransactionRollbackError,  # serialization failures and deadlocks
    asyncpg.InsufficientResourcesError,  # too many connections, disk full, out of memory
    asyncpg.OperatorInterventionError,  # shutting down, starting up, statement timeout
    asyncpg.LockNotAvailableError,
    asyncpg.InternalClientError,  # a connection killed between two statements
    TimeoutError,
    ConnectionError,
    FileNotFoundError,  # the socket of a database that is not running
)


def is_full(error: BaseException) -> bool:
    """Is this the failure of a disk without room, the database's or our own?"""
    return isinstance(error, asyncpg.DiskFullError) or (isinstance(error, OSError) and error.errno in _NO_ROOM)


def is_passing(error: BaseException) -> bool:
    """Is this a failure of the moment, after which the same request may be tried again unchanged?"""
    if isinstance(error, asyncpg.InterfaceError):
        # "connection is closed", "pool is closing", "released back" when it was lost; the others are mistakes of ours
        return any(sign in str(error) for sign in ("clos", "released back"))
    return isinstance(error, _PASSING)
