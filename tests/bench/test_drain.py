"""Fifty phones come back with a day's findings at once, over lines on which a tenth of all requests fails."""

import asyncio
import json
import subprocess
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import asyncpg
import pytest

from backend.embedded_postgres import EmbeddedPostgres
from tests.bench.program import Program
from tests.bench.serving import cpu_s
from tests.bench.table import row
from tests.chaos import batch, soak, town

PHONES, FINDINGS, PHOTOS, SIZE_BYTES, FAILING = 50, 20, 4, 300_000, 0.1
BYTES_BAR = 1.15


@pytest.fixture
def program(tmp_path: Path) -> Iterator[tuple[Program, Path]]:
    """The program on a town in which each phone has a grid, and its data folder."""
    data = soak.make_town(tmp_path / "town")
    started = Program(data)
    started.ready()
    yield started, data
    started.stop()


class Peak:
    """The most memory that a program takes while this runs, in MB by whose it is, looked at every half second."""

    def __init__(self, program: Program) -> None:
        self.most: dict[str, float] = {}
        self._program = program
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._look)
        self._thread.start()

    def _look(self) -> None:
        while not self._over.wait(0.5):
            for name, size_mb in self._program.memory_mb().items():
                self.most[name] = max(size_mb, self.most.get(name, 0.0))

    def end(self) -> dict[str, float]:
        """Return what it was."""
        self._over.set()
        self._thread.join()
        return self.most


def drain(program: Program, folder: Path) -> tuple[dict[str, Any], float, float, dict[str, float]]:
    """Return what the phones tell, and the time, the CPU and the memory that it took."""
    slots = [town.slot(index) for index in range(PHONES)]
    order = {"port": program.port, "slots": slots, "findings": FINDINGS, "photos": PHOTOS, "size_bytes": SIZE_BYTES}
    (folder / "order.json").write_text(json.dumps(order | {"failing": FAILING}))
    command = ["node", str(batch.bundle(folder, "drain")), str(folder / "order.json")]
    process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    assert process.stdin is not None
    assert process.stdout is not None
    assert json.loads(process.stdout.readline()) == {"filled": PHONES}
    before_s, started, peak = cpu_s(program.pid), time.perf_counter(), Peak(program)
    process.stdin.write("\n")
    process.stdin.flush()
    told = json.loads(process.stdout.readline())
    lasted_s, spent_s = time.perf_counter() - started, cpu_s(program.pid) - before_s
    process.communicate("\n")
    return told, lasted_s, spent_s, peak.end()


def test_fifty_phones_drain_with_a_tenth_of_their_requests_failing(
    program: tuple[Program, Path], tmp_path: Path
) -> None:
    told, lasted_s, spent_s, memory_mb = drain(program[0], tmp_path)

    hazards, photos = PHONES * FINDINGS, PHONES * FINDINGS * PHOTOS
    assert asyncio.run(held(program[1])) == (hazards, photos, 0)
    what = f"{PHONES} phones, {hazards:,} findings, {photos:,} photos of 300 KB, a tenth of all requests failing"
    share = told["failed"] / told["requests"]
    row(f"{what}: bytes sent", f"{told['sent_bytes'] / 1e6:.0f} MB, {told['requests']:,} requests, {share:.0%} failed",
        f"needed {told['needed_bytes'] / 1e6:.0f} MB", told["sent_bytes"] / told["needed_bytes"], f"≤ {BYTES_BAR}×",
        met=told["sent_bytes"] <= BYTES_BAR * told["needed_bytes"])  # fmt: skip
    parts = ", ".join(f"{name} {size_mb:.0f}" for name, size_mb in memory_mb.items())
    row("The same: time, the phones on the same two cores and their pauses 20 times shorter", f"{lasted_s:.0f} s, "
        f"server and database {spent_s:.0f} s CPU", "—")  # fmt: skip
    row("The same: most memory (PSS) of server and database", f"{sum(memory_mb.values()):.0f} MB: {parts}")
    assert told["sent_bytes"] <= BYTES_BAR * told["needed_bytes"]
    assert share >= FAILING / 2


async def held(data: Path) -> tuple[int, int, int]:
    """Return how many hazards and photos the server holds, and how many photos its hazards still wait for."""
    connection = await asyncpg.connect(**EmbeddedPostgres(data / "database").connect)
    try:
        sums = "SELECT count(*), sum(photos_awaited), (SELECT count(*) FROM photo) FROM hazard"
        hazards, awaited, photos = await connection.fetchrow(sums)
        return hazards, photos, awaited
    finally:
        await connection.close()
