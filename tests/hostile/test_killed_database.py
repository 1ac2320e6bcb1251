"""The real server, its real database killed with -9 in the middle of a push and of a photo: told, and repeated."""

import asyncio
import hashlib
import os
import signal
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path

import asyncpg
import httpx
import pytest

import backend.database
from backend.embedded_postgres import EmbeddedPostgres
from tests.backend.ground.test_server import ROOT, free_port
from tests.backend.photos.test_upload import NAME, PHOTO, TUS, begin, send
from tests.backend.places.ground import make_ground
from tests.cast import PASSWORD, make_cast
from tests.hostile.pushing import JSON, envelope
from tests.hostile.test_races import doors


@pytest.fixture
async def lan(tmp_path: Path) -> AsyncIterator[httpx.AsyncClient]:
    """Lan, signed in at a server with a database of its own."""
    url = f"http://127.0.0.1:{free_port()}"
    clean = {name: text for name, text in os.environ.items() if not name.startswith(("GRIDWALK_", "DATABASE_URL"))}
    given = {"GRIDWALK_DATA": str(tmp_path / "data"), "GRIDWALK_PORT": url.rsplit(":", 1)[1]}
    with (tmp_path / "log").open("w+") as log:
        command = [sys.executable, "-m", "backend", "serve"]
        server = subprocess.Popen(command, cwd=ROOT, env=clean | given, stdout=log, stderr=log)  # noqa: ASYNC220
        async with httpx.AsyncClient(base_url=url, timeout=30) as client:
            await until(200, lambda: client.get("/health/ready"))
            await backend.database.open_pool(**cluster(tmp_path).connect)
            await make_cast()
            await make_ground()
            await backend.database.close_pool()
            signed = await client.post("/api/session", json={"login": "lan", "password": PASSWORD})
            client.device_id = signed.json()["device"]["id"]  # type: ignore[attr-defined]
            yield client
        server.terminate()
        server.wait(20)
        log.seek(0)
        said = log.read()
    assert server.returncode == 0, said
    assert " failed\n" not in said, said


def cluster(tmp_path: Path) -> EmbeddedPostgres:
    """Return the database of the server, which this process neither starts nor stops."""
    return EmbeddedPostgres(tmp_path / "data" / "database")


async def until(status: int, ask: Callable[[], Awaitable[httpx.Response]]) -> httpx.Response:
    """Return the first answer of a status; before it, only 503 and a closed door are allowed."""
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        try:
            answer = await ask()
        except httpx.TransportError:
            await asyncio.sleep(0.1)
            continue
        if answer.status_code == status:
            return answer
        assert answer.status_code == 503, answer.text
        assert answer.request.method == "HEAD" or answer.json()["title_zh"]
        await asyncio.sleep(0.1)
    raise AssertionError("no answer in a minute")


async def kill(tmp_path: Path, after_s: float) -> None:
    """Kill the database of the server."""
    await asyncio.sleep(after_s)
    noted = tmp_path / "data" / "database" / "postgres" / "postmaster.pid"
    os.kill(int(noted.read_text().split()[0]), signal.SIGKILL)


async def test_a_database_killed_under_a_push_and_under_a_photo_loses_and_doubles_nothing(
    lan: httpx.AsyncClient, tmp_path: Path
) -> None:
    body = envelope(lan, doors(60))

    async def push() -> httpx.Response:
        return await lan.post("/api/sync/push", content=body, headers=JSON)

    hurt, _ = await asyncio.gather(push(), kill(tmp_path, 0.03))
    again = await until(200, push)
    address = (await until(201, lambda: begin(lan))).headers["location"]
    first, _ = await asyncio.gather(send(lan, address, PHOTO, 0), kill(tmp_path, 0.005))
    await until(200, lambda: lan.get("/health/ready"))
    stands = await lan.head(address, headers=TUS)
    if stands.status_code == 404:  # that it was begun is not synced: the phone, which has the photo, begins anew
        address = (await until(201, lambda: begin(lan))).headers["location"]
        stands = await lan.head(address, headers=TUS)
    offset = int(stands.headers["upload-offset"])
    done = stands if offset == len(PHOTO) else await send(lan, address, PHOTO[offset:], offset)
    office = await asyncpg.connect(**cluster(tmp_path).connect)
    stored = await office.fetchval("SELECT count(*) FROM household WHERE unit = '2单元'")
    await office.close()

    assert {hurt.status_code, first.status_code} <= {200, 204, 503}
    assert [receipt["outcome"] for receipt in again.json()["receipts"]] == ["applied"] * 60
    assert stored == 60
    assert done.headers["photo-receipt"].startswith(hashlib.sha256(PHOTO).hexdigest())
    assert hashlib.sha256((await lan.get(f"/api/photos/{NAME}?size=original")).content).hexdigest() == NAME
