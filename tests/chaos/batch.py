"""Run seeds: the phones in a process of their own, the server and its database killed when a seed says so."""

import asyncio
import json
import os
import shutil
import signal
import subprocess
import threading
import time
from collections.abc import Callable, Coroutine
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any

import asyncpg

from backend.embedded_postgres import EmbeddedPostgres
from tests.chaos import town
from tests.journeys.served import Served

PHONE = Path(__file__).parents[2] / "pwa"
AT_ONCE = 10
CHANCE_OF_KILL = 0.05
WITHIN_S = 2700  # a soak has time, and runs beside other work


def bundle(folder: Path, entry: str = "main") -> Path:
    """Return the phones' program, made from the app's own sources."""
    names = ["--entry-file-names", "[name].mjs", "--chunk-file-names", "[name]-[hash].mjs"]
    command = ["npx", "--no-install", "rolldown", f"chaos/{entry}.ts", "--platform", "node", "--format", "esm", *names]
    made = folder / "program"
    subprocess.run([*command, "-d", made], cwd=PHONE, check=True, capture_output=True)
    return made / f"{entry}.mjs"


@dataclass
class Batch:
    """What a batch of runs left behind: what each was told, and what was done to the server meanwhile."""

    served: Served
    runs: list[dict[str, Any]] = field(default_factory=list)
    kills: dict[str, int] = field(default_factory=lambda: {"server": 0, "database": 0})
    unhandled: list[str] = field(default_factory=list)
    lasted_s: float = 0.0
    phones_cpu_s: float = 0.0


class _Killing:
    """Kills on demand; a demand that comes while the last one is still being mended is done with it."""

    def __init__(self, batch: Batch) -> None:
        self._batch = batch
        self._busy = threading.Lock()

    def kill(self, what: str) -> None:
        """Kill −9 at once; the server is started again behind."""
        if not self._busy.acquire(blocking=False):
            return
        self._batch.kills[what] += 1
        if what == "database":
            _kill_postmaster(self._batch.served.data)
            self._busy.release()
            return
        self._batch.served.kill()
        threading.Thread(target=self._start).start()

    def _start(self) -> None:
        try:
            self._batch.served.start()
        finally:
            self._busy.release()

    def wait(self) -> None:
        """Return when everything runs again."""
        with self._busy:
            pass


def _kill_postmaster(data: Path) -> None:
    note = data / "database" / "postgres" / "postmaster.pid"
    try:
        os.kill(int(note.read_text().split()[0]), signal.SIGKILL)
    except (FileNotFoundError, ProcessLookupError, ValueError, IndexError):
        return


def run(served: Served, phones: Path, folder: Path, *, first_seed: int, runs: int, at_once: int = AT_ONCE) -> Batch:
    """Return a batch of runs, the server running again."""
    folder.mkdir(parents=True, exist_ok=True)
    order = {
        "port": served.port, "first_seed": first_seed, "runs": runs, "at_once": at_once, "folder": str(folder),
        "chance_of_kill": CHANCE_OF_KILL, "desk": town.DESK, "slots": [town.slot(index) for index in range(runs)],
    }  # fmt: skip
    (folder / "order.json").write_text(json.dumps(order))
    batch = Batch(served)
    started = time.monotonic()
    _follow(batch, ["node", str(phones), str(folder / "order.json")])
    batch.lasted_s = time.monotonic() - started
    batch.runs = [json.loads((folder / f"{first_seed + index}.json").read_text()) for index in range(runs)]
    shutil.rmtree(folder)
    return batch


def _answer(phones: IO[str]) -> None:
    phones.write("\n")
    phones.flush()


def in_thread(work: Callable[[], Coroutine[Any, Any, Any]]) -> Any:
    """Return what asynchronous work returns: where a browser is driven, our own thread counts as running a loop."""
    with ThreadPoolExecutor(1) as thread:
        return thread.submit(lambda: asyncio.run(work())).result()


_UNSEEN = "SELECT EXISTS (SELECT FROM photo WHERE perceptual_hash IS NULL)"


async def _at_rest(data: Path) -> None:
    """Return when the server has looked at all photos in its idle time, and told of them."""
    end = time.monotonic() + WITHIN_S
    while await _is_busy(data):
        assert time.monotonic() < end, "the server never came to rest"
        await asyncio.sleep(0.5)


async def _is_busy(data: Path) -> bool:
    """Are there photos that the server has not looked at, or is its database still being started again?"""
    try:
        connection = await asyncpg.connect(**EmbeddedPostgres(data / "database").connect)
    except (OSError, asyncpg.PostgresError):
        return True
    try:
        return bool(await connection.fetchval(_UNSEEN))
    finally:
        await connection.close()


def _follow(batch: Batch, command: list[str]) -> None:
    killing = _Killing(batch)
    log = Path(command[-1]).with_name("phones.log")
    with log.open("w") as out:  # a killed browser's code complains there
        process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=out, text=True)
    assert process.stdin is not None
    assert process.stdout is not None
    watchdog = threading.Timer(WITHIN_S, process.kill)
    watchdog.start()
    try:
        for line in process.stdout:
            told = json.loads(line)
            if "kill" in told:
                killing.kill(told["kill"])
                _answer(process.stdin)
            elif "settle" in told:
                killing.wait()
                in_thread(lambda: _at_rest(batch.served.data))
                _answer(process.stdin)
            elif "cpu_s" in told:
                batch.phones_cpu_s = told["cpu_s"]
            elif "unhandled" in told:
                batch.unhandled.append(told["unhandled"])
    finally:
        watchdog.cancel()
        process.stdin.close()
        ended = process.wait()
        process.stdout.close()
        killing.wait()
    assert ended == 0, f"the phones' own process ended before its runs: {log.read_text()[-3000:]}"
