"""Find photos, say who may see one, and tell which photos of a record have arrived."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import msgspec

from backend import database
from backend.people.queries import reach_condition
from backend.people.rules import Reach
from backend.photos.rules import LIKE_PAIR_BITS, PLAIN_BITS


class PhotoShown(msgspec.Struct, frozen=True):
    """A photo as a record shows it: its name, what it shows, and whether its bytes are here.

    `redacts` names the photo of which this is the painted-over copy, `leaves` says whether it may leave the house, and
    `perceptual` is its perceptual hash in 16 hexadecimal digits, once it has been made and if it tells pictures apart.
    """

    sha256: str
    role: str
    arrived: bool
    redacts: str | None = None
    leaves: bool = True
    perceptual: str | None = None


class PhotoUsed(msgspec.Struct, frozen=True):
    """A photo of a record that was used before, and the earlier one: a hint for a person, never a judgement.

    `why` is `elsewhere` (at another place) or `before_and_after` (the repair is shown by the picture of the hazard).
    `number` is that of the earlier record, `distance` in how many of 64 bits the two pictures differ.
    """

    sha256: str
    like_sha256: str
    why: str
    distance: int
    number: str


@dataclass(frozen=True, slots=True)
class UploadStanding:
    """An upload as its device may see it; `received_at` is set when the whole photo is here.

    One that is not noted came whole in the request that began it: it has no row, and cannot be resumed.
    """

    id: UUID
    sha256: str
    length_bytes: int
    capture: bytes
    held: bool
    received_at: datetime | None
    expires_at: datetime
    is_noted: bool = True


def whole_upload_id(sha256: str) -> UUID:
    """Return by which id an upload that came whole in one request is asked for: the head of its photo's name."""
    return UUID(hex=sha256[:32])


async def photos_of(
    record_kind: str, record_ids: Sequence[UUID], *, outside: bool = False
) -> dict[UUID, list[PhotoShown]]:
    """Return the photos that records name, in the order in which they were named; records without photos are absent.

    With `outside`, only those that may leave the house.
    """
    rows = await database.fetch(
        """SELECT m.record_id, m.sha256, m.role, p.sha256 IS NOT NULL AS arrived, m.redacts, m.leaves,
                  CASE WHEN bit_count(p.perceptual_hash::bit(64)) BETWEEN $4 AND 64 - $4
                       THEN lpad(to_hex(p.perceptual_hash), 16, '0') END AS perceptual
           FROM photo_mention m LEFT JOIN photo p ON p.tenant = m.tenant AND p.sha256 = m.sha256
           WHERE m.record_kind = $1 AND m.record_id = ANY($2) AND (m.leaves OR NOT $3) ORDER BY m.id""",
        record_kind,
        list(record_ids),
        outside,
        PLAIN_BITS,
    )
    found: dict[UUID, list[PhotoShown]] = {}
    for record_id, *shown in (row.values() for row in rows):
        found.setdefault(record_id, []).append(PhotoShown(*shown))
    return found


async def records_naming(record_kind: str, sha256s: Sequence[str], tenant: str) -> list[UUID]:
    """Return the records of a kind in a tenant that name any of these photos."""
    rows = await database.fetch(
        "SELECT DISTINCT record_id FROM photo_mention WHERE record_kind = $1 AND sha256 = ANY($2) AND tenant = $3",
        record_kind,
        list(sha256s),
        int(tenant),
    )
    return [row["record_id"] for row in rows]


async def upload_of(upload_id: UUID, device_id: UUID, tenant: str) -> UploadStanding | None:
    """Return an upload if this device of that tenant began it."""
    row = await database.fetch_row(
        """SELECT u.id, u.sha256, u.length_bytes, u.capture::text AS capture, u.held, p.received_at, u.expires_at
           FROM upload u LEFT JOIN photo p ON u.held AND p.tenant = u.tenant AND p.sha256 = u.sha256
           WHERE u.id = $1 AND u.device_id = $2""",
        upload_id,
        device_id,
    )
    if row is None:
        return await _whole_upload(upload_id, device_id, tenant)
    return UploadStanding(
        row["id"], row["sha256"], row["length_bytes"], row["capture"].encode(), row["held"], row["received_at"],
        row["expires_at"],
    )  # fmt: skip


