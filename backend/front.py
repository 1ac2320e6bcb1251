"""Stand before every request: number and log it, refuse other sites' writes, and set the security headers."""

import logging
import re
import secrets
import time
from typing import Any
from urllib.parse import urlsplit

import msgspec
from litestar.types import ASGIApp, Message, Receive, Send

from backend import one_port
from backend.problems import CrossSite, Malformed, Problem
from backend.settings import Settings

log = logging.getLogger("gridwalk.access")

# What the server answers itself; every other path belongs to the phone's app.
OF_THE_SERVER = ("/api", "/health", "/problems", "/ca.crt", "/metrics")
OVER_PLAIN_HTTP = frozenset({"/ca.crt", "/health/live", "/health/ready"})  # where HTTPS is served, too
# A one-time code belongs behind a #, which no browser sends; whoever types it into the path is not to find it in a log.
_SECRET_PATH = re.compile(r"^(/+enrol/+).*", re.DOTALL | re.IGNORECASE)
# A captive portal answers 200 or 204 to anything; where an answer has no body, this proves to a phone that it is ours.
OURS = (b"gridwalk", b"1")
SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})

_CONTENT_POLICY = {
    "default-src": "'self'",
    "script-src": "'self'",
    "style-src": "'self'",
    "img-src": "'self' blob: data:",
    "connect-src": "'self'",
    "worker-src": "'self' blob:",
    "manifest-src": "'self'",
    "object-src": "'none'",
    "base-uri": "'none'",
    "form-action": "'self'",
    "frame-ancestors": "'none'",
}


def security_headers(settings: Settings) -> list[tuple[bytes, bytes]]:
    """Return the headers that every answer carries."""
    policy = "; ".join(f"{name} {sources}" for name, sources in _CONTENT_POLICY.items())
    headers = {
        "content-security-policy": policy,
        "permissions-policy": "camera=(self), geolocation=(self), microphone=(), payment=(), usb=()",
        "x-content-type-options": "nosniff",
        "referrer-policy": "same-origin",
        "cross-origin-opener-policy": "same-origin",
        "x-frame-options": "DENY",
    }
    # Not with a local authority: a phone that has not installed it yet could no longer even read why it must.
    if settings.secure and settings.tls != "local":
        headers["strict-transport-security"] = "max-age=31536000"
    return [(name.encode(), text.encode()) for name, text in headers.items()]


class Front:
    """The server's `inner` application and the phone's `shell` behind one door."""

    def __init__(self, inner: ASGIApp, shell: ASGIApp, settings: Settings) -> None:
        self._inner, self._shell = inner, shell
        self._headers = security_headers(settings)
        self._terminates_tls = settings.tls != "off"
        self._own_site = urlsplit(settings.public_url).netloc.lower()

    async def __call__(self, scope: Any, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] != "http":
            await self._inner(scope, receive, send)
            return
        started, status = time.perf_counter(), 0
        instance = secrets.token_hex(6)
        scope.setdefault("state", {})["instance"] = instance

        async def finish(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                said = [*message.get("headers", ()), *self._headers, *_not_kept(scope, message)]
                message["headers"] = [*said, OURS] if scope["path"].startswith("/api/") else said
            await send(message)

        try:
            await self._answer(scope, receive, finish)
        finally:
            # No query, no headers, no body: they may hold names, numbers and tokens.
            spent_ms = (time.perf_counter() - started) * 1000
            path = _SECRET_PATH.sub(r"\1…", scope["path"])
            log.info("%s %s %s %s %.1f ms", instance, scope["method"], path, status, spent_ms)

    async def _answer(self, scope: Any, receive: Receive, send: Send) -> None:
        headers = {name.decode("latin1"): text.decode("latin1") for name, text in scope["headers"]}
        problem = self._objection(scope, headers)
        if self._terminates_tls and scope["scheme"] == "http" and scope["path"] not in OVER_PLAIN_HTTP:
            await _send_page(headers.get("host", ""), send)
        elif problem is not None:
            await _send_problem(problem, scope, send)
        elif any(scope["path"] == own or scope["path"].startswith(f"{own}/") for own in OF_THE_SERVER):
            await self._inner(scope, receive, send)
        else:
            await self._shell(scope, receive, send)

    def _objection(self, scope: Any, headers: dict[str, str]) -> Problem | None:
        if b"%00" in scope.get("query_string", b"") or "\0" in scope["path"]:
            return Malformed.at("", "a zero character in the address")
        if scope["method"] not in SAFE_METHODS and self._from_another_site(headers):
            return CrossSite()
        return None

    def _from_another_site(self, headers: dict[str, str]) -> bool:
        """Was this sent by a page that is not ours? (Programs send neither header; they have no cookie to abuse.)"""
        fetched_by = headers.get("sec-fetch-site")
        if fetched_by is not None:
            return fetched_by not in ("same-origin", "none")
        origin = headers.get("origin")
        return origin is not None and urlsplit(origin).netloc.lower() not in (
            headers.get("host", "").lower(),
            self._own_site or headers.get("host", "").lower(),
        )


def _not_kept(scope: Any, message: Any) -> list[tuple[bytes, bytes]]:
    """Return the header that keeps people's records out of caches, unless the handler said otherwise."""
    said = any(name.lower() == b"cache-control" for name, _ in message.get("headers", ()))
    return [] if said or not scope["path"].startswith("/api/") else [(b"cache-control", b"no-store")]


async def _send_page(host: str, send: Any) -> None:
    """Tell a browser that came by plain http how to come back by HTTPS (RFC 9110 §15.5.22)."""
    content = one_port.page(host)
    headers = [(b"content-type", b"text/html; charset=utf-8"), (b"content-length", str(len(content)).encode())]
    headers += [(b"upgrade", b"TLS/1.2, HTTP/1.1"), (b"connection", b"upgrade")]
    await send({"type": "http.response.start", "status": 426, "headers": headers})
    await send({"type": "http.response.body", "body": content, "more_body": False})


async def _send_problem(problem: Problem, scope: Any, send: Any) -> None:
    content = msgspec.json.encode(problem.as_body(scope["state"]["instance"]))
    headers = [(b"content-type", b"application/problem+json"), (b"content-length", str(len(content)).encode())]
    await send({"type": "http.response.start", "status": problem.status, "headers": headers})
    await send({"type": "http.response.body", "body": content, "more_body": False})
