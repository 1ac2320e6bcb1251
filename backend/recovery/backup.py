"""Copy the database and all that lies beside it into one file, whether or not the server runs."""

import asyncio
import fcntl
import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO

import asyncpg

from backend import __version__, clock, envelopes, vault
from backend.recovery.archive import DUMP, FORM, CannotRecover, Note, Writer
from backend.recovery.tools import Connect, address, program, run
from backend.server import database_of
from backend.settings import Settings

_PRIVATE = 0o600
_HOW = ("--format=custom", "--no-owner", "--no-privileges")
SECRET, SEAL, PHOTOS, TLS = vault.FILE, "photos/seal.key", "photos/kept", "tls"
"""Beside the database: the secret that opens what is sealed in it, the key that seals photos, the photos, and the
authority that phones have come to trust; and the key of the envelopes, without which what phones have sealed is lost.
Uploads on their way are not copied, their phones send them again; thumbnails are made anew."""


@dataclass(frozen=True, slots=True)
class Copied:
    """What a copy holds; `damaged` names photos whose bytes no longer hash to their name."""

    size_bytes: int
    photos: int
    damaged: tuple[str, ...]


def backup(settings: Settings, target: Path) -> Copied:
    """Return what was copied to `target`: the database as of now, and every photo it names.

    Photos never change once they are there, so that those copied after the database hold at least all that it names.
    The file has its final name only when all of it is on the disk.
    Errors: CannotRecover.
    """
    if target.exists():
        raise CannotRecover(f"{target} exists; name a file that does not")
    if not target.parent.is_dir():
        raise CannotRecover(f"{target.parent} is not a folder")
    unfinished = target.with_name(f"{target.name}.unfinished")
    try:
        with _alone_in(unfinished) as file:
            try:
                writer = _write(settings, file, target.with_name(f"{target.name}.dump"))
                file.flush()
                os.fsync(file.fileno())
                unfinished.rename(target)
            finally:
                unfinished.unlink(missing_ok=True)
        _sync_folder(target.parent)
    except OSError as error:
        raise CannotRecover(f"{target} cannot be written: {error.strerror or error}") from error
    named = {name: member for name, member in writer.members.items() if name.startswith(f"{PHOTOS}/")}
    damaged = tuple(name for name, member in named.items() if not name.endswith(member.sha256))
    return Copied(target.stat().st_size, len(named), damaged)


@contextmanager
def _alone_in(path: Path) -> Iterator[IO[bytes]]:
    """Open an empty file that nobody else may read, and that no other copy is being written to."""
    # It holds keys and the hashes of passwords.
    with open(path, "ab", opener=lambda name, flags: os.open(name, flags, _PRIVATE)) as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise CannotRecover(f"another copy is being written to {path}; wait for its end") from error
        file.truncate(0)  # what one that was killed left behind
        yield file


def _write(settings: Settings, file: IO[bytes], dump: Path) -> Writer:
    with database_of(settings, join=True) as (connect, _), tempfile.TemporaryDirectory() as made:
        writer = Writer(file, asyncio.run(_note(connect)))
        dump.unlink(missing_ok=True)  # into a new file: the pg_dump of a copy that was killed may still be writing
        dump.touch(_PRIVATE)
        try:
            with address(connect, Path(made)) as where:
                run(program(settings, "pg_dump"), *_HOW, f"--file={dump}", where)
            writer.add(dump, DUMP)
        finally:
            dump.unlink()
    for path in _beside(settings.data):
        writer.add(path, path.relative_to(settings.data).as_posix())
    writer.finish()
    return writer


def _beside(root: Path) -> Iterator[Path]:
    """Yield what is copied beside the database, the photos last."""
    yield from (path for path in (root / SECRET, root / SEAL, root / envelopes.FILE) if path.exists())
    yield from (path for path in sorted((root / TLS).glob("*")) if path.is_file())
    for shelf in sorted((root / PHOTOS).glob("*")):
        # A name with a point is one that a photo has for a moment, before its final one.
        yield from (path for path in sorted(shelf.glob("*")) if "." not in path.name)


async def _note(connect: Connect) -> Note:
    connection = await asyncpg.connect(**connect)
    try:
        if not await connection.fetchval("SELECT to_regclass('migration')"):
            raise CannotRecover("the database is empty; there is nothing to copy")
        version = int(await connection.fetchval("SHOW server_version_num"))
        ran = [row["name"] for row in await connection.fetch("SELECT name FROM migration ORDER BY name")]
    finally:
        await connection.close()
    return Note(FORM, __version__, version, ran, clock.now().isoformat())


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
