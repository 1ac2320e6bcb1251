"""A real server in a process of its own for a bench, over a durable database, and the CPU that all of it uses."""

import asyncio
import contextlib
import json
import os
import socket
import sys
import time
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import asyncpg
import uvicorn

from backend import database, schema
from backend.app import create_app
from backend.embedded_postgres import EmbeddedPostgres
from backend.settings import Settings

ROOT = Path(__file__).parents[2]


@contextlib.contextmanager
def durable_database(folder: Path, binaries: Path | None = None) -> Iterator[dict[str, Any]]:
    """How asyncpg reaches an empty database with our tables, which keeps what it says (fsync is on)."""
    cluster = EmbeddedPostgres(folder, binaries=binaries, settings={"max_connections": "100"})
    cluster.start()
    try:
        asyncio.run(_make_tables(cluster.connect))
        yield cluster.connect
    finally:
        cluster.stop()


async def _make_tables(connect: dict[str, Any]) -> None:
    await database.open_pool(**connect)
    await schema.create_from_tables()
    await database.close_pool()


@contextlib.asynccontextmanager
async def serving(connect: dict[str, Any], folder: Path) -> AsyncIterator[tuple[int, int]]:
    """The port and process id of a server on that database."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    told = json.dumps({"connect": connect, "port": port, "data": str(folder)}, default=str)
    process = await asyncio.create_subprocess_exec(sys.executable, "-m", "tests.bench.serving", told, cwd=ROOT)
    try:
        await _until_it_answers(port)
        yield port, process.pid
    finally:
        process.terminate()
        await process.wait()


async def _until_it_answers(port: int) -> None:
    for _ in range(300):
        with contextlib.suppress(OSError):
            _, writer = await asyncio.open_connection("127.0.0.1", port)
            writer.close()
            return
        await asyncio.sleep(0.1)
    raise TimeoutError("the server did not start")


def cpu_s(*roots: int) -> float:
    """Return the CPU seconds that processes and their descendants have used so far, this process left out."""
    ticks = os.sysconf("SC_CLK_TCK")
    parents, used = {}, {}
    for stat in Path("/proc").glob("[0-9]*/stat"):
        with contextlib.suppress(OSError):
            pid, _, rest = stat.read_text().partition(" ")
            fields = rest.rpartition(")")[2].split()
            parents[int(pid)] = int(fields[1])
            used[int(pid)] = sum(int(each) for each in fields[11:15]) / ticks  # with children that have ended
    return sum(spent for pid, spent in used.items() if _descends(pid, parents, roots))


def _descends(pid: int, parents: dict[int, int], roots: tuple[int, ...]) -> bool:
    while pid > 1:
        if pid in roots:
            return True
        pid = parents.get(pid, 0)
    return False


class Line:
    """One kept-open HTTP/1.1 connection of a client that spends as little as it can."""

    def __init__(self, port: int, token: str) -> None:
        self.port, self.token = port, token

    async def open(self) -> "Line":
        self._reader, self._writer = await asyncio.open_connection("127.0.0.1", self.port)
        return self

    async def ask(self, method: str, path: str, body: bytes = b"", *headers: str) -> tuple[int, dict[str, str], bytes]:
        """Return status, headers and body of the answer."""
        lines = [f"{method} {path} HTTP/1.1", "host: localhost", f"authorization: Bearer {self.token}",
                 f"content-length: {len(body)}", *(headers or ("content-type: application/json",))]  # fmt: skip
        self._writer.write("\r\n".join(lines).encode() + b"\r\n\r\n" + body)
        head = (await self._reader.readuntil(b"\r\n\r\n")).decode().split("\r\n")
        answered = dict(line.lower().split(": ", 1) for line in head[1:] if ": " in line)
        content = await self._reader.readexactly(int(answered.get("content-length", 0)))
        return int(head[0].split()[1]), answered, content

    def close(self) -> None:
        """Hang up."""
        self._writer.close()


async def rate(count: int, clients: int, one: Any) -> float:
    """Return how many `one(client, number)` are done in a second by so many clients, each doing its share in turn."""

    async def work(client: int) -> None:
        for number in range(client, count, clients):
            await one(client, number)

    started = time.perf_counter()
    await asyncio.gather(*(work(client) for client in range(clients)))
    return count / (time.perf_counter() - started)


async def connections(connect: dict[str, Any], count: int) -> list[Any]:
    """Return so many plain connections to the database."""
    return [await asyncpg.connect(**connect) for _ in range(count)]


if __name__ == "__main__":
    asked = json.loads(sys.argv[1])
    made = create_app(Settings(data=Path(asked["data"])), connect=asked["connect"])
    uvicorn.run(made, port=asked["port"], log_config=None, access_log=False, loop="uvloop", http="httptools")
