"""Open photos that come as they lie on a locked phone: under a key of their own, which only this server can read."""

import base64
import binascii
from collections.abc import Callable
from typing import Annotated, Literal

import msgspec
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms
from msgspec import Meta, Struct

from backend import envelopes
from backend.envelopes import EnvelopeUnreadable
from backend.texts import Instant, Sha256

CONTENT_KEY_BYTES = 32
_BLOCK_BYTES = 64
_NONCE = bytes(12)  # each key closes one photo


class SealedPhoto(Struct, forbid_unknown_fields=True, frozen=True):
    """What the envelope of a photo says of it; `content_key` is base64."""

    sha256: Sha256
    size_bytes: Annotated[int, Meta(ge=1)]
    content_key: str
    taken_at: Instant | None = None
    lon: Annotated[float, Meta(ge=-180, le=180)] | None = None
    lat: Annotated[float, Meta(ge=-90, le=90)] | None = None
    crs: Literal["wgs84", "cgcs2000", "gcj02", "bd09"] | None = None
    accuracy_m: Annotated[float, Meta(ge=0, le=100_000)] | None = None
    source: Literal["gps", "network", "manual", "none"] | None = None


def read(envelope: str) -> SealedPhoto:
    """Return what a photo's envelope says.

    Errors: EnvelopeUnreadable, EnvelopeForAnotherServer.
    """
    plain = envelopes.keeper().open(envelopes.from_text(envelope), "photo")
    try:
        sealed = msgspec.json.decode(plain, type=SealedPhoto)
        key = base64.b64decode(sealed.content_key, validate=True)
    except (msgspec.DecodeError, binascii.Error, ValueError) as error:
        raise EnvelopeUnreadable from error
    has_place = {sealed.lon is None, sealed.lat is None, sealed.crs is None}
    if len(key) != CONTENT_KEY_BYTES or len(has_place) != 1:
        raise EnvelopeUnreadable
    return sealed


def decipher(envelope: str, offset: int) -> Callable[[bytes], bytes]:
    """Return what opens the bytes of a sealed photo from an offset on, one piece after the other.

    The cipher keeps lengths and can begin anywhere (RFC 8439 §2.4), so an upload resumes at the byte where it stopped.
    """
    key = base64.b64decode(read(envelope).content_key)
    block, within = divmod(offset, _BLOCK_BYTES)
    stream = Cipher(algorithms.ChaCha20(key, block.to_bytes(4, "little") + _NONCE), None).decryptor()
    stream.update(bytes(within))
    return stream.update
