"""Keep a copy of everything in one file, and bring it back into an empty installation."""

import asyncio
import json
import os
import shutil
import subprocess
import tarfile
import tempfile
from pathlib import Path
from typing import Any
from urllib.parse import quote

import asyncpg

from backend import __version__, clock
from backend.embedded_postgres import cluster_binaries
from backend.server import database_of
from backend.settings import Settings

NOTE, DUMP, PHOTOS = "gridwalk.json", "database.dump", "photos"
Connect = dict[str, Any]


class CannotRecover(RuntimeError):
    """A copy cannot be made or brought back; nothing was changed, and the message says what to do."""


def backup(settings: Settings, target: Path) -> int:
    """Return the size in bytes of the copy written to `target`: the database as of now, and every photo it names.

    It may run beside the server. Photos never change once they are there, so that those copied after the
    database hold at least all that the database names.
    Errors: CannotRecover.
    """
    if target.exists():
        raise CannotRecover(f"{target} exists; name a file that does not")
    unfinished = target.with_name(target.name + ".new")
    note = json.dumps({"gridwalk": __version__, "made_at": clock.now().isoformat()})
    with database_of(settings, join=True) as (connect, _), tempfile.TemporaryDirectory() as folder:
        dump = Path(folder, DUMP)
        _run(_tool(settings, "pg_dump"), "--format=custom", "--no-owner", f"--file={dump}", _address(connect))
        Path(folder, NOTE).write_text(note)
        with tarfile.open(unfinished, "w") as tar:
            tar.add(Path(folder, NOTE), NOTE)
            tar.add(dump, DUMP)
            if (settings.data / PHOTOS).is_dir():
                tar.add(settings.data / PHOTOS, PHOTOS, filter=_unless_gone)
    with unfinished.open("rb") as written:
        os.fsync(written.fileno())
    unfinished.rename(target)
    return target.stat().st_size


def restore(settings: Settings, source: Path) -> None:
    """Bring a copy back into an installation without any data.

    Errors: CannotRecover when there is data already, or the file is not a copy.
    """
    photos = settings.data / PHOTOS
    if photos.is_dir() and any(photos.iterdir()):
        raise CannotRecover(f"{photos} holds photos; restore only into a new GRIDWALK_DATA")
    try:
        tar = tarfile.open(source)  # noqa: SIM115
    except (OSError, tarfile.TarError) as error:
        raise CannotRecover(f"{source} cannot be read: {error}") from error
    with tar, tempfile.TemporaryDirectory() as folder:
        if NOTE not in tar.getnames() or DUMP not in tar.getnames():
            raise CannotRecover(f"{source} is not a copy made by `backup`")
        tar.extract(DUMP, folder, filter="data")
        with database_of(settings) as (connect, _):
            if asyncio.run(_tables(connect)):
                raise CannotRecover("the database is not empty; restore only into a new one")
            _run(
                _tool(settings, "pg_restore"), "--no-owner", "--exit-on-error", "--single-transaction",
                f"--dbname={_address(connect)}", str(Path(folder, DUMP)),
            )  # fmt: skip
        settings.data.mkdir(parents=True, exist_ok=True)
        kept = [each for each in tar.getmembers() if each.name == PHOTOS or each.name.startswith(f"{PHOTOS}/")]
        tar.extractall(settings.data, kept, filter="data")


def _unless_gone(entry: tarfile.TarInfo) -> tarfile.TarInfo | None:
    """Leave out the ownership of this machine; uploads still on their way are resumed from the phone."""
    entry.uid = entry.gid = 0
    entry.uname = entry.gname = ""
    return entry


async def _tables(connect: Connect) -> int:
    connection = await asyncpg.connect(**connect)
    try:
        return int(await connection.fetchval("SELECT count(*) FROM pg_tables WHERE schemaname = 'public'"))
    finally:
        await connection.close()


def _address(connect: Connect) -> str:
    if "dsn" in connect:
        return str(connect["dsn"])
    return f"postgresql://{connect['user']}@/{connect['database']}?host={quote(connect['host'], safe='')}"


def _tool(settings: Settings, name: str) -> str:
    """Return the program that copies: beside the embedded PostgreSQL, or the system's for an external one."""
    if not settings.database_url:
        return str(cluster_binaries(settings.postgres_bin, settings.data / "database") / name)
    found = shutil.which(name)
    if found is None:
        raise CannotRecover(f"{name} is missing. On Debian and Ubuntu: sudo apt-get install postgresql-client")
    return found


def _run(*command: str) -> None:
    done = subprocess.run(command, capture_output=True, text=True)  # noqa: S603
    if done.returncode != 0:
        raise CannotRecover(f"{Path(command[0]).name} failed: {done.stderr.strip()[-1000:]}")
