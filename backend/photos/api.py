"""Speak HTTP for photos: tus 1.0 under /api/photos, and the pictures themselves."""

import asyncio
import contextlib
import re
from collections.abc import AsyncIterator
from typing import Any
from uuid import UUID

from litestar import Litestar, Request, Response, delete, get, head, patch, post, route
from litestar.di import NamedDependency
from litestar.enums import HttpMethod
from litestar.params import FromPath, FromQuery
from litestar.response import File

from backend import clock
from backend.http import documents
from backend.ids import new_id
from backend.people.api.identity import OFTEN
from backend.people.queries import Device
from backend.people.rules import Person, reach
from backend.photos import commands, darkroom, queries, rules, stamping, tus
from backend.photos.commands import BLOCK_BYTES, Sender
from backend.photos.door import TusDoor
from backend.photos.queries import PhotoSeen, UploadStanding
from backend.photos.rules import Size
from backend.photos.storage import open_store, store
from backend.problems import Malformed, NotFound, TooLarge, UnsupportedContent

_TYPES = {"jpeg": "image/jpeg", "png": "image/png", "webp": "image/webp"}
_NAME = re.compile("[0-9a-f]{64}")
_FOREVER = "private, max-age=31536000, immutable"


@route("/api/photos", http_method=[HttpMethod.OPTIONS], status_code=204, opt={"open_to_all": True})
async def photo_protocol() -> Response[None]:
    """Return what this server understands of tus."""
    return Response(
        None,
        status_code=204,
        headers={
            "Tus-Resumable": tus.VERSION,
            "Tus-Version": tus.VERSION,
            "Tus-Extension": tus.EXTENSIONS,
            "Tus-Max-Size": str(rules.MAX_BYTES),
            "Tus-Checksum-Algorithm": tus.CHECKSUMS,
        },
    )


_BEGIN = documents(
    Malformed,
    UnsupportedContent,
    TooLarge,
    rules.TusVersionUnknown,
    rules.PhotoTooLarge,
    rules.NotAPhoto,
    rules.TooManyUploads,
    rules.DigestMismatch,
    rules.ChecksumMismatch,
    answers={201: None},
)
_UPLOAD = documents(Malformed, NotFound, rules.TusVersionUnknown, rules.UploadGone, rules.UploadLocked)
_PIECE = documents(
    *_UPLOAD["problems"],
    UnsupportedContent,
    TooLarge,
    rules.WrongOffset,
    rules.PhotoTooLarge,
    rules.NotAPhoto,
    rules.DigestMismatch,
    rules.ChecksumMismatch,
)


@post("/api/photos", status_code=201, request_max_body_size=None, opt=_BEGIN | OFTEN)
async def begin_photo(
    request: Request[Any, Any, Any], person: NamedDependency[Person], device: NamedDependency[Device]
) -> Response[bytes]:
    """Return the address of a new upload, and its offset when the request brought bytes along."""
    tus.check_version(request.headers)
    length_bytes = tus.number(request.headers, "Upload-Length")
    if length_bytes == 0:
        raise rules.NotAPhoto(reason="0 bytes", reason_zh="0 字节")
    capture = tus.capture(request.headers)
    sender = Sender(person.id, device.id, person.tenant)
    brings_bytes = request.headers.get("content-length", "0") != "0" or "transfer-encoding" in request.headers
    if brings_bytes:
        tus.check_body_type(request.headers)
    checksum = tus.checksum(request.headers)
    if brings_bytes and request.headers.get("content-length") == str(length_bytes) and length_bytes <= BLOCK_BYTES:
        upload = commands.begin_whole(capture, length_bytes)
    else:
        upload = await commands.begin(new_id(clock.now()), capture, length_bytes, sender)
    if upload.received_at is not None and await _seen(capture.sha256, person) is not None:
        upload = await commands.hold(upload)
    offset, received_at = (upload.length_bytes, upload.received_at) if upload.held else (0, None)
    if brings_bytes and not upload.held:
        offset, received_at = await commands.receive(upload, sender, _chunks(request), 0, checksum)
    headers = tus.standing(offset, upload.sha256, received_at, upload.expires_at)
    return Response(b"", status_code=201, headers=headers | {"Location": f"/api/photos/uploads/{upload.id}"})


@head("/api/photos/uploads/{upload_id:uuid}", opt={**_UPLOAD, **OFTEN, "answers": {200: None}})
async def photo_upload(
    request: Request[Any, Any, Any],
    person: NamedDependency[Person],
    device: NamedDependency[Device],
    upload_id: FromPath[UUID],
) -> Response[None]:
    """Return how far an upload has come; the receipt once the photo is held."""
    tus.check_version(request.headers)
    upload = await _upload(upload_id, device, person)
    offset, received_at = await commands.settle(upload, Sender(person.id, device.id, person.tenant))
    headers = tus.standing(offset, upload.sha256, received_at, upload.expires_at)
    return Response(None, headers=headers | {"Upload-Length": str(upload.length_bytes), "Cache-Control": "no-store"})


