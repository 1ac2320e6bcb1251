"""Run the whole server: its database, its schema, the demo if asked, and one port; until told to stop."""

import asyncio
import contextlib
import logging
import re
import signal
import socket
import sys
from collections.abc import Iterator
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from types import FrameType
from typing import Any

import segno
import uvicorn
import uvloop

from backend import database, schema, tls, vault
from backend.app import create_app
from backend.embedded_postgres import EmbeddedPostgres, InUse
from backend.listening import Listener
from backend.one_port import OnePort
from backend.settings import Settings

log = logging.getLogger("gridwalk")

STOP_WITHIN_S = 4
OLDEST_POSTGRES = 15


class CannotServe(RuntimeError):
    """The server cannot run as it is set up; the message says what to change."""


class DiscreetFormatter(logging.Formatter):
    """Writes no telephone number, one-time code or token, whatever exception or library brings one along."""

    _SECRETS = (
        (re.compile(r"(?<!\d)1[3-9]\d{9}(?!\d)"), "1…"),
        (re.compile(r"(/enrol[/#]|[Bb]earer |gridwalk=|\w+://[^\s:/@]+:)[^\s\"';,@]+"), r"\1…"),
        (re.compile(r"([?&](?:tk|key|ak|token|access_token)=)[^\s&\"']+", re.IGNORECASE), r"\1…"),
        (re.compile(r"^DETAIL: .*", re.MULTILINE), "DETAIL: …"),  # PostgreSQL quotes the row that it refused
    )

    def format(self, record: logging.LogRecord) -> str:
        """Return the line, with what it must not tell replaced."""
        text = super().format(record)
        for secret, shown in self._SECRETS:
            text = secret.sub(shown, text)
        return text


class Server(uvicorn.Server):
    """Uvicorn that tells open event streams to end, and the person at the terminal when it is ready."""

    def __init__(self, config: uvicorn.Config, listener: Listener, ready: list[str]) -> None:
        super().__init__(config)
        self._listener, self._ready = listener, ready
        self._accepting: asyncio.Task[None] | None = None

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        """Let go of the streams first: an open one would otherwise hold up the stop for as long as it lives."""
        asyncio.get_event_loop().call_soon_threadsafe(self._listener.stop)
        super().handle_exit(sig, frame)

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Start, by HTTPS and plain HTTP on one port if there is a certificate, then say where."""
        by_tls = self.config.ssl is not None
        await super().startup([] if by_tls else sockets)
        if self.config.ssl is not None and sockets:
            self._accepting = asyncio.create_task(OnePort(sockets[0], self._protocol, self.config.ssl).run())
        if self.started:
            _say(*self._ready)

    def _protocol(self) -> asyncio.Protocol:
        protocol: Any = self.config.http_protocol_class
        return protocol(  # type: ignore[no-any-return]
            config=self.config, server_state=self.server_state, app_state=self.lifespan.state
        )

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Accept nobody new, then stop."""
        if self._accepting is not None:
            self._accepting.cancel()
            await asyncio.wait([self._accepting])
        await super().shutdown(sockets)


def serve(settings: Settings) -> None:
    """Serve until SIGINT or SIGTERM; what was acknowledged is on the disk.

    Errors: CannotServe, CannotStart, CannotMigrate, each with what to do.
    """
    start_log(settings)
    signal.signal(signal.SIGTERM, _stop)
    listening = _listen_on(settings)
    with (
        database_of(settings) as (connect, embedded),
        contextlib.suppress(KeyboardInterrupt),
        asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner,
    ):
        runner.run(_serve(settings, listening, connect, embedded))


def _stop(*_: object) -> None:
    raise KeyboardInterrupt


def start_log(settings: Settings) -> None:
    """Write the log to the standard error, one line per event."""
    level = settings.log_level.upper()
    written = logging.StreamHandler(sys.stderr)
    written.setFormatter(DiscreetFormatter("%(asctime)s %(levelname).1s %(name)s: %(message)s"))
    logging.basicConfig(level=level, handlers=[written])
    if settings.log_level == "info":  # a request each line is for whoever asks for it
        logging.getLogger("gridwalk.access").setLevel(logging.WARNING)


def _listen_on(settings: Settings) -> socket.socket:
    """Return the bound socket, before anything slow: a taken port is told at once."""
    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    listening = socket.socket(family, socket.SOCK_STREAM)
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listening.bind((settings.host, settings.port))
    except OSError as error:
        raise CannotServe(
            f"cannot listen on {settings.host}:{settings.port}: {error.strerror or error}; "
            "choose another by GRIDWALK_PORT or GRIDWALK_HOST"
        ) from error
    return listening


