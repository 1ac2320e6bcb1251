"""Every field of every mutation, filled with every nonsense: a clear refusal, and nothing changed."""

from typing import Any

import msgspec
import pytest

from backend import database
from backend.ids import new_id
from backend.problems import Problem
from backend.sync.commands.envelope import Sent, arguments
from backend.sync.commands.push import KNOWN
from tests.backend.hazards.conftest import World
from tests.cast import CAST, an_act, as_json, signed_in
from tests.hostile.next_door import NextDoor
from tests.hostile.nonsense import changed, fields_of, huge_texts, nonsense, odd_but_good, written
from tests.hostile.pushing import is_clear, push, push_one, sent
from tests.journeys.mutation_table import _VISIT, DEEDS, Deed
from tests.journeys.test_mutation_table import Undone, bring, filled, perform_visit, things
from tests.journeys.test_mutation_table import arguments as arguments_of

EACH = pytest.mark.parametrize("deed", DEEDS, ids=lambda deed: deed.name)
AUTHORS = {"import_grids": "dai", "accept_held": "dai", "refuse_held": "dai"}


def author(deed: Deed) -> str:
    """Return somebody who may do it."""
    return AUTHORS.get(deed.name) or deed.ok.split()[0]


async def example(deed: Deed, world: World, clock: Any) -> dict[str, Any]:
    """Return good arguments, as JSON values, of a mutation whose subject is at its stage."""
    named = await things(world)
    if deed.stage == "visited":
        await perform_visit(world, filled(_VISIT, named) | {"visit_id": named["visit"]})
    else:
        await bring(world, deed.stage, clock)
    made: dict[str, Any] = as_json(arguments_of(deed, world, named))
    return made


@EACH
async def test_nonsense_in_any_field_is_refused_in_words_and_changes_nothing(
    app: Any, world: World, frozen_clock: Any, unchanged: Any, deed: Deed
) -> None:
    good = await example(deed, world, frozen_clock)
    bad = list(nonsense(KNOWN[deed.name].args, good))
    before = await unchanged()

    async with signed_in(app, author(deed)) as client:
        receipts = await push(client, deed.name, [each.body for each in bad if each.is_json])
        spoilt = {each.fault: await push_one(client, deed.name, each.body) for each in bad if not each.is_json}

    assert {fault: got.status_code for fault, got in spoilt.items() if got.status_code != 400} == {}
    assert all(is_clear(got.json()) for got in spoilt.values())
    bad = [each for each in bad if each.is_json]
    accepted = [each.fault for each, receipt in zip(bad, receipts, strict=True) if receipt["outcome"] != "refused"]
    assert accepted == []
    assert [each.fault for each, receipt in zip(bad, receipts, strict=True) if not is_clear(receipt["problem"])] == []
    assert await unchanged() == before


@EACH
async def test_a_megabyte_in_any_text_is_refused(
    app: Any, world: World, frozen_clock: Any, unchanged: Any, deed: Deed
) -> None:
    good = await example(deed, world, frozen_clock)
    huge = list(huge_texts(KNOWN[deed.name].args, good))
    before = await unchanged()

    async with signed_in(app, author(deed)) as client:
        receipts = await push(client, deed.name, [each.body for each in huge])

    assert [each.fault for each, got in zip(huge, receipts, strict=True) if got["outcome"] != "refused"] == []
    assert await unchanged() == before


async def becomes(deed: Deed, body: str, world: World) -> str:
    """Return what becomes of a mutation, having undone it; a failure goes on its way."""
    given = msgspec.json.decode(sent(deed.name, body), type=Sent)
    try:
        mutation, args = arguments(given, KNOWN)
        async with database.transaction():
            await database.lock_tenant(CAST["lan"].place_codes[0][:9])
            await mutation.command(args, an_act(world.cast[author(deed)]))
            raise Undone
    except Undone:
        return "applied"
    except Problem as refusal:
        return refusal.code


