"""The whole app with Heping, its home and KTV, another tenant next door, and a way to see that nothing changed."""

from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from backend import database
from tests.backend.hazards.conftest import World, cast, world
from tests.hostile.next_door import NextDoor, make_next_door

__all__ = ["cast", "world"]

NOTED_ANYWAY = frozenset({"receipt", "device", "session", "login_attempt"})
"""A refusal leaves its receipt, and the device was heard of."""

Dump = dict[str, tuple[int, str | None]]


async def everything() -> Dump:
    """Return the number of rows and a digest of every table that a refusal must leave as it was."""
    tables = await database.fetch("SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY 1")
    found = {}
    for (table,) in tables:
        if table not in NOTED_ANYWAY:
            digest = "md5(string_agg(t::text, ';' ORDER BY t::text))"
            row = await database.fetch_row(f"SELECT count(*), {digest} FROM {table} t")
            assert row is not None
            found[table] = (row[0], row[1])
    return found


@pytest.fixture
def unchanged(database: Any) -> Callable[[], Awaitable[Dump]]:
    """A function that returns all that a refusal must leave as it was."""
    return everything


@pytest.fixture
async def next_door(world: World) -> NextDoor:
    """Another tenant with a home, premises, a visit and a hazard of its own."""
    return await make_next_door(world.cast)
