"""What the server and its database together take when nobody asks for anything, and how soon they are there."""

import asyncio
import hashlib
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from backend.embedded_postgres import EmbeddedPostgres
from backend.photos.darkroom import REST_S
from tests.bench.pack import fill
from tests.bench.pictures import camera, photos
from tests.bench.program import Program
from tests.bench.serving import Line, cpu_s
from tests.bench.table import row
from tests.bench.tus import Phone

MEMORY_BAR_MB = 150
START_BAR_S = 5.0
STARTS = 3


@pytest.fixture(scope="module")
def token(folder: Path) -> str:
    """The token of the worker of a grid with 500 households and 100 hazards."""
    program = Program(folder)
    program.ready()
    program.stop()
    cluster = EmbeddedPostgres(folder / "database").start()
    try:
        return asyncio.run(fill(cluster.connect, folder))
    finally:
        cluster.stop()


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder on the disk."""
    return tmp_path_factory.mktemp("idle")


@pytest.fixture
def program(folder: Path, token: str) -> Iterator[Program]:
    """The program, started again on data that is there."""
    started = Program(folder)
    started.ready()
    yield started
    started.stop()


def test_a_second_start_takes_less_than_five_seconds(folder: Path, token: str) -> None:
    lasted, used = [], []
    for _ in range(STARTS):
        program = Program(folder)
        lasted.append(program.ready())
        used.append(cpu_s(program.pid))
        program.stop()

    row("Second start, to the first answer from the database", f"{min(lasted):.1f} s, {min(used):.1f} s CPU",
        bar=f"≤ {START_BAR_S:.0f} s", met=min(lasted) <= START_BAR_S)  # fmt: skip
    assert min(lasted) <= START_BAR_S, used


def test_at_rest_server_and_database_are_small(program: Program, token: str) -> None:
    _note("after the start", program.memory_mb())
    asyncio.run(use(program, token))
    _note("just after some use", program.memory_mb(), held_to_bar=False)
    time.sleep(REST_S + 10)

    rested = _note("at rest after some use", program.memory_mb())

    assert rested <= MEMORY_BAR_MB


def _note(when: str, found: dict[str, float], *, held_to_bar: bool = True) -> float:
    total = sum(found.values())
    parts = ", ".join(f"{name} {size:.0f}" for name, size in found.items() if size)
    row(f"Memory (PSS) of server and database {when}", f"{total:.0f} MB: {parts}",
        bar=f"≤ {MEMORY_BAR_MB} MB" if held_to_bar else "—",
        met=total <= MEMORY_BAR_MB if held_to_bar else None)  # fmt: skip
    return total


async def use(program: Program, token: str) -> None:
    """Pull, send photos, look at their copies and at the map, and open the document of the interface."""
    line = await Line(program.port, token).open()
    for _ in range(10):
        assert (await line.ask("GET", "/api/sync/pull", b"", "accept-encoding: gzip"))[0] == 200
    for photo in photos(camera(), 8):
        sha256 = hashlib.sha256(photo).hexdigest()
        await Phone(line).at_once(photo, sha256)
        assert (await line.ask("GET", f"/api/photos/{sha256}?size=thumb"))[0] == 200
    line.close()
    headers = {"authorization": f"Bearer {token}"}
    async with httpx.AsyncClient(base_url=program.url, headers=headers, timeout=60) as client:
        asked = [
            "/api/hazards",
            "/api/hazard-map?bbox=109.3,24.2,109.5,24.4",
            "/api/hazard-map/summary",
            "/api/grids",
            "/api/openapi.json",
        ]
        asked += [f"/api/tiles/{layer}/12/3292/1762.mvt" for layer in ("hazards", "grids")]
        statuses = {path: (await client.get(path)).status_code for path in asked}
    assert not [path for path, status in statuses.items() if status >= 400 and status != 403], statuses