@patch("/api/photos/uploads/{upload_id:uuid}", status_code=204, request_max_body_size=None, opt=_PIECE | OFTEN)
async def continue_photo(
    request: Request[Any, Any, Any],
    person: NamedDependency[Person],
    device: NamedDependency[Device],
    upload_id: FromPath[UUID],
) -> Response[None]:
    """Append a piece and return the new offset; with the last piece, the receipt."""
    tus.check_version(request.headers)
    tus.check_body_type(request.headers)
    offset = tus.number(request.headers, "Upload-Offset")
    checksum = tus.checksum(request.headers)
    upload = await _upload(upload_id, device, person)
    sender = Sender(person.id, device.id, person.tenant)
    offset, received_at = await commands.receive(upload, sender, _chunks(request), offset, checksum)
    return Response(None, status_code=204, headers=tus.standing(offset, upload.sha256, received_at, upload.expires_at))


@delete("/api/photos/uploads/{upload_id:uuid}", status_code=204, opt=_UPLOAD)
async def end_photo(
    request: Request[Any, Any, Any],
    person: NamedDependency[Person],
    device: NamedDependency[Device],
    upload_id: FromPath[UUID],
) -> Response[None]:
    """End an upload; a photo that is already held stays."""
    tus.check_version(request.headers)
    await commands.end(await _upload(upload_id, device, person))
    return Response(None, status_code=204, headers={"Tus-Resumable": tus.VERSION})


_PICTURE = documents(Malformed, NotFound, answers={200: tuple(_TYPES.values()), 304: None})


@get("/api/photos/{sha256:str}", opt=_PICTURE | OFTEN)
async def photo(
    request: Request[Any, Any, Any],
    person: NamedDependency[Person],
    sha256: FromPath[str],
    size: FromQuery[Size] = Size.SCREEN,
) -> Response[bytes] | File | Response[None]:
    """Return a picture to somebody whose reach holds a record that names it, or who sent it."""
    shown = await _seen(sha256, person)
    if shown is None:
        raise NotFound
    if size is Size.STAMPED:
        return Response(await stamping.stamped(shown), media_type="image/jpeg", headers={"Cache-Control": "no-store"})
    tag = f'"{sha256}-{size.value}"'
    if request.headers.get("if-none-match") == tag:
        return Response(None, status_code=304, headers={"ETag": tag, "Cache-Control": _FOREVER})
    path = store().path(sha256) if size is Size.ORIGINAL else await darkroom.copy(sha256, size)
    media_type = _TYPES[shown.kind] if size is Size.ORIGINAL else "image/webp"
    return File(
        path, media_type=media_type, headers={"ETag": tag, "Cache-Control": _FOREVER}, content_disposition_type="inline"
    )


@contextlib.asynccontextmanager
async def open_for_photos(app: Litestar) -> AsyncIterator[None]:
    """Open the store, tell records of photos that came just before a kill, and make copies in idle time."""
    open_store(app.state["settings"].data / "photos")
    await commands.announce_latest()
    stopping = asyncio.Event()
    idle = asyncio.create_task(darkroom.idle(stopping), name="darkroom")
    try:
        yield
    finally:
        stopping.set()
        await idle


async def _seen(sha256: str, person: Person) -> PhotoSeen | None:
    if _NAME.fullmatch(sha256) is None:
        raise Malformed.at("sha256", "64 hexadecimal digits")
    return await queries.seen(sha256, person.id, person.tenant, reach(person, clock.today()))


async def _upload(upload_id: UUID, device: Device, person: Person) -> UploadStanding:
    upload = await queries.upload_of(upload_id, device.id, person.tenant)
    if upload is None:
        raise NotFound
    if not upload.held and upload.expires_at < clock.now():
        raise rules.UploadGone
    return upload


async def _chunks(request: Request[Any, Any, Any]) -> AsyncIterator[bytes]:
    """Pass on the body as it comes, and stop reading one that can never be a photo."""
    received = 0
    async for chunk in request.stream():
        received += len(chunk)
        if received > rules.MAX_BYTES:
            raise TooLarge(limit_bytes=rules.MAX_BYTES)
        yield chunk


routes = [photo_protocol, begin_photo, photo_upload, continue_photo, end_photo, photo]
lifespans = [open_for_photos]
doors = [TusDoor]
