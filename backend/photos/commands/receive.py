"""Receive the bytes of a photo in resumable pieces, and give a receipt when they hash to its name."""

import hashlib
import hmac
from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Annotated, Literal
from uuid import UUID

import msgspec
from msgspec import Meta

from backend import clock, database, envelopes
from backend.envelopes import SealedNotAsNamed
from backend.people.queries import Device, maker
from backend.people.rules import Person
from backend.photos import rules
from backend.photos.commands.landing import Checksum, Landing, Picture
from backend.photos.commands.ledger import Arrival, note
from backend.photos.commands.sealed import decipher, read
from backend.photos.queries import UploadStanding, whole_upload_id
from backend.photos.storage import store
from backend.problems import Problem, StorageFull
from backend.texts import Instant, Sha256
from geo.crs import crs_named, to_wgs84


class Capture(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """What the device says of the moment the photo was taken; browsers strip it from the picture itself."""

    sha256: Sha256
    taken_at: Instant | None = None
    lon: float | None = None
    lat: float | None = None
    crs: Literal["wgs84", "cgcs2000", "gcj02", "bd09"] | None = None
    accuracy_m: float | None = None
    source: Literal["gps", "network", "manual", "none"] | None = None
    envelope: Annotated[str, Meta(max_length=2000)] | None = None  # the bytes come sealed; what it says counts
    redacts: Sha256 | None = None


@dataclass(frozen=True, slots=True)
class Sender:
    """Who sends, from which device, in which tenant."""

    person_id: UUID
    device_id: UUID
    tenant: str


def opened(capture: Capture, length_bytes: int) -> Capture:
    """Return what is known of a photo; of a sealed one, what its envelope says and nobody could change.

    Errors: EnvelopeUnreadable, EnvelopeForAnotherServer, SealedNotAsNamed.
    """
    if capture.envelope is None:
        return capture
    sealed = read(capture.envelope)
    if (sealed.sha256, sealed.size_bytes) != (capture.sha256, length_bytes):
        raise SealedNotAsNamed
    return Capture(
        sealed.sha256, sealed.taken_at, sealed.lon, sealed.lat, sealed.crs, sealed.accuracy_m, sealed.source,
        capture.envelope,
    )  # fmt: skip


async def author_of(capture: Capture, courier: Person, device: Device) -> tuple[Person, Sender]:
    """Return whose photo it is, made on which device; a sealed one is its author's, whoever brings it.

    Errors: SealedElsewhere when its author is of another subdistrict.
    """
    author, made_on = courier, device
    if capture.envelope is not None:
        device_id = envelopes.keeper().device_of(envelopes.from_text(capture.envelope))
        author, made_on = await maker(device_id, courier.tenant)
    return author, Sender(author.id, made_on.id, author.tenant)


async def sender_of(upload: UploadStanding, courier: Person, device: Device) -> Sender:
    """Return whose photo comes in an upload that has begun."""
    _, sender = await author_of(msgspec.json.decode(upload.capture, type=Capture), courier, device)
    return sender


# The row may be lost with the server's power, and the phone then begins again; every receipt is synced, and the row
# with it. The limits are those of rules.why_not_begin, which words the refusal.
_BEGIN = """
WITH unsynced AS MATERIALIZED (SELECT set_config('synchronous_commit', 'off', true)),
     open AS MATERIALIZED (SELECT count(*) AS uploads, coalesce(sum(length_bytes), 0) AS size_bytes
                           FROM upload WHERE device_id = $7 AND NOT held),
     begun AS (
       INSERT INTO upload (id, sha256, length_bytes, capture, tenant, person_id, device_id, held, expires_at)
       SELECT $1, $2, $3::integer, $4::text::jsonb, $5, $6, $7, false, $8 FROM open, unsynced
       WHERE uploads < $9 AND size_bytes + $3::integer <= $10)
SELECT uploads, size_bytes, (SELECT received_at FROM photo WHERE tenant = $5 AND sha256 = $2) FROM open
"""


async def begin(upload_id: UUID, capture: Capture, length_bytes: int, sender: Sender) -> UploadStanding:
    """Return the new upload; `received_at` is set when the tenant holds the photo already.

    Errors: PhotoTooLarge, TooManyUploads.
    """
    _refuse(rules.why_not_begin(length_bytes, 0, 0))
    expires_at = clock.now() + timedelta(days=rules.UPLOAD_DAYS)
    said = msgspec.json.encode(capture)
    ((uploads, size_bytes, received_at),) = await database.fetch(
        _BEGIN,
        upload_id,
        capture.sha256,
        length_bytes,
        said.decode(),
        int(sender.tenant),
        sender.person_id,
        sender.device_id,
        expires_at,
        rules.UNFINISHED_PER_DEVICE,
        rules.UNFINISHED_BYTES_PER_DEVICE,
    )
    _refuse(rules.why_not_begin(length_bytes, uploads, int(size_bytes)))
    return UploadStanding(upload_id, capture.sha256, length_bytes, said, False, received_at, expires_at)


def begin_whole(capture: Capture, length_bytes: int) -> UploadStanding:
    """Return an upload of which nothing is noted: its photo comes whole in this request or not at all.

    Nobody could resume it, because its address is told in the answer to this request; once the photo is held, its
    address leads to its receipt.
    Errors: PhotoTooLarge.
    """
    _refuse(rules.why_not_begin(length_bytes, 0, 0))
    said, expires_at = msgspec.json.encode(capture), clock.now() + timedelta(days=rules.UPLOAD_DAYS)
    upload_id = whole_upload_id(capture.sha256)
    return UploadStanding(upload_id, capture.sha256, length_bytes, said, False, None, expires_at, is_noted=False)


def _refuse(problem: Problem | None) -> None:
    if problem is not None:
        raise problem


async def hold(upload: UploadStanding) -> UploadStanding:
    """Return an upload as complete: the tenant holds its photo, and the sender may see it."""
    await database.execute("UPDATE upload SET held = true WHERE id = $1", upload.id)
    return replace(upload, held=True)


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
    held_bytes = upload.length_bytes if upload.held else store().offset(upload.id)
    if offset != held_bytes:
        raise rules.WrongOffset(offset=held_bytes)
    if upload.held:
        return offset, upload.received_at
    capture = msgspec.json.decode(upload.capture, type=Capture)
    opens = None if capture.envelope is None else decipher(capture.envelope, offset)
    landing = Landing(upload, offset, checksum, opens)
    try:
        picture = await landing.take(chunks)
        return landing.offset, None if picture is None else await _record(upload, sender, picture, landing.leaves_bytes)
    except OSError as error:
        if database.is_full(error):
            raise StorageFull from error
        raise
    except Problem:
        if landing.is_hopeless and upload.is_noted:
            await end(upload)
        raise
    finally:
        landing.close()


async def _record(upload: UploadStanding, sender: Sender, picture: Picture, left_bytes: bool) -> datetime:
    """Note a photo that is kept, and return the moment of its receipt."""
    received_at = clock.now()
    capture = msgspec.structs.replace(msgspec.json.decode(upload.capture, type=Capture), envelope=None)
    lon, lat = _in_wgs84(capture)
    await note(
        Arrival(
            upload_id=upload.id if upload.is_noted else None,
            sha256=upload.sha256,
            tenant=int(sender.tenant),
            person_id=sender.person_id,
            device_id=sender.device_id,
            size_bytes=upload.length_bytes,
            kind=picture.kind,
            width=picture.width,
            height=picture.height,
            taken_at=capture.taken_at,
            lon=lon,
            lat=lat,
            crs=capture.crs,
            accuracy_m=capture.accuracy_m,
            source=capture.source,
            redacts=capture.redacts,
            exif=picture.exif,
            seal=_seal(msgspec.json.encode(capture), sender, received_at),
            received_at=received_at,
            left_bytes=left_bytes,
        )
    )
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
