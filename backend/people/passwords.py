"""Make, hash and check what proves who somebody is: passwords, tokens, and the six digits of a second factor."""

import asyncio
import hashlib
import hmac
import secrets
import unicodedata
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from typing import Final

import pyotp
from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

ISSUER: Final = "Gridwalk"
PHONE, TOTP = "person.phone", "person.totp"
"""The kinds of text of a person that are sealed."""
STEP_S: Final = 30
_LETTERS: Final = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"  # no 0, O, 1 or I: codes are read aloud

# OWASP's argon2id minimum for 19 MiB. One thread each for two hashes at a time, so that a flood of sign-ins cannot
# take more than 38 MiB and never holds the event loop.
_HASHER: Final = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)
_THREADS: Final = ThreadPoolExecutor(max_workers=2, thread_name_prefix="argon2")
_NOBODYS_HASH: Final = _HASHER.hash(secrets.token_urlsafe(16))


def _composed(password: str) -> str:
    return unicodedata.normalize("NFC", password)


async def hash_of(password: str) -> str:
    """Return the argon2id hash of a password, made in a thread (about 20 ms and 19 MiB)."""
    return await asyncio.get_running_loop().run_in_executor(_THREADS, _HASHER.hash, _composed(password))


async def matches(password_hash: str | None, password: str) -> bool:
    """Does the password belong to the hash? Without a hash the same work is done, and the answer is no."""
    known = password_hash or _NOBODYS_HASH
    right = await asyncio.get_running_loop().run_in_executor(_THREADS, _verify, known, _composed(password))
    return right and password_hash is not None


def _verify(password_hash: str, password: str) -> bool:
    try:
        return _HASHER.verify(password_hash, password)
    except (VerificationError, InvalidHashError):
        return False


def new_token() -> str:
    """Return 256 random bits as 43 letters that fit a cookie, a header and an address."""
    return secrets.token_urlsafe(32)


def hash_of_token(token: str) -> bytes:
    """Return the SHA-256 of a token; with 256 random bits inside it needs no salt and no slowness."""
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).digest()


def new_device_code() -> str:
    """Return four letters that head a device's receipt numbers, such as X7K2."""
    return "".join(secrets.choice(_LETTERS) for _ in range(4))


def new_totp_secret() -> str:
    """Return the shared secret of a second factor, base 32, 160 bits."""
    return pyotp.random_base32()


def totp_uri(secret: str, name: str) -> str:
    """Return what an authenticator app scans."""
    return pyotp.TOTP(secret, interval=STEP_S).provisioning_uri(name=name, issuer_name=ISSUER)


def totp_step(secret: str, digits: str, after_step: int, at: datetime) -> int | None:
    """Return the time step whose digits these are, one step of clock error allowed, or None.

    Steps up to `after_step` are spent: digits seen over a shoulder do not work a second time (RFC 6238 §5.2).
    """
    now = int(at.timestamp()) // STEP_S
    totp = pyotp.TOTP(secret, interval=STEP_S)
    for step in (now, now - 1, now + 1):
        if step > after_step and hmac.compare_digest(totp.at(step * STEP_S), digits):
            return step
    return None
