"""Void a hazard, with what was joined to it; a duplicate is joined to the one that stays, as both histories say."""

from dataclasses import replace
from typing import Final

import msgspec

from backend import database
from backend.acts import Act
from backend.hazards.commands.args import VoidHazard
from backend.hazards.commands.save import announce, change
from backend.hazards.commands.step import reached, take
from backend.hazards.queries.twins import joined_to, twins
from backend.hazards.rules import Action, Hazard, HazardEvent, Twin, advance, why_not, why_not_joined, why_not_voided
from backend.problems import Busy

JOIN_DUPLICATE: Final = "join_duplicate"
"""The line in the history of the hazard that stays; no step of its life."""


async def void_hazard(args: VoidHazard, act: Act) -> None:
    """Void a hazard, and join it to `duplicate_of` where that is given.

    Errors: as of any step; OthersJoined when its author was not told of all that was joined to it; NotFound for a
    hazard beyond the author's reach, or the Problem that forbids the joining.
    """
    given: dict[str, object] = msgspec.to_builtins(args)
    del given["hazard_id"]
    before = await reached(args.hazard_id, act)
    refusal = why_not(before, Action.VOID, act.person, given, act.at)
    if refusal is not None:
        raise refusal
    if args.duplicate_of is not None:
        await reached(args.duplicate_of, act)
    await database.lock_tenant(act.tenant)
    await database.lock_tenant(before.place_code[:9])
    if args.duplicate_of is None:
        await _with_joined(args, act)
        return
    # Read again under the lock: of two leaders who join them crosswise, the second meets what the first has done.
    before, kept = await reached(args.hazard_id, act), await reached(args.duplicate_of, act)
    one, other = await twins(args.hazard_id, args.duplicate_of)
    after, event = advance(before, Action.VOID, act.person, given | {"joined_to": other.number}, act.at)
    refusal = why_not_joined(one, other)
    if refusal is not None:
        raise refusal
    await _write(before, replace(after, joined_to=other.number), event, act)
    await _write(kept, replace(kept, version=kept.version + 1), _taken_in(one, kept, event), act)


async def _with_joined(args: VoidHazard, act: Act) -> None:
    # Under the lock: what another leader joins to it at this very moment is told of, too.
    joined = await joined_to(args.hazard_id)
    refusal = why_not_voided(joined, [str(one) for one in args.told_of])
    if refusal is not None:
        raise refusal
    await take(Action.VOID, args, act, **({"joined_numbers": list(joined.values())} if joined else {}))


def _taken_in(one: Twin, kept: Hazard, event: HazardEvent) -> HazardEvent:
    given = {"duplicate_id": one.id, "duplicate_number": one.number, "reason": event.given["reason"]}
    return replace(event, action=JOIN_DUPLICATE, from_stage=kept.stage, to_stage=kept.stage, given=given)


async def _write(before: Hazard, after: Hazard, event: HazardEvent, act: Act) -> None:
    if not await change(before, after, event, act):
        raise Busy  # not under the lock; whoever wrote without it is done by the time this is sent again
    await announce(after)
