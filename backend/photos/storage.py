"""Keep the bytes of photos on disk by digest, and the bytes of uploads that are still on their way."""

import fcntl
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

from backend import secret
from backend.ids import new_id
from backend.photos.rules import UploadLocked

_PRIVATE = 0o600


@dataclass(slots=True)
class Piece:
    """An upload opened for one writer; `offset` is the number of bytes on disk."""

    file: int
    offset: int

    def write(self, chunk: bytes) -> None:
        """Append bytes; they may sit in the system's cache until `Store.keep` syncs them."""
        self.offset += _write(self.file, chunk)

    def cut_back(self, offset: int) -> None:
        """Forget everything behind `offset`."""
        os.ftruncate(self.file, offset)
        self.offset = offset


class Store:
    """A folder of photos: `uploads/<id>` grow, `kept/ab/<sha256>` never change, `copies/ab/…` can be made anew."""

    def __init__(self, root: Path) -> None:
        self._uploads, self._kept, self._copies = root / "uploads", root / "kept", root / "copies"
        for folder in (self._uploads, self._kept, self._copies):
            folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        for number in range(256):
            (self._kept / f"{number:02x}").mkdir(exist_ok=True, mode=0o700)
        self.seal_key = secret.kept_in(root / "seal.key")

    @contextmanager
    def piece(self, upload_id: UUID) -> Iterator[Piece]:
        """Open an upload for appending.

        Errors: UploadLocked while another request, of this server or another on the same disk, writes to it.
        """
        file = os.open(self._uploads / str(upload_id), os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_CLOEXEC, _PRIVATE)
        try:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError as error:
                raise UploadLocked from error
            yield Piece(file, os.fstat(file).st_size)
        finally:
            os.close(file)

    def offset(self, upload_id: UUID) -> int:
        """Return how many bytes of an upload are here; 0 when none has come."""
        try:
            return (self._uploads / str(upload_id)).stat().st_size
        except FileNotFoundError:
            return 0

    def upload_bytes(self, upload_id: UUID) -> bytes:
        """Return all bytes of an upload."""
        return (self._uploads / str(upload_id)).read_bytes()

    def drop(self, upload_id: UUID) -> None:
        """Remove an upload's bytes; nothing happens when there are none."""
        (self._uploads / str(upload_id)).unlink(missing_ok=True)

    def put(self, sha256: str, body: bytes) -> None:
        """Keep a whole photo, and return only when its bytes and its name are on the disk itself.

        A server killed in between leaves a name that no row knows, and the phone sends the photo again.
        """
        final = self.path(sha256)
        try:
            file = os.open(final, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, _PRIVATE)
        except FileExistsError:
            upload_id = new_id()
            with self.piece(upload_id) as piece:
                piece.write(body)
            self.keep(upload_id, sha256)
            self.drop(upload_id)
            return
        try:
            _write(file, body)
            os.fsync(file)
        except OSError:
            os.ftruncate(file, 0)  # not removed: another request may have put whole bytes in its place meanwhile
            raise
        finally:
            os.close(file)
        _sync(final.parent)

    def keep(self, upload_id: UUID, sha256: str) -> None:
        """Give an upload's bytes their final name too, and return only when bytes and name are on the disk itself.

        The upload keeps its own name until its row says that it is held (`drop`), so that a server killed in between
        finds it whole and finishes it. The new name comes before the sync, so that on file systems with a journal one
        sync of the file commits both; the folder is synced for those without.
        """
        final = self.path(sha256)
        try:
            os.link(self._uploads / str(upload_id), final)
        except FileExistsError:  # one that was never synced may hold anything: these bytes take its place
            self._put_in_place(self._uploads / str(upload_id), final)
        _sync(final)
        _sync(final.parent)

    def _put_in_place(self, upload: Path, final: Path) -> None:
        _sync(upload)  # whole bytes that somebody has a receipt for are replaced by whole ones
        second_name = final.with_name(f"{final.name}.{upload.name}")
        second_name.unlink(missing_ok=True)
        os.link(upload, second_name)
        second_name.replace(final)
        second_name.unlink(missing_ok=True)  # a rename onto another name of the same file does nothing

    def path(self, sha256: str) -> Path:
        """Return where the kept bytes of a photo lie, or would."""
        return self._kept / sha256[:2] / sha256

    def copy_path(self, sha256: str, size: str) -> Path:
        """Return where a copy of a photo lies, or would."""
        return self._copies / sha256[:2] / f"{sha256}.{size}.webp"

    def kept_names(self) -> list[str]:
        """Return the digests by which kept photos are named; a name with a point is one on its way to its final one."""
        return [path.name for path in self._kept.glob("*/*") if "." not in path.name]

    def remove(self, sha256: str) -> None:
        """Remove a kept photo and its copies."""
        for path in (self.path(sha256), *self._copies.glob(f"{sha256[:2]}/{sha256}.*")):
            path.unlink(missing_ok=True)

    def stale_uploads(self, older_than_s: float) -> list[UUID]:
        """Return the uploads on disk to which nothing was written for so many seconds."""
        oldest = time.time() - older_than_s  # noqa: TID251 — file times are compared with the file system's own clock
        return [UUID(path.name) for path in self._uploads.iterdir() if path.stat().st_mtime < oldest]


def _write(file: int, content: bytes) -> int:
    """Return how many bytes were written: all of them."""
    rest = memoryview(content)
    while rest:
        rest = rest[os.write(file, rest) :]
    return len(content)


def _sync(path: Path) -> None:
    """Bring a file, or the names in a folder, to the disk itself."""
    file = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    try:
        os.fsync(file)
    finally:
        os.close(file)


_open: Store | None = None


def open_store(root: Path) -> Store:
    """Return the one store of this process, opened in a folder."""
    global _open
    _open = Store(root)
    return _open


def store() -> Store:
    """Return the open store."""
    if _open is None:
        raise RuntimeError("the store of photos is not open")
    return _open
