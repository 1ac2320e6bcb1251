"""Report a hazard: find where it is, let the rules decide, and register it."""

from dataclasses import dataclass, replace
from uuid import UUID

import msgspec

from backend import database
from backend.acts import Act
from backend.hazards.commands.args import ReportHazard
from backend.hazards.commands.save import Report, announce, register
from backend.hazards.rules import Action, AlreadyReported, Grade, GridBasis, Hazard, PlaceKind, Stage, Track, advance
from backend.people.rules import Permission, why_not
from backend.photos.commands import mention
from backend.places.commands.ground import grid_in_use
from backend.places.queries import Place, holding, place
from backend.places.rules import why_not_in_use
from backend.problems import Malformed, NotFound
from backend.visits.commands.args import Fix
from geo.crs import to_wgs84
from geo.grids import Verdict
from geo.points import Crs, LonLat
from geo.points import Fix as GeoFix
from geo.tiles import quad_of


@dataclass(frozen=True, slots=True)
class Where:
    """Where a hazard is: its place code, the grids that the fix could mean, what its grid rests on, its position."""

    place_code: str
    grid_code: str | None
    candidates: tuple[str, ...]
    basis: GridBasis
    name: str
    category: str
    position: LonLat | None


async def report_hazard(args: ReportHazard, act: Act) -> None:
    """Register a hazard with its first event.

    Errors: NotFound, NotYourRole, Malformed, AlreadyReported, or the Problem of the rules.
    """
    where = await _locate(args, act)
    refusal = why_not(act.person, Permission.REPORT, where.place_code, on=act.on, premises_id=_premises(args))
    if refusal is not None:
        raise refusal
    given = msgspec.to_builtins(args)
    hazard, event = advance(_draft(args, act, where), Action.REPORT, act.person, given, act.at)
    await database.lock_tenant(act.tenant)
    awaited = 0
    if args.photos:
        caption = f"{act.number} {where.name}".strip()
        awaited = await mention(
            "hazard",
            args.hazard_id,
            hazard.place_code,
            hazard.place_code[:9],
            args.photos,
            caption=caption,
            place=hazard.place_id,
        )
    hazard = replace(hazard, photos_awaited=awaited)
    kept = ("advice", "proposed_due_days", "no_photo_reason", "visit_id", "item_id")
    event = replace(event, given={name: given[name] for name in kept if given[name] is not None})
    if not await register(hazard, event, _report(args, act, where), act):
        raise AlreadyReported(hazard_id=args.hazard_id)
    await announce(hazard)


def _premises(args: ReportHazard) -> UUID | None:
    return args.place_id if args.place_kind == "premises" else None


def _draft(args: ReportHazard, act: Act, where: Where) -> Hazard:
    return Hazard(
        id=str(args.hazard_id),
        place_code=where.place_code,
        place_kind=PlaceKind(args.place_kind),
        place_id=None if args.place_id is None else str(args.place_id),
        track=Track(args.track),
        grade=Grade(args.grade),
        stage=Stage.DRAFT,
        reported_at=act.at,
        reported_by=str(act.person.id),
    )


async def _locate(args: ReportHazard, act: Act) -> Where:
    if args.place_kind == "none":
        return await _public_spot(args, act)
    found = None if args.place_id is None else await place(args.place_kind, args.place_id)
    if found is None:
        raise NotFound
    retired = why_not_in_use(found.name, found.retired_on, act.on)
    # First whether the author may know of it at all.
    if retired is not None and why_not(act.person, Permission.REPORT, found.grid_code, on=act.on) is None:
        raise retired
    await _same_tenant(args, found.grid_code[:9])
    return _at_place(found, args.fix)


async def _same_tenant(args: ReportHazard, tenant: str) -> None:
    """Refuse a grid or a visit of another subdistrict; a visit may also be unknown, because its record was refused."""
    visited = None
    if args.visit_id is not None:
        visited = await database.fetch_value("SELECT tenant FROM visit WHERE id = $1", args.visit_id)
    if visited not in (None, int(tenant)) or (args.grid_code or tenant)[:9] != tenant:
        raise NotFound


def _at_place(found: Place, fix: Fix | None) -> Where:
    """Return where the place is; its own grid wins over any position."""
    position = LonLat(found.lon, found.lat) if fix is None else _position(fix)
    return Where(found.grid_code, found.grid_code, (), GridBasis.PLACE, found.name, found.category, position)


async def _public_spot(args: ReportHazard, act: Act) -> Where:
    """Return the grid that was picked or that holds the position; outside all grids the subdistrict's queue."""
    if args.place_id is not None:
        raise Malformed.at("/place_id", "a public spot has no place")
    if args.fix is None and args.grid_code is None:
        raise Malformed.at("/grid_code", "needed when there is neither a place nor a fix")
    candidates: tuple[str, ...] = ()
    held, sure = None, False
    position = None if args.fix is None else _position(args.fix)
    if args.fix is not None and position is not None:
        fix = GeoFix(position, args.fix.accuracy_m, Crs(args.fix.crs))
        found = await holding(fix, act.on, act.tenant)
        held, candidates, sure = found.grid, found.candidates, found.verdict is Verdict.INSIDE
    grid_code = args.grid_code or held
    if args.grid_code is not None and args.grid_code not in candidates:
        beyond = why_not(act.person, Permission.REPORT, args.grid_code, on=act.on)
        if beyond is not None:  # first whether the author may know of it at all
            raise beyond
        await grid_in_use(args.grid_code, act.on)
    await _same_tenant(args, (grid_code or act.tenant)[:9])
    basis = _basis(args.grid_code, held if sure else None)
    return Where(grid_code or act.tenant, grid_code, candidates, basis, args.location_note, "public_area", position)


def _basis(chosen: str | None, sure: str | None) -> GridBasis:
    """Return what a public spot's grid rests on; a danger never waits for it, so an undecided one is worked on."""
    if sure is not None and chosen in (None, sure):
        return GridBasis.CIRCLE
    return GridBasis.UNDECIDED if chosen is None else GridBasis.CHOSEN


def _position(fix: Fix) -> LonLat:
    return to_wgs84(fix.lon, fix.lat, Crs(fix.crs))


def _report(args: ReportHazard, act: Act, where: Where) -> Report:
    position = where.position
    return Report(
        number=act.number,
        place_name=where.name,
        grid_code=where.grid_code,
        grid_candidates=where.candidates,
        grid_basis=where.basis.value,
        category=where.category,
        visit_id=args.visit_id,
        item_id=args.item_id,
        checklist_id=args.checklist_id,
        checklist_version=args.checklist_version,
        what=args.what,
        description=args.description,
        advice=args.advice,
        proposed_due_days=args.proposed_due_days,
        reported_by_name=act.person.name,
        lon=None if position is None else position.lon,
        lat=None if position is None else position.lat,
        accuracy_m=None if args.fix is None else args.fix.accuracy_m,
        quad=None if position is None else quad_of(position.lon, position.lat),
        fix=None if args.fix is None else msgspec.json.encode(args.fix).decode(),
        location_note=args.location_note,
    )
