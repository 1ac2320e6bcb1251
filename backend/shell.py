"""Serve the built phone app: precompressed, with ETags, and its start page for every place inside it."""

import hashlib
import mimetypes
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import msgspec
from litestar.types import Receive, Send

from backend.http import accepts
from backend.problems import MethodNotAllowed, NotFound, Problem

START_PAGE = "/index.html"
_CODINGS = (("br", ".br"), ("gzip", ".gz"))
mimetypes.add_type("application/manifest+json", ".webmanifest")
mimetypes.add_type("text/javascript", ".js")
mimetypes.add_type("font/woff2", ".woff2")
mimetypes.add_type("image/webp", ".webp")


@dataclass(frozen=True, slots=True)
class _File:
    media_type: str
    etag: str
    bodies: dict[str, bytes]  # by content coding; "identity" is always there


class Shell:
    """The files of a built app, in memory; a folder that does not exist is an app without files."""

    def __init__(self, root: Path) -> None:
        self.files = {name: _read(path) for name, path in _served(root)}

    async def __call__(self, scope: Any, receive: Receive, send: Send) -> None:  # noqa: ARG002
        """Answer one request."""
        headers = {name.decode("latin1"): text.decode("latin1") for name, text in scope["headers"]}
        if scope["method"] not in ("GET", "HEAD"):
            await _refuse(MethodNotAllowed(), scope, send)
            return
        path = self._named(unquote(scope["path"]), headers.get("accept", ""))
        if path is None:
            await _refuse(NotFound(), scope, send)
            return
        await self._send_file(path, headers, scope, send)

    def _named(self, path: str, accept: str) -> str | None:
        if path == "/":
            path = START_PAGE
        if path in self.files:
            return path
        # A place inside the app is opened by a browser that wants a page. A missing asset must stay missing:
        # a start page in place of a script would be kept by the phone for good.
        is_place = "." not in path.rsplit("/", 1)[-1] and not path.startswith("/assets/") and "text/html" in accept
        return START_PAGE if is_place and START_PAGE in self.files else None

    async def _send_file(self, path: str, headers: dict[str, str], scope: Any, send: Any) -> None:
        file = self.files[path]
        for_ever = path.startswith("/assets/")  # their names carry a hash of their content
        sent = [
            (b"etag", file.etag.encode()),
            (b"vary", b"accept-encoding"),
            (b"content-type", file.media_type.encode()),
            (b"cache-control", b"public, max-age=31536000, immutable" if for_ever else b"no-cache"),
        ]
        if _matches(headers.get("if-none-match", ""), file.etag):
            await _send(304, sent, b"", send)
            return
        wanted = headers.get("accept-encoding", "")
        coding = next((each for each, _ in _CODINGS if each in file.bodies and accepts(wanted, each)), "identity")
        if coding != "identity":
            sent.append((b"content-encoding", coding.encode()))
        content = file.bodies[coding]
        sent.append((b"content-length", str(len(content)).encode()))
        await _send(200, sent, b"" if scope["method"] == "HEAD" else content, send)


def _served(root: Path) -> Iterator[tuple[str, Path]]:
    for path in sorted(root.rglob("*")) if root.is_dir() else ():
        if path.is_file() and path.suffix not in (".br", ".gz"):
            yield f"/{path.relative_to(root).as_posix()}", path


def _read(path: Path) -> _File:
    content = path.read_bytes()
    bodies = {"identity": content}
    for coding, suffix in _CODINGS:
        beside = path.with_name(path.name + suffix)
        if beside.is_file():
            bodies[coding] = beside.read_bytes()
    media_type = mimetypes.guess_type(path.name)[0] or "application/octet-stream"
    if media_type.startswith("text/") or media_type.endswith("json"):
        media_type += "; charset=utf-8"
    return _File(media_type, f'W/"{hashlib.sha256(content).hexdigest()[:20]}"', bodies)


def _matches(if_none_match: str, etag: str) -> bool:
    named = {each.strip().removeprefix("W/") for each in if_none_match.split(",")}
    return "*" in named or etag.removeprefix("W/") in named


async def _refuse(problem: Problem, scope: Any, send: Any) -> None:
    content = msgspec.json.encode(problem.as_body(scope.get("state", {}).get("instance")))
    sent = [(b"content-type", b"application/problem+json"), (b"content-length", str(len(content)).encode())]
    await _send(problem.status, sent, content, send)


async def _send(status: int, headers: list[tuple[bytes, bytes]], content: bytes, send: Any) -> None:
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": content, "more_body": False})
