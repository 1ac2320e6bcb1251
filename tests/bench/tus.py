"""Clients that send photos by tus."""

import base64
import contextlib
from collections.abc import AsyncIterator
from datetime import UTC, datetime

from tests.bench.serving import Line

_OFFSET_TYPE = "content-type: application/offset+octet-stream"


class Phone:
    """A client that sends photos by tus, and insists on a receipt that names each."""

    def __init__(self, line: Line) -> None:
        self.line = line

    async def at_once(self, body: bytes, sha256: str) -> None:
        """Send a photo in the request that creates its upload."""
        status, headers, content = await self.line.ask(
            "POST", "/api/photos", body, *_creation(sha256, len(body)), _OFFSET_TYPE
        )
        assert status == 201, content
        assert headers["photo-receipt"].startswith(sha256)

    async def in_two(self, body: bytes, sha256: str) -> None:
        """Create an upload, then send the photo."""
        status, headers, content = await self.line.ask("POST", "/api/photos", b"", *_creation(sha256, len(body)))
        assert status == 201, content
        where = headers["location"]
        status, headers, content = await self.line.ask(
            "PATCH", where, body, "tus-resumable: 1.0.0", "upload-offset: 0", _OFFSET_TYPE
        )
        assert status == 204, content
        assert headers["photo-receipt"].startswith(sha256)


def _creation(sha256: str, size_bytes: int) -> list[str]:
    said = {"sha256": sha256, "taken_at": datetime.now(UTC).isoformat(), "lon": "109.4", "lat": "24.3",
            "crs": "wgs84", "accuracy_m": "25", "source": "gps"}  # fmt: skip
    told = ",".join(f"{key} {base64.b64encode(value.encode()).decode()}" for key, value in said.items())
    return ["tus-resumable: 1.0.0", f"upload-length: {size_bytes}", f"upload-metadata: {told}"]


@contextlib.asynccontextmanager
async def phones(port: int, sessions: list[tuple[str, str]]) -> AsyncIterator[list[Phone]]:
    """One connected client for each session."""
    lines = [await Line(port, token).open() for token, _ in sessions]
    try:
        yield [Phone(line) for line in lines]
    finally:
        for line in lines:
            line.close()
