"""Give a test an empty database, an app, a client and a clock that stands still."""

import asyncio
import os
import uuid
from collections.abc import AsyncIterator, Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from types import ModuleType
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import asyncpg
import httpx
import pytest
from litestar import Litestar

import backend.database
from backend import clock, schema, vault
from backend.app import SLICES, create_app, furnish
from backend.embedded_postgres import FORGETFUL, EmbeddedPostgres
from backend.hazard_map.queries import ground as hazard_map
from backend.hazards.queries import held, stood
from backend.places.queries import grids
from backend.settings import Settings

LONGEST_FIRST = ("tests/chaos", "tests/browsers", "tests/journeys")
"""Begun last, they would leave the other workers idle at the end."""

# Empties what the last test filled: 5 ms, against 22 ms for a new copy of a template database.
EMPTY = """
DO $$
DECLARE
  each text;
  filled text[] := '{}';
  has_rows boolean;
BEGIN
  FOR each IN SELECT quote_ident(tablename) FROM pg_tables WHERE schemaname = 'public' LOOP
    EXECUTE 'SELECT EXISTS (SELECT 1 FROM ' || each || ')' INTO has_rows;
    IF has_rows THEN filled := filled || each; END IF;
  END LOOP;
  IF filled <> '{}' THEN
    EXECUTE 'TRUNCATE ' || array_to_string(filled, ', ') || ' RESTART IDENTITY CASCADE';
  END IF;
  FOR each IN SELECT quote_ident(sequencename) FROM pg_sequences
    WHERE schemaname = 'public' AND last_value IS NOT NULL LOOP
    EXECUTE 'ALTER SEQUENCE ' || each || ' RESTART';
  END LOOP;
END $$
"""


def pytest_addoption(parser: pytest.Parser) -> None:
    """Let a second run, on another PostgreSQL, leave out what never meets it."""
    parser.addoption("--only-with-database", action="store_true", help="only tests that use the database of the run")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Put what takes longest at the beginning; the rest stays in its order."""
    items.sort(key=lambda item: not item.nodeid.startswith(LONGEST_FIRST))
    if config.getoption("--only-with-database"):
        kept = [item for item in items if "postgres" in getattr(item, "fixturenames", ())]
        config.hook.pytest_deselected(items=[item for item in items if item not in set(kept)])
        items[:] = kept


@pytest.fixture(autouse=True)
def opened_vault() -> None:
    """The secret of this run, also after a test that opened another: what tests write themselves is sealed with it."""
    vault.use(b"the secret of the tests, 32 long.")


@pytest.fixture(scope="session")
def postgres(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Any]]:
    """How asyncpg reaches the PostgreSQL of this run: DATABASE_URL, else an embedded one that may forget."""
    url = os.environ.get("DATABASE_URL")
    if url:
        yield {"dsn": url}
        return
    cluster = EmbeddedPostgres(tmp_path_factory.mktemp("postgres"), settings=FORGETFUL | {"max_connections": "100"})
    cluster.start()
    yield cluster.connect
    cluster.stop()


@pytest.fixture(scope="session")
def in_database(postgres: dict[str, Any]) -> Callable[[str], dict[str, Any]]:
    """A function that returns how asyncpg reaches another database of the same server."""

    def reach(name: str) -> dict[str, Any]:
        if "dsn" in postgres:
            return {"dsn": urlunsplit(urlsplit(postgres["dsn"])._replace(path=f"/{name}"))}
        return postgres | {"database": name}

    return reach


@pytest.fixture(scope="session")
def database_of_session(
    postgres: dict[str, Any], in_database: Callable[[str], dict[str, Any]]
) -> Iterator[dict[str, Any]]:
    """How asyncpg reaches a database of this process, with every table made and empty."""
    name = f"gridwalk_test_{uuid.uuid4().hex[:12]}"

    async def ask(sql: str) -> None:
        connection = await asyncpg.connect(**postgres)
        await connection.execute(sql)
        await connection.close()

    async def make_tables() -> None:
        await backend.database.open_pool(**where)
        await schema.create_from_tables()
        await backend.database.close_pool()

    asyncio.run(ask(f"CREATE DATABASE {name} TEMPLATE template0"))
    where = in_database(name)
    asyncio.run(make_tables())
    yield where
    asyncio.run(ask(f"DROP DATABASE {name} WITH (FORCE)"))


@pytest.fixture
async def database(database_of_session: dict[str, Any]) -> AsyncIterator[ModuleType]:
    """The module backend.database, its pool open to an empty database."""
    await backend.database.open_pool(**database_of_session, min_size=1)
    await backend.database.execute(EMPTY)
    # An empty database begins its editions anew: so is called, too, what is in memory of another test's.
    for known in (grids._grounds, hazard_map._grounds):
        known.clear()
    held.forget()
    stood.forget()
    yield backend.database
    await backend.database.close_pool()


@pytest.fixture
def frozen_clock() -> Iterator[clock.Journey]:
    """The clock, standing at Monday 2026-03-02 09:00 in Shanghai until the test moves it."""
    with clock.travel(datetime(2026, 3, 2, 1, 0, tzinfo=UTC)) as journey:
        yield journey


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """Settings as `make run` has them, with an empty data folder."""
    return Settings(data=tmp_path / "data")


@pytest.fixture
def slices() -> tuple[str, ...]:
    """The slices that the app of a test is made of; a folder's conftest may name fewer."""
    return SLICES


_apps: dict[tuple[tuple[str, ...], Settings], Litestar] = {}


def _app(slices: tuple[str, ...], settings: Settings, connect: dict[str, Any]) -> Litestar:
    """Return the application, its routes made once (0.14 s) and all that it holds made anew."""
    kind = (slices, replace(settings, data=Path()))  # only what it holds knows the data folder
    if kind not in _apps:
        _apps[kind] = create_app(settings, connect=connect, slices=slices)
    furnish(_apps[kind], settings, slices)
    return _apps[kind]


@pytest.fixture
async def app(
    database: ModuleType, database_of_session: dict[str, Any], settings: Settings, slices: tuple[str, ...]
) -> AsyncIterator[Litestar]:
    """The whole application, open for business on the test's database."""
    made = _app(slices, settings, database_of_session)
    opened, finished = asyncio.Event(), asyncio.Event()

    async def stay_open() -> None:  # in one task from first to last, as a lifespan wants it and a fixture is not
        async with made.lifespan():
            await made.state.listener.connected.wait()
            opened.set()
            await finished.wait()

    staying = asyncio.create_task(stay_open())
    opening = asyncio.create_task(opened.wait())
    await asyncio.wait({staying, opening}, return_when=asyncio.FIRST_COMPLETED)
    if opening.done():
        yield made
    opening.cancel()
    finished.set()
    await staying


@pytest.fixture
async def client(app: Litestar) -> AsyncIterator[httpx.AsyncClient]:
    """A client that nobody has signed in on; it calls the app in the test's own task, so that its clock counts."""
    transport = httpx.ASGITransport(app=app, raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url="http://testserver") as client:
        yield client
