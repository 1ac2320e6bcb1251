"""Record a visit, or a new version of one, and tell phones which visit of each place is now the last."""

from collections.abc import Iterable, Sequence
from uuid import UUID

import msgspec

from backend import changes, database
from backend.acts import Act
from backend.changes import Touched
from backend.people.rules import Permission, Role, not_your_role
from backend.photos.commands import mention
from backend.places.queries import Place, place
from backend.problems import NotFound
from backend.visits.commands.args import CorrectVisit, RecordVisit
from backend.visits.commands.judge import Judged, judged, refuse
from backend.visits.queries import LastVisit, VisitRow, last_visits, one_visit
from backend.visits.rules import AlreadyCorrected, VisitExists, clock_flags, why_not_same_track

_INSERT = """
INSERT INTO visit (id, tenant, number, place_kind, place_id, grid_code, track, outcome, checklist_id,
  checklist_version, answers, item_notes, note, photos, notice, officers, revisit, vacancy_evidence, hazards, left_open,
  started_at, ended_at, received_at, clock_flags, recorded_by, recorded_by_name, corrects, reason, fix)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11::jsonb, $12::jsonb, $13, $14::jsonb, $15::jsonb, $16, $17::jsonb,
  $18, $19, $20, $21, $22, $23, $24, $25, $26, $27, $28, $29::jsonb)
ON CONFLICT (id) DO NOTHING RETURNING id
"""
_CORRECTORS = frozenset({Role.GRID_LEADER, Role.COMMUNITY_ADMIN, Role.SAFETY_OFFICER})


def _json(value: object) -> str | None:
    return None if value is None else msgspec.json.encode(value).decode()


def _columns(args: RecordVisit, act: Act, seen: Judged) -> list[object]:
    """Return one version in the order of the statement."""
    found, evaluation = seen.place, seen.evaluation
    return [
        args.visit_id,
        int(found.grid_code[:9]),
        act.number,
        args.place_kind,
        args.place_id,
        found.grid_code,
        args.track.value,
        args.outcome.value,
        args.checklist_id,
        args.checklist_version,
        _json(seen.answers),
        _json(seen.item_notes),
        args.note,
        _json(args.photos),
        _json(args.notice),
        args.officers,
        _json(args.revisit),
        args.vacancy_evidence,
        0 if evaluation is None else len(evaluation.findings),
        0 if evaluation is None else len(evaluation.missing),
        args.started_at,
        args.ended_at,
        act.received_at,
        clock_flags(args.started_at, args.ended_at, act.received_at, act.clock_moved),
        act.person.id,
        act.person.name,
        args.corrects if isinstance(args, CorrectVisit) else None,
        args.reason if isinstance(args, CorrectVisit) else None,
        _json(args.fix),
    ]


async def _write(args: RecordVisit, act: Act, seen: Judged) -> None:
    """Write one version; its photos are named so that they are evidence as soon as they arrive."""
    stored = await database.fetch_value(_INSERT, *_columns(args, act, seen))
    if stored is None:
        raise VisitExists(visit_id=str(args.visit_id))
    if args.photos:
        where = seen.place.grid_code
        caption, place = f"{act.number} {seen.place.name}", str(args.place_id)
        await mention("visit", args.visit_id, where, where[:9], args.photos, caption=caption, place=place)


def _keys(found: Place) -> tuple[str, ...]:
    """Premises, and what was seen in them, are also within the reach of those responsible for them."""
    return (f"premises:{found.id}",) if found.kind == "premises" else ()


async def _last(found: Place) -> LastVisit | None:
    return (await last_visits(found.kind, [found.id])).get(found.id)


async def _touch(places: Iterable[Place], visits: Sequence[tuple[UUID, Place]]) -> None:
    """Phones keep the last visit of each place only, so every other of these visits is gone for them."""
    gone = [Touched("visit", visit_id, found.grid_code, _keys(found), gone=True) for visit_id, found in visits]
    now = []
    for found in {found.id: found for found in places}.values():
        last = await _last(found)
        if last is not None:
            now.append(Touched("visit", last.id, found.grid_code, _keys(found)))
        now.append(Touched(found.kind, found.id, found.grid_code, _keys(found)))
    await changes.touch_many([*gone, *now])


async def record_visit(args: RecordVisit, act: Act) -> None:
    """Record a visit as it was made; it is never edited afterwards, only corrected by a new version."""
    seen = await judged(args, act)
    await database.lock_tenant(act.tenant)
    before = await _last(seen.place)
    await _write(args, act, seen)
    others = [] if before is None else [(before.id, seen.place)]
    await _touch([seen.place], [*others, (args.visit_id, seen.place)])


async def _to_correct(args: CorrectVisit, act: Act) -> tuple[VisitRow, Place]:
    """Return the version to be replaced and its place, if the author may replace it.

    Whoever recorded a visit corrects it, or somebody who leads the work there.
    """
    old = await one_visit(args.corrects)
    found = None if old is None else await place(old.place_kind, old.place_id)
    if old is None or found is None:
        raise NotFound
    postings = act.person.active(act.on)
    leads = any(post.role in _CORRECTORS and found.grid_code.startswith(post.place_code) for post in postings)
    inside = any(post.reaches(found.grid_code, _keys(found)) for post in postings)
    if old.recorded_by != act.person.id and not leads:
        raise not_your_role(Permission.REINSPECT) if inside else NotFound()
    return old, found


async def correct_visit(args: CorrectVisit, act: Act) -> None:
    """Record a new version of a visit with its reason; the old one stays readable and names the new one."""
    old, old_place = await _to_correct(args, act)
    refuse(why_not_same_track(old.track, args.track))
    seen = await judged(args, act, args.reason)
    await database.lock_tenant(act.tenant)
    before = [(last.id, each) for each in (old_place, seen.place) if (last := await _last(each)) is not None]
    corrected = await database.fetch_value(
        "UPDATE visit SET corrected_by = $2 WHERE id = $1 AND corrected_by IS NULL RETURNING id",
        args.corrects,
        args.visit_id,
    )
    if corrected is None:
        current = await database.fetch_value("SELECT corrected_by FROM visit WHERE id = $1", args.corrects)
        raise AlreadyCorrected(current=str(current))
    await _write(args, act, seen)
    await _touch([old_place, seen.place], [*before, (args.corrects, old_place), (args.visit_id, seen.place)])
