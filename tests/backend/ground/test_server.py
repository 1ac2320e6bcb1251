"""The whole program: it starts, stops when told, and comes back from a kill -9 of anything."""

import os
import re
import signal
import socket
import ssl
import subprocess
import sys
import time
from pathlib import Path

import httpx
import pytest

from tests.loopback import PLAIN

ROOT = Path(__file__).parent.parent.parent.parent

# The ground floor without slices, and a stream that nobody needs to sign in for.
SCRIPT = """
import sys
import backend.app
from litestar import get
from litestar.response import ServerSentEvent
from backend import changes, database
from uuid import uuid4

@get("/api/stream")
async def stream(request: "Request") -> ServerSentEvent:
    async def events():
        with request.app.state.listener.hearing(["450299001"]) as ear:
            heard = await changes.newest_within(["450299001"])
            while heard:
                if heard["450299001"]:
                    yield str(heard["450299001"])
                heard = await ear.heard(30)
    return ServerSentEvent(events())

@get("/api/touch")
async def touch() -> int:
    async with database.transaction():
        return await changes.touch("hazard", uuid4(), "450299001001001")

@get("/api/count")
async def count() -> int:
    return await database.fetch_value("SELECT count(*) FROM change")

from litestar import Request
backend.app.SLICES = ()
backend.app.OWN_ROUTES += (stream, touch, count)
sys.argv = ["gridwalk", "serve"]
from backend.__main__ import main
sys.exit(main())
"""


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Running:
    def __init__(self, data: Path, script: str = SCRIPT, **settings: str) -> None:
        self.port = int(settings.get("GRIDWALK_PORT") or free_port())
        given = {"GRIDWALK_DATA": str(data), **settings, "GRIDWALK_PORT": str(self.port)}
        clean = {name: text for name, text in os.environ.items() if not name.startswith(("GRIDWALK_", "DATABASE_URL"))}
        command = [sys.executable, "-c", script]
        self.process = subprocess.Popen(
            command, cwd=ROOT, env=clean | given, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
        )
        self.url = f"http://127.0.0.1:{self.port}"

    def ready(self) -> "Running":
        deadline = time.monotonic() + 120
        while time.monotonic() < deadline and self.process.poll() is None:
            try:
                if httpx.get(f"{self.url}/health/ready", timeout=5, verify=PLAIN).status_code == 200:
                    return self
            except httpx.TransportError:
                pass
            time.sleep(0.05)
        self.process.kill()
        raise AssertionError(self.process.communicate()[0])

    def end(self, sig: int, within_s: float = 10) -> str:
        self.process.send_signal(sig)
        return self.process.communicate(timeout=within_s)[0]


@pytest.fixture
def start(tmp_path):
    running = []

    def go(**settings: str) -> Running:
        running.append(Running(tmp_path / "data", **settings))
        return running[-1]

    yield go
    for each in running:
        each.process.kill()
        each.process.wait()
        each.process.stdout.close()


def postmaster(tmp_path) -> int:
    return int((tmp_path / "data" / "database" / "postgres" / "postmaster.pid").read_text().split()[0])


@pytest.mark.parametrize("sig", [signal.SIGINT, signal.SIGTERM])
def test_it_stops_in_time_with_an_open_stream_and_takes_its_database_along(start, tmp_path, sig):
    server = start().ready()
    database = postmaster(tmp_path)
    with httpx.stream("GET", f"{server.url}/api/stream", timeout=20) as stream:
        lines = stream.iter_lines()
        httpx.get(f"{server.url}/api/touch", verify=PLAIN)
        heard = next(line for line in lines if line.startswith("data"))
        said = server.end(sig)

    assert heard == "data: 1"
    assert server.process.returncode == 0, said
    assert "Traceback" not in said
    assert f"http://127.0.0.1:{server.port}" in said
    with pytest.raises(ProcessLookupError):
        os.kill(database, 0)


def test_a_kill_9_of_the_server_loses_nothing_acknowledged(start):
    server = start().ready()
    acknowledged = [httpx.get(f"{server.url}/api/touch", verify=PLAIN).status_code for _ in range(20)].count(200)
    server.process.kill()
    server.process.wait()

    again = start().ready()

    assert acknowledged == 20
    assert httpx.get(f"{again.url}/api/count").json() == 20


def test_a_kill_9_of_postgres_under_a_running_server_is_survived(start, tmp_path):
    server = start().ready()
    httpx.get(f"{server.url}/api/touch", verify=PLAIN)
    os.kill(postmaster(tmp_path), signal.SIGKILL)

    deadline, answer = time.monotonic() + 120, None
    while time.monotonic() < deadline and (answer is None or answer.status_code != 200):
        time.sleep(0.1)
        answer = httpx.get(f"{server.url}/api/count", timeout=60)
        assert answer.status_code in (200, 503)

    assert answer.json() == 1
    server.ready()


def cpu_s(pid: int) -> float:
    """Return the CPU seconds a process has used: what a start takes when nothing else runs."""
    fields = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def test_a_second_start_takes_less_than_five_seconds(start):
    start().ready().end(signal.SIGINT)

    again = start().ready()

    assert cpu_s(again.process.pid) < 5


def test_a_second_server_on_the_same_folder_says_what_to_do(start):
    start().ready()
    second = start()

    said = second.process.communicate(timeout=20)[0]

    assert second.process.returncode == 2
    assert "GRIDWALK_DATA" in said
    assert "Traceback" not in said


def test_a_taken_port_is_told_at_once(start):
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        server = start(GRIDWALK_PORT=str(other.getsockname()[1]))
        said = server.process.communicate(timeout=20)[0]

    assert server.process.returncode == 2
    assert "GRIDWALK_PORT" in said
    assert "Traceback" not in said


def test_an_unknown_setting_stops_the_boot_by_name(start):
    server = start(GRIDWALK_PROT="1")

    assert "GRIDWALK_PROT is not a setting" in server.process.communicate(timeout=20)[0]
    assert server.process.returncode == 2


def test_https_of_its_own_is_trusted_once_its_authority_is(start, tmp_path):
    server = start(GRIDWALK_TLS="local", GRIDWALK_HOST="127.0.0.1").ready()
    authority = httpx.get(f"{server.url}/ca.crt").text
    trusting = ssl.create_default_context(cadata=authority)
    secure = server.url.replace("http:", "https:")

    assert httpx.get(f"{secure}/health/ready", verify=trusting).json() == {"status": "ready"}
    assert httpx.get(f"{server.url}/").status_code == 426
    with pytest.raises(httpx.ConnectError):
        httpx.get(f"{secure}/health/ready")
    assert (tmp_path / "data" / "tls" / "ca.key").stat().st_mode & 0o077 == 0
    said = server.end(signal.SIGINT)
    assert re.search(r"http://\S+/ca\.crt\n[ █▀▄\n]{200,}", said)


def test_a_client_that_connects_and_says_nothing_holds_up_nobody(start):
    server = start(GRIDWALK_TLS="local", GRIDWALK_HOST="127.0.0.1").ready()
    with socket.create_connection(("127.0.0.1", server.port)):
        assert httpx.get(f"{server.url}/health/live").status_code == 200
        server.end(signal.SIGTERM)

    assert server.process.returncode == 0
