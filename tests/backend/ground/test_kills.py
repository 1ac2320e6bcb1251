"""Server or database are killed -9 under phones that push and send photos: nothing acknowledged is lost or doubled."""

import asyncio
import os
import random
import shutil
import signal
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import asyncpg
import httpx
import pytest

from backend import database, schema
from backend.embedded_postgres import EmbeddedPostgres
from backend.people import commands
from media import sha256_hex
from tests.backend.ground.test_server import Running
from tests.backend.ground.workers import Worker
from tests.backend.places import ground
from tests.cast import CAST, make_cast
from tests.loopback import PLAIN

ROUNDS = 10
LOGINS = ("lan", "lan", "guo", "guo")
PROGRAM = "import sys\nsys.argv = ['gridwalk', 'serve']\nfrom backend.__main__ import main\nsys.exit(main())\n"


class Server(Running):
    """The whole product."""

    def __init__(self, data: Path, port: int | None = None) -> None:
        super().__init__(data, script=PROGRAM, GRIDWALK_PORT=str(port or ""), GRIDWALK_LOG_LEVEL="error")


@pytest.fixture(scope="module")
def world(tmp_path_factory) -> tuple[Path, list[tuple[str, object]]]:
    """A data folder with a building, and the sessions of four phones."""
    data = tmp_path_factory.mktemp("world") / "data"

    async def fill() -> list[tuple[str, object]]:
        await database.open_pool(**cluster.connect)
        await schema.migrate()
        await make_cast()
        await ground.make_ground()
        async with database.transaction():
            opened = [await commands.open_session(CAST[login].id, None, "手机", enrolled=True) for login in LOGINS]
        await database.close_pool()
        return [(each.token, each.signed_in.device.id) for each in opened]

    cluster = EmbeddedPostgres(data / "database").start()
    sessions = asyncio.run(fill())
    cluster.stop()
    return data, sessions


@pytest.fixture
def data(world, tmp_path) -> Path:
    shutil.copytree(world[0], tmp_path / "data", ignore=shutil.ignore_patterns("run"))
    return tmp_path / "data"


@contextmanager
def at_work(workers: list[Worker]) -> Iterator[None]:
    """Let the workers work, each in a thread of its own, until the block ends."""
    enough = threading.Event()
    threads = [threading.Thread(target=worker.work, args=(enough,)) for worker in workers]
    for thread in threads:
        thread.start()
    try:
        yield
    finally:
        enough.set()
        for thread in threads:
            thread.join(30)


def crew(world, url: str, chance: random.Random) -> list[Worker]:
    return [
        Worker(f"{number}-", token, device_id, url, random.Random(chance.random()))
        for number, (token, device_id) in enumerate(world[1])
    ]


def what_is_there(data: Path) -> tuple[list[str], list[str], int]:
    """Return the doors and the photos in the database of a running server, and the number of receipts."""

    async def read() -> tuple[list[str], list[str], int]:
        ask = await asyncpg.connect(**EmbeddedPostgres(data / "database").connect)
        doors = [str(row[0]) for row in await ask.fetch("SELECT id FROM household")]
        photos = [row[0] for row in await ask.fetch("SELECT sha256 FROM photo")]
        receipts = await ask.fetchval("SELECT count(*) FROM receipt WHERE outcome = 'applied'")
        await ask.close()
        return doors, photos, receipts

    return asyncio.run(read())


def nothing_acknowledged_is_missing(data: Path, workers: list[Worker]) -> None:
    doors, photos, _ = what_is_there(data)
    assert [fault for worker in workers for fault in worker.wrong] == []
    assert {door for worker in workers for door in worker.applied} - set(doors) == set()
    assert {photo for worker in workers for photo in worker.held} - set(photos) == set()
    for photo in photos:
        assert sha256_hex((data / "photos" / "kept" / photo[:2] / photo).read_bytes()) == photo


def nothing_is_doubled_and_all_is_there(data: Path, workers: list[Worker]) -> None:
    for worker in workers:
        worker.finish()
    nothing_acknowledged_is_missing(data, workers)
    doors, photos, receipts = what_is_there(data)
    assert sorted(doors) == sorted(door for worker in workers for door in worker.applied)
    assert sorted(photos) == sorted(photo for worker in workers for photo in worker.held)
    assert receipts == len(doors) == sum(worker.made for worker in workers)


@pytest.fixture
def started() -> Iterator[list[Server]]:
    servers: list[Server] = []
    yield servers
    for server in servers:
        server.process.kill()
        server.process.wait()
        server.process.stdout.close()


def test_a_server_killed_ten_times_under_load_loses_and_doubles_nothing(world, data, started):
    chance, port = random.Random(20260302), None
    workers: list[Worker] = []
    for _ in range(ROUNDS):
        server = Server(data, port)
        started.append(server)
        server.ready()
        port = server.port
        workers = workers or crew(world, server.url, chance)
        nothing_acknowledged_is_missing(data, workers)
        with at_work(workers):
            time.sleep(chance.uniform(0.1, 0.7))
            server.process.kill()
            server.process.wait()
    started.append(Server(data, port).ready())

    nothing_is_doubled_and_all_is_there(data, workers)
    assert min(len(worker.applied) for worker in workers) > ROUNDS
    assert min(len(worker.held) for worker in workers) > ROUNDS // 2


def test_a_database_killed_under_load_is_started_again_and_nobody_notices_more_than_a_wait(world, data, started):
    chance = random.Random(20260303)
    server = Server(data)
    started.append(server)
    server.ready()
    workers = crew(world, server.url, chance)
    with at_work(workers):
        for _ in range(3):
            time.sleep(chance.uniform(0.3, 0.8))
            note = data / "database" / "postgres" / "postmaster.pid"
            os.kill(int(note.read_text().split("\n", 1)[0]), signal.SIGKILL)
            until_ready(server.url)

    assert server.process.poll() is None
    nothing_is_doubled_and_all_is_there(data, workers)
    assert sum(worker.refusals for worker in workers) > 0, "somebody was told to come again"


def until_ready(url: str) -> None:
    """Return when the server says that it is ready again, having said before that it is not."""
    end, was_away = time.monotonic() + 120, False
    while time.monotonic() < end:
        status = httpx.get(f"{url}/health/ready", timeout=60, verify=PLAIN).status_code
        assert status in (200, 503)
        was_away |= status == 503
        if was_away and status == 200:
            return
        time.sleep(0.02)
    raise AssertionError("not ready again")