@EACH
async def test_the_unusual_is_applied_or_refused_and_never_fails(world: World, frozen_clock: Any, deed: Deed) -> None:
    good = await example(deed, world, frozen_clock)
    failed = []

    for each in odd_but_good(KNOWN[deed.name].args, good):
        try:
            await becomes(deed, each.body, world)
        except Exception as error:
            failed.append(f"{each.fault}: {type(error).__name__}: {error}")

    assert failed == []


MADE = {
    "invite_person": "person", "add_posting": "posting", "register_community": "community",
    "register_building": "building", "register_household": "home", "register_households": "home",
    "register_premises": "premises", "record_visit": "visit", "correct_visit": "visit",
    "report_hazard": "hazard", "look_back": "hazard", "change_grids": "change",
}  # fmt: skip
"""What a mutation makes; the id that it chooses for it must not be one that a thing of this kind has already."""
NO_PLACE = {"item_id", "checklist_id"}  # of a checklist's own words
CHOSEN = {"id", "posting_id", "visit_id", "recurrence_id"}


def _chooses(deed: Deed, name: str) -> bool:
    """Does this field hold the id of the very thing that the mutation makes?"""
    if deed.name == "report_hazard":
        return name == "hazard_id"
    return deed.name in MADE and (name in CHOSEN or (deed.name == "invite_person" and name == "person_id"))


def _foreign(good: dict[str, Any], deed: Deed, next_door: NextDoor) -> list[tuple[str, str]]:
    """Return the arguments with every id and code replaced, one at a time, by those that another tenant has."""
    made = []
    for field in fields_of(KNOWN[deed.name].args, good):
        name = str(field.path[-1])
        if name in NO_PLACE or not (name in {"id", "corrects", "code"} or name.endswith(("_id", "_code"))):
            continue
        theirs: dict[str, Any] = next_door.codes if name.endswith("code") else next_door.ids
        if deed.name == "report_hazard" and name == "visit_id":  # an unknown one is let pass: it may have been refused
            theirs = {"visit": next_door.ids["visit"]}
        elif _chooses(deed, name):
            theirs = {MADE[deed.name]: next_door.ids[MADE[deed.name]]}
        fresh = good | ({"hazard_id": str(new_id())} if deed.name == "report_hazard" else {})
        made += [(f"{name}: their {what}", changed(fresh, field.path, str(thing))) for what, thing in theirs.items()]
    if deed.name == "look_back":
        made = [(what, args | {"result": "came_back"}) for what, args in made]
    return [(what, written(args)) for what, args in made if deed.name != "publish_checklist"]


@EACH
async def test_ids_and_codes_of_another_tenant_lead_nowhere(
    app: Any, world: World, next_door: NextDoor, frozen_clock: Any, unchanged: Any, deed: Deed
) -> None:
    good = await example(deed, world, frozen_clock)
    tried = _foreign(good, deed, next_door)
    before = await unchanged()

    async with signed_in(app, author(deed)) as client:
        receipts = await push(client, deed.name, [body for _, body in tried])

    accepted = [what for (what, _), receipt in zip(tried, receipts, strict=True) if receipt["outcome"] != "refused"]
    assert accepted == []
    assert await unchanged() == before


DEADLINES = {
    "give_advice": "due_on", "dispatch_hazard": "due_on", "transfer_hazard": "reply_due_on",
    "request_extension": "new_due_on", "fail_reinspection": "new_due_on", "start_rectification": "planned_on",
}  # fmt: skip


@pytest.mark.parametrize("deed", [deed for deed in DEEDS if deed.name in DEADLINES], ids=lambda deed: deed.name)
async def test_a_deadline_in_the_past_is_refused(
    app: Any, world: World, frozen_clock: Any, unchanged: Any, deed: Deed
) -> None:
    good = await example(deed, world, frozen_clock)
    before = await unchanged()

    async with signed_in(app, author(deed)) as client:
        late = [written(good | {DEADLINES[deed.name]: day}) for day in ("1999-12-31", "2026-03-01", "0001-01-01")]
        receipts = await push(client, deed.name, late)

    assert [receipt["outcome"] for receipt in receipts] == ["refused"] * 3
    assert all(is_clear(receipt["problem"]) for receipt in receipts)
    assert await unchanged() == before
