"""Look back at a closed hazard; one that came back becomes a new hazard, never a reopened one."""

from dataclasses import replace
from uuid import UUID

from backend import database
from backend.acts import Act
from backend.hazards.commands.args import LookBack
from backend.hazards.commands.save import Report, announce, register
from backend.hazards.commands.step import take
from backend.hazards.rules import Action, AlreadyReported, Hazard, HazardEvent, Stage


async def look_back(args: LookBack, act: Act) -> None:
    """Note the look, and register the recurrence when the hazard is back.

    Errors: as of any step; AlreadyReported when the new hazard's id is taken.
    """
    _, old = await take(Action.LOOK_BACK, args, act)
    if args.result == "came_back" and args.recurrence_id is not None:
        await _register_again(old, args.recurrence_id, args.note, act)


_REPORT = """
SELECT place_name, grid_code, grid_candidates, grid_basis, category, item_id, checklist_id, checklist_version, what,
  description, advice, proposed_due_days, lon, lat, accuracy_m, quad, fix, location_note FROM hazard WHERE id = $1
"""


async def _register_again(old: Hazard, hazard_id: UUID, note: str, act: Act) -> None:
    row = await database.fetch_row(_REPORT, UUID(old.id))
    assert row is not None  # noqa: S101 — the step has just been taken on it
    known = {**row, "grid_candidates": tuple(row["grid_candidates"]), "description": note or row["description"]}
    report = Report(**known, number=act.number, visit_id=None, reported_by_name=act.person.name)
    new = Hazard(
        id=str(hazard_id),
        place_code=old.place_code,
        place_kind=old.place_kind,
        place_id=old.place_id,
        track=old.track,
        grade=old.grade,
        stage=Stage.REGISTERED,
        reported_at=act.at,
        reported_by=str(act.person.id),
        recurrence_of=old.id,
        version=1,
    )
    event = HazardEvent(
        action=Action.REPORT, at=act.at, by=str(act.person.id), by_role="", from_stage=Stage.DRAFT,
        to_stage=Stage.REGISTERED, given={"recurrence_of": old.id, "note": note},
    )  # fmt: skip
    if not await register(new, replace(event, by_role=_role(act, new)), report, act):
        raise AlreadyReported(hazard_id=hazard_id)
    await announce(new)


def _role(act: Act, hazard: Hazard) -> str:
    reaching = (
        posting.role for posting in act.person.active(act.on) if hazard.place_code.startswith(posting.place_code)
    )
    return next((role.value for role in reaching), "")
