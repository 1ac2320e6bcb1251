"""Draw grids anew: end some and put their pieces in force, in one transaction, and undo that within a day."""

import asyncio
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Annotated
from uuid import UUID

import msgspec
import shapely
from msgspec import Meta, Struct

from backend import changes, database
from backend.acts import DAYS, Act
from backend.people.queries import postings_at
from backend.places.commands.following import follow
from backend.places.commands.grids import next_edition, put_in_force
from backend.places.commands.ground import allow
from backend.places.commands.moves import Move
from backend.places.commands.plans import GridEdit, Ground, drawn, ground_of
from backend.places.reading import Surveyed
from backend.places.rules import (
    UNDO_WITHIN,
    AlreadyRegistered,
    ChangedSince,
    GridKind,
    GroundMoved,
    Naming,
    PostedSince,
    RetiredBeforeStart,
    flaws_in,
    successors,
    why_not_entered,
    why_not_named,
    why_not_undone,
)
from backend.problems import NotFound
from backend.texts import CommunityCode, GridCode, Name
from geo import geojson
from geo.edits import Edited
from geo.grids import Grid


class NewGrid(Struct, forbid_unknown_fields=True, frozen=True):
    """What a piece is called, in the order of the plan."""

    code: GridCode
    name: Name
    kind: GridKind


class ChangeGrids(Struct, forbid_unknown_fields=True, frozen=True):
    """A change of grids as its plan showed it; `edition` is the plan's, `id` names the change for an undo."""

    id: UUID
    community_code: CommunityCode
    edition: Annotated[int, Meta(ge=0, le=2**31 - 1)]
    effective_on: date
    edit: GridEdit
    grids: Annotated[list[NewGrid], Meta(min_length=1, max_length=50)]


class Before(Struct):
    """What an undo puts back: in which grid things were, by id, and neighbours' rings, old and as they were left."""

    came_from: dict[UUID, str]
    rings: dict[str, tuple[bytes, bytes]]


async def change_grids(args: ChangeGrids, act: Act) -> None:
    """End the grids of an edit and put its pieces in force; what lay in them goes where the plan said.

    Errors: NotFound, NotYourRole, NotYet, GroundMoved when the plan is stale, GridEditRefused, CodeNotInside,
    AlreadyRegistered, RetiredBeforeStart.
    """
    allow(act, "change_grids", args.community_code)
    _raise(why_not_entered(args.effective_on, act.received_at.astimezone(DAYS).date()))
    await database.lock_tenant(act.tenant)
    ground = await ground_of(args.community_code, act.tenant)
    if not ground.used:
        raise NotFound
    if args.edition != ground.edition:
        raise GroundMoved
    found = await drawn(ground, args.edit)
    names = [Naming(each.code, each.name, each.kind) for each in args.grids]
    _raise(why_not_named(names, len(found.pieces), args.community_code, ground.used))
    earliest = max(ground.standing[code].effective_on for code in found.ended)
    if args.effective_on < earliest:
        raise RetiredBeforeStart(effective_on=earliest.isoformat())
    await _open(args, act, found)
    rings = {code: (shapely.to_wkb(ground.standing[code].grid.shape), shapely.to_wkb(shape))
             for code, shape in found.noded.items()}  # fmt: skip
    await _end(found, names, args.effective_on)
    await _draw({code: new for code, (_, new) in rings.items()})
    made = [_surveyed(name, piece.shape) for name, piece in zip(names, found.pieces, strict=True)]
    moves = await put_in_force(made, args.effective_on, act.tenant, act.received_at)
    await _close(args.id, [name.code for name in names], moves, rings)


async def _open(args: ChangeGrids, act: Act, found: Edited) -> None:
    """Note the change; what older ones kept for an undo that is too late goes."""
    stored = await database.fetch_value(
        "INSERT INTO grid_change (id, tenant, community_code, kind, effective_on, changed_at, changed_by_name, ended,"
        " made, before) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, '{}', '') ON CONFLICT DO NOTHING RETURNING id",
        args.id, int(act.tenant), args.community_code, args.edit.kind.value, args.effective_on, act.received_at,
        act.person.name, list(found.ended),
    )  # fmt: skip
    if stored is None:
        raise AlreadyRegistered(what=str(args.id))
    await database.execute(
        "UPDATE grid_change SET before = '' WHERE tenant = $1 AND changed_at <= $2 AND before <> ''",
        int(act.tenant),
        act.received_at - UNDO_WITHIN,
    )


