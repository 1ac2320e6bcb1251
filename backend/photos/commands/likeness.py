"""Keep photos' perceptual hashes, find the photos that look like them, and tell the records that name them."""

from collections.abc import Mapping

from backend import database
from backend.photos.commands.announce import tell_of_hashes
from backend.photos.rules import LIKE_ELSEWHERE_BITS, tells_apart

# One quarter of two hashes is equal when they differ in at most three bits: four index searches find all there are.
_NEAR = """
WITH near AS (
       SELECT q.sha256, bit_count((q.perceptual_hash # $3::bigint)::bit(64)) AS distance FROM photo q
       WHERE q.tenant = $1 AND q.perceptual_hash IS NOT NULL AND q.sha256 <> $2 AND (
         ((q.perceptual_hash >> 0) & 65535) = ($3::bigint & 65535)
         OR ((q.perceptual_hash >> 16) & 65535) = (($3::bigint >> 16) & 65535)
         OR ((q.perceptual_hash >> 32) & 65535) = (($3::bigint >> 32) & 65535)
         OR ((q.perceptual_hash >> 48) & 65535) = (($3::bigint >> 48) & 65535))),
     kept AS (
       INSERT INTO photo_likeness (tenant, sha256, like_sha256, distance)
       SELECT $1, pair.one, pair.other, near.distance FROM near
       CROSS JOIN LATERAL (VALUES ($2::varchar, near.sha256), (near.sha256, $2::varchar)) AS pair (one, other)
       WHERE near.distance <= $4 ON CONFLICT DO NOTHING)
SELECT sha256 FROM near WHERE distance <= $4
"""


_KEEP = """
UPDATE photo SET perceptual_hash = made.hash FROM unnest($2::varchar[], $3::bigint[]) AS made (name, hash)
WHERE photo.tenant = $1 AND photo.sha256 = made.name AND photo.perceptual_hash IS NULL RETURNING photo.sha256
"""
_TENANTS = "SELECT DISTINCT tenant FROM photo WHERE sha256 = ANY($1) AND perceptual_hash IS NULL ORDER BY tenant"


async def note_hashes(made: Mapping[str, int]) -> None:
    """Keep perceptual hashes (64 bits as signed numbers, by photo) and which photos of a tenant look like each other.

    In one transaction for each tenant the records that name them are told, so that phones compare what they see with
    them: a hash that a kill kept from being told of would never be told of again.
    """
    for row in await database.fetch(_TENANTS, list(made)):
        async with database.transaction(f"{row['tenant']:09d}"):
            await _note(row["tenant"], made)


async def _note(tenant: int, made: Mapping[str, int]) -> None:
    kept = await database.fetch(_KEEP, tenant, list(made), list(made.values()))
    changed: set[str] = set()
    for sha256 in (row["sha256"] for row in kept if tells_apart(made[row["sha256"]])):
        near = await database.fetch(_NEAR, tenant, sha256, made[sha256], LIKE_ELSEWHERE_BITS)
        changed |= {sha256, *(row["sha256"] for row in near)}
    await tell_of_hashes(sorted(changed), f"{tenant:09d}")
