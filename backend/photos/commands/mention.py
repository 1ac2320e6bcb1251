"""Name photos in a record, whether or not they have arrived."""

from collections.abc import Sequence
from uuid import UUID

import msgspec

from backend import database
from backend.photos.rules import Role
from backend.texts import Sha256


class NamedPhoto(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A photo as a mutation names it: by the SHA-256 of its bytes, with what it shows."""

    sha256: Sha256
    role: Role


async def mention(
    record_kind: str,
    record_id: UUID,
    place_code: str,
    tenant: str,
    mentions: Sequence[NamedPhoto],
    *,
    caption: str = "",
) -> int:
    """Return how many photos of the record are still on their way, after naming these in it as well.

    `caption` is what the stamp on a printed copy says of the record: its number and its place.
    Runs inside the caller's transaction, which holds the tenant's lock.
    """
    await database.execute(
        """INSERT INTO photo_mention (sha256, record_kind, record_id, role, tenant, caption)
           SELECT DISTINCT ON (named.sha256, named.role) named.sha256, $1, $2, named.role, $3, $4
           FROM unnest($5::text[], $6::text[]) WITH ORDINALITY AS named (sha256, role, place)
           ON CONFLICT (sha256, record_kind, record_id, role) DO NOTHING""",
        record_kind,
        record_id,
        int(tenant),
        caption or place_code,
        [named.sha256 for named in mentions],
        [named.role.value for named in mentions],
    )
    return int(
        await database.fetch_value(
            """SELECT count(DISTINCT m.sha256) FROM photo_mention m
               LEFT JOIN photo p ON p.tenant = m.tenant AND p.sha256 = m.sha256
               WHERE m.record_kind = $1 AND m.record_id = $2 AND p.sha256 IS NULL""",
            record_kind,
            record_id,
        )
    )
