"""Bring the bytes of one request to the disk, and prove that they are the photo they were announced as."""

import asyncio
import hashlib
import hmac
from collections.abc import AsyncIterator, Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass
from typing import Literal, TypeVar
from zoneinfo import ZoneInfo

import msgspec

import media
import media.errors
from backend.photos import rules
from backend.photos.queries import UploadStanding
from backend.photos.storage import Piece, store
from backend.problems import Problem

_CAMERAS = ZoneInfo("Asia/Shanghai")  # a camera that names no zone stands in China
BLOCK_BYTES = 512 * 1024
"""So much of a request is held in memory: most photos go to the disk, are proved and synced in one turn of a thread."""

# Waiting for the disk takes no CPU, and a disk that syncs many files at once syncs them together.
_threads = ThreadPoolExecutor(16, thread_name_prefix="photos")

Made = TypeVar("Made")


@dataclass(frozen=True, slots=True)
class Checksum:
    """The digest that a piece must have."""

    algorithm: Literal["sha1", "sha256"]
    digest: bytes


@dataclass(frozen=True, slots=True)
class Picture:
    """What a photo that was proved is."""

    kind: str
    width: int
    height: int
    exif: str


async def in_thread(work: Callable[..., Made], *arguments: object) -> Made:
    """Return what `work` makes in a thread that may wait for the disk."""
    running = asyncio.get_running_loop().run_in_executor(_threads, work, *arguments)
    try:
        return await asyncio.shield(running)
    except asyncio.CancelledError:
        await asyncio.wait([running])  # it holds a file that is closed next
        raise


class Landing:
    """The bytes of one request on their way to the disk; the upload is locked from the first block on.

    A photo that comes whole in one block is proved in memory, and written once, under its own name.
    """

    def __init__(
        self,
        upload: UploadStanding,
        offset: int,
        checksum: Checksum | None,
        opens: Callable[[bytes], bytes] | None = None,
    ) -> None:
        self._upload, self._began, self._checksum, self._opens = upload, offset, checksum, opens
        self._opened = ExitStack()
        self._piece: Piece | None = None
        self._block: list[bytes] = []
        self._held_bytes = 0
        self._digest = None if checksum is None else hashlib.new(checksum.algorithm, usedforsecurity=False)
        self.offset = offset
        self.leaves_bytes = offset > 0  # the upload has a file of its own
        self.is_hopeless = False  # all bytes are here, and they are not the photo

    async def take(self, chunks: AsyncIterator[bytes]) -> Picture | None:
        """Return the picture once the whole photo is on the disk and proved; None while bytes are missing.

        Bytes that came before a cut stay.
        Errors: WrongOffset, UploadLocked, ChecksumMismatch, PhotoTooLarge, DigestMismatch, NotAPhoto; OSError.
        """
        try:
            async for chunk in chunks:
                await self._add(chunk)
        except BaseException:
            if self._block and self._upload.is_noted:  # the network was cut; after a refusal there is none
                self._write()
            raise
        return await in_thread(self._end)

    def close(self) -> None:
        """Let others write to the upload again."""
        self._opened.close()

    async def _add(self, chunk: bytes) -> None:
        self.offset += len(chunk)
        if self.offset > self._upload.length_bytes:
            self._cut_back()
            raise rules.PhotoTooLarge(length_bytes=self._upload.length_bytes)
        self._block.append(chunk)
        self._held_bytes += len(chunk)
        if self._held_bytes >= BLOCK_BYTES:
            await in_thread(self._write)

    def _write(self) -> None:
        block, self._block, self._held_bytes = self._block, [], 0
        if self._piece is None:
            self._piece = self._opened.enter_context(store().piece(self._upload.id))
            self.leaves_bytes = True
            if self._piece.offset != self._began:
                raise rules.WrongOffset(offset=self._piece.offset)
        for chunk in block:
            self._piece.write(chunk if self._opens is None else self._opens(chunk))
            if self._digest is not None:
                self._digest.update(chunk)

    def _cut_back(self) -> None:
        self._block.clear()
        if self._piece is not None:
            self._piece.cut_back(self._began)

    def _whole(self) -> bytes | None:
        """Return the photo if all of it came in this request and is still in memory."""
        if self._piece is not None or self._began or self.offset < self._upload.length_bytes:
            return None
        block, self._block = self._block, []
        received = block[0] if len(block) == 1 else b"".join(block)
        if self._digest is not None:
            self._digest.update(received)
        return received if self._opens is None else self._opens(received)

    def _is_damaged(self) -> bool:
        if self._checksum is None or self._digest is None:
            return False
        return not hmac.compare_digest(self._digest.digest(), self._checksum.digest)

    def _end(self) -> Picture | None:
        whole = self._whole()
        if whole is None:
            self._write()
        if self._is_damaged():
            self._cut_back()
            raise rules.ChecksumMismatch
        if self.offset < self._upload.length_bytes:
            return None
        try:
            return self._prove_and_keep(whole)
        except Problem:
            self.is_hopeless = True
            raise

    def _prove_and_keep(self, whole: bytes | None) -> Picture:
        id_, sha256 = self._upload.id, self._upload.sha256
        if whole is not None:
            picture = proved(whole, sha256)
            store().put(sha256, whole)
            return picture
        picture = proved(store().upload_bytes(id_), sha256)
        store().keep(id_, sha256)
        return picture


def proved(received: bytes, sha256: str) -> Picture:
    """Return what the bytes are, if they are the photo of that name, and one that is accepted.

    Errors: DigestMismatch, NotAPhoto, PhotoTooLarge.
    """
    if media.sha256_hex(received) != sha256:
        raise rules.DigestMismatch(sha256=sha256)
    try:
        found = media.sniff(received)
    except media.errors.TooManyPixels as error:
        raise rules.PhotoTooLarge(pixels=error.width * error.height) from error
    except media.MediaError as error:
        raise rules.NotAPhoto(reason=error.en, reason_zh=error.zh) from error
    told = media.read_exif(received, _CAMERAS)
    refusal = rules.why_not_accept(found.kind.name.lower(), len(received), found.width * found.height)
    if refusal is not None:
        raise refusal
    return Picture(found.kind.name.lower(), found.width, found.height, msgspec.json.encode(told).decode())
