"""Speak HTTP for photos: tus 1.0 under /api/photos, and the pictures themselves."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from typing import Any
from uuid import UUID

from litestar import Litestar, Request, Response, delete, get, head, patch, post, route
from litestar.di import NamedDependency
from litestar.enums import HttpMethod
from litestar.params import FromPath, FromQuery
from litestar.response import File

from backend.envelopes import EnvelopeForAnotherServer, EnvelopeUnreadable, SealedElsewhere, SealedNotAsNamed
from backend.http import documents
from backend.people.api.identity import OFTEN
from backend.people.queries import Device
from backend.people.rules import Person
from backend.photos import commands, darkroom, rules, stamping, tus, uploads
from backend.photos.door import TusDoor
from backend.photos.rules import Size
from backend.photos.storage import open_store, store
from backend.problems import Malformed, NotFound, TooLarge, UnsupportedContent

_TYPES = {"jpeg": "image/jpeg", "png": "image/png", "webp": "image/webp"}
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
    EnvelopeUnreadable,
    EnvelopeForAnotherServer,
    SealedNotAsNamed,
    SealedElsewhere,
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
    answer = await uploads.begin(request.headers, person, device, request.receive)
    return Response(b"", status_code=answer.status, headers=answer.headers)


@head("/api/photos/uploads/{upload_id:uuid}", opt={**_UPLOAD, **OFTEN, "answers": {200: None}})
async def photo_upload(
    request: Request[Any, Any, Any],
    person: NamedDependency[Person],
    device: NamedDependency[Device],
    upload_id: FromPath[UUID],
) -> Response[None]:
    """Return how far an upload has come; the receipt once the photo is held."""
    tus.check_version(request.headers)
    upload = await uploads.find(upload_id, device, person)
    sender = await commands.sender_of(upload, person, device)
    offset, received_at = await commands.settle(upload, sender)
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
    answer = await uploads.go_on(request.headers, person, device, upload_id, request.receive)
    return Response(None, status_code=answer.status, headers=answer.headers)


@delete("/api/photos/uploads/{upload_id:uuid}", status_code=204, opt=_UPLOAD)
async def end_photo(
    request: Request[Any, Any, Any],
    person: NamedDependency[Person],
    device: NamedDependency[Device],
    upload_id: FromPath[UUID],
) -> Response[None]:
    """End an upload; a photo that is already held stays."""
    tus.check_version(request.headers)
    await commands.end(await uploads.find(upload_id, device, person))
    return Response(None, status_code=204, headers={"Tus-Resumable": tus.VERSION})


_PICTURE = documents(Malformed, NotFound, rules.OriginalStays, answers={200: tuple(_TYPES.values()), 304: None})


@get("/api/photos/{sha256:str}", opt=_PICTURE | OFTEN)
async def photo(
    request: Request[Any, Any, Any],
    person: NamedDependency[Person],
    sha256: FromPath[str],
    size: FromQuery[Size] = Size.SCREEN,
) -> Response[bytes] | File | Response[None]:
    """Return a picture to somebody whose reach holds a record that names it, or who sent it."""
    shown = await uploads.seen(sha256, person)
    if shown is None:
        raise NotFound
    if size is Size.STAMPED and not shown.leaves:
        raise rules.OriginalStays
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


routes = [photo_protocol, begin_photo, photo_upload, continue_photo, end_photo, photo]
lifespans = [open_for_photos]
doors = [TusDoor]
