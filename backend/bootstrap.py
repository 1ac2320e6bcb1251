"""Set up whatever is missing on a machine with Python 3.11 or newer, then run or test; standard library only."""

import contextlib
import fcntl
import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterable, Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from backend.packages import CannotSetUp, install_what_tests_need, say  # noqa: E402  # found only now

VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
PHONE = ROOT / "pwa"
STAMP = VENV / ".installed.json"
RUN_LOCK, DEV_LOCK = ROOT / "requirements.lock", ROOT / "requirements-dev.lock"
NOT_SOURCES = {"node_modules", "dist", "coverage", ".vite"}


def call(*command: object, cwd: Path = ROOT, quiet: bool = False) -> None:
    """Run a command in the environment of .venv.

    Errors: CannotSetUp with the command and, when quiet, what it said.
    """
    words = [str(each) for each in command]
    done = subprocess.run(words, cwd=cwd, env=environment(), capture_output=quiet, text=True)
    if done.returncode != 0:
        said = f"\n{done.stdout}{done.stderr}" if quiet else ""
        raise CannotSetUp(f"failed ({done.returncode}): {' '.join(words)}{said}")


def environment() -> dict[str, str]:
    """Return the environment with .venv first on the path: node and npm come from there, too.

    Whether Python keeps what it compiled is not left to the machine: where an image forbids it, as many do, every start
    of the server compiles everything anew, which takes longer than all the rest of it.
    """
    path = f"{VENV / 'bin'}{os.pathsep}{os.environ.get('PATH', '')}"
    quiet = {"UV_PYTHON_DOWNLOADS": "never", "NPM_CONFIG_UPDATE_NOTIFIER": "false"}
    # An account without a home, as services have, still needs somewhere for npm and uv to keep their caches.
    home = {} if os.access(Path.home(), os.W_OK) else {"HOME": str(VENV)}
    kept = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    return {**kept, "PATH": path, "VIRTUAL_ENV": str(VENV), **quiet, **home}


def digest(paths: Iterable[Path]) -> str:
    """Return a hash over the names and contents of files."""
    total = hashlib.sha256()
    for path in sorted(paths):
        total.update(f"{path.relative_to(ROOT)}\0".encode())
        total.update(hashlib.sha256(path.read_bytes()).digest())
    return total.hexdigest()


def read_stamp(path: Path) -> dict[str, str]:
    """Return what a finished step wrote down, nothing when it never finished."""
    try:
        found = json.loads(path.read_text())
    except (FileNotFoundError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}


