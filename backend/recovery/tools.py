"""Run PostgreSQL's own programs for copying, without showing a password to whoever lists the processes."""

import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, quote, unquote, urlencode, urlsplit, urlunsplit

from backend.embedded_postgres import cluster_binaries
from backend.recovery.archive import CannotRecover
from backend.settings import Settings

Connect = dict[str, Any]


@contextmanager
def address(connect: Connect, folder: Path) -> Iterator[str]:
    """Return the database as the programs name it; a password lies in a private file of the folder meanwhile."""
    if "dsn" not in connect:
        yield f"postgresql://{connect['user']}@/{connect['database']}?host={quote(connect['host'], safe='')}"
        return
    parts = urlsplit(connect["dsn"])
    asked = dict(parse_qsl(parts.query))
    password = asked.pop("password", None) or unquote(parts.password or "")
    if not password:
        yield connect["dsn"]
        return
    kept = folder / "passfile"
    file = os.open(kept, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    escaped = password.replace("\\", "\\\\").replace(":", "\\:")
    os.write(file, f"*:*:*:*:{escaped}\n".encode())
    os.close(file)
    user, _, host = parts.netloc.rpartition("@")
    netloc = f"{user.partition(':')[0]}@{host}" if user else host
    try:
        yield urlunsplit(parts._replace(netloc=netloc, query=urlencode(asked | {"passfile": str(kept)})))
    finally:
        kept.unlink()


def program(settings: Settings, name: str) -> str:
    """Return the path of a program: beside the embedded PostgreSQL, or the system's for an external one.

    Errors: CannotRecover, with the package that holds it.
    """
    if not settings.database_url:
        return str(cluster_binaries(settings.postgres_bin, settings.data / "database") / name)
    found = shutil.which(name)
    if found is None:
        raise CannotRecover(f"{name} is missing. On Debian and Ubuntu: sudo apt-get install postgresql-client")
    return found


def run(*command: str) -> None:
    """Run a program to its end.

    Errors: CannotRecover with its last words.
    """
    done = subprocess.run(command, capture_output=True, text=True)  # noqa: S603
    if done.returncode != 0:
        raise CannotRecover(f"{Path(command[0]).name} failed: {done.stderr.strip()[-1000:]}")
