"""Seal what must not lie open in the database, telephone numbers and second factors, with a secret beside it."""

import hashlib
import hmac
import secrets
from pathlib import Path
from typing import Final
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from piccolo.columns import Bytea, Integer
from piccolo.table import Table

from backend import database
from backend.secret import kept_in

FILE: Final = "secret.key"
_NONCE_BYTES: Final = 12
_FORM: Final = b"\x01"


class SecretMark(Table):
    """By what the one secret is known that sealed this database: its mark, from which nothing can be opened."""

    id = Integer(primary_key=True, default=None)
    mark = Bytea()


SQL = ("ALTER TABLE secret_mark ADD CONSTRAINT secret_mark_one_ck CHECK (id = 1)",)


class SecretLost(RuntimeError):
    """The secret that sealed this database is not in the data folder; the message says what to do."""

    def __init__(self, path: Path) -> None:
        why = f"{path} is another installation's" if path.exists() else f"{path} is missing"
        super().__init__(
            f"{why}, so that the telephone numbers and second factors of this database cannot be read. Put back the "
            f"file it was made with: every server on one database needs the same one, and every copy made by "
            "`backup` holds it. If it is lost for good, run `python -m backend forget-sealed`: those numbers and "
            "second factors are given up, everything else stays"
        )


class Vault:
    """What one secret can do; a key of its own for each purpose."""

    def __init__(self, secret: bytes) -> None:
        self._cipher = AESGCM(_derived(secret, "seal"))
        self._lookup_key = _derived(secret, "lookup")
        self.mark = _derived(secret, "mark")

    def seal(self, text: str, kind: str, row_id: UUID) -> bytes:
        """Return a text that only this secret opens, and only as this kind of text of this row (AES-256-GCM)."""
        nonce = secrets.token_bytes(_NONCE_BYTES)
        return _FORM + nonce + self._cipher.encrypt(nonce, text.encode(), _about(kind, row_id))

    def open(self, sealed: bytes, kind: str, row_id: UUID) -> str:
        """Return the text again.

        Errors: InvalidTag when it was sealed by another secret, for another row, or was changed.
        """
        nonce, rest = sealed[1 : 1 + _NONCE_BYTES], sealed[1 + _NONCE_BYTES :]
        if sealed[:1] != _FORM:
            raise InvalidTag
        return self._cipher.decrypt(nonce, rest, _about(kind, row_id)).decode()

    def lookup(self, text: str, kind: str) -> bytes:
        """Return what is equal for equal texts of a kind, for finding a row; only the secret can make it."""
        return hmac.new(self._lookup_key, f"{kind}:{text}".encode("utf-8", "surrogatepass"), hashlib.sha256).digest()


def _derived(secret: bytes, purpose: str) -> bytes:
    return hmac.new(secret, f"gridwalk {purpose} 1".encode(), hashlib.sha256).digest()


def _about(kind: str, row_id: UUID) -> bytes:
    return f"{kind}:{row_id}".encode()


_vault: Vault | None = None


def vault() -> Vault:
    """Return the vault that was opened."""
    assert _vault is not None, "the vault was not opened"  # noqa: S101  # whoever starts opens it
    return _vault


def use(secret: bytes) -> None:
    """Open the vault with a secret that is at hand."""
    global _vault
    _vault = Vault(secret)


async def open_vault(folder: Path) -> None:
    """Open the vault with the secret in a data folder; the first server on a database makes one.

    Errors: SecretLost.
    """
    path = folder / FILE
    if await known_mark() is None:
        use(kept_in(path))
        await database.execute("INSERT INTO secret_mark (id, mark) VALUES (1, $1) ON CONFLICT DO NOTHING", vault().mark)
    if not await opens(folder):
        raise SecretLost(path)
    use(path.read_bytes())


async def opens(folder: Path) -> bool:
    """Is the secret in a folder the one that sealed the database?"""
    path = folder / FILE
    return path.is_file() and Vault(path.read_bytes()).mark == await known_mark()


async def known_mark() -> bytes | None:
    """Return the mark of the secret that sealed the database; None before the first start."""
    mark: bytes | None = await database.fetch_value("SELECT mark FROM secret_mark WHERE id = 1")
    return mark


async def renew(folder: Path) -> None:
    """Begin anew with the secret in a folder, which is made if it is missing; what an earlier one sealed stays shut."""
    use(kept_in(folder / FILE))
    await database.execute("UPDATE secret_mark SET mark = $1 WHERE id = 1", vault().mark)
