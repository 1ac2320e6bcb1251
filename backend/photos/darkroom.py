"""Make the copies of photos in one spawned process, on first sight or in idle time, never before a receipt."""

import asyncio
import errno
import logging
import multiprocessing
import multiprocessing.connection
import os
import threading
import time
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from pathlib import Path

from backend.photos import queries
from backend.photos.commands import note_hashes, receiving_within
from backend.photos.rules import Size
from backend.photos.storage import store

log = logging.getLogger("gridwalk.darkroom")

# Then a fresh one: picture libraries fragment memory. Counted here, because with the pool's own max_tasks_per_child
# nobody takes the place of a process that was asked for more while it was busy, and all wait for ever (CPython 115634).
JOBS_PER_PROCESS = 200
IDLE_S = 3.0
AT_ONCE = 8  # photos whose hashes are told of together: those of a hazard come one after the other
NO_ROOM = (errno.ENOSPC, errno.EDQUOT)
REST_S = 60.0  # without work the process ends, and gives back its memory

_pool: ProcessPoolExecutor | None = None
_given = 0  # jobs to this pool
_running: dict[str, asyncio.Future[int]] = {}
_last_work = 0.0
_put_aside: set[str] = set()
"""Photos of which no copy could be made; they are tried again after the next start."""


async def copy(sha256: str, size: Size) -> Path:
    """Return where a copy of a photo lies, made now if it was not there."""
    path = store().copy_path(sha256, size.value)
    if not await asyncio.to_thread(path.exists):
        await note_hashes({sha256: await _develop(sha256)})
    return path


async def idle(stopping: asyncio.Event) -> None:
    """Make the copies and perceptual hashes of new photos while nobody waits for any or sends any, until `stopping`."""
    while not stopping.is_set():
        try:
            async with asyncio.timeout(IDLE_S):
                await stopping.wait()
        except TimeoutError:
            if not receiving_within(IDLE_S):
                await _make_new(stopping)
            _rest()
    close()


async def _make_new(stopping: asyncio.Event) -> None:
    """Make what is missing; without a database or without room it is made at another time."""
    try:
        while names := await queries.unhashed(AT_ONCE, besides=_put_aside):
            if not await _make(names, stopping):
                return
    except Exception as error:  # noqa: BLE001 — a copy that cannot be made now must not end all later ones
        log.warning("copies wait: %s: %s", type(error).__name__, error)


async def _make(names: list[str], stopping: asyncio.Event) -> bool:
    """Make the copies of these photos and note their hashes; return whether nobody came in between."""
    made: dict[str, int] = {}
    try:
        for sha256 in names:
            if stopping.is_set() or receiving_within(IDLE_S):
                return False
            try:
                made[sha256] = await _develop(sha256)
            except Exception as error:
                if getattr(error, "errno", None) in NO_ROOM:
                    raise
                # Its file is gone, or it kills whoever opens it: that must not keep back those behind it.
                _put_aside.add(sha256)
                log.error("no copies of photo %s: %s: %s", sha256, type(error).__name__, error)
    finally:
        await note_hashes(made)
    return True


def close() -> None:
    """End the process, without waiting for a copy that can be made again."""
    global _pool
    pool, _pool = _pool, None
    if pool is not None:
        pool.shutdown(wait=False, cancel_futures=True)


def _rest() -> None:
    if _pool is not None and not _running and time.monotonic() - _last_work > REST_S:
        close()


async def _develop(sha256: str) -> int:
    """Return a photo's perceptual hash, all copies made; several who ask at once wait for the same work."""
    global _last_work
    running = _running.get(sha256)
    if running is None:
        running = _running[sha256] = asyncio.ensure_future(_in_process(sha256))
        running.add_done_callback(lambda _: _running.pop(sha256, None))
    _last_work = time.monotonic()
    return await asyncio.shield(running)


async def _in_process(sha256: str) -> int:
    pool = _pool_for_one_more()
    paths = {size.value: str(store().copy_path(sha256, size.value)) for size in (Size.THUMB, Size.SCREEN)}
    try:
        return await asyncio.get_running_loop().run_in_executor(pool, make, str(store().path(sha256)), paths)
    except BrokenProcessPool:
        if pool is _pool:
            close()
        raise


def _pool_for_one_more() -> ProcessPoolExecutor:
    """Return the pool for one more job; one that has had its share finishes what it was given, and ends."""
    global _pool, _given
    if _pool is not None and _given >= JOBS_PER_PROCESS:
        _pool.shutdown(wait=False)
        _pool = None
    if _pool is None:
        _pool = ProcessPoolExecutor(1, mp_context=multiprocessing.get_context("spawn"), initializer=step_back)
        _given = 0
    _given += 1
    return _pool


def step_back() -> None:
    """Let whoever sends a photo or a record come first, and end with the server, however that ends."""
    threading.Thread(target=_end_with_the_server, daemon=True).start()
    os.nice(19)
    if hasattr(os, "SCHED_IDLE"):
        os.sched_setscheduler(0, os.SCHED_IDLE, os.sched_param(0))


def _end_with_the_server() -> None:
    """Wait for the server's end: one that is killed cannot tell this process, which would wait for work for ever."""
    if server := multiprocessing.parent_process():
        multiprocessing.connection.wait([server.sentinel])
        os._exit(0)


def make(original: str, copies: dict[str, str]) -> int:
    """Return the perceptual hash as a signed 64-bit number, after writing a copy to each path; 0 if undecodable."""

    import media  # only the spawned process pays for the picture library

    try:
        made = media.derive(Path(original).read_bytes())
    except media.MediaError:
        return 0
    for size, path in copies.items():
        target = Path(path)
        target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        draft = target.with_name(f"{target.name}.new")
        draft.write_bytes(made.thumb.raw if size == Size.THUMB else made.screen.raw)
        draft.replace(target)
    return made.perceptual - (1 << 64) if made.perceptual >= 1 << 63 else made.perceptual
