"""Send real photos to the server as phones do, and have them hashed as in idle time."""

import hashlib
from base64 import b64encode
from typing import Any

import httpx

import media
from backend.photos.commands import note_hashes


async def send(client: httpx.AsyncClient, photo: bytes, **said: str) -> str:
    """Return the name of a photo once the server holds it."""
    name = hashlib.sha256(photo).hexdigest()
    metadata = ",".join(
        f"{key} {b64encode(value.encode()).decode()}" for key, value in {"sha256": name, **said}.items()
    )
    headers = {
        "tus-resumable": "1.0.0", "upload-length": str(len(photo)), "upload-metadata": metadata,
        "content-type": "application/offset+octet-stream",
    }  # fmt: skip
    answer = await client.post("/api/photos", content=photo, headers=headers)
    assert answer.status_code == 201, answer.text
    assert answer.headers["photo-receipt"].startswith(name)
    return name


async def hashed(photo: bytes) -> None:
    """Note a photo's perceptual hash, as the server does in idle time."""
    value = media.perceptual(photo)
    await note_hashes({hashlib.sha256(photo).hexdigest(): value - (1 << 64) if value >= 1 << 63 else value})


async def status(client: httpx.AsyncClient, name: str, size: str = "original") -> int:
    """Return what somebody who asks for a photo is answered."""
    answer: Any = await client.get(f"/api/photos/{name}?size={size}")
    return int(answer.status_code)
