"""Change one's own password and second factor."""

from uuid import UUID

from msgspec import Struct

from backend import clock, database
from backend.people import passwords, remembered
from backend.people.commands.sessions import Digits, Password, check_totp
from backend.people.rules import TotpNotStarted, TotpWrong, WrongPassword
from backend.people.rules.sign_in import why_weak
from backend.vault import vault


class ChangePassword(Struct, forbid_unknown_fields=True, frozen=True):
    """The new password; `current` may be left out only while there is none."""

    new: Password
    current: Password | None = None


class StartTotp(Struct, forbid_unknown_fields=True, frozen=True):
    """Ask for a second factor; to replace one, its present digits are needed."""

    totp: Digits | None = None


class ConfirmTotp(Struct, forbid_unknown_fields=True, frozen=True):
    """The first digits of the new second factor."""

    totp: Digits


async def checked_password_hash(person_id: UUID, asked: ChangePassword) -> str:
    """Return the hash of a new password that may be set; writes nothing.

    Errors: WrongPassword when the current one is wrong or missing, WeakPassword.
    """
    row = await database.fetch_row("SELECT name, login, phone, password_hash FROM person WHERE id = $1", person_id)
    assert row is not None  # noqa: S101  # a session has a person
    if row["password_hash"] is not None and not await passwords.matches(row["password_hash"], asked.current or ""):
        raise WrongPassword
    phone = None if row["phone"] is None else vault().open(row["phone"], passwords.PHONE, person_id)
    weak = why_weak(asked.new, row["name"], row["login"], phone)
    if weak is not None:
        raise weak
    return await passwords.hash_of(asked.new)


async def set_password(person_id: UUID, password_hash: str, keep: bytes | None = None) -> None:
    """Keep a new hash, and end the person's other sessions that a password opened (not those of enrolled phones)."""
    await database.execute("UPDATE person SET password_hash = $2 WHERE id = $1", person_id, password_hash)
    await database.execute(
        "DELETE FROM session WHERE person_id = $1 AND NOT enrolled AND token_hash <> $2", person_id, keep or b""
    )
    remembered.forget_after_commit()


async def start_totp(person_id: UUID, digits: str | None) -> tuple[str, str]:
    """Return a new secret and the address that an authenticator app scans; the old factor holds until confirmed.

    Errors: TotpNeeded, TotpWrong when there is a factor already.
    """
    await check_totp(person_id, digits)
    secret = passwords.new_totp_secret()
    name = await database.fetch_value(
        "UPDATE person SET totp_offered = $2 WHERE id = $1 RETURNING coalesce(login, name)",
        person_id, vault().seal(secret, passwords.TOTP, person_id),
    )  # fmt: skip
    return secret, passwords.totp_uri(secret, name)


async def confirm_totp(person_id: UUID, digits: str) -> None:
    """Make the offered secret the person's second factor.

    Errors: TotpNotStarted, TotpWrong.
    """
    offered = await database.fetch_value("SELECT totp_offered FROM person WHERE id = $1 FOR UPDATE", person_id)
    if offered is None:
        raise TotpNotStarted
    step = passwords.totp_step(vault().open(offered, passwords.TOTP, person_id), digits, 0, clock.now())
    if step is None:
        raise TotpWrong
    await database.execute(
        "UPDATE person SET totp_secret = totp_offered, totp_offered = NULL, totp_step = $2 WHERE id = $1",
        person_id, step,
    )  # fmt: skip
    remembered.forget_after_commit()


async def forget_sealed_of_people() -> tuple[int, int]:
    """Return how many phone numbers and second factors were given up, because the secret that sealed them is lost."""
    row = await database.fetch_row(
        "SELECT count(*) FILTER (WHERE phone IS NOT NULL) AS phones,"
        " count(*) FILTER (WHERE totp_secret IS NOT NULL) AS factors FROM person"
    )
    assert row is not None  # noqa: S101  # counts are always there
    await database.execute(
        "UPDATE person SET phone = NULL, phone_lookup = NULL, totp_secret = NULL, totp_offered = NULL"
    )
    remembered.forget_after_commit()
    return row["phones"], row["factors"]