async def _whole_upload(upload_id: UUID, device_id: UUID, tenant: str) -> UploadStanding | None:
    first, last = upload_id.hex, upload_id.hex + "g"  # every name that begins so, as a range of the index
    row = await database.fetch_row(
        """SELECT sha256, size_bytes, received_at FROM photo
           WHERE tenant = $1 AND sha256 > $2 AND sha256 < $3 AND device_id = $4""",
        int(tenant),
        first,
        last,
        device_id,
    )
    if row is None:
        return None
    sha256, size_bytes, received_at = row
    capture = msgspec.json.encode({"sha256": sha256})  # the photo's row holds the rest
    return UploadStanding(upload_id, sha256, size_bytes, capture, True, received_at, received_at, is_noted=False)


@dataclass(frozen=True, slots=True)
class PhotoSeen:
    """A photo that somebody may see, with what the stamp is drawn from."""

    sha256: str
    kind: str
    taken_at: datetime | None
    received_at: datetime
    lon: float | None
    lat: float | None
    accuracy_m: float | None
    caption: str
    leaves: bool


async def seen(sha256: str, person_id: UUID, tenant: str, reach: Reach) -> PhotoSeen | None:
    """Return a photo if the person sent it, or a record within the reach names it; else None.

    What may not leave the house is not there for whoever sees the record only as the unit responsible for it; nothing
    that any record of the tenant keeps in the house leaves by another record.
    """
    whole, arguments = reach_condition(reach, "c.place_code", "c.also", 4)
    indoors, more = reach_condition(reach.indoors(), "c.place_code", "c.also", 4 + len(arguments))
    row = await database.fetch_row(
        f"""SELECT p.sha256, p.kind, p.taken_at, p.received_at, p.lon, p.lat, p.accuracy_m,
                   coalesce(named.caption, '') AS caption, open.leaves
            FROM photo p CROSS JOIN LATERAL (
              SELECT coalesce(bool_and(m.leaves), true) AS leaves FROM photo_mention m
              WHERE m.sha256 = p.sha256 AND m.tenant = p.tenant) open
            LEFT JOIN LATERAL (
              SELECT m.caption FROM photo_mention m JOIN change c ON c.kind = m.record_kind AND c.id = m.record_id
              WHERE m.sha256 = p.sha256 AND m.tenant = p.tenant AND (({whole} AND open.leaves) OR {indoors})
              ORDER BY m.id LIMIT 1) named ON true
            WHERE p.sha256 = $1 AND p.tenant = $3 AND (p.person_id = $2 OR named.caption IS NOT NULL)""",  # noqa: S608
        sha256,
        person_id,
        int(tenant),
        *arguments,
        *more,
    )
    return None if row is None else PhotoSeen(*row.values())


async def unhashed(limit: int, *, besides: Collection[str]) -> list[str]:
    """Return the oldest photos of which no perceptual hash was made yet."""
    rows = await database.fetch(
        """SELECT sha256 FROM photo WHERE perceptual_hash IS NULL AND sha256 <> ALL($2::varchar[])
           ORDER BY received_at LIMIT $1""",
        limit,
        list(besides),
    )
    return [row["sha256"] for row in rows]


async def used_before(record_kind: str, record_ids: Sequence[UUID]) -> dict[UUID, list[PhotoUsed]]:
    """Return which photos of records were used before they were named there; records without such photos are absent.

    A redacted copy is like its own original and tells nothing; a notice looks the same on every door.
    """
    rows = await database.fetch(
        """SELECT DISTINCT ON (m.id) m.record_id, m.sha256, o.sha256 AS like_sha256,
                  CASE WHEN o.place <> m.place THEN 'elsewhere' ELSE 'before_and_after' END AS why, near.distance,
                  split_part(o.caption, ' ', 1) AS number
           FROM photo_mention m CROSS JOIN LATERAL (
             SELECT m.sha256, 0 AS distance UNION ALL
             SELECT l.like_sha256, l.distance FROM photo_likeness l WHERE l.tenant = m.tenant AND l.sha256 = m.sha256
           ) near JOIN photo_mention o ON o.sha256 = near.sha256 AND o.tenant = m.tenant AND o.id < m.id
           WHERE m.record_kind = $1 AND m.record_id = ANY($2) AND m.redacts IS NULL AND o.redacts IS NULL
             AND m.role <> 'notice' AND o.role <> 'notice'
             AND (o.place <> m.place OR (o.record_id = m.record_id AND near.distance <= $3
                                         AND m.role = 'after' AND o.role IN ('before', 'item')))
           ORDER BY m.id, near.distance, o.id""",
        record_kind,
        list(record_ids),
        LIKE_PAIR_BITS,
    )
    found: dict[UUID, list[PhotoUsed]] = {}
    for record_id, *used in (row.values() for row in rows):
        found.setdefault(record_id, []).append(PhotoUsed(*used))
    return found
