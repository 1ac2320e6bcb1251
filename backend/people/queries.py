"""Find the person behind a token, people by role and place, devices, and rows within a person's reach."""

from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from uuid import UUID
from zoneinfo import ZoneInfo

import msgspec
from msgspec import Struct

from backend import clock, database
from backend.envelopes import SealedElsewhere
from backend.people.rules import CAN, DeviceRevoked, Permission, Person, Posting, Reach, Role, reach
from backend.people.rules.sign_in import SEEN_EVERY


@dataclass(frozen=True, slots=True)
class Device:
    """The device a person signed in on; `last_number` is the last mutation of its own that the server heard."""

    id: UUID
    code: str
    person_id: UUID
    label: str
    last_number: int
    revoked_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class SignedIn:
    """Who asks, on which device, in which session; `has_totp` says whether a second factor is set up.

    The session lasts until `ends_at` unless it is used meanwhile.
    """

    person: Person
    device: Device
    token_hash: bytes
    has_totp: bool
    has_password: bool
    ends_at: datetime


_PostingRow = tuple[UUID, str, str, UUID | None, str | None, date, date | None]
_posting_rows = msgspec.json.Decoder(list[_PostingRow])

_POSTINGS = """
coalesce((SELECT json_agg(json_build_array(o.id, o.role, o.place_code, o.premises_id, o.department, o.from_on, o.to_on)
                 ORDER BY o.from_on, o.id) FROM posting o WHERE o.person_id = p.id), '[]')::text AS postings
"""
_PERSON = f"p.id, p.name, p.licence_number, p.tenant, {_POSTINGS}"  # constants only

_BY_TOKEN = f"""
SELECT {_PERSON}, p.totp_secret IS NOT NULL AS has_totp, p.password_hash IS NOT NULL AS has_password,
       d.id AS device_id, d.code, d.label, d.last_number, d.revoked_at, s.seen_at,
       least(s.expires_at, s.seen_at + make_interval(secs => s.idle_s)) AS ends_at
FROM session s JOIN person p ON p.id = s.person_id JOIN device d ON d.id = s.device_id
WHERE s.token_hash = $1 AND s.expires_at > $2
  AND (s.idle_s IS NULL OR s.seen_at + make_interval(secs => s.idle_s) > $2)
"""  # noqa: S608


def _person(row: database.Record) -> Person:
    return Person(row["id"], row["name"], _postings(row["postings"]), row["licence_number"], row["tenant"])


def _postings(encoded: str) -> tuple[Posting, ...]:
    return tuple(
        Posting(Role(role), place_code, premises_id, department, from_on, to_on, posting_id)
        for posting_id, role, place_code, premises_id, department, from_on, to_on in _posting_rows.decode(encoded)
    )


async def person_of(token_hash: bytes) -> SignedIn | None:
    """Return who holds a live session, or None.

    Errors: DeviceRevoked when the session lives but its device was withdrawn.
    """
    at = clock.now()
    row = await database.fetch_row(_BY_TOKEN, token_hash, at)
    if row is None:
        return None
    if row["revoked_at"] is not None:
        raise DeviceRevoked
    if at - row["seen_at"] > SEEN_EVERY:
        await database.execute("UPDATE session SET seen_at = $2 WHERE token_hash = $1", token_hash, at)
    device = Device(row["device_id"], row["code"], row["id"], row["label"], row["last_number"])
    return SignedIn(_person(row), device, token_hash, row["has_totp"], row["has_password"], row["ends_at"])


async def person(person_id: UUID) -> Person | None:
    """Return a person with all postings, past and coming ones too, or None."""
    row = await database.fetch_row(f"SELECT {_PERSON} FROM person p WHERE p.id = $1", person_id)  # noqa: S608
    return None if row is None else _person(row)


async def person_at(person_id: UUID, at: datetime, timezone: str = "Asia/Shanghai") -> Person | None:
    """Return a person with the postings that counted on the day of a moment, or None."""
    found = await person(person_id)
    if found is None:
        return None
    return replace(found, postings=found.active(day_of(at, timezone)))


def day_of(at: datetime, timezone: str = "Asia/Shanghai") -> date:
    """Return the day on which a moment falls."""
    return at.astimezone(ZoneInfo(timezone)).date()


