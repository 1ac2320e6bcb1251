"""Every mutation is tried by everybody, at the stage where it belongs, and ends as the table says."""

import json
from types import MappingProxyType
from typing import Any
from uuid import UUID

import msgspec
import pytest

from backend import database
from backend.hazards.rules import STEP
from backend.ids import new_id
from backend.people import commands
from backend.people.rules import CAN, Permission
from backend.problems import Problem
from backend.sync import commands as sync
from backend.sync.mutations import Mutation, merged, of_slices
from backend.visits import templates
from tests.backend.hazards.conftest import AFTER, DISPATCH, World, perform_whole
from tests.backend.places import ground
from tests.cast import CAST, GRID_1, GRID_2, KTV, an_act, make_cast
from tests.journeys.authorisation_table import EVERYBODY
from tests.journeys.mutation_table import _VISIT, DEEDS, NOTICE, Deed

KEPT = UUID("018f0000-0000-7000-8000-00000000c0de")
TRANSFER = MappingProxyType(
    {"department": "fire", "receipt_number": "消移3号", "reply_due_on": "2026-03-16", "reason": "超出权限"}
)
GRADED = MappingProxyType({"grade": "confirmed_major", "criteria": "GB 35181-2025", "reason": "安全出口锁闭"})


def all_mutations() -> dict[str, Mutation]:
    """Return every mutation that a push may name."""
    return merged({**of_slices(), "sync": sync.MUTATIONS})


class Undone(Exception):
    """The deed was done; nothing of it shall stay for the next who tries."""


@pytest.fixture
async def world(database: Any, frozen_clock: Any) -> World:
    """Heping with two grids, a home and the KTV."""
    cast = await make_cast()
    await ground.make_ground()
    home = new_id()
    await ground.do("register_household", ground.a_door(id=home), "lan")
    await ground.do("register_premises", ground.some_premises(id=KTV))
    return World(cast, home)


async def bring(world: World, stage: str, clock: Any) -> None:
    """Bring the hazard to a stage, by the steps that lead there."""
    steps: dict[str, list[tuple[str, str, dict[str, Any]]]] = {
        "registered": [], "overdue": [], "at_home": [], "none": [], "changed": [], "in_public": [], "twice": [],
        "dispatched": [("dispatch_hazard", "qin", DISPATCH)],
        "transferred": [("transfer_hazard", "dai", dict(TRANSFER))],
        "closed": [("fix_on_site", "lan", {"measures": "已开锁", "photos": [AFTER]})],
        "major": [("grade_hazard", "hai", dict(GRADED)), ("transfer_hazard", "dai", dict(TRANSFER))],
    }  # fmt: skip
    steps["in_rectification"] = [*steps["dispatched"], ("start_rectification", "wu", {"receipt": "signed"})]
    submitted = {"description": "已开锁", "photos": [AFTER]}
    steps["submitted"] = [*steps["in_rectification"], ("submit_rectification", "wu", submitted)]
    extension = {"new_due_on": "2026-03-16", "reason": "缺配件", "interim_measures": "专人值守"}
    steps["extension_pending"] = [*steps["in_rectification"], ("request_extension", "wu", extension)]
    steps["suspended"] = [*steps["major"], ("order_suspension", "xiao", {"order_number": "消停1号"})]
    steps["overdue"] = steps["dispatched"]
    if stage == "at_home":
        await world.report(**world.found_at_home())
    elif stage == "in_public":
        await world.report_on_the_border()
    elif stage == "changed":
        await ground.do("change_grids", await ground.a_merge())
    elif stage != "none":
        await world.report()
    if stage == "twice":
        await perform_whole("report_hazard", {"hazard_id": KEPT} | world.found(), world.cast["guo"])
    for name, by, given in steps[stage]:
        await world.do(name, by, **given)
    if stage == "overdue":
        clock.forward(days=9)


async def things(world: World) -> dict[str, object]:
    """Return what the table's names stand for, having made what must be there."""
    async with database.transaction():
        opened = await commands.open_session(CAST["lan"].id, None, "手机", enrolled=True)
    return {
        "new": new_id(), "grid": GRID_1, "other_grid": GRID_2, "ktv": KTV, "home": world.home, "visit": new_id(),
        "building": ground.BUILDING, "lans_posting": world.cast["lan"].postings[0].id, "guo": CAST["guo"].id,
        "lans_device": opened.signed_in.device.id, "nobody": CAST["nobody"].id, "checklist_id": _checklist()["id"],
        "survey": await ground.a_survey(), "change": ground.CHANGE, "kept": KEPT,
    }  # fmt: skip


