"""Give people accounts: the mutation, and the first administrator at the server's own keyboard."""

import unicodedata
from dataclasses import replace
from datetime import date
from typing import Annotated
from uuid import UUID

import asyncpg
from msgspec import Meta, Struct

from backend import clock, database
from backend.acts import Act
from backend.ids import new_id
from backend.people import passwords, queries, remembered
from backend.people.commands.audit import note_audit, note_office
from backend.people.rules import LoginTaken, Permission, Posting, Role, not_your_role, why_not_grant
from backend.people.rules.sign_in import normalised_login, normalised_phone
from backend.problems import Malformed, Problem
from backend.texts import Name, Phone, PlaceCode
from backend.vault import vault

Licence = Annotated[str, Meta(min_length=1, max_length=40, pattern="^[0-9A-Za-z\\-]+$(?!\\n)")]
Department = Annotated[str, Meta(min_length=1, max_length=24, pattern="^[a-z_]+$(?!\\n)")]


class InvitePerson(Struct, forbid_unknown_fields=True, frozen=True):
    """A new account with its first posting; a responsible unit gives its premises, a department its code."""

    person_id: UUID
    name: Name
    role: Role
    phone: Phone | None = None
    login: Name | None = None
    place_code: PlaceCode | None = None
    premises_id: UUID | None = None
    department: Department | None = None
    licence_number: Licence | None = None


async def invite_person(args: InvitePerson, act: Act) -> None:
    """Give a person an account and a posting that is the inviter's to give.

    Errors: Malformed, NotFound outside the inviter's reach, NotYourRole, LoginTaken.
    """
    login, phone = sign_in_names(args.login, args.phone)
    on = queries.day_of(act.received_at)
    posting = Posting(
        args.role, args.place_code or act.tenant, args.premises_id, args.department, on, None, new_id(act.received_at)
    )
    await authorise_posting(act, posting)
    await database.lock_tenant(act.tenant)
    await _add_person(args.person_id, act.tenant, args.name, login, phone, args.licence_number)
    await add_posting_row(posting, args.person_id, act.person.id)
    await note_audit(act.person, act.device_id, "invite_person", kind="person", record_id=args.person_id)


async def authorise_posting(act: Act, posting: Posting, other: UUID | None = None) -> None:
    """Refuse a posting that the author may not give, as posted when acting and also now.

    Power over accounts must not outlive its posting, so that here old postings do not excuse a late arrival.
    """
    now = await queries.person(act.person.id)
    if now is None:
        raise not_your_role(Permission.MANAGE_PEOPLE)
    to = None if other is None else replace(act.person, id=other)
    for author, moment in ((act.person, act.at), (now, act.received_at)):
        refusal = why_not_grant(author, posting, on=queries.day_of(moment), to=to)
        if refusal is not None:
            raise refusal


def sign_in_names(login: str | None, phone: str | None) -> tuple[str | None, str | None]:
    """Return a login and a phone number as they are compared.

    Errors: Malformed when both are missing, or the login could be taken for a phone number.
    """
    if login is None and phone is None:
        raise Malformed.at("/phone", "a person signs in by a phone number or a login; give one of them")
    as_phone = None if phone is None else normalised_phone(phone)
    if phone is not None and as_phone is None:
        raise Malformed.at("/phone", "this is no telephone number")
    if login is not None and (normalised_phone(login) is not None or not normalised_login(login)):
        raise Malformed.at("/login", "a login must not look like a telephone number")
    return (None if login is None else normalised_login(login)), as_phone


async def _add_person(
    person_id: UUID, tenant: str, name: str, login: str | None, phone: str | None, licence_number: str | None
) -> None:
    sealed = None if phone is None else vault().seal(phone, passwords.PHONE, person_id)
    lookup = None if phone is None else vault().lookup(phone, passwords.PHONE)
    try:
        async with database.savepoint():
            await database.execute(
                "INSERT INTO person (id, tenant, name, login, phone, phone_lookup, licence_number, totp_step,"
                " created_at) VALUES ($1, $2, $3, $4, $5, $6, $7, 0, $8)",
                person_id, tenant, unicodedata.normalize("NFC", name), login, sealed, lookup, licence_number,
                clock.now(),
            )  # fmt: skip
    except asyncpg.UniqueViolationError as error:
        raise _taken(error.constraint_name) from None


def _taken(constraint: str | None) -> Problem:
    fields = {"person_login_uq": "login", "person_phone_uq": "phone"}
    return LoginTaken(field=fields.get(constraint or "", "person_id"))


async def add_posting_row(posting: Posting, person_id: UUID, posted_by: UUID | None) -> None:
    """Write one posting."""
    try:
        async with database.savepoint():
            await database.execute(
                "INSERT INTO posting (id, person_id, role, place_code, premises_id, department, from_on, to_on,"
                " posted_by) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
                posting.id, person_id, posting.role, posting.place_code, posting.premises_id, posting.department,
                posting.from_on, posting.to_on, posted_by,
            )  # fmt: skip
            remembered.forget_after_commit()
    except asyncpg.UniqueViolationError:
        raise LoginTaken(field="posting_id") from None


async def invite_first(
    tenant: str,
    *,
    name: str,
    login: str | None = None,
    phone: str | None = None,
    subdistrict_name: str | None = None,
    person_id: UUID | None = None,
    from_on: date | None = None,
) -> UUID:
    """Return the id of a system administrator made at the server's own keyboard; the only one nobody invited.

    `tenant` is the 9 digits of the subdistrict, whose name is kept when given. Needs a transaction around it.
    Errors: Malformed, LoginTaken.
    """
    at = clock.now()
    if len(tenant) != 9 or not (tenant.isascii() and tenant.isdigit()):
        raise Malformed.at("/tenant", "a subdistrict's code has nine digits")
    login, phone = sign_in_names(login, phone)
    made = person_id or new_id(at)
    await database.lock_tenant(tenant)
    if subdistrict_name is not None:
        await name_subdistrict(tenant, subdistrict_name)
    await _add_person(made, tenant, name, login, phone, None)
    posting = Posting(Role.SYS_ADMIN, tenant, None, None, from_on or queries.day_of(at), None, new_id(at))
    await add_posting_row(posting, made, None)
    await note_office(tenant, "invite_first", kind="person", record_id=made)
    return made


async def name_subdistrict(tenant: str, name: str) -> None:
    """Keep the name of a subdistrict, replacing an earlier one."""
    await database.execute(
        "INSERT INTO subdistrict (code, name) VALUES ($1, $2) ON CONFLICT (code) DO UPDATE SET name = excluded.name",
        tenant, unicodedata.normalize("NFC", name),
    )  # fmt: skip
