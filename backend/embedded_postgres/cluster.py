"""Start, watch and stop one cluster in the data folder, reachable by a Unix socket only."""

import asyncio
import fcntl
import hashlib
import logging
import os
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from backend.embedded_postgres.program import CannotStart, InUse, choose, identity

log = logging.getLogger("gridwalk.postgres")

SUPERUSER = "gridwalk"
SOCKET = ".s.PGSQL.5432"
LONGEST_SOCKET_PATH = 107  # bytes in sockaddr_un, less the closing zero
START_TIMEOUT_S = 60.0

# Small: a subdistrict is a few hundred megabytes, and a laptop has other things to do.
SMALL = {
    "listen_addresses": "",
    "unix_socket_permissions": "0700",
    "max_connections": "40",
    "shared_buffers": "16MB",
    "random_page_cost": "1.1",
    "max_parallel_workers_per_gather": "0",
    "jit": "off",
    "log_destination": "stderr",
    "log_error_verbosity": "terse",  # its details quote rows, and rows hold telephone numbers
    "timezone": "UTC",
}
# For tests only: a crash may lose everything.
FORGETFUL = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}


def _socket_folder(root: Path) -> Path:
    """Return where the socket lies: in the data folder, unless its path would be too long for one."""
    inside = root / "run"
    if len(os.fsencode(inside / SOCKET)) <= LONGEST_SOCKET_PATH:
        return inside
    name = hashlib.sha256(os.fsencode(root)).hexdigest()[:12]
    return Path(tempfile.gettempdir()) / f"gridwalk-{os.geteuid()}-{name}"


def cluster_binaries(preferred: Path | None, root: Path) -> Path:
    """Return the folder of the programs that fit the cluster in `root`.

    Errors: CannotStart.
    """
    return choose(preferred, root.absolute() / "postgres")[0]