def _checklist() -> dict[str, Any]:
    return dict(templates.shipped()[0])


def filled(value: object, named: dict[str, object]) -> Any:
    """Return arguments with the names of things replaced by their ids."""
    text = json.dumps(value)
    for name, thing in named.items():
        text = text.replace("{" + name + "}", str(thing))
    return json.loads(text)


def arguments(deed: Deed, world: World, named: dict[str, object]) -> dict[str, object]:
    """Return the whole arguments of a deed."""
    args = filled(deed.args, named)
    if deed.name == "report_hazard":
        return world.found() | args
    if deed.name == "import_grids":
        return ground.an_import(effective_on="2026-03-02") | args
    if deed.name == "publish_checklist":
        return args | {"body": _checklist()}
    return (
        args
        if deed.name not in {"settle_grid", *(step.value for step in STEP)}
        else {"hazard_id": world.hazard_id} | args
    )


async def outcome(name: str, args: dict[str, object], world: World, by: str) -> str:
    """Return "applied" or the code of the refusal, having undone what was done."""
    mutation = all_mutations()[name]
    decoded = msgspec.json.decode(msgspec.json.encode(args), type=mutation.args, strict=True)
    try:
        async with database.transaction():
            await mutation.command(decoded, an_act(world.cast[by]))
            raise Undone
    except Undone:
        return "applied"
    except Problem as refusal:
        return {403: "403", 404: "404"}.get(refusal.status, refusal.code)


def expected(deed: Deed) -> dict[str, str]:
    """Return what the table says for everybody."""
    everybody = EVERYBODY.split()
    seen = everybody if deed.seen == "EVERYBODY" else deed.seen.split()
    said = dict.fromkeys(everybody, "404") | dict.fromkeys(seen, "403") | dict.fromkeys(deed.ok.split(), "applied")
    return said | {login: {"not-found": "404"}.get(code, code) for login, code in deed.otherwise.items()}


@pytest.mark.parametrize("deed", DEEDS, ids=lambda deed: deed.name)
async def test_a_mutation_is_done_by_whom_the_table_says(world: World, frozen_clock: Any, deed: Deed) -> None:
    named = await things(world)
    if deed.stage == "visited":
        visited = filled(_VISIT, named) | {"visit_id": named["visit"]}
        await perform_visit(world, visited)
    else:
        await bring(world, deed.stage, frozen_clock)
    args = arguments(deed, world, named)

    found = {login: await outcome(deed.name, args, world, login) for login in EVERYBODY.split()}

    said = expected(deed)
    assert {login: result for login, result in found.items() if result != said[login]} == {}, said


async def perform_visit(world: World, args: dict[str, object]) -> None:
    """Let Lan record a visit to the home."""
    mutation = all_mutations()["record_visit"]
    async with database.transaction():
        await mutation.command(
            msgspec.json.decode(msgspec.json.encode(args), type=mutation.args), an_act(world.cast["lan"])
        )


def test_every_mutation_has_its_row() -> None:
    assert sorted({deed.name for deed in DEEDS}) == sorted(all_mutations()), "add a row to mutation_table.py"
    assert NOTICE["signed"] == "signed"


PERMITS = {
    "report_hazard": Permission.REPORT, "dispatch_hazard": Permission.DISPATCH,
    "reply_transfer": Permission.REPLY_TRANSFER,
    "request_extension": Permission.REQUEST_EXTENSION, "decide_extension": Permission.DECIDE_EXTENSION,
    "start_rectification": Permission.RECTIFY, "fix_on_site": Permission.RECTIFY, "give_advice": Permission.RECTIFY,
    "submit_rectification": Permission.SUBMIT, "pass_reinspection": Permission.REINSPECT,
    "fail_reinspection": Permission.REINSPECT, "escalate_hazard": Permission.ESCALATE,
    "order_suspension": Permission.SUSPEND, "allow_resumption": Permission.SUSPEND,
    "list_hazard": Permission.LIST_HAZARD,
    "look_back": Permission.LOOK_BACK, "void_hazard": Permission.VOID, "grade_hazard": Permission.GRADE,
    "transfer_hazard": Permission.TRANSFER,
}  # fmt: skip


def test_whoever_takes_a_step_in_the_life_cycle_holds_its_permission() -> None:
    missing = [
        (action.value, role.value)
        for action, step in STEP.items()
        if action.value in PERMITS
        for role in {*step.patrol, *step.inspection}
        if PERMITS[action.value] not in CAN[role]
    ]

    assert missing == []
