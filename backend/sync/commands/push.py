"""Push: one transaction and one receipt for each mutation; a refusal lets the next go on, a failure stops."""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID
from weakref import WeakValueDictionary

from backend import database
from backend.acts import Act
from backend.people.commands import hear_device
from backend.people.queries import Device
from backend.people.rules import Person
from backend.problems import Problem
from backend.sync.commands import held
from backend.sync.commands.envelope import Push, Sent, Waiting, arguments, fingerprint
from backend.sync.commands.receipts import Draft, Heard, Receipt, Stored, refused, stored, write
from backend.sync.mutations import Mutation, merged, of_slices
from backend.sync.rules import Heard as Made
from backend.sync.rules import IdReused, Outcome, Place, heard, place, why_hold

KNOWN: dict[str, Mutation] = merged({**of_slices(), "sync": held.MUTATIONS})

# The database's lock would do, but then every waiting push would hold one of the pool's few connections.
_turns: WeakValueDictionary[tuple[int, str], asyncio.Lock] = WeakValueDictionary()


def turn(tenant: str) -> asyncio.Lock:
    """Return the lock by which the pushes of one process take turns in a tenant."""
    return _turns.setdefault((id(asyncio.get_running_loop()), tenant), asyncio.Lock())


class _Overtaken(Exception):
    """Another push stored a receipt for the same id while this one ran."""


class Batch:
    """The mutations of one push, settled in their order.

    `when` tells when a mutation was made; `waiting` what the device says is left on it, None when it does not speak
    itself but somebody carries its records.
    """

    def __init__(
        self,
        mutations: Sequence[Sent],
        person: Person,
        device: Device,
        received_at: datetime,
        when: Callable[[Sent], Made],
        waiting: Waiting | None,
    ) -> None:
        self.mutations = mutations
        self.person = person
        self.device = device
        self.received_at = received_at
        self.when = when
        self.waiting = None if waiting is None else _heard(mutations, waiting)
        self.known: dict[UUID, Stored] = {}
        self.heard = False

    async def settle(self) -> list[Receipt]:
        """Return a receipt for every mutation.

        Errors: whatever is no Problem; what was settled before stays, and a repeat gets the receipts of it.
        """
        # One alone is nearly always new, and a receipt is never written over: its repeat is found out by that.
        if len(self.mutations) > 1:
            self.known = await stored([sent.id for sent in self.mutations])
        receipts = [await self._one(sent) for sent in self.mutations]
        if not self.heard and self.waiting is not None:
            await hear_device(self.device.id, *self.waiting)
        return receipts

    async def _one(self, sent: Sent) -> Receipt:
        body_hash = fingerprint(sent, self.person.id)
        known = self.known.get(sent.id)
        if known is not None:
            return _answer(sent, body_hash, known)
        receipt = await self._new(self._draft(sent, body_hash))
        if receipt is None:
            return _answer(sent, body_hash, (await stored([sent.id]))[sent.id])
        self.known[sent.id] = Stored(receipt, body_hash, sent.name)
        return receipt

    def _draft(self, sent: Sent, body_hash: bytes) -> Draft:
        when = self.when(sent)
        number = f"{self.device.code}-{sent.number:04d}"
        act = Act(self.person, self.device.id, number, when.at, self.received_at, sent.id, self.person.tenant)
        of_then = replace(self.person, postings=self.person.active(act.on))
        act = replace(act, person=of_then, clock_off=when.skew, clock_moved=when.moved)
        return Draft(sent, act, body_hash, round(when.skew.total_seconds() * 1000))

    async def _new(self, draft: Draft) -> Receipt | None:
        """Return the receipt of a mutation not seen before, or None when another push settled it meanwhile."""
        try:
            mutation, args = arguments(draft.sent, KNOWN)
            revoked = self.device.code if self.device.revoked_at is not None else None
            why = why_hold(draft.act.at, self.received_at, revoked)
            if why is not None:
                return await held.hold(draft, why)
            return await self._apply(draft, mutation, args)
        except _Overtaken:
            return None
        except Problem as problem:
            if problem.retryable:
                raise
            return await write(draft, Outcome.REFUSED, problem)

    async def _apply(self, draft: Draft, mutation: Mutation, args: Any) -> Receipt:
        tenant = draft.act.tenant
        # Locked before the command reads what it decides upon: of two dispatchers the second sees what the first did.
        async with turn(tenant), database.transaction(tenant):
            await mutation.command(args, draft.act)
            receipt = await write(draft, Outcome.APPLIED, heard=None if self.heard else self.waiting)
            if receipt is None:
                raise _Overtaken
        self.heard = True
        return receipt


def _heard(mutations: Sequence[Sent], waiting: Waiting) -> Heard:
    last = max((sent.number for sent in mutations), default=0)
    return last, waiting.mutations, waiting.photos, waiting.bytes


def _answer(sent: Sent, body_hash: bytes, known: Stored) -> Receipt:
    if place(body_hash, known.fingerprint) is Place.REPEAT:
        return known.receipt
    return refused(sent, IdReused(known=known.name))


async def push(sent: Push, person: Person, device: Device, received_at: datetime) -> list[Receipt]:
    """Return a receipt for every mutation of a push, in its order; see Batch."""

    def when(one: Sent) -> Made:
        told = None if one.skew_ms is None else timedelta(milliseconds=one.skew_ms)
        return heard(one.at, sent.sent_at, received_at, told)

    return await Batch(sent.mutations, person, device, received_at, when, sent.waiting).settle()
