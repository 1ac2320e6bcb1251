"""Change what is known of a door: its contact phone, whether it needs help, and that it is no longer there."""

from datetime import date
from typing import Annotated, Literal
from uuid import UUID

from msgspec import Meta, Struct

from backend import changes, database
from backend.acts import DAYS, Act
from backend.changes import Touched
from backend.places.commands.ground import allow, sealed_phone
from backend.places.rules import PlaceRetired, masked, why_not_entered
from backend.problems import NotFound
from backend.texts import Note, Phone

DoorKind = Literal["household", "premises"]


_FIND = {
    "household": "SELECT grid_code, room AS name, retired_on FROM household WHERE id = $1",
    "premises": "SELECT grid_code, name, retired_on FROM premises WHERE id = $1",
}


async def _grid_of_place_in_use(kind: str, place_id: UUID, act: Act, mutation: str) -> str:
    """Return the grid of a place that the author may change so, or raise."""
    found = await database.fetch_row(_FIND[kind], place_id)
    if found is None:
        raise NotFound
    allow(act, mutation, found["grid_code"], premises_id=place_id if kind == "premises" else None)
    if found["retired_on"] is not None:
        raise PlaceRetired(what=found["name"], retired_on=found["retired_on"].isoformat())
    return str(found["grid_code"])


def _also(kind: str, place_id: UUID) -> tuple[str, ...]:
    return (f"premises:{place_id}",) if kind == "premises" else ()


class ChangeContactPhone(Struct, forbid_unknown_fields=True, frozen=True):
    """The new number, or null when the household or premises wants none kept."""

    place_kind: DoorKind
    place_id: UUID
    contact_phone: Phone | None = None


_CHANGE_PHONE = {
    "household": "UPDATE household SET contact_phone = $2, contact_phone_masked = $3 WHERE id = $1",
    "premises": "UPDATE premises SET contact_phone = $2, contact_phone_masked = $3 WHERE id = $1",
}


async def change_contact_phone(args: ChangeContactPhone, act: Act) -> None:
    """Keep another contact phone, or none."""
    grid_code = await _grid_of_place_in_use(args.place_kind, args.place_id, act, "change_contact_phone")
    await database.lock_tenant(act.tenant)
    sealed = sealed_phone(args.contact_phone, args.place_kind, args.place_id)
    await database.execute(_CHANGE_PHONE[args.place_kind], args.place_id, sealed, masked(args.contact_phone))
    await changes.touch(args.place_kind, args.place_id, grid_code, also=_also(args.place_kind, args.place_id))


class MarkNeedsHelp(Struct, forbid_unknown_fields=True, frozen=True):
    """A consented flag: a second visit or help with an alarm is wanted. It names no reason and no person."""

    household_id: UUID
    needs_help: bool


async def mark_needs_help(args: MarkNeedsHelp, act: Act) -> None:
    """Set or clear the flag."""
    grid_code = await _grid_of_place_in_use("household", args.household_id, act, "mark_needs_help")
    await database.lock_tenant(act.tenant)
    await database.execute("UPDATE household SET needs_help = $2 WHERE id = $1", args.household_id, args.needs_help)
    await changes.touch("household", args.household_id, grid_code)


class RetirePlace(Struct, forbid_unknown_fields=True, frozen=True):
    """A door that is no longer there, since when and why."""

    place_kind: DoorKind
    place_id: UUID
    retired_on: date
    reason: Annotated[Note, Meta(min_length=1)]


_RETIRE = {
    kind: f"UPDATE {kind} SET retired_on = $2, retired_reason = $3, contact_phone = NULL, contact_phone_masked = ''"  # noqa: S608
    " WHERE id = $1"
    for kind in ("household", "premises")
}


async def retire_place(args: RetirePlace, act: Act) -> None:
    """Take a place out of use; its records stay, its telephone number does not."""
    grid_code = await _grid_of_place_in_use(args.place_kind, args.place_id, act, "retire_place")
    problem = why_not_entered(args.retired_on, act.received_at.astimezone(DAYS).date())
    if problem is not None:
        raise problem
    await database.lock_tenant(act.tenant)
    await database.execute(_RETIRE[args.place_kind], args.place_id, args.retired_on, args.reason)
    also = _also(args.place_kind, args.place_id)
    await changes.touch(args.place_kind, args.place_id, grid_code, also=also, gone=True)


_FORGET = """
UPDATE {} SET contact_phone = NULL, contact_phone_masked = '' WHERE contact_phone IS NOT NULL RETURNING id, grid_code
"""


async def forget_sealed_of_places() -> int:
    """Return how many contact phones were given up, because the secret that sealed them is lost."""
    lost = [(kind, await database.fetch(_FORGET.format(kind))) for kind in ("household", "premises")]
    gone = [
        Touched(kind, row["id"], row["grid_code"], also=_also(kind, row["id"])) for kind, rows in lost for row in rows
    ]
    for tenant in sorted({each.place_code[:9] for each in gone}):
        await database.lock_tenant(tenant)
    await changes.touch_many(gone)
    return len(gone)
