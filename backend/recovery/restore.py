"""Bring a copy back into an installation without any data: all of it, or none."""

import asyncio
import os
import shutil
import tempfile
from dataclasses import replace
from pathlib import Path

import asyncpg

from backend.first_migration import FOLDER
from backend.recovery.archive import DUMP, MANIFEST, NOTE, CannotRecover, Note, open_tar, prove
from backend.recovery.backup import PHOTOS
from backend.recovery.tools import Connect, address, program, run
from backend.server import database_of
from backend.settings import Settings

UNFINISHED = ".restoring"
_NOT_DATA = {"lost+found"}  # what an empty disk holds


def refuse_cut_off(settings: Settings) -> None:
    """Refuse to work in a folder into which a copy was only partly brought back.

    Errors: CannotRecover.
    """
    if (settings.data / UNFINISHED).exists():
        raise CannotRecover(
            f"bringing a copy back into {settings.data} was cut off. Remove that folder"
            f"{', empty the database' if settings.database_url else ''}, and run `restore` again"
        )


def restore(settings: Settings, source: Path) -> int:
    """Return how many photos came back, after proving the copy and bringing back all of it.

    Errors: CannotRecover when there is data already, or the file is not a whole copy; nothing is changed then.
    """
    refuse_cut_off(settings)
    here = {path.name for path in settings.data.iterdir()} - _NOT_DATA if settings.data.is_dir() else set()
    if here:
        raise CannotRecover(f"{settings.data} is not empty; restore only into a new GRIDWALK_DATA")
    _refuse_newer(source, prove(source))
    work = settings.data / UNFINISHED
    work.mkdir(parents=True, mode=0o700)
    try:
        photos = _unpack(source, work)
        _fill_database(replace(settings, data=work), work / DUMP)
        (work / DUMP).unlink()
        os.sync()  # one for all of the files, however many
    except BaseException:
        shutil.rmtree(work)
        raise
    for path in list(work.iterdir()):
        path.rename(settings.data / path.name)
    work.rmdir()
    return photos


def _refuse_newer(source: Path, note: Note) -> None:
    unknown = set(note.migrations) - {path.stem for path in FOLDER.glob("[0-9]*.py")}
    if unknown:
        raise CannotRecover(f"{source} was made by a newer version ({note.gridwalk}); install that version first")


def _unpack(source: Path, folder: Path) -> int:
    """Return how many photos were unpacked."""
    photos = 0
    with open_tar(source) as tar:
        for entry in tar:
            if entry.name in (NOTE, MANIFEST):
                continue
            path = folder / entry.name
            path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            file = tar.extractfile(entry)
            assert file is not None  # noqa: S101  # it was proved to be a file
            path.touch(0o600, exist_ok=False)
            with path.open("wb") as copy:
                shutil.copyfileobj(file, copy)
            photos += entry.name.startswith(f"{PHOTOS}/")
    return photos


def _fill_database(settings: Settings, dump: Path) -> None:
    with database_of(settings) as (connect, _), tempfile.TemporaryDirectory() as made:
        if asyncio.run(_tables(connect)):
            raise CannotRecover("the database is not empty; restore only into a new one")
        with address(connect, Path(made)) as where:
            run(
                program(settings, "pg_restore"), "--no-owner", "--no-privileges", "--exit-on-error",
                "--single-transaction", f"--dbname={where}", str(dump),
            )  # fmt: skip


async def _tables(connect: Connect) -> int:
    connection = await asyncpg.connect(**connect)
    try:
        return int(await connection.fetchval("SELECT count(*) FROM pg_tables WHERE schemaname = 'public'"))
    finally:
        await connection.close()
