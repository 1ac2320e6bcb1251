"""Take in records that travel sealed: from a phone that is locked, by a colleague's phone, or in a file."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Annotated
from uuid import UUID

import msgspec
from msgspec import Meta, Struct

from backend import database, envelopes
from backend.envelopes import SealedNotAsNamed
from backend.http import decode
from backend.people.commands import note_audit
from backend.people.queries import Device, maker
from backend.people.rules import Person
from backend.problems import Problem
from backend.sync.commands.envelope import Sent, Waiting, mended, refusal
from backend.sync.commands.push import Batch
from backend.sync.commands.receipts import Receipt
from backend.sync.rules import (
    ENVELOPE_LETTERS_MOST,
    MUTATIONS_MOST,
    Heard,
    heard_of,
)

UNOPENED = "unopened"
"""What is answered for an envelope that cannot be opened: no receipt, because nothing is known of its record."""


class Carried(Struct, forbid_unknown_fields=True, frozen=True):
    """One sealed record, and the id and number that it should hold."""

    id: UUID
    number: Annotated[int, Meta(ge=1, le=2_000_000_000)]
    envelope: Annotated[str, Meta(max_length=ENVELOPE_LETTERS_MOST)]


class Lifeboat(Struct, forbid_unknown_fields=True, frozen=True):
    """Sealed records of any devices; `waiting` is what a locked phone says of itself, not of what it carries."""

    records: Annotated[list[Carried], Meta(max_length=MUTATIONS_MOST)]
    waiting: Waiting | None = None


_Author = tuple[Person, Device]


async def carry(boat: Lifeboat, courier: Person, device: Device, received_at: datetime) -> list[Receipt]:
    """Return what became of each record, in the order sent: its receipt, the same as its author's phone would get.

    One that cannot be opened is answered `unopened`, with the reason; nothing is done and nothing is kept for it.
    """
    answers: dict[int, Receipt] = {}
    opened: dict[UUID, list[tuple[int, Sent]]] = defaultdict(list)
    authors: dict[UUID, _Author] = {}
    for place, carried in enumerate(boat.records):
        try:
            device_id, sealed = _open(carried)
            if device_id not in authors:
                authors[device_id] = await maker(device_id, courier.tenant)
            opened[device_id].append((place, sealed))
        except Problem as problem:
            said = msgspec.Raw(refusal(problem).encode())
            answers[place] = Receipt(carried.id, carried.number, UNOPENED, said)
    for device_id, found in opened.items():
        receipts = await _settle([sealed for _, sealed in found], authors[device_id], device, boat.waiting, received_at)
        answers |= {place: receipt for (place, _), receipt in zip(found, receipts, strict=True)}
        await _note(courier, device, authors[device_id])
    return [answers[place] for place in range(len(boat.records))]


def _open(carried: Carried) -> tuple[UUID, Sent]:
    envelope = envelopes.from_text(carried.envelope)
    keeper = envelopes.keeper()
    plain = keeper.open(envelope, "record")
    try:
        sealed = decode(mended(plain), Sent)
    except Problem as problem:
        raise SealedNotAsNamed from problem
    if (sealed.id, sealed.number) != (carried.id, carried.number):
        raise SealedNotAsNamed
    return keeper.device_of(envelope), sealed


async def _settle(
    records: Sequence[Sent], author: _Author, device: Device, waiting: Waiting | None, received_at: datetime
) -> list[Receipt]:
    skews = {sealed.id: timedelta(milliseconds=sealed.skew_ms or 0) for sealed in records}

    def when(one: Sent) -> Heard:
        return heard_of(one.at, skews[one.id], received_at)

    person, made_on = author
    # Only a phone that sends its own records can say what is left on it.
    said = waiting if made_on.id == device.id else None
    return await Batch(records, person, made_on, received_at, when, said).settle()


async def _note(courier: Person, device: Device, author: _Author) -> None:
    person, made_on = author
    if person.id != courier.id:
        async with database.transaction():
            await note_audit(courier, device.id, "carry_records", kind="device", record_id=made_on.id)