class EmbeddedPostgres:
    """One cluster in `root/postgres`; only one process at a time may hold it."""

    def __init__(self, root: Path, *, binaries: Path | None = None, settings: Mapping[str, str] | None = None) -> None:
        self.root = root.absolute()
        self.cluster = self.root / "postgres"
        self.socket_folder = _socket_folder(self.root)
        self._preferred = binaries
        self._settings = dict(settings or {})
        self._process: subprocess.Popen[bytes] | None = None
        self._lock: Any = None

    @property
    def connect(self) -> dict[str, Any]:
        """The keywords with which asyncpg reaches it."""
        return {"host": str(self.socket_folder), "user": SUPERUSER, "database": "postgres"}

    @property
    def pid(self) -> int:
        """The number of the postmaster's process."""
        if self._process is None:
            raise RuntimeError("not started")
        return self._process.pid

    def start(self) -> "EmbeddedPostgres":
        """Return when it accepts connections. Call it from the main thread: it dies with the thread that started it.

        Errors: CannotStart, with what to do.
        """
        self.root.mkdir(parents=True, exist_ok=True)
        self._hold()
        self.binaries, self.major = choose(self._preferred, self.cluster)
        self._as = identity()
        self._prepare_folders()
        self._initialise()
        self._clear_leftovers()
        self._spawn()
        end = time.monotonic() + START_TIMEOUT_S
        while not self.is_ready():
            if self._process is not None and self._process.poll() is not None:
                self._retry_or_give_up(end)
            if time.monotonic() > end:
                raise CannotStart(f"PostgreSQL did not become ready in {START_TIMEOUT_S:.0f} s:\n{self._last_words()}")
            time.sleep(0.01)
        return self

    def _hold(self) -> None:
        lock = (self.root / "lock").open("w")
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            lock.close()
            raise InUse(
                f"another server uses {self.root}; stop it, or choose another folder by GRIDWALK_DATA"
            ) from error
        self._lock = lock  # held until this process ends, however it ends

    def _prepare_folders(self) -> None:
        self.socket_folder.mkdir(mode=0o700, exist_ok=True)
        if self.socket_folder.stat().st_uid not in (os.geteuid(), self._as.get("user")):
            raise CannotStart(f"{self.socket_folder} belongs to somebody else")
        if "user" in self._as:
            for folder in (self.root, self.socket_folder):
                os.chown(folder, self._as["user"], self._as["group"])

    def _initialise(self) -> None:
        if (self.cluster / "PG_VERSION").exists():
            return
        unfinished = self.root / "postgres.new"
        shutil.rmtree(unfinished, ignore_errors=True)
        locale = ["--locale-provider=builtin", "--builtin-locale=C.UTF-8"] if self.major >= 17 else []
        command = [str(self.binaries / "initdb"), "-D", str(unfinished), "-U", SUPERUSER, "--auth=trust", "-E", "UTF8"]
        command += ["--locale=C", *locale, "--data-checksums"]
        command += ["--no-sync"] if self._settings.get("fsync") == "off" else []
        made = subprocess.run(command, capture_output=True, text=True, cwd=self.root, **self._as)  # noqa: S603
        if made.returncode != 0:
            raise CannotStart(f"initdb failed: {made.stderr.strip()[-1500:]}")
        unfinished.rename(self.cluster)  # so that a kill -9 leaves a whole cluster or none

    def _clear_leftovers(self) -> None:
        """Stop a postmaster that outlived its server, and remove what a dead one left behind."""
        note = self.cluster / "postmaster.pid"
        for sign in (signal.SIGINT, signal.SIGQUIT, signal.SIGKILL):
            pid = self._noted_pid()
            if pid is None or not self._is_ours(pid):
                break
            log.warning("a PostgreSQL of an earlier run (%d) is still there; stopping it", pid)
            os.kill(pid, sign)
            _wait_until(lambda: not self._is_ours(pid), 10.0)  # noqa: B023  # used at once
        else:
            raise CannotStart(f"a PostgreSQL of an earlier run does not stop; see {note}")
        # The number in its notes may meanwhile belong to another program; then it would not start, ever.
        for left in (note, self.socket_folder / f"{SOCKET}.lock"):
            left.unlink(missing_ok=True)

    def _noted_pid(self) -> int | None:
        try:
            return int((self.cluster / "postmaster.pid").read_text().split("\n", 1)[0])
        except (FileNotFoundError, ValueError):
            return None

    def _is_ours(self, pid: int) -> bool:
        """Is that a running program which was told to open our cluster?"""
        command = Path(f"/proc/{pid}/cmdline")
        if Path("/proc/self/cmdline").exists():
            said = command.read_bytes().decode(errors="replace") if command.exists() else ""
        else:
            asked = ["ps", "-ww", "-o", "args=", "-p", str(pid)]
            said = subprocess.run(asked, capture_output=True, text=True).stdout  # noqa: S603
        return str(self.cluster) in said

    def _spawn(self) -> None:
        settings = {**SMALL, "unix_socket_directories": str(self.socket_folder), **self._settings}
        if self.major >= 18:
            settings.setdefault("io_method", "sync")  # no I/O workers: 10 MB less
        command = [str(self.binaries / "postgres"), "-D", str(self.cluster)]
        for name, setting in settings.items():
            command += ["-c", f"{name}={setting}"]
        with (self.root / "postgres.log").open("ab") as out:
            self._process = subprocess.Popen(  # noqa: S603
                command,
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=out,
                cwd=self.root,
                start_new_session=True,  # Ctrl-C is for the server, which then stops this one last
                **self._as,
            )

    def is_ready(self) -> bool:
        """Does the postmaster that we started accept connections?"""
        try:
            lines = (self.cluster / "postmaster.pid").read_text().split("\n")
        except FileNotFoundError:
            return False
        # Inside a user namespace the number is still ours: it is not a name space of processes.
        return len(lines) > 7 and lines[7].strip() == "ready" and int(lines[0]) == self.pid

    def _retry_or_give_up(self, end: float) -> None:
        words = self._last_words()
        # The children of a killed postmaster take a moment to notice and let go of the shared memory.
        if "shared memory block" not in words.rsplit("FATAL", 1)[-1] or time.monotonic() > end:
            raise CannotStart(f"PostgreSQL ended at once:\n{words}")
        time.sleep(0.1)
        self._spawn()

    def _last_words(self) -> str:
        written = (self.root / "postgres.log").read_text(errors="replace")
        return "\n".join(written.splitlines()[-8:])

    async def watch(self, every_s: float = 1.0) -> None:
        """Start the postmaster again whenever it ends by itself; runs until cancelled."""
        while True:
            await asyncio.sleep(every_s)
            if self._process is not None and self._process.poll() is not None:
                log.error("PostgreSQL ended with %s; starting it again", self._process.returncode)
                try:
                    self._spawn()
                except OSError as error:  # no memory, no room: the next second may have it
                    log.error("PostgreSQL cannot be started: %s", error)

    def stop(self) -> None:
        """Disconnect everybody and stop; what was committed is on the disk."""
        process, self._process = self._process, None
        if process is not None and process.poll() is None:
            process.send_signal(signal.SIGINT)
            try:
                process.wait(20)
            except subprocess.TimeoutExpired:
                process.send_signal(signal.SIGQUIT)  # recovered from the log at the next start
                process.wait(10)
        if self._lock is not None:
            self._lock.close()
            self._lock = None


def _wait_until(holds: Callable[[], bool], timeout_s: float) -> None:
    end = time.monotonic() + timeout_s
    while not holds() and time.monotonic() < end:
        time.sleep(0.02)