async def _close(
    change_id: UUID, made: Sequence[str], moves: Sequence[Move], rings: Mapping[str, tuple[bytes, bytes]]
) -> None:
    before = Before({move.id: move.from_code for move in moves}, dict(rings))
    await database.execute(
        "UPDATE grid_change SET made = $2, before = $3 WHERE id = $1",
        change_id,
        list(made),
        msgspec.msgpack.encode(before),
    )


async def _end(found: Edited, names: Sequence[Naming], on: date) -> None:
    for code in found.ended:
        await _touch(
            "UPDATE grid SET retired_on = $2, replaced_by = $3 WHERE code = $1 RETURNING id",
            code,
            on,
            successors(code, found, names),
        )


async def _draw(rings: Mapping[str, bytes]) -> None:
    """Give grids that stand a ring with the same ground and other corners on its edges."""
    for code, wkb in rings.items():
        await _touch(
            "UPDATE grid SET shape = $2, geometry = $3 WHERE code = $1 RETURNING id",
            code,
            wkb,
            _geojson(shapely.from_wkb(wkb)),
        )


async def _touch(sql: str, code: str, *arguments: object) -> None:
    await changes.touch("grid", await database.fetch_value(sql, code, *arguments), code)


def _surveyed(name: Naming, shape: shapely.Geometry) -> Surveyed:
    return Surveyed(name.code, name.name, name.kind.value, shapely.to_wkb(shape), _geojson(shape))


def _geojson(shape: shapely.Geometry) -> str:
    return msgspec.json.encode(geojson.geometry(shape)).decode()


class UndoGridChange(Struct, forbid_unknown_fields=True, frozen=True):
    """A change of grids of the last day."""

    change_id: UUID


async def undo_grid_change(args: UndoGridChange, act: Act) -> None:
    """Let the grids that ended stand again; those that were made count as never having been in use.

    What lay in the old grids goes back to where it was, what came since to the grid under it, ended hazards too.
    Errors: NotFound, NotYourRole, UndoTooLate, ChangedSince, PostedSince.
    """
    community_code = await database.fetch_value(
        "SELECT community_code FROM grid_change WHERE id = $1 AND tenant = $2", args.change_id, int(act.tenant)
    )
    if community_code is None:
        raise NotFound
    allow(act, "undo_grid_change", community_code)
    await database.lock_tenant(act.tenant)
    change = await database.fetch_row("SELECT * FROM grid_change WHERE id = $1", args.change_id)
    assert change is not None  # noqa: S101
    _raise(why_not_undone(change["changed_at"], change["undone_at"], act.received_at))
    today = act.received_at.astimezone(DAYS).date()
    before = msgspec.msgpack.decode(change["before"], type=Before)
    await _check_undo(change, before, await ground_of(community_code, act.tenant))
    people = await postings_at(change["made"], today)
    if people:
        raise PostedSince(people=people)
    await _put_back(change, before)
    await next_edition(act.tenant)
    await follow(community_code, today, change["made"], before.came_from)
    await database.execute(
        "UPDATE grid_change SET undone_at = $2, before = '' WHERE id = $1", args.change_id, act.received_at
    )


async def _check_undo(change: database.Record, before: Before, ground: Ground) -> None:
    """Let an undo pass while what was made stands as it was made, and the old grids still fit beside the rest."""
    rings = {code: shapely.from_wkb(left) for code, (_, left) in before.rings.items()}
    stand = ground.standing
    if not set(change["made"]) <= stand.keys() or any(
        code not in stand or stand[code].grid.shape != ring for code, ring in rings.items()
    ):
        raise ChangedSince
    rows = await database.fetch("SELECT code, shape FROM grid WHERE code = ANY ($1::text[])", change["ended"])
    old = {row["code"]: shapely.from_wkb(row["shape"]) for row in rows}
    old |= {code: shapely.from_wkb(was) for code, (was, _) in before.rings.items()}
    kept = [each.grid for code, each in stand.items() if code not in old and code not in change["made"]]
    then = [*kept, *(Grid(code, shape) for code, shape in old.items())]
    found = await asyncio.to_thread(flaws_in, then, set(change["ended"]))
    if not found.is_clean:
        raise ChangedSince


async def _put_back(change: database.Record, before: Before) -> None:
    for code in change["made"]:
        await _touch(
            "UPDATE grid SET retired_on = effective_on, replaced_by = $2 WHERE code = $1 RETURNING id",
            code,
            change["ended"],
        )
    for code in change["ended"]:
        await _touch("UPDATE grid SET retired_on = NULL, replaced_by = '{}' WHERE code = $1 RETURNING id", code)
    await _draw({code: was for code, (was, _) in before.rings.items()})


def _raise(problem: Exception | None) -> None:
    if problem is not None:
        raise problem
