"""Write and prove the file of a copy: a tar with a note of versions first and the hashes of all members last."""

import hashlib
import io
import tarfile
from pathlib import Path
from typing import IO, Any, cast

import msgspec

NOTE, DUMP, MANIFEST = "gridwalk.json", "database.dump", "manifest.json"
FORM = 1
"""Raised when older programs could no longer read a copy."""
NOTE_MOST_BYTES = 1_000_000
MANIFEST_MOST_BYTES = 2_000_000_000
_CHUNK_BYTES = 1 << 20


class CannotRecover(RuntimeError):
    """A copy cannot be made or brought back; nothing was changed, and the message says what to do."""


class Note(msgspec.Struct, frozen=True):
    """What made a copy, and when: the program's version, PostgreSQL's, and the migrations that had run."""

    form: int
    gridwalk: str
    postgres: int
    migrations: list[str]
    made_at: str


class Member(msgspec.Struct, frozen=True):
    """One file of a copy, as it was when it was copied."""

    size_bytes: int
    sha256: str


class _Hashed:
    """A file that is hashed while it is read."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file, self.digest = file, hashlib.sha256()

    def read(self, size: int = -1) -> bytes:
        chunk = self._file.read(size)
        self.digest.update(chunk)
        return chunk


class Writer:
    """A tar that grows; `finish` seals it with the hashes of all that was added."""

    def __init__(self, file: IO[bytes], note: Note) -> None:
        self._tar = tarfile.open(fileobj=file, mode="w|", format=tarfile.PAX_FORMAT)  # noqa: SIM115
        self.members: dict[str, Member] = {}
        content = msgspec.json.encode(note)
        self._add(NOTE, len(content), io.BytesIO(content))

    def add(self, path: Path, name: str) -> Member | None:
        """Return the member that a file has become; None when it was removed meanwhile."""
        try:
            file = path.open("rb")
        except FileNotFoundError:
            return None
        with file:
            return self._add(name, path.stat().st_size, file)

    def finish(self) -> None:
        """Write the hashes, and the end of the file."""
        content = msgspec.json.encode(self.members)
        self._add(MANIFEST, len(content), io.BytesIO(content))
        self._tar.close()

    def _add(self, name: str, size_bytes: int, file: IO[bytes]) -> Member:
        entry = tarfile.TarInfo(name)
        entry.size, entry.mode = size_bytes, 0o600
        hashed = _Hashed(file)
        self._tar.addfile(entry, cast("IO[bytes]", hashed))
        self.members[name] = Member(size_bytes, hashed.digest.hexdigest())
        return self.members[name]


def open_tar(source: Path) -> tarfile.TarFile:
    """Return a copy opened for one reading from beginning to end.

    Errors: CannotRecover.
    """
    try:
        return tarfile.open(source, mode="r|")
    except (OSError, EOFError, tarfile.TarError) as error:
        raise CannotRecover(f"{source} cannot be read: {error}") from error


def prove(source: Path) -> Note:
    """Return the note of a copy whose every byte is as it was written; the whole file is read for it.

    Errors: CannotRecover, naming what is missing, added or damaged.
    """
    found: dict[str, Member] = {}
    kept: dict[str, bytes] = {}
    with open_tar(source) as tar:
        try:
            for entry in tar:
                found[entry.name] = _hash(tar, entry, kept, already=entry.name in found)
        except (OSError, EOFError, tarfile.TarError) as error:
            raise CannotRecover(f"{source} is damaged or incomplete: {error}") from error
    if NOTE not in kept or MANIFEST not in kept:
        raise CannotRecover(f"{source} is no whole copy made by `backup`: it may have been cut off")
    note = cast("Note", _decode(source, kept[NOTE], Note))
    if note.form > FORM:
        raise CannotRecover(f"{source} was made by a newer version ({note.gridwalk}); install that version first")
    said: dict[str, Member] = _decode(source, kept[MANIFEST], dict[str, Member])
    del found[MANIFEST]
    wrong = sorted(name for name in said.keys() | found.keys() if said.get(name) != found.get(name))
    if wrong:
        raise CannotRecover(f"{source} was damaged or changed: {', '.join(wrong[:5])}; use another copy")
    return note


def _hash(tar: tarfile.TarFile, entry: tarfile.TarInfo, kept: dict[str, bytes], *, already: bool) -> Member:
    file = tar.extractfile(entry) if entry.isreg() else None
    if file is None or already or not _is_plain(entry.name):
        raise tarfile.ReadError(f"{entry.name} has no place in a copy")
    most = {NOTE: NOTE_MOST_BYTES, MANIFEST: MANIFEST_MOST_BYTES}.get(entry.name, 0)
    digest, content = hashlib.sha256(), io.BytesIO()
    while chunk := file.read(_CHUNK_BYTES):
        digest.update(chunk)
        if content.tell() < most:
            content.write(chunk)
    if most:
        kept[entry.name] = content.getvalue()
    return Member(entry.size, digest.hexdigest())


def _is_plain(name: str) -> bool:
    """Does a name stay within the folder it is unpacked in?"""
    return all(part not in ("", ".", "..") for part in name.split("/"))


def _decode(source: Path, content: bytes, form: Any) -> Any:
    try:
        return msgspec.json.decode(content, type=form, strict=True)
    except (ValueError, msgspec.MsgspecError) as error:
        raise CannotRecover(f"{source} is no copy made by `backup`: {error}") from error
