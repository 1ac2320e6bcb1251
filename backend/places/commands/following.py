"""Move buildings and premises, and tell the other slices, when the grids of a community have changed."""

from collections.abc import Collection, Mapping
from datetime import date
from uuid import UUID

import shapely

from backend import changes, database
from backend.changes import Touched
from backend.places.commands.moves import Following, Move, announce_moves, foresee_moves
from backend.places.rules import Ended, Left, Succession
from geo.grids import Grid

_LEFT = """
SELECT each.kind, each.id, each.grid_code, each.lon, each.lat, each.name
FROM (SELECT 'building' AS kind, id, grid_code, lon, lat, name FROM building
      UNION ALL SELECT 'premises', id, grid_code, lon, lat, name FROM premises WHERE retired_on IS NULL) AS each
JOIN grid ON grid.code = each.grid_code
WHERE grid.community_code = $1 AND (grid.retired_on IS NOT NULL OR grid.code = ANY ($2::text[]))
ORDER BY each.grid_code, each.kind, each.name, each.id
"""


async def standing_grids(community_code: str, on: date) -> list[Grid]:
    """Return the grids of a community that are in use on a day."""
    rows = await database.fetch(
        "SELECT code, shape FROM grid WHERE community_code = $1 AND (retired_on IS NULL OR retired_on > $2)",
        community_code,
        on,
    )
    return [Grid(row["code"], shapely.from_wkb(row["shape"])) for row in rows]


async def ended_grids(community_code: str) -> dict[str, Ended]:
    """Return the grids of a community that were taken out of use, by code."""
    rows = await database.fetch(
        "SELECT code, shape, replaced_by FROM grid WHERE community_code = $1 AND retired_on IS NOT NULL", community_code
    )
    return {row["code"]: Ended(shapely.from_wkb(row["shape"]), row["replaced_by"]) for row in rows}


async def follow(
    community_code: str, on: date, withdrawn: Collection[str] = (), back: Mapping[UUID, str] | None = None
) -> list[Move]:
    """Move what lies in ended grids to where it belongs now, in the caller's transaction, and return what went.

    `withdrawn` and `back` as in Following.
    """
    succession = Succession(await ended_grids(community_code), await standing_grids(community_code, on))
    following = Following(community_code, succession, frozenset(withdrawn), back or {})
    moves = await places_of(following)
    await changes.touch_many(await _store(moves))
    return moves + await announce_moves(following)


async def foresee(following: Following, ending: Collection[str]) -> list[Move]:
    """Return what would go where if some grids, which stand, ended as the succession says; nothing is changed."""
    moves = await places_of(following, ending)
    places = {move.id: move.to_code for move in moves}
    doors = await database.fetch(
        "SELECT id, building_id FROM household WHERE building_id = ANY ($1::uuid[]) AND retired_on IS NULL",
        [move.id for move in moves if move.kind == "building"],
    )
    places |= {row["id"]: places[row["building_id"]] for row in doors}
    return moves + await foresee_moves(following, places)


async def places_of(following: Following, ending: Collection[str] = ()) -> list[Move]:
    """Return where buildings and premises of ended grids, and of those that are ending, go."""
    rows = await database.fetch(_LEFT, following.community_code, list(ending))
    now = following.succession.now([Left(row["id"], row["grid_code"], row["lon"], row["lat"]) for row in rows])
    now |= {row["id"]: following.back[row["id"]] for row in rows
            if row["grid_code"] in following.withdrawn and row["id"] in following.back}  # fmt: skip
    return [
        Move(row["kind"], row["id"], row["grid_code"], now[row["id"]], row["name"]) for row in rows if row["id"] in now
    ]


async def _store(moves: Collection[Move]) -> list[Touched]:
    buildings = [(move.id, move.to_code) for move in moves if move.kind == "building"]
    premises = [(move.id, move.to_code) for move in moves if move.kind == "premises"]
    await database.execute_many("UPDATE building SET grid_code = $2 WHERE id = $1", buildings)
    await database.execute_many("UPDATE premises SET grid_code = $2 WHERE id = $1", premises)
    doors = await database.fetch(
        "UPDATE household SET grid_code = to_grid.code FROM unnest($1::uuid[], $2::text[]) AS to_grid (building, code)"
        " WHERE building_id = to_grid.building AND retired_on IS NULL RETURNING household.id, household.grid_code",
        [building for building, _ in buildings],
        [code for _, code in buildings],
    )
    return [
        *(Touched("building", building, code) for building, code in buildings),
        *(Touched("household", row["id"], row["grid_code"]) for row in doors),
        *(Touched("premises", each, code, also=(f"premises:{each}",)) for each, code in premises),
    ]
