"""Be one transaction, or a savepoint inside one, whose connection always goes back to the pool."""

import asyncio
from collections.abc import Callable
from contextlib import suppress
from contextvars import ContextVar
from types import TracebackType
from typing import Any, Protocol, Self

import asyncpg
from piccolo.engine.exceptions import TransactionError

TENANT_LOCKS = 7  # the name space of our advisory locks; the second number is the tenant


class Engine(Protocol):
    """Where connections come from and go back to, and which transaction runs."""

    current_transaction: ContextVar[Any]

    async def borrow(self) -> Any:
        """Return a connection that must be given back."""

    async def give_back(self, connection: Any) -> None:
        """Take a connection back."""


class Transaction:
    """A transaction of its own connection, or a savepoint inside one.

    Piccolo's own leaks the connection when COMMIT fails or the task is cancelled, and nests as a silent no-op. With a
    `tenant` to lock, the lock is taken in the same exchange: one less costs a push 0.1 ms of CPU.
    """

    def __init__(self, engine: "Engine", parent: "Transaction | None", tenant: str | None = None) -> None:
        self._engine = engine
        self._parent = parent
        self._depth: int = 0 if parent is None else parent._depth + 1
        self.connection: Any = None
        self.task: asyncio.Task[Any] | None = None
        self.locked: set[int] = set() if parent is None else set(parent.locked)
        self.locked |= set() if tenant is None else {int(tenant)}
        self.then: list[Callable[[], None]] = []

    async def __aenter__(self) -> Self:
        self.task = asyncio.current_task()
        self.connection = await self._engine.borrow() if self._parent is None else self._parent.connection
        try:
            await self.connection.execute(self._begin())
        except BaseException:
            if self._parent is None:  # one that was cancelled may have begun all the same
                await self._undo()
                await self._engine.give_back(self.connection)
            raise
        self._token = self._engine.current_transaction.set(self)
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        try:
            if error is None:
                await self._keep()
            else:
                await self._undo()
        finally:
            self._engine.current_transaction.reset(self._token)
            if self._parent is None:
                await self._engine.give_back(self.connection)

    def _begin(self) -> str:
        if self._parent is not None:
            return f"SAVEPOINT s{self._depth}"
        return "BEGIN;" + "".join(f"SELECT pg_advisory_xact_lock({TENANT_LOCKS}, {number})" for number in self.locked)

    async def _keep(self) -> None:
        if self._parent is not None:
            await self.connection.execute(f"RELEASE s{self._depth}")
            self._parent.locked |= self.locked
            self._parent.then += self.then
            return
        if await self.connection.execute("COMMIT") != "COMMIT":  # after a failed statement it says ROLLBACK instead
            raise TransactionError("a statement failed and nobody heard of it; nothing was kept")
        for each in self.then:
            each()

    async def _undo(self) -> None:
        try:
            to_here = f"ROLLBACK TO s{self._depth}; RELEASE s{self._depth}"
            await self.connection.execute("ROLLBACK" if self._parent is None else to_here)
        except Exception:  # noqa: BLE001
            # The connection is beyond use, and so is everything done on it; the first error is the one to report.
            with suppress(asyncpg.InterfaceError):  # a connection that was lost is no longer ours to end
                self.connection.terminate()
