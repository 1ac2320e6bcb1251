"""Let open hazards go with their places, or their position, into the grids that replaced an ended one."""

from collections.abc import Mapping, Sequence
from uuid import UUID

from backend import changes, database
from backend.changes import Touched
from backend.hazards.commands.save import keys_of
from backend.hazards.queries.load import COLUMNS, as_hazard
from backend.places.commands import Following, Move
from backend.places.queries import places
from backend.places.rules import Left

_LEFT = """
SELECT id, number, place_kind, place_id, place_name, grid_code, lon, lat FROM hazard WHERE grid_code IS NOT NULL
  AND place_code >= $1 AND place_code < $2
  AND (stage NOT IN ('closed_on_site', 'closed', 'voided') OR grid_code = ANY ($3::text[]))
ORDER BY grid_code, number
"""


async def follow_places(following: Following) -> list[Move]:
    """Move the open hazards of a community to the grid in which their place lies now, and return them.

    Runs inside the caller's transaction, after the places were moved. A hazard without a place belongs to the grid
    now under its position. Hazards that ended stay where they ended, unless that grid is withdrawn.
    """
    left = await _left(following)
    moves = _moves(left, await _grids_of(left), following)
    if not moves:
        return []
    await database.lock_tenant(following.community_code[:9])
    rows = await database.fetch(
        f"""UPDATE hazard SET place_code = to_grid.code, grid_code = to_grid.code
            FROM unnest($1::uuid[], $2::text[]) AS to_grid (hazard_id, code) WHERE hazard.id = to_grid.hazard_id
            RETURNING {COLUMNS}""",  # noqa: S608 — our own column names
        [move.id for move in moves],
        [move.to_code for move in moves],
    )
    await changes.touch_many(Touched("hazard", row["id"], row["place_code"], keys_of(as_hazard(row))) for row in rows)
    return moves


async def foresee_hazards(following: Following, places_then: Mapping[UUID, str]) -> list[Move]:
    """Return the open hazards that would move if places, by id, went where it is told; nothing is changed."""
    left = await _left(following)
    return _moves(left, {**await _grids_of(left), **places_then}, following)


async def _left(following: Following) -> list[database.Record]:
    first = following.community_code
    after = str(int(first) + 1).zfill(len(first))
    return await database.fetch(_LEFT, first, after, sorted(following.withdrawn))


async def _grids_of(left: Sequence[database.Record]) -> dict[UUID, str]:
    found: dict[UUID, str] = {}
    for kind in ("household", "premises"):
        ids = [row["place_id"] for row in left if row["place_kind"] == kind and row["place_id"] is not None]
        found |= {place_id: place.grid_code for place_id, place in (await places(kind, ids)).items()}
    return found


def _moves(left: Sequence[database.Record], places_now: Mapping[UUID, str], following: Following) -> list[Move]:
    ended = following.succession.ended
    by_place = {row["id"]: places_now[row["place_id"]] for row in left if row["place_id"] in places_now}
    now = {hazard: code for hazard, code in by_place.items() if code not in ended}
    alone = [row for row in left if row["id"] not in now]
    now |= following.succession.now([Left(row["id"], row["grid_code"], row["lon"], row["lat"]) for row in alone])
    now |= {
        row["id"]: following.back[row["id"]]
        for row in alone
        if row["grid_code"] in following.withdrawn and row["id"] in following.back
    }
    return [
        Move("hazard", row["id"], row["grid_code"], now[row["id"]], f"{row['number']} {row['place_name']}")
        for row in left
        if now.get(row["id"], row["grid_code"]) != row["grid_code"]
    ]
