"""Compare the photos that the database knows with the files that hold them, byte by byte."""

import asyncio
import hashlib
from dataclasses import dataclass

from backend import database
from backend.photos.storage import store


@dataclass(frozen=True, slots=True)
class Audit:
    """How many photos are whole, and the names of those that are not."""

    whole: int
    missing: tuple[str, ...]
    damaged: tuple[str, ...]
    unknown: tuple[str, ...]


async def audit_store() -> Audit:
    """Return how rows and files agree; every file is read. It may run beside the server."""
    files = set(await asyncio.to_thread(store().kept_names))
    # After the files: a photo that arrives meanwhile is known before it is looked for.
    rows = {row["sha256"] for row in await database.fetch("SELECT DISTINCT sha256 FROM photo")}
    arriving = {row["sha256"] for row in await database.fetch("SELECT sha256 FROM upload WHERE NOT held")}
    missing = [sha256 for sha256 in sorted(rows - files) if not store().path(sha256).exists()]
    damaged = [sha256 for sha256 in sorted(rows & files) if not await asyncio.to_thread(_is_whole, sha256)]
    unknown = tuple(sorted(files - rows - arriving))
    return Audit(len(rows) - len(missing) - len(damaged), tuple(missing), tuple(damaged), unknown)


def _is_whole(sha256: str) -> bool:
    with store().path(sha256).open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest() == sha256
