"""Seal as a phone does; written from the text of the decision, not from the server's code."""

import base64
import json
from typing import Any

from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305
from cryptography.hazmat.primitives.kdf.hkdf import HKDF


def keys_from(me: dict[str, Any]) -> dict[str, bytes]:
    """Return what a device seals with, of an answer to GET /api/me."""
    return {name: base64.b64decode(text) for name, text in me["keys"].items()} | {"device": _uuid(me["device"]["id"])}


def _uuid(text: str) -> bytes:
    return bytes.fromhex(text.replace("-", ""))


def sealed(purpose: str, plain: bytes, keys: dict[str, bytes]) -> str:
    """Return an envelope in base64."""
    once = ec.generate_private_key(ec.SECP256R1())
    point = once.public_key().public_bytes(serialization.Encoding.X962, serialization.PublicFormat.UncompressedPoint)
    header = b"\x01" + keys["key_id"] + keys["device"] + point
    server = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), keys["public_key"])
    material = once.exchange(ec.ECDH(), server) + keys["device_key"]
    made = HKDF(hashes.SHA256(), 44, header, f"gridwalk {purpose} 1".encode()).derive(material)
    return base64.b64encode(header + ChaCha20Poly1305(made[:32]).encrypt(made[32:], plain, header)).decode()


def carried(mutation: dict[str, Any], keys: dict[str, bytes], skew_ms: int | None = None) -> dict[str, Any]:
    """Return a mutation as a lifeboat carries it."""
    plain = json.dumps(mutation | {"skew_ms": skew_ms}).encode()
    return {"id": mutation["id"], "number": mutation["number"], "envelope": sealed("record", plain, keys)}
