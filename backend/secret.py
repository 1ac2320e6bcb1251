"""Make a secret once, keep it in a file that nobody else may read, and give the same one ever after."""

import os
import secrets
from contextlib import suppress
from pathlib import Path

_PRIVATE = 0o600
SECRET_BYTES = 32


def kept_in(path: Path) -> bytes:
    """Return the 32 random bytes in a file, made at the first start and synced before they are ever used."""
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        draft = path.with_suffix(f".{secrets.token_hex(4)}")
        file = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, _PRIVATE)
        os.write(file, secrets.token_bytes(SECRET_BYTES))
        os.fsync(file)
        os.close(file)
        with suppress(FileExistsError):  # another server on the same disk was first
            os.link(draft, path)
        draft.unlink()
    return path.read_bytes()
