"""Open the rows of a phone on which no PIN is set: their key lies beside them, as the phone's owner is told."""

import base64
import json
import struct
from typing import Any

from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305

NONCE_BYTES = 24


def opened(table: str, key_name: str, row: dict[str, Any], keys: dict[int, bytes]) -> dict[str, Any]:
    """Return a row as the app knows it, or as it lies without its key; what lies open is the newer word."""
    closed = base64.b64decode(row.get("sealed", ""))
    if not closed or closed[0] not in keys:
        return row
    number, nonce, body = closed[0], closed[1 : 1 + NONCE_BYTES], closed[1 + NONCE_BYTES :]
    place = f"{table}\n{json.dumps(row[key_name])}".encode()
    plain = ChaCha20Poly1305(_subkey(keys[number], nonce[:16])).decrypt(bytes(4) + nonce[16:], body, place)
    (length,) = struct.unpack(">I", plain[:4])
    return json.loads(plain[4 : 4 + length]) | {name: value for name, value in row.items() if name != "sealed"}


def _subkey(key: bytes, nonce: bytes) -> bytes:
    """Return HChaCha20 of a key, by which XChaCha20 takes its longer nonce (draft-irtf-cfrg-xchacha §2.2)."""
    state = [*struct.unpack("<4I", b"expand 32-byte k"), *struct.unpack("<8I", key), *struct.unpack("<4I", nonce)]
    for _ in range(10):
        for quarter in ((0, 4, 8, 12), (1, 5, 9, 13), (2, 6, 10, 14), (3, 7, 11, 15)):
            _quarter(state, *quarter)
        for quarter in ((0, 5, 10, 15), (1, 6, 11, 12), (2, 7, 8, 13), (3, 4, 9, 14)):
            _quarter(state, *quarter)
    return struct.pack("<8I", *state[:4], *state[12:])


def _quarter(state: list[int], a: int, b: int, c: int, d: int) -> None:
    for to, by, turned, left in ((a, b, d, 16), (c, d, b, 12), (a, b, d, 8), (c, d, b, 7)):
        state[to] = (state[to] + state[by]) & 0xFFFFFFFF
        word = state[turned] ^ state[to]
        state[turned] = (word << left | word >> (32 - left)) & 0xFFFFFFFF
