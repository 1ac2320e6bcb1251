"""Do what is done to hazards: one command for each step of their life, named as its mutation."""

from typing import Any

from backend.acts import Command
from backend.hazards.commands.args import STEP_ARGS, LookBack, ReportHazard, SettleGrid, VoidHazard
from backend.hazards.commands.arrival import photo_arrived
from backend.hazards.commands.follow import follow_places, foresee_hazards
from backend.hazards.commands.look_back import look_back
from backend.hazards.commands.report import report_hazard
from backend.hazards.commands.settle import SETTLE_GRID, settle_grid
from backend.hazards.commands.step import step
from backend.hazards.commands.void import void_hazard
from backend.hazards.rules import Action
from backend.photos.commands import listen, listen_for_hashes
from backend.places.commands import listen_to_moves

MUTATIONS: dict[str, tuple[type[Any], Command]] = {
    Action.REPORT.value: (ReportHazard, report_hazard),
    **{action.value: (args, step(action)) for action, args in STEP_ARGS.items()},
    Action.LOOK_BACK.value: (LookBack, look_back),
    Action.VOID.value: (VoidHazard, void_hazard),
    SETTLE_GRID: (SettleGrid, settle_grid),
}

listen(photo_arrived)
listen_for_hashes(photo_arrived)
listen_to_moves(follow_places, foresee_hazards)

__all__ = ["MUTATIONS", "follow_places", "look_back", "photo_arrived", "report_hazard", "settle_grid", "void_hazard"]
