"""Know a tile's picture by its first bytes, whatever a service says that it is."""

import base64
from typing import Final

NOTHING_HERE: Final = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAQAAAC1HAwCAAAAC0lEQVR42mNkYAAAAAYAAjCB0C8AAAAASUVORK5CYII="
)
"""One transparent pixel: where a service has nothing, the map shows what lies beneath."""


def media_type(content: bytes) -> str | None:
    """Return the type of a PNG, JPEG or WebP, or None for anything else, such as a page that tells of an error."""
    if content.startswith(b"\x89PNG\r\n\x1a\n"):
        return "image/png"
    if content.startswith(b"\xff\xd8\xff"):
        return "image/jpeg"
    if content[:4] == b"RIFF" and content[8:12] == b"WEBP":
        return "image/webp"
    return None