@contextlib.contextmanager
def database_of(settings: Settings, *, join: bool = False) -> Iterator[tuple[dict[str, Any], EmbeddedPostgres | None]]:
    """Return how to reach the database, and the embedded one if we started it; `join` uses a running server's."""
    if settings.database_url:
        yield {"dsn": settings.database_url}, None
        return
    embedded = EmbeddedPostgres(settings.data / "database", binaries=settings.postgres_bin)
    try:
        embedded.start()
    except InUse:
        if not join:
            raise
        yield embedded.connect, None
        return
    try:
        yield embedded.connect, embedded
    finally:
        embedded.stop()


async def _serve(
    settings: Settings, listening: socket.socket, connect: dict[str, Any], embedded: EmbeddedPostgres | None
) -> None:
    await database.open_pool(**connect)
    watching = asyncio.create_task(embedded.watch()) if embedded else None
    try:
        await _prepare(settings)
        certificates = _certificates(settings)
        authority = certificates.get("authority")
        app = create_app(settings, connect=connect, authority=authority.read_bytes() if authority else None)
        ready = [*_addresses(settings, listening.getsockname()[1]), *_sign_ins(settings)]
        config = uvicorn.Config(
            app,
            log_config=None,
            access_log=False,
            server_header=False,
            timeout_graceful_shutdown=STOP_WITHIN_S,
            forwarded_allow_ips=settings.proxies,
            ssl_certfile=certificates.get("certificate"),
            ssl_keyfile=certificates.get("key"),
        )
        logging.getLogger("uvicorn.error").setLevel(logging.WARNING)
        await Server(config, app.state.listener, ready).serve([listening])
    finally:
        if watching:
            watching.cancel()
        await database.close_pool()


async def _prepare(settings: Settings) -> None:
    version = int(await database.fetch_value("SHOW server_version_num")) // 10_000
    if version < OLDEST_POSTGRES:
        raise CannotServe(f"the database is PostgreSQL {version}; {OLDEST_POSTGRES} or newer is needed")
    await schema.migrate()
    try:
        await vault.open_vault(settings.data)
    except vault.SecretLost as error:
        raise CannotServe(str(error)) from error
    if settings.demo and find_spec("backend.demo") and find_spec("backend.demo.loading"):
        await import_module("backend.demo.loading").load_if_empty(settings)


def _certificates(settings: Settings) -> dict[str, Path]:
    if settings.tls == "local":
        found = tls.identity(settings.data / "tls")
        return {"certificate": found.certificate, "key": found.key, "authority": found.authority}
    if settings.tls_cert and settings.tls_key:
        return {"certificate": settings.tls_cert, "key": settings.tls_key}
    return {}


def _addresses(settings: Settings, port: int) -> list[str]:
    """Return what to print: where to open it, and on the local network how a phone comes to trust it."""
    scheme = "http" if settings.tls == "off" else "https"
    anywhere = settings.host in ("0.0.0.0", "::")  # noqa: S104
    hosts = tls.addresses() if anywhere else [settings.host]
    lines = ["", f"  巡格 Gridwalk  {settings.public_url or f'{scheme}://{hosts[0]}:{port}'}"]
    lines += [f"                 {scheme}://{host}:{port}" for host in hosts[1:]]
    if settings.tls == "local":
        link = f"http://{hosts[0]}:{port}/ca.crt"
        lines += [
            "",
            "  On a phone: scan, install the certificate authority, then open the first address.",
            f"  {link}",
        ]
        lines.append(qr(link))
    elif scheme == "http" and anywhere and not settings.public_url:
        lines.append("  Phones need HTTPS for offline work, camera and position: GRIDWALK_TLS=local make run")
    return lines


def address(settings: Settings) -> str:
    """Return where this server is opened by people: the address before all paths."""
    scheme = "http" if settings.tls == "off" else "https"
    host = tls.addresses()[0] if settings.host in ("0.0.0.0", "::") else settings.host  # noqa: S104
    return settings.public_url or f"{scheme}://{host}:{settings.port}"


def qr(link: str) -> str:
    """Return a QR code as a terminal shows it."""
    rows = [list(row) for row in segno.make(link, error="l", micro=False).matrix_iter(border=2)]
    rows += [[0] * len(rows[0])] * (len(rows) % 2)
    block = {(0, 0): "█", (0, 1): "▀", (1, 0): "▄", (1, 1): " "}  # light on dark, as most terminals are
    pairs = zip(rows[::2], rows[1::2], strict=True)
    return "\n".join("  " + "".join(block[int(a), int(b)] for a, b in zip(*pair, strict=True)) for pair in pairs)


def _sign_ins(settings: Settings) -> list[str]:
    if not (settings.demo and find_spec("backend.demo") and find_spec("backend.demo.loading")):
        return []
    return ["", *(f"  {line}" for line in import_module("backend.demo.loading").sign_ins())]


def _say(*lines: str) -> None:
    print(*lines, "", "  Ctrl-C stops it.", sep="\n", flush=True)
