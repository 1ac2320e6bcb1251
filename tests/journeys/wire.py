"""Stand between a phone and the server as the network does: pass, cut off, hold half-way, or answer in its place."""

import contextlib
import socket
import threading
from typing import NamedTuple

CHUNK_BYTES = 16_384
PAGE = "<!doctype html><title>无线网登录</title><p>请先登录无线网".encode()
"""What a captive portal answers to everything."""


class Hold(NamedTuple):
    """Which request is held, on which of its two ways, and after how many bytes of that way."""

    request: bytes
    on_answer: bool
    after_bytes: int


class _Line:
    """One connection: two sockets, and whether the awaited request has passed on it."""

    def __init__(self, phone: socket.socket, server: socket.socket) -> None:
        self.phone, self.server = phone, server
        self.awaited: Hold | None = None

    def close(self) -> None:
        for end in (self.phone, self.server):
            with contextlib.suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)
            end.close()


def _answer_with_page(phone: socket.socket) -> None:
    head = f"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: {len(PAGE)}\r\nConnection: close\r\n\r\n"
    phone.sendall(head.encode() + PAGE)
    phone.shutdown(socket.SHUT_WR)
    phone.settimeout(10)
    while phone.recv(CHUNK_BYTES):  # the rest of the question; closed before it was read, the answer would be lost
        pass


class Wire:
    """A port that leads to the server's. `held` is set once a request or answer is stuck as asked by `hold`.

    `answered_bytes` counts all that came back to the phone, headers too.
    """

    def __init__(self, server_port: int) -> None:
        self._server_port = server_port
        self._is_cut = False
        self._hold: Hold | None = None
        self._portal_for: tuple[bytes, ...] = ()
        self._lines: set[_Line] = set()
        self.held = threading.Event()
        self.answered_bytes = 0
        self._open_port = socket.create_server(("127.0.0.1", 0))
        threading.Thread(target=self._accept, daemon=True).start()

    @property
    def address(self) -> str:
        """Where the phone finds the server."""
        return f"http://127.0.0.1:{self._open_port.getsockname()[1]}"

    def cut(self) -> None:
        """Be as a phone in a cellar: nothing passes any more."""
        self._is_cut = True
        self.drop()

    def mend(self) -> None:
        """Let everything pass again."""
        self._is_cut = False

    def hold(self, request: str, *, on_answer: bool, after_bytes: int = 0) -> None:
        """Hold the next request that begins so, once so many bytes of it, or of its answer, have passed."""
        self.held.clear()
        self._hold = Hold(request.encode(), on_answer, after_bytes)

    def stand_in(self, *requests: str) -> None:
        """Answer every request that begins so as a captive portal does: with a page of one's own, and 200."""
        self._portal_for = tuple(each.encode() for each in requests)

    def stand_back(self) -> None:
        """Let the server answer again."""
        self._portal_for = ()

    def drop(self) -> None:
        """Break every connection, the held one too: what has not passed never arrives."""
        self._hold = None
        for line in list(self._lines):
            line.close()
        self._lines.clear()

    def close(self) -> None:
        """End for good."""
        self.cut()
        self._open_port.close()

    def _accept(self) -> None:
        while True:
            try:
                phone, _ = self._open_port.accept()
            except OSError:
                return
            if self._is_cut:
                phone.close()
                continue
            try:
                server = socket.create_connection(("127.0.0.1", self._server_port))
            except OSError:
                phone.close()
                continue
            line = _Line(phone, server)
            self._lines.add(line)
            threading.Thread(target=self._carry, args=(line, phone, server, False), daemon=True).start()
            threading.Thread(target=self._carry, args=(line, server, phone, True), daemon=True).start()

    def _carry(self, line: _Line, source: socket.socket, to: socket.socket, is_answer: bool) -> None:
        passed = 0
        try:
            while piece := source.recv(CHUNK_BYTES):
                if not is_answer and piece.startswith(self._portal_for):
                    _answer_with_page(source)
                    break
                if not is_answer and self._hold and piece.startswith(self._hold.request):
                    line.awaited, self._hold, passed = self._hold, None, 0
                held = line.awaited if line.awaited and line.awaited.on_answer == is_answer else None
                if held and passed + len(piece) > held.after_bytes:
                    to.sendall(piece[: held.after_bytes - passed])
                    self.held.set()
                    return  # and leave the line open: neither end learns that nothing more will come
                to.sendall(piece)
                self.answered_bytes += len(piece) if is_answer else 0
                passed += len(piece) if held else 0
        except OSError:
            pass
        line.close()
        self._lines.discard(line)
