"""The process that makes the copies: it is replaced after its share of work, ends unasked, and comes last."""

import asyncio
import hashlib
import os
import subprocess
import sys
import time
from collections.abc import AsyncIterator
from typing import Any

import pytest

from backend.demo.pictures import picture
from backend.photos import darkroom, queries
from backend.photos.rules import Size
from backend.photos.storage import store
from tests import cast
from tests.backend.photos.sending import at_once


@pytest.fixture
async def kept(staffed: Any) -> AsyncIterator[list[str]]:
    """The names of photos that nobody has seen yet."""
    photos = [picture("flue", after=False, seed=seed) for seed in range(7)]
    named = {hashlib.sha256(photo).hexdigest(): photo for photo in photos}
    for name, photo in named.items():
        store().put(name, photo)
    yield list(named)
    darkroom.close()


async def test_many_who_ask_at_once_are_served_by_one_process_after_the_other(
    kept: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(darkroom, "JOBS_PER_PROCESS", 2)

    async with asyncio.timeout(300):
        copies = await asyncio.gather(*(darkroom.copy(name, Size.THUMB) for name in kept))

    assert all(path.stat().st_size > 0 for path in copies)


async def test_after_the_process_was_killed_the_next_copy_is_made(kept: list[str]) -> None:
    async with asyncio.timeout(300):
        await darkroom.copy(kept[0], Size.THUMB)
        assert darkroom._pool is not None
        for process in list(darkroom._pool._processes.values()):
            process.kill()
            await asyncio.to_thread(process.join)
        for _ in range(2):  # whoever asks first may hear of the death
            made = await asyncio.gather(darkroom.copy(kept[1], Size.THUMB), return_exceptions=True)

    assert store().copy_path(kept[1], Size.THUMB).exists(), made


async def test_the_process_runs_when_no_other_wants_to(kept: list[str]) -> None:
    async with asyncio.timeout(300):
        await darkroom.copy(kept[0], Size.THUMB)

    assert darkroom._pool is not None
    (process,) = darkroom._pool._processes.values()
    assert os.sched_getscheduler(process.pid) == os.SCHED_IDLE


async def test_a_photo_whose_file_is_gone_keeps_back_none_of_those_behind_it(
    staffed: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    photos = [picture("flue", after=False, seed=seed) for seed in range(3)]
    names = [hashlib.sha256(photo).hexdigest() for photo in photos]
    async with cast.signed_in(staffed, "lan") as client:
        for photo in photos:
            assert (await client.post("/api/photos", content=photo, headers=at_once(photo))).status_code == 201
    store().path(names[0]).unlink()
    monkeypatch.setattr(darkroom, "receiving_within", lambda _: False)
    monkeypatch.setattr(darkroom, "AT_ONCE", 1)

    async with asyncio.timeout(300):
        await darkroom._make_new(asyncio.Event())

    assert await queries.unhashed(9, besides=()) == [names[0]]
    assert store().copy_path(names[2], Size.THUMB).exists()
    darkroom.close()


def test_a_killed_server_leaves_no_process_behind() -> None:
    program = "import os, time; from backend.photos import darkroom\n" \
        "if __name__ == '__main__':\n" \
        "    print(darkroom._pool_for_one_more().submit(os.getpid).result(), flush=True)\n" \
        "    time.sleep(600)"  # fmt: skip
    with subprocess.Popen([sys.executable, "-c", program], stdout=subprocess.PIPE, text=True) as server:
        assert server.stdout is not None
        worker = int(server.stdout.readline())
        os.kill(worker, 0)
        server.kill()
    end = time.monotonic() + 120  # it runs only when no other process wants to
    while _is_there(worker):
        assert time.monotonic() < end, "the process outlives its server"
        time.sleep(0.05)


def _is_there(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    return True
