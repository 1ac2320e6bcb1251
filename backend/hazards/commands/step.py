"""Take one step of a hazard's life: load it, let the rules decide, write what they decided."""

from collections.abc import Sequence
from dataclasses import replace
from uuid import UUID

import msgspec

from backend import database
from backend.acts import Act, Command
from backend.hazards.commands.args import Step
from backend.hazards.commands.save import announce, change, keys_of
from backend.hazards.queries.load import hazard as load
from backend.hazards.rules import Action, Hazard, advance, day_of
from backend.people.rules import Permission
from backend.people.rules import why_not as why_not_reached
from backend.photos.commands import NamedPhoto, mention
from backend.problems import Busy, NotFound


def step(action: Action) -> Command:
    """Return the command of one action."""

    async def command(args: Step, act: Act) -> None:
        await take(action, args, act)

    return command


async def take(action: Action, args: Step, act: Act, **also: object) -> tuple[Hazard, Hazard]:
    """Return the hazard before and after a step that was taken; `also` stands in its history beside the arguments.

    Errors: NotFound outside the author's reach; the Problem of the rules; Busy when others keep changing it.
    """
    given: dict[str, object] = msgspec.to_builtins(args)
    del given["hazard_id"]
    given |= also
    for _ in range(3):
        before = await reached(args.hazard_id, act)
        after, event = advance(before, action, act.person, given | _lateness(action, before, act), act.at)
        # Whoever is first to lock is first to step; the other loads again and meets the new stage.
        await database.lock_tenant(act.tenant)
        await database.lock_tenant(before.place_code[:9])
        named: Sequence[NamedPhoto] = getattr(args, "photos", ())
        after = replace(after, photos_awaited=await _named(after, named, act) if named else before.photos_awaited)
        if await change(before, after, event, act):
            await announce(after)
            return before, after
    raise Busy


async def reached(hazard_id: UUID, act: Act) -> Hazard:
    """Return a hazard that the author may see.

    Errors: NotFound.
    """
    found = await load(hazard_id)
    if found is None or not _sees(found, act):
        raise NotFound
    return found


def _sees(hazard: Hazard, act: Act) -> bool:
    refusal = why_not_reached(act.person, Permission.VIEW, hazard.place_code, on=act.on, also=keys_of(hazard))
    return not isinstance(refusal, NotFound)


async def _named(hazard: Hazard, photos: Sequence[NamedPhoto], act: Act) -> int:
    tenant = hazard.place_code[:9]
    return await mention(
        "hazard", UUID(hazard.id), hazard.place_code, tenant, photos, caption=act.number, place=hazard.place_id
    )


def _lateness(action: Action, before: Hazard, act: Act) -> dict[str, object]:
    """Flag an extension that was asked in time by the device and reached the server after the deadline."""
    late = before.due_on is not None and day_of(act.received_at) > before.due_on
    return {"arrived_late": True} if action is Action.REQUEST_EXTENSION and late else {}