@contextlib.contextmanager
def alone() -> Iterator[None]:
    """Let one set-up at a time change .venv and pwa/."""
    with (ROOT / ".setup.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def set_up_python(lock: Path) -> None:
    """Make .venv hold at least what a lock file lists; nothing is done when it does already."""
    wanted = digest([lock])
    if PYTHON.exists() and read_stamp(STAMP).get(lock.name) == wanted:
        return
    if not _runs(PYTHON, "-c", "import pip"):
        say("making .venv")
        _make_venv()
    say(f"installing {lock.name}")
    _install(lock)
    known = {each.name: digest([each]) for each in (RUN_LOCK, DEV_LOCK) if each == lock or lock == DEV_LOCK}
    STAMP.write_text(json.dumps(known))


def _make_venv() -> None:
    made = subprocess.run([sys.executable, "-m", "venv", "--clear", str(VENV)], capture_output=True, text=True)
    if made.returncode != 0:
        shutil.rmtree(VENV, ignore_errors=True)
        raise CannotSetUp(
            f"this Python cannot make a virtual environment: {(made.stderr or made.stdout).strip()[-500:]}\n"
            "On Debian and Ubuntu: sudo apt-get install python3-venv"
        )


def _runs(*command: object) -> bool:
    try:
        return subprocess.run([str(each) for each in command], capture_output=True).returncode == 0
    except OSError:
        return False


def _install(lock: Path) -> None:
    """Install with uv, which is ten times faster; with pip where uv cannot be had."""
    uv = VENV / "bin" / "uv"
    if uv.exists() or _install_uv(lock):
        if _runs_loudly(uv, "pip", "install", "-q", "--python", PYTHON, "--require-hashes", "-r", lock):
            return
        say("uv could not; trying pip")
    # The lock is whole; pip, left to find what packages need, would ask for a hash of `pydantic[email]`, too.
    pip = (PYTHON, "-m", "pip", "install", "-q", "--disable-pip-version-check", "--no-deps", "--require-hashes")
    call(*pip, "-r", lock)


def _install_uv(lock: Path) -> bool:
    """Was uv installed, in the version and with the hashes of the lock?"""
    stanza = re.search(r"^uv==(?:.*\\\n)*.*$", lock.read_text(), re.MULTILINE)
    if stanza is None:
        return False
    with tempfile.NamedTemporaryFile("w", suffix=".txt") as alone_uv:
        alone_uv.write(stanza[0] + "\n")
        alone_uv.flush()
        pip = (PYTHON, "-m", "pip", "install", "-q", "--disable-pip-version-check", "--require-hashes")
        return _runs(*pip, "-r", alone_uv.name)


def _runs_loudly(*command: object) -> bool:
    return subprocess.run([str(each) for each in command], cwd=ROOT, env=environment()).returncode == 0


def phone_sources() -> list[Path]:
    """Return the files that the phone app is built from."""
    found = []
    for folder, folders, names in os.walk(PHONE):
        folders[:] = [each for each in folders if each not in NOT_SOURCES]
        found += [Path(folder, name) for name in names]
    return found


def set_up_node_modules() -> None:
    """Make pwa/node_modules what package-lock.json lists."""
    lock, stamp = PHONE / "package-lock.json", PHONE / "node_modules" / ".installed.json"
    wanted = {"lock": digest([lock])}
    if read_stamp(stamp) == wanted:
        return
    say("installing the phone app's packages")
    call("npm", "ci", "--no-audit", "--no-fund", "--loglevel=error", cwd=PHONE)
    stamp.write_text(json.dumps(wanted))


def build_phone() -> None:
    """Build pwa/dist when its sources have changed since it was built."""
    if not (PHONE / "package.json").exists():
        return
    stamp = PHONE / "dist" / ".built.json"
    sources = [each for each in phone_sources() if not each.name.endswith(".test.ts")]
    wanted = {"sources": digest(sources)}
    if read_stamp(stamp) == wanted:
        return
    set_up_node_modules()
    say("building the phone app")
    call("npm", "run", "--silent", "build", cwd=PHONE, quiet=True)
    stamp.write_text(json.dumps(wanted))


def run() -> int:
    """Become the server, with the demo unless GRIDWALK_DEMO says otherwise."""
    with alone():
        set_up_python(RUN_LOCK)
        build_phone()
    os.environ.setdefault("GRIDWALK_DEMO", "1")
    os.environ.setdefault("GRIDWALK_PIN", "offered")
    os.chdir(ROOT)
    sys.stdout.flush()
    os.execve(PYTHON, [str(PYTHON), "-m", "backend", "serve"], environment())


def tools() -> int:
    """Install what developing needs."""
    with alone():
        set_up_python(DEV_LOCK)
    return 0


def test() -> int:
    """Run every test, pytest's and vitest's; each ends with its own summary."""
    lacks_chromium = not install_what_tests_need()  # first, so that an ordinary user is told at once
    with alone():
        set_up_python(DEV_LOCK)
        if lacks_chromium:
            say("the distribution has no chromium; asking Playwright")
            call(PYTHON, "-m", "playwright", "install", "--with-deps", "chromium")
        if (PHONE / "package.json").exists():
            set_up_node_modules()
            build_phone()
    workers = str(min(4, os.cpu_count() or 1))
    # As collected, tests/conftest.py puts the longest files first: at the end they would leave the other workers idle.
    spread = ("-n", workers, "--dist", "loadfile", "--no-loadscope-reorder")
    phone = _finish("npm", "test", "--silent", cwd=PHONE) if (PHONE / "package.json").exists() else 0
    server = _finish(PYTHON, "-m", "pytest", "-q", "-m", "not bench and not long", *spread)
    for name, code in (("vitest", phone), ("pytest", server)):
        if code:
            say(f"{name} failed ({code}): its summary is above")
    return max(phone, server)


def _finish(*command: object, cwd: Path = ROOT) -> int:
    return abs(subprocess.run([str(each) for each in command], cwd=cwd, env=environment()).returncode)


def check() -> int:
    """Run every check that needs no running program; all of them, even after one has failed."""
    tools()
    python = (PYTHON, "-m")
    codes = [
        _finish(*python, "ruff", "check", "."),
        _finish(*python, "ruff", "format", "--check", "."),
        _finish(*python, "mypy"),
        _finish(VENV / "bin" / "lint-imports"),
    ]
    if (PHONE / "package.json").exists():
        with alone():
            set_up_node_modules()
        codes.append(_finish("npm", "run", "--silent", "check", cwd=PHONE))
    return max(codes)


def bench() -> int:
    """Measure, and print the table."""
    tools()
    with alone():
        build_phone()
    return _finish(PYTHON, "-m", "pytest", "-q", "-s", "-m", "bench", "tests/bench")


COMMANDS = {"run": run, "tools": tools, "test": test, "check": check, "bench": bench}


def main() -> int:
    """Return the exit code of the command named on the command line."""
    if sys.version_info < (3, 11):  # noqa: UP036  # the one file that an older Python may get to see
        print("Gridwalk needs Python 3.11 or newer; name one by: make run PYTHON=/path/to/python3.11", file=sys.stderr)
        return 2
    started = time.monotonic()
    try:
        code = COMMANDS[sys.argv[1]]()
    except CannotSetUp as error:
        print(f"\n{error}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        return 130
    if sys.argv[1] in ("test", "check"):
        say(f"{'all well' if code == 0 else 'FAILED'} in {time.monotonic() - started:.0f} s")
    return code


if __name__ == "__main__":
    sys.exit(main())
