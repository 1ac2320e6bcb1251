"""The whole program as `make run` starts it, without the demo: how soon it answers and what memory it takes."""

import contextlib
import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import httpx

ROOT = Path(__file__).parents[2]


class Program:
    """The server with its own database in a data folder."""

    def __init__(self, folder: Path) -> None:
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        self.url = f"http://127.0.0.1:{self.port}"
        given = {"GRIDWALK_DATA": str(folder), "GRIDWALK_PORT": str(self.port), "GRIDWALK_PIN": "offered"}
        clean = {name: text for name, text in os.environ.items() if not name.startswith(("GRIDWALK_", "DATABASE_URL"))}
        self._started = time.perf_counter()
        self._process = subprocess.Popen(
            [sys.executable, "-m", "backend", "serve"], cwd=ROOT, env=clean | given, stdout=subprocess.DEVNULL
        )
        self.pid = self._process.pid

    def ready(self) -> float:
        """Return the seconds from the start of the process to the first answer that needs the database."""
        while self._process.poll() is None:
            with contextlib.suppress(httpx.TransportError):
                if httpx.get(f"{self.url}/health/ready", timeout=5).status_code == 200:
                    return time.perf_counter() - self._started
            time.sleep(0.02)
        raise AssertionError("the server ended")

    def memory_mb(self) -> dict[str, float]:
        """Return the proportional set size of the server, of its database, and of whatever else it started."""
        found = {"server": 0.0, "PostgreSQL": 0.0, "others": 0.0}
        for pid in family(self.pid):
            command = Path(f"/proc/{pid}/cmdline").read_bytes()
            name = "server" if pid == self.pid else "PostgreSQL" if b"postgres" in command else "others"
            found[name] += _pss_mb(pid)
        return found

    def stop(self) -> None:
        """Stop as Ctrl-C does."""
        self._process.send_signal(signal.SIGINT)
        self._process.wait(30)


def _pss_mb(pid: int) -> float:
    """Return a process's own memory and its part of what it shares."""
    rollup = Path(f"/proc/{pid}/smaps_rollup").read_text()
    return next(int(line.split()[1]) for line in rollup.splitlines() if line.startswith("Pss:")) / 1024


def family(pid: int) -> list[int]:
    """Return a process and all that descend from it."""
    found = [pid]
    for parent in found:  # grows as it goes
        with contextlib.suppress(FileNotFoundError):
            for task in Path(f"/proc/{parent}/task").iterdir():
                found += [int(child) for child in (task / "children").read_text().split()]
    return found
