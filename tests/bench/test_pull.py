"""Pulling the pack of a grid: 500 households and 100 hazards, as a phone does that starts its day."""

import asyncio
import gzip
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec
import pytest

from tests.bench.pack import HAZARDS, HOUSEHOLDS, fill
from tests.bench.serving import Line, cpu_s, durable_database, serving
from tests.bench.table import row

PULLS = 20
SIZE_BAR_BYTES = 200_000


@pytest.fixture(scope="module")
def pack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Any]]:
    """A durable database in which one grid holds 500 households and 100 hazards."""
    with durable_database(tmp_path_factory.mktemp("pack")) as connect:
        yield connect


def test_the_pack_of_a_grid_is_small_and_quick(pack: dict[str, Any], tmp_path: Path) -> None:
    asyncio.run(measure(pack, tmp_path))


async def measure(connect: dict[str, Any], folder: Path) -> None:
    token = await fill(connect, folder)
    async with serving(connect, folder) as (port, server):
        line = await Line(port, token).open()
        status, _, first = await line.ask("GET", "/api/sync/pull", b"", "accept-encoding: gzip")
        page = msgspec.json.decode(gzip.decompress(first))
        before, lasted = cpu_s(server), []
        for _ in range(PULLS):
            started = time.perf_counter()
            await line.ask("GET", "/api/sync/pull", b"", "accept-encoding: gzip")
            lasted.append(time.perf_counter() - started)
        cost_ms = (cpu_s(server) - before) / PULLS * 1000
        idle = []
        for _ in range(PULLS):
            started = time.perf_counter()
            await line.ask("GET", f"/api/sync/pull?cursor={page['cursor']}")
            idle.append(time.perf_counter() - started)
        line.close()
    assert status == 200
    assert (len(page["rows"]["household"]), len(page["rows"]["hazard"]), page["more"]) == (HOUSEHOLDS, HAZARDS, False)
    plain = gzip.decompress(first)
    size = f"{len(first) / 1000:.0f} KB compressed of {len(plain) / 1000:.0f}"
    row(f"Pull of a grid: {HOUSEHOLDS} households, {HAZARDS} hazards", size, bar=f"≤ {SIZE_BAR_BYTES // 1000} KB")
    row("The same, time and server CPU", f"{min(lasted) * 1000:.0f} ms, {cost_ms:.0f} ms CPU")
    row("Pull when nothing changed", f"{min(idle) * 1000:.1f} ms")
    for level in (1, 6, 9):
        started = time.perf_counter()
        small = gzip.compress(plain, level, mtime=0)
        row(
            f"That pack by gzip {level}", f"{(time.perf_counter() - started) * 1000:.1f} ms, {len(small) / 1000:.0f} KB"
        )
    assert len(first) <= SIZE_BAR_BYTES
