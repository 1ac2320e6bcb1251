"""Sweep what nobody needs any more: expired uploads, their bytes, and photos that no record ever named."""

from datetime import timedelta

from backend import clock, database
from backend.photos import rules
from backend.photos.storage import store

_DAY_S = 86_400


async def sweep() -> int:
    """Return how many uploads and photos were removed.

    A photo is removed only when no record of any tenant names it and it has been here for `UNNAMED_DAYS`:
    the record that names it may still be on a phone without network.
    """
    now = clock.now()
    expired = await database.fetch("DELETE FROM upload WHERE expires_at < $1 RETURNING id", now)
    for row in expired:
        store().drop(row["id"])
    unnamed = await database.fetch(
        """DELETE FROM photo p WHERE received_at < $1
           AND NOT EXISTS (SELECT FROM photo_mention m WHERE m.sha256 = p.sha256 AND m.tenant = p.tenant)
           RETURNING sha256""",
        now - timedelta(days=rules.UNNAMED_DAYS),
    )
    for row in unnamed:
        if not await database.fetch_value("SELECT EXISTS (SELECT FROM photo WHERE sha256 = $1)", row["sha256"]):
            store().remove(row["sha256"])
    for upload_id in store().stale_uploads(rules.UPLOAD_DAYS * _DAY_S):
        if not await database.fetch_value("SELECT EXISTS (SELECT FROM upload WHERE id = $1)", upload_id):
            store().drop(upload_id)
    return len(expired) + len(unnamed)
