"""Stand before the tus routes: let a PATCH come as a POST where a proxy forbids it, and sign every answer as tus wants.

The signature is also the phone's proof that a bare status came from here: a captive portal does not give it.
What phones send most, photos of ordinary size, is answered here without the framework's machinery, which would cost
half as much CPU again as the rest of a receipt does on the event loop. The routes of `api` document the same requests,
and answer all others of their kind, by the same functions.
"""

import re
from typing import Any
from uuid import UUID

from litestar import Request
from litestar.types import ASGIApp, Message, Receive, Send

from backend.http import response_to
from backend.people.api.identity import who_asks_often
from backend.photos import tus, uploads
from backend.photos.commands import BLOCK_BYTES

PATH = "/api/photos"
_UPLOAD = re.compile(f"{PATH}/uploads/([0-9a-f]{{8}}(?:-[0-9a-f]{{4}}){{3}}-[0-9a-f]{{12}})")
MAY_COME_AS_POST = frozenset({b"PATCH", b"HEAD", b"DELETE"})


class TusDoor:
    """The application behind it, for requests that speak tus; all others pass as they are."""

    def __init__(self, inner: ASGIApp) -> None:
        self._inner = inner

    async def __call__(self, scope: Any, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] != "http" or not (scope["path"] == PATH or scope["path"].startswith(f"{PATH}/")):
            await self._inner(scope, receive, send)
            return
        said = dict(scope["headers"])
        wanted = said.get(b"x-http-method-override", b"").upper()
        if scope["method"] == "POST" and wanted in MAY_COME_AS_POST:
            scope["method"] = wanted.decode()

        async def sign(message: Message) -> None:
            if message["type"] == "http.response.start" and b"tus-resumable" in said:
                message["headers"] = [*message.get("headers", ()), *_missing(message)]
            await send(message)

        answer = _straight if _is_ordinary(scope, said) else self._inner
        await answer(scope, receive, sign)


def _is_ordinary(scope: Any, said: dict[bytes, bytes]) -> bool:
    """Is this a creation or a piece that brings no more than is held in memory, and asks for nothing beside?"""
    size = said.get(b"content-length", b"0")
    is_ours = scope["path"] == PATH if scope["method"] == "POST" else scope["method"] == "PATCH" and _upload_id(scope)
    return (
        bool(is_ours)
        and not scope["query_string"]
        and size.isdigit()
        and int(size) <= BLOCK_BYTES
        and b"transfer-encoding" not in said
    )


def _upload_id(scope: Any) -> UUID | None:
    found = _UPLOAD.fullmatch(scope["path"])
    return None if found is None else UUID(found[1])


async def _straight(scope: Any, receive: Receive, send: Send) -> None:
    """Answer what `api.begin_photo` or `api.continue_photo` would."""
    request: Request[Any, Any, Any] = Request(scope, receive, send)
    headers = {name.decode("latin1"): text.decode("latin1") for name, text in scope["headers"]}
    try:
        who = await who_asks_often(request)
        upload_id = _upload_id(scope)
        if upload_id is None:
            answer = await uploads.begin(headers, who.person, who.device, receive)
        else:
            answer = await uploads.go_on(headers, who.person, who.device, upload_id, receive)
    except Exception as error:  # noqa: BLE001 — it is answered as by every other route
        await response_to(request, error).to_asgi_response(app=None, request=request)(scope, receive, send)
        return
    said = [(name.lower().encode(), text.encode("latin1")) for name, text in answer.headers.items()]
    if answer.status != 204:
        said.append((b"content-length", b"0"))
    await send({"type": "http.response.start", "status": answer.status, "headers": said})
    await send({"type": "http.response.body", "body": b"", "more_body": False})


def _missing(message: Any) -> list[tuple[bytes, bytes]]:
    """Return the headers that every answer must carry and this one does not."""
    there = {name.lower() for name, _ in message.get("headers", ())}
    wanted = [(b"tus-resumable", tus.VERSION.encode())]
    if message["status"] == 412:
        wanted.append((b"tus-version", tus.VERSION.encode()))
    return [(name, text) for name, text in wanted if name not in there]
