"""A map service for tests: a real HTTP server in a thread, whose tiles say where they lie, and that can misbehave."""

import gzip
import io
import math
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from PIL import Image, ImageDraw

from geo.crs import to_gcj02
from geo.points import LonLat

MARK = LonLat(109.4022, 24.3013)
"""A crossroads that every map of this service shows as a square, where its datum says that it is."""
GROUND, INK = (214, 233, 255), (200, 0, 120)
HALF_PX = 10


def pixel_of(point: Any, z: int) -> tuple[float, float]:
    """Return where a position lies on the whole map at a zoom, in pixels of 256 to a tile."""
    size = 256 * 2**z
    north = math.asinh(math.tan(math.radians(point.lat)))
    return (point.lon + 180) / 360 * size, (1 - north / math.pi) / 2 * size


def pixel_in_degrees(point: Any, z: int) -> tuple[float, float]:
    """Return where a position lies on a map that is cut in squares of 360/2^z degrees."""
    size = 256 * 2**z
    return (point.lon + 180) / 360 * size, (90 - point.lat) / 360 * size


def picture(z: int, x: int, y: int, crs: str = "wgs84", kind: str = "PNG") -> bytes:
    """Return a tile with its border, and the mark where it lies in that datum, or by that cut."""
    drawn = Image.new("RGB", (256, 256), GROUND)
    pen = ImageDraw.Draw(drawn)
    pen.rectangle((0, 0, 255, 255), outline=(150, 180, 210))
    where = pixel_in_degrees if crs == "degrees" else pixel_of
    at_x, at_y = where(to_gcj02(MARK) if crs == "gcj02" else MARK, z)
    left, top = at_x - x * 256, at_y - y * 256
    pen.rectangle((left - HALF_PX, top - HALF_PX, left + HALF_PX, top + HALF_PX), fill=INK)
    written = io.BytesIO()
    drawn.save(written, kind)
    return written.getvalue()


class Upstream:
    """The service; `asked` are the paths that came, `mood` says how it answers."""

    def __init__(self, port: int) -> None:
        self.port = port
        self.asked: list[str] = []
        self.headers: list[dict[str, str]] = []
        self.mood = "well"

    @property
    def address(self) -> str:
        """Where it is."""
        return f"http://127.0.0.1:{self.port}"


class _Handler(BaseHTTPRequestHandler):
    upstream: Upstream

    def do_GET(self) -> None:
        """Answer as the mood says."""
        self.upstream.asked.append(self.path)
        self.upstream.headers.append(dict(self.headers))
        getattr(self, f"_{self.upstream.mood}")()

    def log_message(self, *_: object) -> None:
        """Keep quiet."""

    def _send(self, status: int, content: bytes, media_type: str = "image/png", **headers: str) -> None:
        self.send_response(status)
        self.send_header("content-type", media_type)
        self.send_header("content-length", str(len(content)))
        for name, text in headers.items():
            self.send_header(name.replace("_", "-"), text)
        self.end_headers()
        self.wfile.write(content)

    def _well(self) -> None:
        crs, z, x, y = self.path.partition("?")[0].strip("/").split("/")[-4:]
        self._send(200, picture(int(z), int(x), int(y), crs))

    def _slow(self) -> None:
        time.sleep(0.3)
        self._well()

    def _nothing(self) -> None:
        self._send(404, b"no such tile", "text/plain")

    def _forbidden(self) -> None:
        self._send(403, b'{"msg":"tk 0123456789abcdef is over its quota"}', "application/json")

    def _page(self) -> None:
        self._send(200, b"<html>log in first</html>", "image/png")

    def _torn(self) -> None:
        self._send(200, picture(1, 0, 0)[:200])

    def _elsewhere(self) -> None:
        self._send(302, b"", location=f"{self.upstream.address}/secret/wgs84/15/1/1")

    def _endless(self) -> None:
        self.send_response(200)
        self.send_header("content-type", "image/png")
        self.end_headers()
        try:
            self.wfile.write(picture(1, 0, 0))
            for _ in range(64):
                self.wfile.write(b"\0" * 65_536)
        except OSError:
            pass

    def _bomb(self) -> None:
        self._send(200, gzip.compress(b"\x89PNG\r\n\x1a\n" + b"\0" * 30_000_000), content_encoding="gzip")

    def _dead(self) -> None:
        self.connection.close()


@contextmanager
def an_upstream() -> Iterator[Upstream]:
    """The service, running."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Handler)
    server.daemon_threads = True
    made = Upstream(server.server_port)
    server.RequestHandlerClass = type("Handler", (_Handler,), {"upstream": made})
    running = threading.Thread(target=server.serve_forever, daemon=True)
    running.start()
    yield made
    server.shutdown()
    server.server_close()
    running.join()
