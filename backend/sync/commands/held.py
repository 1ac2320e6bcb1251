"""Hold what a person must look at first, and do or refuse it when somebody has."""

from typing import Annotated
from uuid import UUID

from msgspec import Meta, Struct

from backend import clock, database
from backend.acts import Act, Command
from backend.http import decode
from backend.people.queries import person_at
from backend.people.rules import Permission, why_not
from backend.problems import NotFound, Problem
from backend.sync.commands.receipts import Draft, Receipt, settle_held, write
from backend.sync.mutations import merged, of_slices
from backend.sync.rules import AlreadyReviewed, Outcome, OwnRecord, RefusedOnReview
from backend.texts import Line


async def hold(draft: Draft, why: Problem) -> Receipt | None:
    """Return the receipt of a mutation kept for review, or None when another push settled it meanwhile."""
    async with database.transaction():
        receipt = await write(draft, Outcome.HELD, why)
        if receipt is not None:
            await database.execute(
                "INSERT INTO held_mutation (id, tenant, why, args) VALUES ($1, $2, $3, $4)",
                draft.sent.id,
                int(draft.act.tenant),
                why.code,
                bytes(draft.sent.args).decode(),
            )
    return receipt


class AcceptHeld(Struct, forbid_unknown_fields=True, frozen=True):
    """The held mutation that is to be done now."""

    mutation_id: UUID


class RefuseHeld(Struct, forbid_unknown_fields=True, frozen=True):
    """The held mutation that is not to be done, and why."""

    mutation_id: UUID
    reason: Annotated[Line, Meta(min_length=1)]


_FIND = """
SELECT held.args, held.decided_at, receipt.name, receipt.person_id, receipt.device_id, receipt.number,
       receipt.made_at, receipt.received_at, device.code
FROM held_mutation held JOIN receipt USING (id) JOIN device ON device.id = receipt.device_id
WHERE held.id = $1 AND held.tenant = $2
"""


async def _waiting(mutation_id: UUID, act: Act) -> database.Record:
    """Return a held mutation on which the author of the act may decide."""
    problem = why_not(act.person, Permission.REVIEW_HELD, act.tenant, on=act.on)
    if problem is not None:
        raise problem
    row = await database.fetch_row(_FIND, mutation_id, int(act.tenant))
    if row is None:
        raise NotFound
    if row["decided_at"] is not None:
        raise AlreadyReviewed
    if row["person_id"] == act.person.id:
        raise OwnRecord
    return row


async def accept_held(args: AcceptHeld, act: Act) -> None:
    """Do a held mutation in its author's name, as of when it was made; if its own rules refuse it, it stays held."""
    row = await _waiting(args.mutation_id, act)
    author = await person_at(row["person_id"], row["made_at"])
    if author is None:
        raise NotFound
    mutation = merged(of_slices()).get(row["name"])
    if mutation is None:
        raise NotFound
    original = Act(
        person=author,
        device_id=row["device_id"],
        number=f"{row['code']}-{row['number']:04d}",
        at=row["made_at"],
        received_at=row["received_at"],
        mutation_id=args.mutation_id,
        tenant=act.tenant,
    )
    await database.lock_tenant(act.tenant)
    await mutation.command(decode(row["args"].encode(), mutation.args), original)
    await settle_held(args.mutation_id, Outcome.APPLIED, None, clock.now(), act.person.id)


async def refuse_held(args: RefuseHeld, act: Act) -> None:
    """Refuse a held mutation; the phone hears the reason."""
    await _waiting(args.mutation_id, act)
    await database.lock_tenant(act.tenant)
    problem = RefusedOnReview(reason=args.reason)
    await settle_held(args.mutation_id, Outcome.REFUSED, problem, clock.now(), act.person.id)


MUTATIONS: dict[str, tuple[type[Struct], Command]] = {
    "accept_held": (AcceptHeld, accept_held),
    "refuse_held": (RefuseHeld, refuse_held),
}
