"""Do what a request of tus that may carry bytes asks for: begin an upload, or go on with one."""

import re
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass
from uuid import UUID

from litestar.types import Receive

from backend import clock
from backend.ids import new_id
from backend.people.queries import Device
from backend.people.rules import Person, reach
from backend.photos import commands, queries, rules, tus
from backend.photos.commands import BLOCK_BYTES, Sender
from backend.photos.queries import PhotoSeen, UploadStanding
from backend.problems import Malformed, NotFound, TooLarge

_NAME = re.compile("[0-9a-f]{64}")


@dataclass(frozen=True, slots=True)
class Answer:
    """What is answered: a status and headers, never a body."""

    status: int
    headers: dict[str, str]


async def begin(headers: Mapping[str, str], person: Person, device: Device, receive: Receive) -> Answer:
    """Begin an upload and take the bytes that come along; a photo that comes whole is kept without one."""
    tus.check_version(headers)
    length_bytes = tus.number(headers, "Upload-Length")
    if length_bytes == 0:
        raise rules.NotAPhoto(reason="0 bytes", reason_zh="0 字节")
    capture = commands.opened(tus.capture(headers), length_bytes)
    author, sender = await commands.author_of(capture, person, device)
    brings_bytes = headers.get("content-length", "0") != "0" or "transfer-encoding" in headers
    if brings_bytes:
        tus.check_body_type(headers)
    checksum = tus.checksum(headers)
    if brings_bytes and headers.get("content-length") == str(length_bytes) and length_bytes <= BLOCK_BYTES:
        upload = commands.begin_whole(capture, length_bytes)
    else:
        courier = Sender(person.id, device.id, person.tenant)
        upload = await commands.begin(new_id(clock.now()), capture, length_bytes, courier)
    if upload.received_at is not None and await seen(capture.sha256, author) is not None:
        upload = await commands.hold(upload)
    offset, received_at = (upload.length_bytes, upload.received_at) if upload.held else (0, None)
    if brings_bytes and not upload.held:
        offset, received_at = await commands.receive(upload, sender, _chunks(receive), 0, checksum)
    said = tus.standing(offset, upload.sha256, received_at, upload.expires_at)
    return Answer(201, said | {"Location": f"/api/photos/uploads/{upload.id}"})


async def go_on(
    headers: Mapping[str, str], person: Person, device: Device, upload_id: UUID, receive: Receive
) -> Answer:
    """Append a piece to an upload; with the last piece the answer carries the receipt."""
    tus.check_version(headers)
    tus.check_body_type(headers)
    offset = tus.number(headers, "Upload-Offset")
    checksum = tus.checksum(headers)
    upload = await find(upload_id, device, person)
    sender = await commands.sender_of(upload, person, device)
    offset, received_at = await commands.receive(upload, sender, _chunks(receive), offset, checksum)
    return Answer(204, tus.standing(offset, upload.sha256, received_at, upload.expires_at))


async def find(upload_id: UUID, device: Device, person: Person) -> UploadStanding:
    """Return an upload of this device.

    Errors: NotFound, UploadGone.
    """
    upload = await queries.upload_of(upload_id, device.id, person.tenant)
    if upload is None:
        raise NotFound
    if not upload.held and upload.expires_at < clock.now():
        raise rules.UploadGone
    return upload


async def seen(sha256: str, person: Person) -> PhotoSeen | None:
    """Return a photo if this person may see it.

    Errors: Malformed when it is no name of a photo.
    """
    if _NAME.fullmatch(sha256) is None:
        raise Malformed.at("sha256", "64 hexadecimal digits")
    return await queries.seen(sha256, person.id, person.tenant, reach(person, clock.today()))


async def _chunks(receive: Receive) -> AsyncIterator[bytes]:
    """Pass on the body as it comes, and stop reading one that can never be a photo.

    Errors: TooLarge; ConnectionAbortedError when the client hangs up.
    """
    received, more = 0, True
    while more:
        message = await receive()
        if message["type"] != "http.request":
            raise ConnectionAbortedError
        chunk, more = message["body"], message["more_body"]
        received += len(chunk)
        if received > rules.MAX_BYTES:
            raise TooLarge(limit_bytes=rules.MAX_BYTES)
        if chunk:
            yield chunk
