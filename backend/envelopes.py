"""Open what phones sealed for this server and for nobody else: records, the keys of photos and of local databases."""

import base64
import binascii
import hashlib
import hmac
from pathlib import Path
from typing import Final, Literal
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from backend import secret
from backend.problems import Problem

FILE: Final = "envelopes.key"
Purpose = Literal["record", "photo", "data-key"]

# The decision "Sealed on the phone": version, key id, device, one-time public key; then ciphertext and its tag.
VERSION: Final = 1
_KEY_ID, _DEVICE, _POINT = slice(1, 9), slice(9, 25), slice(25, 90)
HEADER_BYTES: Final = 90
TAG_BYTES: Final = 16
_CURVE: Final = ec.SECP256R1()
_ORDER: Final = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551


class EnvelopeUnreadable(Problem):
    """The envelope is cut, was changed on the way, or was not made by the device that it names."""

    status = 422
    title_en, title_zh = "Sealed item not readable", "密封内容无法打开"
    detail_en = "This sealed item is damaged or was changed on the way. It stays on its phone: open the app there."
    detail_zh = "密封内容已损坏或被改动，未予受理。原件仍在原手机上，请在原手机打开应用上传。"


class EnvelopeForAnotherServer(Problem):
    """The envelope was sealed for another server's key."""

    status = 422
    title_en, title_zh = "Sealed for another server", "密封内容不属于本服务器"
    detail_en = "This was sealed for another server (key {key_id}). Unlock the phone that made it and send from there."
    detail_zh = "密封内容属于另一台服务器（密钥 {key_id}），请在原手机解锁后上传。"


class SealedNotAsNamed(Problem):
    """What an envelope holds is not the record that it was sent as, or no record at all."""

    status = 422
    title_en, title_zh = "Sealed item not readable", "密封内容无法受理"
    detail_en = "This sealed item does not hold the record it is named for. It stays on its phone: open the app there."
    detail_zh = "密封内容与其编号不符，未予受理。原件仍在原手机上，请在原手机打开应用上传。"


class SealedElsewhere(Problem):
    """The sealed record belongs to a device of another subdistrict, or to none that is known here."""

    status = 404
    title_en, title_zh = "Not of this subdistrict", "不属于本街道"
    detail_en = "This sealed item is not of your subdistrict. Let a colleague of its author send it."
    detail_zh = "该密封内容不属于您所在的街道，请由其作者的同事代为上传。"


class Keeper:
    """The server's secret: the key pair to which phones seal, and the keys by which their envelopes prove a device."""

    def __init__(self, root: bytes) -> None:
        self._root = root
        scalar = int.from_bytes(_derived(root, b"", b"gridwalk server key 1", 48)) % (_ORDER - 1) + 1
        self._private = ec.derive_private_key(scalar, _CURVE)
        self.public_key = self._private.public_key().public_bytes(
            serialization.Encoding.X962, serialization.PublicFormat.UncompressedPoint
        )
        self.key_id = hashlib.sha256(self.public_key).digest()[:8]

    def device_key(self, device_id: UUID) -> bytes:
        """Return the 32 bytes that only this server and that device know."""
        return hmac.digest(self._root, b"gridwalk device key 1" + device_id.bytes, "sha256")

    def device_of(self, envelope: bytes) -> UUID:
        """Return the device that an envelope names; `open` proves that it made it.

        Errors: EnvelopeUnreadable, EnvelopeForAnotherServer.
        """
        if len(envelope) < HEADER_BYTES + TAG_BYTES or envelope[0] != VERSION:
            raise EnvelopeUnreadable
        if envelope[_KEY_ID] != self.key_id:
            raise EnvelopeForAnotherServer(key_id=envelope[_KEY_ID].hex())
        return UUID(bytes=envelope[_DEVICE])

    def open(self, envelope: bytes, purpose: Purpose) -> bytes:
        """Return what the named device sealed for this purpose.

        Errors: EnvelopeUnreadable, EnvelopeForAnotherServer.
        """
        device_id = self.device_of(envelope)
        header, sealed = envelope[:HEADER_BYTES], envelope[HEADER_BYTES:]
        try:
            point = ec.EllipticCurvePublicKey.from_encoded_point(_CURVE, envelope[_POINT])
            shared = self._private.exchange(ec.ECDH(), point)
            # Both secrets go in: who opens needs the server's key, and who sealed must have known the device's.
            made = _derived(shared + self.device_key(device_id), header, f"gridwalk {purpose} 1".encode(), 44)
            return ChaCha20Poly1305(made[:32]).decrypt(made[32:], sealed, header)
        except (InvalidTag, ValueError) as error:
            raise EnvelopeUnreadable from error


def _derived(material: bytes, salt: bytes, purpose: bytes, length: int) -> bytes:
    return HKDF(algorithm=hashes.SHA256(), length=length, salt=salt, info=purpose).derive(material)


def from_text(text: str) -> bytes:
    """Return an envelope as it travels in JSON and in headers, base64.

    Errors: EnvelopeUnreadable.
    """
    try:
        return base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError) as error:
        raise EnvelopeUnreadable from error


_open: Keeper | None = None


def open_keeper(data: Path) -> Keeper:
    """Return the one keeper of this process, with the secret in a data folder, made when it is missing."""
    global _open
    _open = Keeper(secret.kept_in(data / FILE))
    return _open


def keeper() -> Keeper:
    """Return the open keeper."""
    if _open is None:
        raise RuntimeError("the keeper of envelopes is not open")
    return _open
