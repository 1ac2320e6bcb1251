"""Receive the bytes of a photo in resumable pieces, and keep it when they hash to its name."""

import asyncio
import errno
import hashlib
import hmac
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal
from uuid import UUID
from zoneinfo import ZoneInfo

import msgspec

import media
import media.errors
from backend import clock, database
from backend.photos import rules
from backend.photos.commands.announce import announce
from backend.photos.queries import UploadStanding
from backend.photos.storage import Piece, store
from backend.texts import Instant, Sha256
from geo.crs import crs_named, to_wgs84

_CAMERAS = ZoneInfo("Asia/Shanghai")  # a camera that names no zone stands in China


class Capture(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """What the device says of the moment the photo was taken; browsers strip it from the picture itself."""

    sha256: Sha256
    taken_at: Instant | None = None
    lon: float | None = None
    lat: float | None = None
    crs: Literal["wgs84", "cgcs2000", "gcj02", "bd09"] | None = None
    accuracy_m: float | None = None
    source: Literal["gps", "network", "manual", "none"] | None = None


@dataclass(frozen=True, slots=True)
class Sender:
    """Who sends, from which device, in which tenant."""

    person_id: UUID
    device_id: UUID
    tenant: str


@dataclass(frozen=True, slots=True)
class Checksum:
    """The digest that a piece must have."""

    algorithm: Literal["sha1", "sha256"]
    digest: bytes


async def begin(
    upload_id: UUID, capture: Capture, length_bytes: int, sender: Sender, *, may_see: bool
) -> UploadStanding:
    """Return the new upload; complete at once when the photo is here already and the sender may see it.

    Errors: PhotoTooLarge, TooManyUploads.
    """
    standing = await _standing(capture.sha256, sender)
    refusal = rules.why_not_begin(length_bytes, standing["uploads"], int(standing["size_bytes"]))
    if refusal is not None:
        raise refusal
    received_at = standing["received_at"] if may_see else None
    expires_at = clock.now() + timedelta(days=rules.UPLOAD_DAYS)
    said = msgspec.json.encode(capture)
    held = received_at is not None
    await database.execute(
        """INSERT INTO upload (id, sha256, length_bytes, capture, tenant, person_id, device_id, held, expires_at)
           VALUES ($1, $2, $3, $4::text::jsonb, $5, $6, $7, $8, $9)""",
        upload_id,
        capture.sha256,
        length_bytes,
        said.decode(),
        int(sender.tenant),
        sender.person_id,
        sender.device_id,
        held,
        expires_at,
    )
    return UploadStanding(upload_id, capture.sha256, length_bytes, said, held, received_at, expires_at)


async def _standing(sha256: str, sender: Sender) -> database.Record:
    """Return what the device has begun and not finished, and when the photo arrived if it is here."""
    (row,) = await database.fetch(
        """SELECT (SELECT count(*) FROM upload WHERE device_id = $1 AND NOT held) AS uploads,
                  (SELECT coalesce(sum(length_bytes), 0) FROM upload WHERE device_id = $1 AND NOT held) AS size_bytes,
                  (SELECT received_at FROM photo WHERE tenant = $2 AND sha256 = $3) AS received_at""",
        sender.device_id,
        int(sender.tenant),
        sha256,
    )
    return row


async def receive(
    upload: UploadStanding,
    sender: Sender,
    chunks: AsyncIterator[bytes],
    offset: int,
    checksum: Checksum | None = None,
) -> tuple[int, datetime | None]:
    """Return the new offset, and the moment of receipt once the whole photo is on the disk and proved.

    Bytes that came before a cut stay, so that the device resumes behind them.
    Errors: WrongOffset, UploadLocked, ChecksumMismatch, PhotoTooLarge, DigestMismatch, NotAPhoto, StorageFull.
    """
    if upload.held:
        if offset != upload.length_bytes:
            raise rules.WrongOffset(offset=upload.length_bytes)
        return upload.length_bytes, upload.received_at
    try:
        with store().piece(upload.id) as piece:
            if offset != piece.offset:
                raise rules.WrongOffset(offset=piece.offset)
            await _append(piece, chunks, upload.length_bytes, checksum)
            if piece.offset < upload.length_bytes:
                return piece.offset, None
            return piece.offset, await _finish(upload, sender)
    except OSError as error:
        if error.errno in {errno.ENOSPC, errno.EDQUOT}:
            raise rules.StorageFull from error
        raise


async def _append(piece: Piece, chunks: AsyncIterator[bytes], length_bytes: int, checksum: Checksum | None) -> None:
    began = piece.offset
    digest = None if checksum is None else hashlib.new(checksum.algorithm, usedforsecurity=False)
    async for chunk in chunks:
        if piece.offset + len(chunk) > length_bytes:
            piece.cut_back(began)
            raise rules.PhotoTooLarge(length_bytes=length_bytes)
        piece.write(chunk)
        if digest is not None:
            digest.update(chunk)
    if checksum is not None and digest is not None and not hmac.compare_digest(digest.digest(), checksum.digest):
        piece.cut_back(began)
        raise rules.ChecksumMismatch


async def _finish(upload: UploadStanding, sender: Sender) -> datetime:
    """Prove, sync and record a photo, then tell the records that name it."""
    try:
        picture = await asyncio.to_thread(_prove_and_keep, upload)
    except (rules.DigestMismatch, rules.NotAPhoto, rules.PhotoTooLarge):
        store().drop(upload.id)
        await database.execute("DELETE FROM upload WHERE id = $1", upload.id)
        raise
    received_at = clock.now()
    capture = msgspec.json.decode(upload.capture, type=Capture)
    await database.execute(
        """WITH kept AS (
             INSERT INTO photo (sha256, tenant, person_id, device_id, size_bytes, kind, width, height, taken_at,
                                lon, lat, crs, accuracy_m, source, exif, seal, received_at)
             VALUES ($2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16::text::jsonb, $17, $18)
             ON CONFLICT (tenant, sha256) DO NOTHING)
           UPDATE upload SET held = true WHERE id = $1""",
        upload.id,
        upload.sha256,
        int(sender.tenant),
        sender.person_id,
        sender.device_id,
        upload.length_bytes,
        picture.kind,
        picture.width,
        picture.height,
        capture.taken_at,
        *_in_wgs84(capture),
        capture.crs,
        capture.accuracy_m,
        capture.source,
        picture.exif,
        _seal(upload.capture, sender, received_at),
        received_at,
    )
    store().drop(upload.id)
    await announce([upload.sha256], sender.tenant)
    return received_at


async def settle(upload: UploadStanding, sender: Sender) -> tuple[int, datetime | None]:
    """Return the offset of an upload and, when the photo is held, the moment of its receipt.

    An upload whose last byte came just before the server was killed is finished here: a client that hears the full
    length takes it for success, so it must be one.
    """
    if upload.held:
        return upload.length_bytes, upload.received_at
    if store().offset(upload.id) < upload.length_bytes:
        return store().offset(upload.id), None
    return await receive(upload, sender, _nothing(), upload.length_bytes)


async def _nothing() -> AsyncIterator[bytes]:
    pieces: tuple[bytes, ...] = ()
    for piece in pieces:
        yield piece


def _in_wgs84(capture: Capture) -> tuple[float | None, float | None]:
    """Return where the device stood, in the one datum that is stored; `crs` keeps what it spoke."""
    if capture.lon is None or capture.lat is None:
        return None, None
    point = to_wgs84(capture.lon, capture.lat, crs_named(capture.crs))
    return point.lon, point.lat


@dataclass(frozen=True, slots=True)
class _Picture:
    kind: str
    width: int
    height: int
    exif: str


def _prove_and_keep(upload: UploadStanding) -> _Picture:
    received = store().upload_bytes(upload.id)
    if media.sha256_hex(received) != upload.sha256:
        raise rules.DigestMismatch(sha256=upload.sha256)
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
    store().keep(upload.id, upload.sha256)
    return _Picture(found.kind.name.lower(), found.width, found.height, msgspec.json.encode(told).decode())


def _seal(capture: bytes, sender: Sender, received_at: datetime) -> str:
    """Return the server's HMAC over what the device said, who said it and when it came."""
    said = b"\n".join(
        [capture, str(sender.person_id).encode(), str(sender.device_id).encode(), received_at.isoformat().encode()]
    )
    return hmac.new(store().seal_key, said, hashlib.sha256).hexdigest()


async def end(upload: UploadStanding) -> None:
    """End an upload: its bytes are dropped unless the photo is already kept."""
    store().drop(upload.id)
    await database.execute("DELETE FROM upload WHERE id = $1", upload.id)
