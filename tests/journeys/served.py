"""Run the real program for a journey on a port of its own: started, stopped, killed and started again."""

import contextlib
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import msgspec

from backend import clock
from backend.ids import new_id
from backend.sync.queries import accepted_rulebooks
from tests.cast import PASSWORD
from tests.loopback import PLAIN

ROOT = Path(__file__).parents[2]
START_WITHIN_S = 150
STOP_WITHIN_S = 60


class Served:
    """A server with a data folder that outlives it; `root` is the folder of its program."""

    def __init__(self, data: Path, root: Path = ROOT, pin: str = "offered") -> None:
        self.data, self._root, self._pin = data, root, pin
        self.settings: dict[str, str] = {}
        """Further settings, for the next start."""
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def pid(self) -> int:
        """The number of the running program's process."""
        assert self._process is not None
        return self._process.pid

    def command(self) -> list[str]:
        """What is run."""
        return [sys.executable, "-m", "backend", "serve"]

    @property
    def address(self) -> str:
        """Where it is opened; loopback counts as secure, so that a browser gives it a service worker."""
        return f"http://127.0.0.1:{self.port}"

    def start(self) -> None:
        """Start, or start again, and return when it answers."""
        if self._process is not None:
            return
        settings = {"GRIDWALK_PORT": str(self.port), "GRIDWALK_DATA": str(self.data), "GRIDWALK_LOG_LEVEL": "warning"}
        settings |= {"GRIDWALK_PIN": self._pin} | self.settings
        named = {"GRIDWALK_SPONSOR": "XX区人民政府", "GRIDWALK_FILING_NUMBER": "示例-2026-0000"}
        kept = {name: value for name, value in os.environ.items() if not name.startswith(("GRIDWALK_", "DATABASE_URL"))}
        with (self.data / "serve.log").open("ab") as log:
            self._process = subprocess.Popen(
                self.command(),
                cwd=self._root, env=kept | settings | named, stdout=log, stderr=log,
            )  # fmt: skip
        self._wait_until_it_answers()

    def _wait_until_it_answers(self) -> None:
        end = time.monotonic() + START_WITHIN_S
        while time.monotonic() < end:
            try:
                if httpx.get(f"{self.address}/health/ready", timeout=2, verify=PLAIN).status_code == 200:
                    return
            except httpx.TransportError:
                pass
            time.sleep(0.1)
        raise TimeoutError((self.data / "serve.log").read_text()[-2000:])

    def stop(self) -> None:
        """Stop as Ctrl-C does: the server has gone away, what it accepted is on the disk."""
        self._end(signal.SIGINT)

    def kill(self) -> None:
        """Kill at once, as a power cut does."""
        self._end(signal.SIGKILL)

    def _end(self, by: signal.Signals) -> None:
        if self._process is None:
            return
        self._process.send_signal(by)
        self._process.wait(STOP_WITHIN_S)
        self._process = None

    def write(self, login: str, *mutations: tuple[str, dict[str, Any]]) -> list[dict[str, Any]]:
        """Return the receipts of mutations pushed by a member of the cast from a desk of his own."""
        at = msgspec.to_builtins(clock.now())
        made = [
            {"id": str(new_id()), "number": number, "name": name, "at": at, "args": msgspec.to_builtins(args)}
            for number, (name, args) in enumerate(mutations, 1)
        ]
        with self.signed_in(login) as (client, device_id):
            envelope = {
                "device": device_id, "rulebook": accepted_rulebooks()[0], "sent_at": at,
                "waiting": {"mutations": 0, "photos": 0, "bytes": 0}, "mutations": made,
            }  # fmt: skip
            answered = client.post("/api/sync/push", json=envelope).raise_for_status()
            receipts: list[dict[str, Any]] = answered.json()["receipts"]
            return receipts

    def ask(self, login: str, path: str) -> Any:
        """Return the JSON that a member of the cast gets there."""
        with self.signed_in(login) as (client, _):
            return client.get(path).raise_for_status().json()

    @contextlib.contextmanager
    def signed_in(self, login: str) -> Iterator[tuple[httpx.Client, str]]:
        """A client of a member of the cast on a new device, and the device's id."""
        asked = {"login": login, "password": PASSWORD, "device_label": "journey", "want_token": True}
        with httpx.Client(base_url=self.address, timeout=20, verify=PLAIN) as client:
            opened = client.post("/api/session", json=asked).raise_for_status().json()
            client.headers["Authorization"] = f"Bearer {opened['token']}"
            yield client, opened["device"]["id"]
