"""Name photos in a record, whether or not they have arrived."""

from collections.abc import Sequence
from uuid import UUID

import msgspec

from backend import database
from backend.photos.rules import Leaves, Role, why_not_name
from backend.texts import Sha256


class NamedPhoto(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """A photo as a mutation names it: by the SHA-256 of its bytes, with what it shows.

    `redacted` is a copy of it with parts painted over, and `leaves` says which of the two may leave the house.
    """

    sha256: Sha256
    role: Role
    redacted: Sha256 | None = None
    leaves: Leaves = Leaves.ORIGINAL


async def mention(
    record_kind: str,
    record_id: UUID,
    place_code: str,
    tenant: str,
    mentions: Sequence[NamedPhoto],
    *,
    caption: str = "",
    place: str | None = None,
) -> int:
    """Return how many photos of the record are still on their way, after naming these in it as well.

    `caption` is what the stamp on a printed copy says of the record: its number and its place; `place` is the id of the
    place that it is about. What once was not to leave the house never does: naming a photo again opens nothing.
    Runs inside the caller's transaction, which holds the tenant's lock. Errors: RedactedCopyMissing.
    """
    refusal = why_not_name([(named.sha256, named.redacted, named.leaves) for named in mentions])
    if refusal is not None:
        raise refusal
    rows = [row for named in mentions for row in _rows(named)]
    await database.execute(
        """INSERT INTO photo_mention (sha256, record_kind, record_id, role, tenant, caption, place, redacts, leaves)
           SELECT named.sha256, $1, $2, named.role, $3, $4, $5, max(named.redacts), bool_and(named.leaves)
           FROM unnest($6::text[], $7::text[], $8::text[], $9::bool[]) WITH ORDINALITY
             AS named (sha256, role, redacts, leaves, turn)
           GROUP BY named.sha256, named.role ORDER BY min(named.turn)
           ON CONFLICT (sha256, record_kind, record_id, role) DO UPDATE
           SET leaves = photo_mention.leaves AND excluded.leaves WHERE photo_mention.leaves AND NOT excluded.leaves""",
        record_kind,
        record_id,
        int(tenant),
        caption or place_code,
        place or str(record_id),
        *([row[column] for row in rows] for column in range(4)),
    )
    return await _awaited(record_kind, record_id)


async def _awaited(record_kind: str, record_id: UUID) -> int:
    return int(
        await database.fetch_value(
            """SELECT count(DISTINCT m.sha256) FROM photo_mention m
               LEFT JOIN photo p ON p.tenant = m.tenant AND p.sha256 = m.sha256
               WHERE m.record_kind = $1 AND m.record_id = $2 AND p.sha256 IS NULL""",
            record_kind,
            record_id,
        )
    )


def _rows(named: NamedPhoto) -> list[tuple[str, str, str | None, bool]]:
    """Return the photo as it is named and, behind it, its redacted copy: name, role, what it redacts, may it leave."""
    rows: list[tuple[str, str, str | None, bool]] = [
        (named.sha256, named.role.value, None, named.leaves is Leaves.ORIGINAL)
    ]
    if named.redacted is not None:
        rows.append((named.redacted, named.role.value, named.sha256, named.leaves is Leaves.REDACTED))
    return rows