async def posting(posting_id: UUID) -> tuple[UUID, Posting] | None:
    """Return whose a posting is, and the posting, or None."""
    row = await database.fetch_row("SELECT * FROM posting WHERE id = $1", posting_id)
    if row is None:
        return None
    found = Posting(
        Role(row["role"]),
        row["place_code"],
        row["premises_id"],
        row["department"],
        row["from_on"],
        row["to_on"],
        posting_id,
    )
    return row["person_id"], found


async def names_of(person_ids: list[UUID]) -> dict[UUID, str]:
    """Return the names of people by id; unknown ids are left out."""
    rows = await database.fetch("SELECT id, name FROM person WHERE id = ANY($1)", person_ids)
    return {row["id"]: row["name"] for row in rows}


async def licence_numbers(person_ids: list[UUID]) -> dict[UUID, str | None]:
    """Return the licence numbers of people by id, None for those without one; unknown ids are left out."""
    rows = await database.fetch("SELECT id, licence_number FROM person WHERE id = ANY($1)", person_ids)
    return {row["id"]: row["licence_number"] for row in rows}


async def device(device_id: UUID) -> Device | None:
    """Return a device, withdrawn ones too, or None."""
    row = await database.fetch_row(
        "SELECT id, code, person_id, label, last_number, revoked_at FROM device WHERE id = $1", device_id
    )
    return None if row is None else Device(*row)


async def maker(device_id: UUID, tenant: str) -> tuple[Person, Device]:
    """Return whose things a device makes, with all postings; a stranger's are as unknown here as if there were none.

    Errors: SealedElsewhere.
    """
    made_on = await device(device_id)
    author = None if made_on is None else await person(made_on.person_id)
    if made_on is None or author is None or author.tenant != tenant:
        raise SealedElsewhere
    return author, made_on


def reach_condition(
    reach: Reach, column: str, also_column: str | None, first_parameter: int, *, shared: bool = False
) -> tuple[str, list[object]]:
    """Return an SQL condition that holds for rows within a reach, and its arguments from `$first_parameter` on.

    `column` holds place codes and `also_column` (None for tables without one) a text array of further keys; both are
    SQL that we wrote, never what somebody sent. With `shared`, rows of the places above the reach count too: use it
    only for what is meant for everybody below such a place, for instance communities and checklists.
    """
    parts: list[str] = []
    arguments: list[object] = []

    def parameter(value: object) -> str:
        arguments.append(value)
        return f"${first_parameter + len(arguments) - 1}"

    def below(code: str) -> str:
        after = str(int(code) + 1).zfill(len(code))
        return f"({column} >= {parameter(code)} AND {column} < {parameter(after)})"

    parts += [below(code) for code in reach.prefixes]
    if also_column is not None and reach.keys and reach.scopes:
        within = " OR ".join(below(code) for code in reach.scopes)
        parts.append(f"({also_column} && {parameter(sorted(reach.keys))}::text[] AND ({within}))")
    if shared and reach.ancestors:
        parts.append(f"{column} = ANY({parameter(sorted(reach.ancestors))}::text[])")
    return (f"({' OR '.join(parts)})" if parts else "FALSE"), arguments


def moment(at: datetime | None) -> str | None:
    """Return an instant as it is written on the wire."""
    return None if at is None else at.astimezone(UTC).isoformat().replace("+00:00", "Z")


MOST_LISTED = 500


class DeviceRow(Struct):
    """A device as the desk lists it: whose it is and what is still waiting on it, never where it was."""

    id: UUID
    code: str
    label: str
    person_id: UUID
    person_name: str
    last_heard_at: datetime | None
    waiting_mutations: int
    waiting_photos: int
    waiting_bytes: int
    revoked_at: datetime | None


async def subdistrict_name(tenant: str) -> str:
    """Return the name of a subdistrict, its code when it was never named."""
    return await database.fetch_value("SELECT name FROM subdistrict WHERE code = $1", tenant) or tenant


def permissions_of(person: Person, on: date) -> list[frozenset[Permission]]:
    """Return what each counting posting of a person permits."""
    return [CAN[posting.role] for posting in person.active(on)]


