"""Photos of 300 KB received over HTTP with a receipt each, against the bare disk writing new files of that size."""

import asyncio
import hashlib
import os
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from tests.bench.bare_receiving import bare_rate
from tests.bench.pictures import camera, photos
from tests.bench.serving import connections, cpu_s, durable_database, rate, serving
from tests.bench.sessions import postmaster, sessions_of
from tests.bench.table import row
from tests.bench.tus import Phone, phones

CLIENTS, PHOTOS, ROUNDS = 32, 480, 4
BAR = 0.5
FEW, DELAY_BAR = 4, 1.5


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Any]]:
    """A durable database on a real disk."""
    folder = tmp_path_factory.mktemp("receipts")
    assert file_system(folder) not in {"tmpfs", "ramfs", "overlay"}, "name a disk: pytest --basetemp=…"
    with durable_database(folder) as connect:
        yield connect


def file_system(folder: Path) -> str:
    """Return the kind of file system that a folder is on."""
    mounts = [line.split()[1:3] for line in Path("/proc/self/mounts").read_text().splitlines()]
    holding = [(where, kind) for where, kind in mounts if folder.resolve().is_relative_to(where)]
    return max(holding, key=lambda mount: len(mount[0]))[1]


def disk_rate(folder: Path, bodies: list[bytes], threads: int) -> float:
    """Return how many new files a second so many threads write and fsync."""
    folder.mkdir()

    def write(number: int) -> None:
        file = os.open(folder / str(number), os.O_WRONLY | os.O_CREAT | os.O_EXCL)
        os.write(file, bodies[number])
        os.fsync(file)
        os.close(file)

    with ThreadPoolExecutor(threads) as pool:
        list(pool.map(lambda _: None, range(threads)))
        started = time.perf_counter()
        list(pool.map(write, range(len(bodies))))
        return len(bodies) / (time.perf_counter() - started)


async def receipts(senders: list[Phone], way: str, bodies: list[bytes], lasted: list[float]) -> float:
    """Return receipts a second, each sender sending one photo after the other."""
    named = [hashlib.sha256(body).hexdigest() for body in bodies]

    async def one(client: int, number: int) -> None:
        started = time.perf_counter()
        await getattr(senders[client], way)(bodies[number], named[number])
        lasted.append(time.perf_counter() - started)

    return await rate(len(bodies), len(senders), one)


@pytest.mark.parametrize("way", ["at_once", "in_two"])
def test_receipts_come_at_half_the_speed_of_the_bare_disk(kept: dict[str, Any], tmp_path: Path, way: str) -> None:
    ours, alone, least, bare, bare_alone, cost_ms = asyncio.run(compare(kept, tmp_path, way))

    words = {"at_once": "in one request", "in_two": "created, then sent"}[way]
    row(f"Photo receipts of 300 KB, {CLIENTS} clients, {words}", f"{ours:.0f}/s, {cost_ms:.2f} ms CPU each",
        f"bare disk, {CLIENTS} threads {bare:.0f}/s", ours / bare, f"≥ {BAR}×", met=ours / bare >= BAR)  # fmt: skip
    row(f"Beside those {words}: socket, hash and disk, no HTTP, no database, {CLIENTS} clients", f"{least:.0f}/s",
        f"bare disk, {CLIENTS} threads {bare:.0f}/s", least / bare)  # fmt: skip
    row(f"Photo receipts of 300 KB, 1 client, {words}", f"{alone:.0f}/s",
        f"bare disk, 1 thread {bare_alone:.0f}/s", alone / bare_alone)  # fmt: skip
    assert ours / bare >= BAR


async def compare(connect: dict[str, Any], folder: Path, way: str) -> tuple[float, ...]:
    """Return the best rates (ours by many and one, bare receiving, the disk by many and one) and a receipt's CPU ms."""
    sessions = await sessions_of(connect, CLIENTS)
    first = camera()
    ours, alone, least, bare, bare_alone, costs = [], [], [], [], [], []
    async with serving(connect, folder / "server") as (port, server):
        roots = (server, await postmaster(connect))
        for number in range(ROUNDS):
            bodies, few = photos(first, PHOTOS), photos(first, 64)
            bare.append(disk_rate(folder / f"bare-{number}", bodies, CLIENTS))
            bare_alone.append(disk_rate(folder / f"alone-{number}", few, 1))
            least.append(bare_rate(folder / f"least-{number}", bodies[0], PHOTOS, CLIENTS))
            async with phones(port, sessions) as senders:
                before = cpu_s(*roots)
                ours.append(await receipts(senders, way, bodies, []))
                costs.append((cpu_s(*roots) - before) / PHOTOS * 1000)
                alone.append(await receipts(senders[:1], way, few, []))
    return max(ours), max(alone), max(least), max(bare), max(bare_alone), min(costs)


def test_making_copies_delays_no_receipt(kept: dict[str, Any], tmp_path: Path) -> None:
    quiet_ms, busy_ms, copies = asyncio.run(beside_the_darkroom(kept, tmp_path))

    row("Receipt, 95 of 100, while copies are made on sight", f"{busy_ms:.0f} ms beside {copies} copies",
        f"while none are made {quiet_ms:.0f} ms", busy_ms / quiet_ms, f"≤ {DELAY_BAR}×",
        met=busy_ms <= DELAY_BAR * quiet_ms)  # fmt: skip
    assert busy_ms <= DELAY_BAR * quiet_ms


async def beside_the_darkroom(connect: dict[str, Any], folder: Path) -> tuple[float, float, int]:
    """Return the better of the 95th percentiles without and with copies being made, in ms, and the copies made."""
    sessions = await sessions_of(connect, FEW + 1)
    first = camera()
    quiet, busy, seen = [], [], 0
    async with serving(connect, folder / "server") as (port, _), phones(port, sessions) as (looker, *senders):
        await receipts(senders, "at_once", photos(first, 16), [])
        for _ in range(ROUNDS):
            await forget_the_unhashed(connect)
            quiet.append(await percentile_95_ms(senders, photos(first, 80)))
            enough = asyncio.Event()
            looking = asyncio.create_task(look(looker, first, enough))
            await asyncio.sleep(0.5)
            busy.append(await percentile_95_ms(senders, photos(first, 80)))
            enough.set()
            seen += await looking
    return min(quiet), min(busy), seen


async def percentile_95_ms(senders: list[Phone], bodies: list[bytes]) -> float:
    """Return how long 95 of 100 receipts take at most."""
    lasted: list[float] = []
    await receipts(senders, "at_once", bodies, lasted)
    return sorted(lasted)[int(len(lasted) * 0.95)] * 1000


async def look(looker: Phone, first: bytes, enough: asyncio.Event) -> int:
    """Return how many photos somebody saw for the first time, one after the other, until it was enough."""
    seen = 0
    while not enough.is_set():
        (body,) = photos(first, 1)
        sha256 = hashlib.sha256(body).hexdigest()
        await looker.at_once(body, sha256)
        status, _, _ = await looker.line.ask("GET", f"/api/photos/{sha256}?size=thumb")
        assert status == 200
        seen += 1
    return seen


async def forget_the_unhashed(connect: dict[str, Any]) -> None:
    """Leave the server no photo to copy in idle time."""
    (one,) = await connections(connect, 1)
    await one.execute("UPDATE photo SET perceptual_hash = 0 WHERE perceptual_hash IS NULL")
    await one.close()
