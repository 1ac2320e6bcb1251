"""What a phone says when it sends a photo by tus."""

import base64
import hashlib

import httpx

from backend.demo.pictures import picture

PHOTO = picture("flue", after=False, seed=1)
NAME = hashlib.sha256(PHOTO).hexdigest()
TUS = {"Tus-Resumable": "1.0.0"}
PIECE = TUS | {"Content-Type": "application/offset+octet-stream"}


def metadata(photo: bytes = PHOTO, **more: object) -> str:
    said = {"sha256": hashlib.sha256(photo).hexdigest(), **more}
    return ",".join(f"{key} {base64.b64encode(str(value).encode()).decode()}" for key, value in said.items())


async def begin(client: httpx.AsyncClient, photo: bytes = PHOTO, **more: object) -> httpx.Response:
    headers = TUS | {"Upload-Length": str(len(photo)), "Upload-Metadata": metadata(photo, **more)}
    return await client.post("/api/photos", headers=headers)


async def send(client: httpx.AsyncClient, address: str, content: bytes, offset: int, **headers: str) -> httpx.Response:
    return await client.patch(address, content=content, headers=PIECE | {"Upload-Offset": str(offset)} | headers)


def at_once(photo: bytes, name_of: bytes | None = None) -> dict[str, str]:
    return PIECE | {"Upload-Length": str(len(photo)), "Upload-Metadata": metadata(name_of or photo)}
