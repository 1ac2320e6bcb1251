"""Keep a photo's perceptual hash, find the photos that look like it, and tell the records that name them."""

from backend import database
from backend.photos.commands.announce import announce
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


async def note_hash(sha256: str, perceptual_hash: int) -> None:
    """Keep a photo's perceptual hash and which photos of its tenants look like it; tell the records that name them."""
    rows = await database.fetch(
        "UPDATE photo SET perceptual_hash = $2 WHERE sha256 = $1 AND perceptual_hash IS NULL RETURNING tenant",
        sha256,
        perceptual_hash,
    )
    if not tells_apart(perceptual_hash):
        return
    for row in rows:
        await _note_likeness(row["tenant"], sha256, perceptual_hash)


async def _note_likeness(tenant: int, sha256: str, perceptual_hash: int) -> None:
    near = await database.fetch(_NEAR, tenant, sha256, perceptual_hash, LIKE_ELSEWHERE_BITS)
    if near:
        await announce([sha256, *(row["sha256"] for row in near)], f"{tenant:09d}")