def colleagues_reach(person: Person, on: date) -> Reach:
    """Return where a person's colleagues are posted: wherever he may read or manage people, and the places above."""
    reads, manages = reach(person, on), reach(person, on, Permission.MANAGE_PEOPLE)
    return Reach(
        prefixes=tuple(sorted({*reads.prefixes, *manages.prefixes})),
        ancestors=reads.ancestors | manages.ancestors,
        keys=frozenset(),
    )


async def people_posted(within: Reach, on: date, role: Role | None, place: str | None) -> list[Person]:
    """Return people by name with their counting postings within a reach; one more than the limit when there are more.

    `place` narrows to postings at that place or below it.
    """
    condition, arguments = reach_condition(within, "o.place_code", None, 5, shared=True)
    rows = await database.fetch(
        f"SELECT {_PERSON} FROM person p WHERE p.id IN (SELECT o.person_id FROM posting o"  # noqa: S608
        " WHERE o.from_on <= $1 AND (o.to_on IS NULL OR o.to_on >= $1)"
        " AND ($2::text IS NULL OR o.role = $2) AND ($3::text IS NULL OR starts_with(o.place_code, $3))"
        f" AND {condition}) ORDER BY p.name, p.id LIMIT $4",
        on, None if role is None else role.value, place, MOST_LISTED + 1, *arguments,
    )  # fmt: skip
    found = [_person(row) for row in rows]
    return [
        replace(each, postings=tuple(own for own in each.active(on) if within.shares(own.place_code))) for each in found
    ]


async def postings_at(codes: list[str], on: date) -> int:
    """Return how many postings that have not ended by a day name one of these places itself."""
    sql = "SELECT count(*) FROM posting WHERE place_code = ANY ($1::text[]) AND (to_on IS NULL OR to_on >= $2)"
    return int(await database.fetch_value(sql, codes, on))


async def devices_governed(person: Person, within: Reach) -> list[DeviceRow]:
    """Return a person's own devices, and those of everybody posted within a reach, the latest heard first."""
    condition, arguments = reach_condition(within, "o.place_code", None, 3)
    rows = await database.fetch(
        "SELECT d.id, d.code, d.label, d.person_id, p.name AS person_name, d.last_heard_at, d.waiting_mutations,"  # noqa: S608
        " d.waiting_photos, d.waiting_bytes, d.revoked_at FROM device d JOIN person p ON p.id = d.person_id"
        f" WHERE p.id = $1 OR p.id IN (SELECT o.person_id FROM posting o WHERE {condition})"
        " ORDER BY d.last_heard_at DESC NULLS LAST, d.id LIMIT $2",
        person.id, MOST_LISTED + 1, *arguments,
    )  # fmt: skip
    return [DeviceRow(**row) for row in rows]


class DeviceWaiting(Struct):
    """What a device said, when it was last heard, that it still holds: counts, never content, never whose it is."""

    code: str
    label: str
    place_codes: list[str]
    last_heard_at: datetime | None
    waiting_mutations: int
    waiting_photos: int
    waiting_bytes: int
    revoked: bool


async def devices_waiting(within: Reach, on: date, place: str | None) -> list[DeviceWaiting]:
    """Return the devices of people posted within a reach on a day; what holds most comes first, then those never heard.

    A withdrawn device is listed only while it holds something. `place` narrows to postings there or below.
    """
    condition, arguments = reach_condition(within, "o.place_code", None, 4)
    rows = await database.fetch(
        "SELECT d.code, d.label, array_agg(DISTINCT o.place_code ORDER BY o.place_code) AS place_codes,"  # noqa: S608
        " d.last_heard_at, d.waiting_mutations, d.waiting_photos, d.waiting_bytes, d.revoked_at IS NOT NULL AS revoked"
        " FROM device d JOIN posting o ON o.person_id = d.person_id"
        " WHERE o.from_on <= $2 AND (o.to_on IS NULL OR o.to_on >= $2) AND ($3::text IS NULL OR"
        f" starts_with(o.place_code, $3)) AND {condition}"
        " AND (d.revoked_at IS NULL OR d.waiting_mutations + d.waiting_photos > 0) GROUP BY d.id"
        " ORDER BY d.waiting_mutations + d.waiting_photos DESC, d.waiting_bytes DESC,"
        " d.last_heard_at NULLS FIRST, d.code LIMIT $1",
        MOST_LISTED + 1, on, place, *arguments,
    )  # fmt: skip
    return [DeviceWaiting(**row) for row in rows]
