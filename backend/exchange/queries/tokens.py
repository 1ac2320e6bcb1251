"""Find whose a token is and what it opens, and list the tokens that somebody answers for."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from msgspec import Struct

from backend import clock, database
from backend.exchange.rules import Holder, Name, reach_of_token
from backend.people import queries as people
from backend.people.queries import MOST_LISTED, reach_condition
from backend.people.rules import Permission, Person, reach


class TokenRow(Struct):
    """A token as its owner and who manages his account see it; the token itself is kept nowhere."""

    id: UUID
    label: str
    person_id: UUID
    person_name: str
    place_code: str
    collections: list[str]
    made_at: datetime
    expires_at: datetime
    used_on: date | None
    revoked_at: datetime | None


async def holder(token_hash: bytes) -> tuple[Holder, date | None] | None:
    """Return who holds a living token and the last day of its use, or None."""
    row = await database.fetch_row(
        "SELECT id, person_id, place_code, collections, used_on FROM token"
        " WHERE token_hash = $1 AND revoked_at IS NULL AND expires_at > $2",
        token_hash, clock.now(),
    )  # fmt: skip
    person = None if row is None else await people.person(row["person_id"])
    if row is None or person is None:
        return None
    opened = tuple(name for name in Name if name in row["collections"])
    return Holder(row["id"], person, reach_of_token(person, row["place_code"], on=clock.today()), opened), row[
        "used_on"
    ]


async def living_tokens(person_id: UUID, at: datetime) -> int:
    """Return how many tokens of a person still open something."""
    counted: Any = await database.fetch_value(
        "SELECT count(*) FROM token WHERE person_id = $1 AND revoked_at IS NULL AND expires_at > $2", person_id, at
    )
    return int(counted)


async def tokens_governed(person: Person) -> list[TokenRow]:
    """Return a person's own tokens and those of people whose accounts he manages, living ones first, then the newest.

    One more than the limit when there are more.
    """
    within = reach(person, clock.today(), Permission.MANAGE_PEOPLE)
    condition, arguments = reach_condition(within, "o.place_code", None, 4)
    rows = await database.fetch(
        "SELECT t.id, t.label, t.person_id, p.name AS person_name, t.place_code, t.collections, t.made_at,"  # noqa: S608
        " t.expires_at, t.used_on, t.revoked_at FROM token t JOIN person p ON p.id = t.person_id"
        f" WHERE p.id = $1 OR p.id IN (SELECT o.person_id FROM posting o WHERE {condition})"
        " ORDER BY t.revoked_at IS NULL AND t.expires_at > $3 DESC, t.id DESC LIMIT $2",
        person.id, MOST_LISTED + 1, clock.now(), *arguments,
    )  # fmt: skip
    return [TokenRow(**row) for row in rows]
