"""Say what drawing grids anew would mean, before anybody does it: the pieces, and everything that would move."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Annotated, NamedTuple

import shapely
from msgspec import Meta, Struct

from backend import database
from backend.people.queries import postings_at
from backend.places.commands.following import ended_grids, foresee
from backend.places.commands.ground import Latitude, Longitude
from backend.places.commands.moves import Following, Move
from backend.places.queries.names import edition
from backend.places.rules import (
    EditKind,
    Ended,
    GridEditRefused,
    GridKind,
    Naming,
    Succession,
    edited,
    proposed,
    successors,
)
from backend.texts import CommunityCode, GridCode
from geo import coverage, geojson
from geo.edits import Edited
from geo.errors import BadEdit
from geo.grids import Grid
from geo.points import LonLat

MOST_LISTED = 500


class Corner(Struct, forbid_unknown_fields=True, frozen=True):
    """A point of a drawn line, WGS 84."""

    lon: Longitude
    lat: Latitude


class GridEdit(Struct, forbid_unknown_fields=True, frozen=True):
    """How grids are drawn anew.

    `split` takes one code and a line from edge to edge, `redraw` two neighbours and the line between them, `merge` the
    codes of neighbours, `carve` the corners of a polygon.
    """

    kind: EditKind
    codes: Annotated[list[GridCode], Meta(max_length=50)]
    line: Annotated[list[Corner], Meta(max_length=500)]


class PlanAsked(Struct, forbid_unknown_fields=True, frozen=True):
    """A change of a community's grids that somebody thinks of."""

    community_code: CommunityCode
    edit: GridEdit


class Standing(NamedTuple):
    """A grid in use: what a change needs of its row."""

    grid: Grid
    name: Naming
    effective_on: date


@dataclass(frozen=True, slots=True)
class Ground:
    """A community's grids in use, by code, every code that it ever used, and the edition of them all."""

    edition: int
    standing: dict[str, Standing]
    used: frozenset[str]

    @property
    def grids(self) -> list[Grid]:
        """The grids in use."""
        return [each.grid for each in self.standing.values()]


class Plan(Struct):
    """What a change would make and move; `edition` goes back with the change.

    `pieces` is GeoJSON: each feature's `of` names the grids it comes from, and code, name and kind are proposals.
    `moves` counts by kind what would move, `listed` names the first of it, open hazards before all; `postings` name
    grids that would end. `earliest_on` is the first day on which the change may take effect.
    """

    edition: int
    pieces: dict[str, object]
    ended: list[GridCode]
    noded: list[GridCode]
    earliest_on: date
    moves: dict[str, int]
    doors: int
    postings: int
    listed: list[Move]


async def ground_of(community_code: str, tenant: str) -> Ground:
    """Return a community's grids as they stand."""
    rows = await database.fetch(
        "SELECT code, name, kind, shape, effective_on, retired_on FROM grid WHERE community_code = $1 ORDER BY code",
        community_code,
    )
    standing = {
        row["code"]: Standing(
            Grid(row["code"], shapely.from_wkb(row["shape"])),
            Naming(row["code"], row["name"], GridKind(row["kind"])),
            row["effective_on"],
        )
        for row in rows
        if row["retired_on"] is None
    }
    return Ground(await edition(tenant), standing, frozenset(row["code"] for row in rows))


async def drawn(ground: Ground, edit: GridEdit) -> Edited:
    """Return what an edit makes of the ground.

    Errors: GridEditRefused.
    """
    line = [LonLat(each.lon, each.lat) for each in edit.line]
    try:
        return await asyncio.to_thread(edited, edit.kind, ground.grids, edit.codes, line)
    except BadEdit as error:
        raise GridEditRefused(reason_zh=error.zh, reason_en=error.en) from error


async def plan(asked: PlanAsked, tenant: str, on: date) -> Plan:
    """Return what a change would make and move, and change nothing.

    Errors: GridEditRefused.
    """
    ground = await ground_of(asked.community_code, tenant)
    found = await drawn(ground, asked.edit)
    names = proposed(asked.edit.kind, found, {code: each.name for code, each in ground.standing.items()}, ground.used)
    moves = await _moves(asked.community_code, ground, found, names)
    return Plan(
        edition=ground.edition,
        pieces=_features(found, names),
        ended=list(found.ended),
        noded=sorted(found.noded),
        earliest_on=max(ground.standing[code].effective_on for code in found.ended),
        moves={kind: sum(move.kind == kind for move in moves) for kind in ("hazard", "building", "premises")},
        doors=await _doors(found.ended),
        postings=await postings_at(list(found.ended), on),
        listed=sorted(moves, key=lambda move: move.kind != "hazard")[:MOST_LISTED],
    )


async def _moves(community_code: str, ground: Ground, found: Edited, names: Sequence[Naming]) -> list[Move]:
    ended = await ended_grids(community_code)
    ended |= {code: Ended(ground.standing[code].grid.shape, successors(code, found, names)) for code in found.ended}
    then = [grid for grid in ground.grids if grid.code not in found.ended]
    then += [Grid(name.code, piece.shape) for name, piece in zip(names, found.pieces, strict=True)]
    return await foresee(Following(community_code, Succession(ended, then)), found.ended)


async def _doors(codes: Sequence[str]) -> int:
    sql = "SELECT count(*) FROM household WHERE grid_code = ANY ($1::text[]) AND retired_on IS NULL"
    return int(await database.fetch_value(sql, list(codes)))


def _features(found: Edited, names: Sequence[Naming]) -> dict[str, object]:
    areas = coverage.areas_m2([piece.shape for piece in found.pieces])
    return geojson.feature_collection(
        geojson.feature(
            piece.shape,
            {
                "code": name.code, "name": name.name, "kind": name.kind.value, "of": list(piece.of),
                "is_carved": piece.is_carved, "area_m2": round(float(area)),
            },
        )
        for piece, name, area in zip(found.pieces, names, areas, strict=True)
    )  # fmt: skip
