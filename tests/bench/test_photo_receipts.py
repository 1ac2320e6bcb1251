"""Photos of 300 KB received over HTTP with a receipt each, against the bare disk writing new files of that size."""

import asyncio
import base64
import contextlib
import hashlib
import os
import time
from collections.abc import AsyncIterator, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from io import BytesIO
from itertools import count
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from tests.bench.serving import Line, cpu_s, durable_database, rate, serving
from tests.bench.sessions import postmaster, sessions_of
from tests.bench.table import row

SIZE_BYTES = 300_000
CLIENTS, PHOTOS, ROUNDS = 32, 480, 4
BAR = 0.5
_OFFSET_TYPE = "content-type: application/offset+octet-stream"
_numbers = count()


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


def camera() -> bytes:
    """Return a JPEG of a little less than 300 KB, as the phone makes it: 1,600 × 1,200, with EXIF."""
    rng = np.random.default_rng(3)
    hills = Image.fromarray(rng.integers(0, 255, (30, 40, 3), dtype=np.uint8))
    soft = np.asarray(hills.resize((1600, 1200), Image.Resampling.BICUBIC))
    picture = Image.fromarray((soft + rng.normal(0, 6, (1200, 1600, 1))).clip(0, 255).astype(np.uint8))
    exif = Image.Exif()
    exif[0x0110], exif[0x0132] = "Phone", "2026:03:02 09:00:00"
    for quality in range(90, 30, -2):
        out = BytesIO()
        picture.save(out, "JPEG", quality=quality, exif=exif)
        if len(out.getvalue()) <= SIZE_BYTES - 64:
            return out.getvalue()
    raise AssertionError("no quality gives 300 KB")


def photos(first: bytes, wanted: int) -> list[bytes]:
    """Return different photos of 300,000 bytes: the first with a comment in each."""
    made = []
    for _ in range(wanted):
        room = SIZE_BYTES - len(first) - 4
        remarks = []
        while room > 0:  # a comment holds at most 65,533 bytes
            size = min(room, 60_000)
            remarks.append(b"\xff\xfe" + (size + 2).to_bytes(2, "big") + b"%016d" % next(_numbers) + bytes(size - 16))
            room -= size + 4
        made.append(first[:2] + b"".join(remarks) + first[2:])
    return made


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


class Phone:
    """A client that sends photos by tus, and insists on a receipt that names each."""

    def __init__(self, line: Line) -> None:
        self.line = line

    async def at_once(self, body: bytes, sha256: str) -> None:
        """Send a photo in the request that creates its upload."""
        status, headers, content = await self.line.ask("POST", "/api/photos", body, *_creation(sha256), _OFFSET_TYPE)
        assert status == 201, content
        assert headers["photo-receipt"].startswith(sha256)

    async def in_two(self, body: bytes, sha256: str) -> None:
        """Create an upload, then send the photo."""
        status, headers, content = await self.line.ask("POST", "/api/photos", b"", *_creation(sha256))
        assert status == 201, content
        where = headers["location"]
        status, headers, content = await self.line.ask(
            "PATCH", where, body, "tus-resumable: 1.0.0", "upload-offset: 0", _OFFSET_TYPE
        )
        assert status == 204, content
        assert headers["photo-receipt"].startswith(sha256)


def _creation(sha256: str) -> list[str]:
    said = {"sha256": sha256, "taken_at": datetime.now(UTC).isoformat(), "lon": "109.4", "lat": "24.3",
            "crs": "wgs84", "accuracy_m": "25", "source": "gps"}  # fmt: skip
    told = ",".join(f"{key} {base64.b64encode(value.encode()).decode()}" for key, value in said.items())
    return ["tus-resumable: 1.0.0", f"upload-length: {SIZE_BYTES}", f"upload-metadata: {told}"]


@contextlib.asynccontextmanager
async def phones(port: int, sessions: list[tuple[str, str]]) -> AsyncIterator[list[Phone]]:
    """One connected client for each session."""
    lines = [await Line(port, token).open() for token, _ in sessions]
    try:
        yield [Phone(line) for line in lines]
    finally:
        for line in lines:
            line.close()


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
    ours, alone, bare, bare_alone, cost_ms = asyncio.run(compare(kept, tmp_path, way))

    words = {"at_once": "in one request", "in_two": "created, then sent"}[way]
    row(f"Photo receipts of 300 KB, {CLIENTS} clients, {words}", f"{ours:.0f}/s, {cost_ms:.2f} ms CPU each",
        f"bare disk, {CLIENTS} threads {bare:.0f}/s", ours / bare, f"≥ {BAR}×")  # fmt: skip
    row(f"Photo receipts of 300 KB, 1 client, {words}", f"{alone:.0f}/s",
        f"bare disk, 1 thread {bare_alone:.0f}/s", alone / bare_alone)  # fmt: skip
    assert ours / bare >= BAR


async def compare(connect: dict[str, Any], folder: Path, way: str) -> tuple[float, float, float, float, float]:
    """Return the best rates of ours and of the disk, by many and by one, and the CPU ms that a receipt costs."""
    sessions = await sessions_of(connect, CLIENTS)
    first = camera()
    ours, alone, bare, bare_alone, costs = [], [], [], [], []
    async with serving(connect, folder / "server") as (port, server), phones(port, sessions) as senders:
        roots = (server, await postmaster(connect))
        await receipts(senders, way, photos(first, 64), [])
        for number in range(ROUNDS):
            bodies = photos(first, PHOTOS)
            bare.append(disk_rate(folder / f"bare-{number}", bodies, CLIENTS))
            before = cpu_s(*roots)
            ours.append(await receipts(senders, way, bodies, []))
            costs.append((cpu_s(*roots) - before) / PHOTOS * 1000)
            few = photos(first, 64)
            bare_alone.append(disk_rate(folder / f"alone-{number}", few, 1))
            alone.append(await receipts(senders[:1], way, few, []))
    return max(ours), max(alone), max(bare), max(bare_alone), min(costs)
