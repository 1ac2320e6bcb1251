"""Make the one-time codes that sign a phone in, and redeem them once."""

from dataclasses import dataclass
from datetime import datetime
from typing import Annotated
from uuid import UUID

from msgspec import Meta, Struct

from backend import clock, database
from backend.people import passwords, queries
from backend.people.commands.audit import note_audit, note_office
from backend.people.commands.sessions import Digits, Opened, check_totp, open_session
from backend.people.rules import CodeExpired, CodeSpent, CodeUnknown, Permission, Person, why_not_govern
from backend.people.rules.sign_in import CODE_LASTS
from backend.problems import NotFound
from backend.texts import Line

Code = Annotated[str, Meta(min_length=1, max_length=100)]


class StartEnrolment(Struct, forbid_unknown_fields=True, frozen=True):
    """For whom a phone is to be signed in."""

    person_id: UUID


class RedeemEnrolment(Struct, forbid_unknown_fields=True, frozen=True):
    """What a phone sends that has scanned a code; `totp` only when the person has a second factor."""

    code: Code
    totp: Digits | None = None
    device_id: UUID | None = None
    device_label: Line = ""
    want_token: bool = False


@dataclass(frozen=True, slots=True)
class MadeCode:
    """A code that was just made; it is told once and kept nowhere."""

    code: str
    expires_at: datetime


async def start_enrolment(person_id: UUID, by: Person, device_id: UUID) -> MadeCode:
    """Return a code for a person whose every posting is within the power of the one who asks.

    Errors: NotFound, NotYourRole.
    """
    other = await queries.person(person_id)
    refusal = NotFound() if other is None else why_not_govern(by, Permission.ENROL, other, on=clock.today())
    if refusal is not None:
        raise refusal
    made = await _make(person_id, by.id)
    await note_audit(by, device_id, "start_enrolment", kind="person", record_id=person_id)
    return made


async def start_enrolment_at_office(person_id: UUID, tenant: str) -> MadeCode:
    """Return a code made at the server's own keyboard, as for the first administrator."""
    made = await _make(person_id, None)
    await note_office(tenant, "start_enrolment", kind="person", record_id=person_id)
    return made


async def _make(person_id: UUID, made_by: UUID | None) -> MadeCode:
    at = clock.now()
    code = passwords.new_token()
    await database.execute("DELETE FROM enrolment WHERE person_id = $1 AND expires_at <= $2", person_id, at)
    await database.execute(
        "INSERT INTO enrolment (code_hash, person_id, made_by, made_at, expires_at) VALUES ($1, $2, $3, $4, $5)",
        passwords.hash_of_token(code), person_id, made_by, at, at + CODE_LASTS,
    )  # fmt: skip
    return MadeCode(code, at + CODE_LASTS)


async def redeem_enrolment(asked: RedeemEnrolment) -> Opened:
    """Return the session of a phone that came with a good code; of two that come at once one succeeds.

    Errors: CodeUnknown, CodeSpent, CodeExpired; TotpNeeded and TotpWrong, which leave the code unspent.
    """
    at, code_hash = clock.now(), passwords.hash_of_token(asked.code)
    person_id = await database.fetch_value(
        "UPDATE enrolment SET redeemed_at = $2 WHERE code_hash = $1 AND redeemed_at IS NULL AND expires_at > $2"
        " RETURNING person_id",
        code_hash, at,
    )  # fmt: skip
    if person_id is None:
        row = await database.fetch_row("SELECT redeemed_at FROM enrolment WHERE code_hash = $1", code_hash)
        if row is None:
            raise CodeUnknown
        raise CodeExpired if row["redeemed_at"] is None else CodeSpent
    await check_totp(person_id, asked.totp)
    return await open_session(person_id, asked.device_id, asked.device_label, enrolled=True)
