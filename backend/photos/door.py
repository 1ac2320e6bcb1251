"""Stand before the tus routes: let a PATCH come as a POST where a proxy forbids it, and sign every answer as tus wants.

The signature is also the phone's proof that a bare status came from here: a captive portal does not give it.
"""

from typing import Any

from litestar.types import ASGIApp, Message, Receive, Send

from backend.photos import tus

PATH = "/api/photos"
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

        await self._inner(scope, receive, sign)


def _missing(message: Any) -> list[tuple[bytes, bytes]]:
    """Return the headers that every answer must carry and this one does not."""
    there = {name.lower() for name, _ in message.get("headers", ())}
    wanted = [(b"tus-resumable", tus.VERSION.encode())]
    if message["status"] == 412:
        wanted.append((b"tus-version", tus.VERSION.encode()))
    return [(name, text) for name, text in wanted if name not in there]
