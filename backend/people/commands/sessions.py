"""Sign somebody in on a device, and out again."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Annotated
from uuid import UUID

from msgspec import Meta, Struct

from backend import clock, database
from backend.ids import new_id
from backend.people import passwords, queries, remembered
from backend.people.rules import DESK_ROLES, TotpNeeded, TotpWrong, WrongPassword
from backend.people.rules.sign_in import DESK_IDLE, ENROLLED_FOR, normalised_login, normalised_phone
from backend.texts import Line, Name
from backend.vault import vault

Login = Name
Password = Annotated[str, Meta(min_length=1, max_length=200)]
Digits = Annotated[str, Meta(pattern="^[0-9]{6}$(?!\\n)")]
DEFAULT_LABEL = "—"


class SignIn(Struct, forbid_unknown_fields=True, frozen=True):
    """What a sign-in form sends; `want_token` asks for the token itself, for clients without cookies."""

    login: Login
    password: Password
    totp: Digits | None = None
    device_id: UUID | None = None
    device_label: Line = ""
    want_token: bool = False


@dataclass(frozen=True, slots=True)
class Opened:
    """A session that was just opened; the token is told once and kept nowhere."""

    token: str
    signed_in: queries.SignedIn
    lasts: timedelta


async def prove(login: str, password: str) -> UUID:
    """Return whose login and password these are, after the same work whether the login exists or not.

    Errors: WrongPassword.
    """
    phone = normalised_phone(login)
    row = await database.fetch_row(
        "SELECT id, password_hash FROM person WHERE login = $1 OR phone_lookup = $2",
        normalised_login(login), None if phone is None else vault().lookup(phone, passwords.PHONE),
    )  # fmt: skip
    right = await passwords.matches(None if row is None else row["password_hash"], password)
    if row is None or not right:
        raise WrongPassword
    return row["id"]  # type: ignore[no-any-return]


async def check_totp(person_id: UUID, digits: str | None) -> None:
    """Accept a person who has no second factor, or spend these digits of it.

    Errors: TotpNeeded, TotpWrong.
    """
    row = await database.fetch_row(
        "SELECT totp_secret, totp_step FROM person WHERE id = $1 AND totp_secret IS NOT NULL FOR UPDATE", person_id
    )
    if row is None:
        return
    if digits is None:
        raise TotpNeeded
    secret = vault().open(row["totp_secret"], passwords.TOTP, person_id)
    step = passwords.totp_step(secret, digits, row["totp_step"], clock.now())
    if step is None:
        raise TotpWrong
    await database.execute("UPDATE person SET totp_step = $2 WHERE id = $1", person_id, step)


async def open_session(person_id: UUID, device_id: UUID | None, label: str, *, enrolled: bool) -> Opened:
    """Return a new session on a device made or resumed; every earlier session of that device ends."""
    at = clock.now()
    person = await queries.person(person_id)
    if person is None:
        raise WrongPassword
    used = await _resume(person_id, device_id, label) or await _new_device(person_id, label)
    await database.execute("DELETE FROM session WHERE device_id = $1 OR expires_at <= $2", used, at)
    remembered.forget_after_commit()
    at_desk = not enrolled and not DESK_ROLES.isdisjoint(person.roles(clock.today()))
    idle_s = int(DESK_IDLE.total_seconds()) if at_desk else None
    token = passwords.new_token()
    token_hash = passwords.hash_of_token(token)
    await database.execute(
        "INSERT INTO session (token_hash, person_id, device_id, idle_s, expires_at, seen_at, created_at, enrolled)"
        " VALUES ($1, $2, $3, $4, $5, $6, $6, $7)",
        token_hash, person_id, used, idle_s, at + ENROLLED_FOR, at, enrolled,
    )  # fmt: skip
    signed_in = await queries.person_of(token_hash)
    assert signed_in is not None  # noqa: S101  # it was written a statement ago
    return Opened(token, signed_in, ENROLLED_FOR)


async def _resume(person_id: UUID, device_id: UUID | None, label: str) -> UUID | None:
    """Return the former device if it is this person's and was not withdrawn, else None."""
    if device_id is None:
        return None
    return await database.fetch_value(  # type: ignore[no-any-return]
        "UPDATE device SET label = coalesce(nullif($3, ''), label)"
        " WHERE id = $1 AND person_id = $2 AND revoked_at IS NULL RETURNING id",
        device_id, person_id, label,
    )  # fmt: skip


async def _new_device(person_id: UUID, label: str) -> UUID:
    at = clock.now()
    while True:  # a code that is taken inserts nothing; of a million codes the next one is free
        made = await database.fetch_value(
            "INSERT INTO device (id, code, person_id, label, last_number, waiting_mutations, waiting_photos,"
            " waiting_bytes, created_at) VALUES ($1, $2, $3, $4, 0, 0, 0, 0, $5)"
            " ON CONFLICT (code) DO NOTHING RETURNING id",
            new_id(at), passwords.new_device_code(), person_id, label or DEFAULT_LABEL, at,
        )  # fmt: skip
        if made is not None:
            return made  # type: ignore[no-any-return]


async def sign_out(token_hash: bytes) -> None:
    """End one session; one that has ended already is no error."""
    await database.execute("DELETE FROM session WHERE token_hash = $1", token_hash)
    remembered.forget_after_commit()


async def hear_device(device_id: UUID, last_number: int, mutations: int, photos: int, size_bytes: int) -> None:
    """Note the highest number heard from a device and what it says is still waiting on it."""
    await database.execute(
        "UPDATE device SET last_number = greatest(last_number, $2), waiting_mutations = $3, waiting_photos = $4,"
        " waiting_bytes = $5, last_heard_at = $6 WHERE id = $1",
        device_id, last_number, mutations, photos, size_bytes, clock.now(),
    )  # fmt: skip
