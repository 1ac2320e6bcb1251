"""Make and revoke the tokens of other systems, and note what left: the day a token was used, and each export."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Annotated
from uuid import UUID

from msgspec import Meta, Struct

from backend import clock, database
from backend.exchange import queries
from backend.exchange.rules import MOST_DAYS, PREFIX, Holder, Name, why_not_make
from backend.ids import new_id
from backend.people import passwords
from backend.people import queries as people
from backend.people.commands import note_audit
from backend.people.rules import Permission, Person, why_not_govern
from backend.problems import NotFound
from backend.texts import Name as Words
from backend.texts import PlaceCode

KEPT_AFTER_THE_END = timedelta(days=366)


class NewToken(Struct, forbid_unknown_fields=True, frozen=True):
    """A token somebody wants for himself: what for, which place and collections it reads, and for how many days."""

    label: Words
    place_code: PlaceCode
    collections: Annotated[list[Name], Meta(min_length=1, max_length=len(Name))]
    days: Annotated[int, Meta(ge=1, le=MOST_DAYS)]


@dataclass(frozen=True, slots=True)
class MadeToken:
    """A token that was just made; it is told once and kept nowhere."""

    id: UUID
    token: str
    expires_at: datetime


async def make_token(asked: NewToken, by: Person, device_id: UUID) -> MadeToken:
    """Return a token of one's own, within one's own reach.

    Errors: NotFound and NotYourRole as for an export of the place; TooManyTokens.
    """
    at = clock.now()
    # The row of the person is held, so that of many who ask at once none is one too many.
    await database.execute("SELECT FROM person WHERE id = $1 FOR UPDATE", by.id)
    await database.execute(
        "DELETE FROM token WHERE person_id = $1 AND least(expires_at, revoked_at) < $2", by.id, at - KEPT_AFTER_THE_END
    )
    refusal = why_not_make(by, asked.place_code, await queries.living_tokens(by.id, at), on=clock.today())
    if refusal is not None:
        raise refusal
    token_id, token = new_id(at), PREFIX + passwords.new_token()
    expires_at = at + timedelta(days=asked.days)
    await database.execute(
        "INSERT INTO token (id, token_hash, person_id, label, place_code, collections, made_at, expires_at)"
        " VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
        token_id, passwords.hash_of_token(token), by.id, asked.label, asked.place_code,
        sorted({name.value for name in asked.collections}), at, expires_at,
    )  # fmt: skip
    await note_audit(by, device_id, "make_token", kind="token", record_id=token_id, reason=asked.label)
    return MadeToken(token_id, token, expires_at)


async def revoke_token(token_id: UUID, by: Person, device_id: UUID) -> None:
    """End a token at once; one that has ended already is no error.

    Errors: NotFound and NotYourRole for a token of somebody whose account is not his to manage.
    """
    owner_id = await database.fetch_value("SELECT person_id FROM token WHERE id = $1", token_id)
    owner = None if owner_id is None else await people.person(owner_id)
    if owner is None:
        raise NotFound
    refusal = None
    if owner.id != by.id:
        refusal = why_not_govern(by, Permission.MANAGE_PEOPLE, owner, on=clock.today())
    if refusal is not None:
        raise refusal
    ended = await database.fetch_value(
        "UPDATE token SET revoked_at = $2 WHERE id = $1 AND revoked_at IS NULL RETURNING id", token_id, clock.now()
    )
    if ended is not None:
        await note_audit(by, device_id, "revoke_token", kind="token", record_id=token_id)


async def note_export(by: Person, device_id: UUID, name: Name, what: str, asked: str) -> None:
    """Note who took which collection out, as which file with how many features, and what was asked."""
    await note_audit(by, device_id, "export", kind=name.value, record_id=what, reason=asked)


async def note_use(holder: Holder) -> None:
    """Note, once a day, that a token was used: a day, never an hour, and a line in the audit of what leaves."""
    first = await database.fetch_value(
        "UPDATE token SET used_on = $2 WHERE id = $1 AND used_on IS DISTINCT FROM $2 RETURNING id",
        holder.token_id, clock.today(),
    )  # fmt: skip
    if first is not None:
        await note_audit(holder.person, None, "read_by_token", kind="token", record_id=holder.token_id)
