"""Post people, end postings, withdraw devices, and take away a lost second factor."""

from datetime import date, timedelta
from uuid import UUID

from msgspec import Struct

from backend import clock, database
from backend.acts import Act
from backend.people import queries, remembered
from backend.people.commands.audit import note_audit
from backend.people.commands.invite import Department, add_posting_row, authorise_posting
from backend.people.rules import EndedAlready, Permission, Person, Posting, Role, why_not_govern
from backend.problems import Malformed, NotFound
from backend.texts import PlaceCode

LONGEST_AHEAD = timedelta(days=366)


class AddPosting(Struct, forbid_unknown_fields=True, frozen=True):
    """One more role for somebody; without `from_on` it counts from today."""

    posting_id: UUID
    person_id: UUID
    role: Role
    place_code: PlaceCode | None = None
    premises_id: UUID | None = None
    department: Department | None = None
    from_on: date | None = None


class EndPosting(Struct, forbid_unknown_fields=True, frozen=True):
    """The last day on which a posting counts; yesterday ends it at once."""

    posting_id: UUID
    to_on: date


class RevokeDevice(Struct, forbid_unknown_fields=True, frozen=True):
    """A device that is lost, or whose person has left."""

    device_id: UUID


class ResetTotp(Struct, forbid_unknown_fields=True, frozen=True):
    """Somebody whose second factor is lost."""

    person_id: UUID


async def add_posting(args: AddPosting, act: Act) -> None:
    """Give somebody of the same subdistrict one more posting.

    Errors: Malformed, NotFound, NotYourRole, OwnPosting.
    """
    today = queries.day_of(act.received_at)
    from_on = args.from_on or today
    if not today <= from_on <= today + LONGEST_AHEAD:
        raise Malformed.at("/from_on", "a posting begins today or within a year")
    posting = Posting(
        args.role, args.place_code or act.tenant, args.premises_id, args.department, from_on, None, args.posting_id
    )
    other = await queries.person(args.person_id)
    await authorise_posting(act, posting, args.person_id)
    if other is None or other.tenant != act.tenant:
        raise NotFound
    await database.lock_tenant(act.tenant)
    await add_posting_row(posting, args.person_id, act.person.id)
    await note_audit(act.person, act.device_id, "add_posting", kind="posting", record_id=args.posting_id)


async def end_posting(args: EndPosting, act: Act) -> None:
    """Let a posting end, at once or later, never later than it would have ended.

    Errors: NotFound, NotYourRole, OwnPosting, EndedAlready.
    """
    person_id, posting = await queries.posting(args.posting_id) or (None, None)
    if person_id is None or posting is None:
        raise NotFound
    await authorise_posting(act, posting, person_id)
    yesterday = queries.day_of(act.received_at) - timedelta(days=1)
    if args.to_on < yesterday or (posting.to_on is not None and posting.to_on <= args.to_on):
        raise EndedAlready(to_on=posting.to_on)
    await database.lock_tenant(act.tenant)
    await database.execute("UPDATE posting SET to_on = $2 WHERE id = $1", args.posting_id, args.to_on)
    remembered.forget_after_commit()
    await note_audit(act.person, act.device_id, "end_posting", kind="posting", record_id=args.posting_id)


async def revoke_device(args: RevokeDevice, act: Act) -> None:
    """Withdraw a device, one's own or of somebody one governs; withdrawing it again changes nothing.

    Errors: NotFound, NotYourRole.
    """
    device = await queries.device(args.device_id)
    if device is None:
        raise NotFound
    if device.person_id != act.person.id:
        await _govern(device.person_id, act)
    await database.lock_tenant(act.tenant)
    await database.execute(
        "UPDATE device SET revoked_at = $2 WHERE id = $1 AND revoked_at IS NULL", args.device_id, clock.now()
    )
    remembered.forget_after_commit()
    await note_audit(act.person, act.device_id, "revoke_device", kind="device", record_id=args.device_id)


async def reset_totp(args: ResetTotp, act: Act) -> None:
    """Take away somebody's second factor and end the sessions it guarded.

    Errors: NotFound, NotYourRole, also for oneself: whoever is signed in replaces his own by its digits.
    """
    if args.person_id == act.person.id:
        raise NotFound
    await _govern(args.person_id, act)
    await database.lock_tenant(act.tenant)
    await database.execute("UPDATE person SET totp_secret = NULL, totp_offered = NULL WHERE id = $1", args.person_id)
    await database.execute("DELETE FROM session WHERE person_id = $1 AND NOT enrolled", args.person_id)
    remembered.forget_after_commit()
    await note_audit(act.person, act.device_id, "reset_totp", kind="person", record_id=args.person_id)


async def _govern(other_id: UUID, act: Act) -> Person:
    other, now = await queries.person(other_id), await queries.person(act.person.id)
    if other is None or now is None:
        raise NotFound
    refusal = why_not_govern(now, Permission.MANAGE_PEOPLE, other, on=queries.day_of(act.received_at))
    if refusal is not None:
        raise refusal
    return other
