"""Accept HTTPS and plain HTTP on one port, so that a phone can fetch the authority before it trusts it."""

import asyncio
import contextlib
import html
import logging
import socket
import ssl
from collections.abc import Callable
from typing import Any

log = logging.getLogger("gridwalk.port")

FIRST_BYTE_WITHIN_S = 10.0
_TLS_HANDSHAKE = b"\x16"  # RFC 8446 §5.1: the content type of the first record

PAGE = """<!doctype html>
<html lang="zh"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>巡格 Gridwalk</title></head><body>
<h1>请改用 HTTPS 打开</h1>
<p>用 http 打开时，浏览器不允许离线保存、定位和拍照，巡格无法正常使用。</p>
<ol><li><a href="/ca.crt">下载并安装证书</a>（安卓：设置 → 安全 → 安装 CA 证书；iPhone：设置 → 已下载描述文件，再到
“关于本机 → 证书信任设置”中开启信任）。</li><li>然后打开 <a href="https://{host}/">https://{host}/</a></li></ol>
<h1 lang="en">Please open this by HTTPS</h1>
<p lang="en">Over plain http a browser allows no offline storage, position or camera, so Gridwalk cannot work.
<a href="/ca.crt">Install the certificate</a> (Android: Settings, Security, install a CA certificate; iPhone: Settings,
Profile Downloaded, then About, Certificate Trust Settings), then open <a href="https://{host}/">https://{host}/</a>.</p>
</body></html>
"""


def page(host: str) -> bytes:
    """Return what a browser is told that came by plain http."""
    return PAGE.format(host=html.escape(host, quote=True)).encode()


class OnePort:
    """Hands each connection of a listening socket to `protocol`, with or without TLS as its first byte asks."""

    def __init__(self, listening: socket.socket, protocol: Callable[[], asyncio.Protocol], tls: ssl.SSLContext) -> None:
        self._listening, self._protocol, self._tls = listening, protocol, tls
        self._waiting: set[asyncio.Task[None]] = set()

    async def run(self) -> None:
        """Accept until cancelled."""
        loop = asyncio.get_running_loop()
        self._listening.setblocking(False)
        self._listening.listen(1024)
        try:
            while True:
                try:
                    connection, _ = await loop.sock_accept(self._listening)
                except OSError as error:  # too many open files, or a client that left while it queued
                    log.warning("cannot accept: %s", error)
                    await asyncio.sleep(0.1)
                    continue
                task = asyncio.create_task(self._hand_over(connection))
                self._waiting.add(task)
                task.add_done_callback(self._waiting.discard)
        finally:
            for task in self._waiting:
                task.cancel()

    async def _hand_over(self, connection: socket.socket) -> None:
        loop = asyncio.get_running_loop()
        try:
            async with asyncio.timeout(FIRST_BYTE_WITHIN_S):
                first = await _peek(connection)
            tls: Any = self._tls if first == _TLS_HANDSHAKE else None
            await loop.connect_accepted_socket(self._protocol, connection, ssl=tls)
        except (OSError, TimeoutError, ssl.SSLError) as error:
            log.debug("a connection came to nothing: %s", error)  # scanners, and phones that do not trust us yet
            with contextlib.suppress(OSError):
                connection.close()


async def _peek(connection: socket.socket) -> bytes:
    """Return the first byte that arrives, leaving it where it is; nothing when the client leaves first."""
    loop, readable = asyncio.get_running_loop(), asyncio.Event()
    connection.setblocking(False)
    loop.add_reader(connection, readable.set)
    try:
        await readable.wait()
    finally:
        loop.remove_reader(connection)
    return connection.recv(1, socket.MSG_PEEK)
