"""Decide in which grid a hazard at a public spot lies, where its position alone does not say it."""

from dataclasses import replace
from typing import Final
from uuid import UUID

from backend import changes, database
from backend.acts import Act
from backend.hazards.commands.args import SettleGrid
from backend.hazards.commands.save import change, keys_of
from backend.hazards.commands.step import reached
from backend.hazards.rules import (
    AlreadyDone,
    GridBasis,
    Hazard,
    HazardEvent,
    PlaceKind,
    Stage,
    why_voided,
)
from backend.people.rules import CAN, Permission, why_not
from backend.places.commands.ground import grid_in_use
from backend.problems import NotFound, Problem

SETTLE_GRID: Final = "settle_grid"
_GRID = "SELECT grid_code, grid_candidates, grid_basis FROM hazard WHERE id = $1"
_SETTLE = "UPDATE hazard SET place_code = $2, grid_code = $2, grid_basis = $3 WHERE id = $1"


class GridOfItsPlace(Problem):
    """A hazard at a door or at premises lies in the grid of its place, whatever a position says."""

    status = 409
    title_zh, title_en = "随场所归格", "It goes with its place"
    detail_zh = "这条隐患登记在住户或场所，归该场所的网格，不单独归格。场所的网格不对，请在“场所与网格”里改。"
    detail_en = "It was reported at a door or premises and lies in their grid. If that is wrong, see Places and grids."


async def settle_grid(args: SettleGrid, act: Act) -> None:
    """Put a hazard into a grid: one that its circle touches, or one within the author's own area.

    Errors: NotFound, NotYourRole, PlaceRetired, GridOfItsPlace, AlreadyVoided; AlreadyDone when it was decided so.
    """
    before = await reached(args.hazard_id, act)
    await _allowed(before, act)
    if args.grid_code[:9] != before.place_code[:9]:  # before it is looked up: others' grids are nobody's business
        raise NotFound
    await database.lock_tenant(act.tenant)
    await database.lock_tenant(before.place_code[:9])
    # Read again under the lock: whoever decides second meets what the first decided, and the grids as they are now.
    before = await reached(args.hazard_id, act)
    await _allowed(before, act)
    row = await database.fetch_row(_GRID, args.hazard_id)
    assert row is not None  # noqa: S101 — it has just been reached
    if args.grid_code not in row["grid_candidates"]:
        beyond = why_not(act.person, Permission.DISPATCH, args.grid_code, on=act.on)
        if beyond is not None:
            raise beyond
    await grid_in_use(args.grid_code, act.on)
    if args.grid_code == row["grid_code"] and row["grid_basis"] != GridBasis.UNDECIDED:
        raise AlreadyDone(action=SETTLE_GRID, action_zh="归格", action_en="Decide the grid")
    await _write(before, args.grid_code, row["grid_code"], act)


async def _allowed(hazard: Hazard, act: Act) -> None:
    refusal = why_not(act.person, Permission.DISPATCH, hazard.place_code, on=act.on, also=keys_of(hazard))
    if refusal is not None:
        raise refusal
    if hazard.place_kind is not PlaceKind.NONE:
        raise GridOfItsPlace
    if hazard.stage is Stage.VOIDED:
        raise why_voided(hazard)


async def _write(before: Hazard, grid_code: str, old_code: str | None, act: Act) -> None:
    after = replace(before, place_code=grid_code, version=before.version + 1)
    event = HazardEvent(
        action=SETTLE_GRID, at=act.at, by=str(act.person.id), by_role=_role(before, act), from_stage=before.stage,
        to_stage=before.stage, given={"grid_code": grid_code, "before": {"grid_code": old_code}},
    )  # fmt: skip
    if not await change(before, after, event, act):
        raise AlreadyDone(action=SETTLE_GRID, action_zh="归格", action_en="Decide the grid")
    await database.execute(_SETTLE, UUID(after.id), grid_code, GridBasis.CHOSEN.value)
    await changes.touch("hazard", UUID(after.id), grid_code, also=keys_of(after))


def _role(hazard: Hazard, act: Act) -> str:
    holding = (
        posting.role
        for posting in act.person.active(act.on)
        if hazard.place_code.startswith(posting.place_code) and Permission.DISPATCH in CAN[posting.role]
    )
    return next((role.value for role in holding), "")
