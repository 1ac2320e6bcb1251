"""Let open hazards go with their places, or their position, into the grids that replaced a retired one."""

from uuid import UUID

from backend import changes, clock, database
from backend.acts import DAYS
from backend.changes import Touched
from backend.hazards.commands.save import keys_of
from backend.hazards.queries.load import COLUMNS, as_hazard
from backend.places.commands import Left, grids_now
from backend.places.queries import places

_LEFT = """
SELECT id, place_kind, place_id, grid_code, lon, lat FROM hazard WHERE grid_code IS NOT NULL
  AND place_code >= $1 AND place_code < $2 AND stage NOT IN ('closed_on_site', 'closed', 'voided')
"""


async def follow_places(community_code: str) -> int:
    """Return how many open hazards of a community were moved to the grid in which their place lies now.

    Runs inside the caller's transaction, after the places were moved. A hazard without a place belongs to the grid
    now under its position. Hazards that ended stay where they ended.
    """
    after = str(int(community_code) + 1).zfill(len(community_code))
    left = await database.fetch(_LEFT, community_code, after)
    at_places = [row for row in left if row["place_id"] is not None]
    places_now = await _grids_of([(row["place_kind"], row["place_id"]) for row in at_places])
    now = {row["id"]: places_now.get(row["place_id"], row["grid_code"]) for row in at_places}
    outside = [Left(row["id"], row["grid_code"], row["lon"], row["lat"]) for row in left if row["place_id"] is None]
    now |= await grids_now(community_code, clock.now().astimezone(DAYS).date(), outside) if outside else {}
    moved = [(row["id"], now[row["id"]]) for row in left if now.get(row["id"], row["grid_code"]) != row["grid_code"]]
    if not moved:
        return 0
    await database.lock_tenant(community_code[:9])
    rows = await database.fetch(
        f"""UPDATE hazard SET place_code = to_grid.code, grid_code = to_grid.code
            FROM unnest($1::uuid[], $2::text[]) AS to_grid (hazard_id, code) WHERE hazard.id = to_grid.hazard_id
            RETURNING {COLUMNS}""",  # noqa: S608 — our own column names
        [hazard_id for hazard_id, _ in moved],
        [code for _, code in moved],
    )
    await changes.touch_many(Touched("hazard", row["id"], row["place_code"], keys_of(as_hazard(row))) for row in rows)
    return len(rows)


async def _grids_of(named: list[tuple[str, UUID]]) -> dict[UUID, str]:
    found: dict[UUID, str] = {}
    for kind in ("household", "premises"):
        ids = [place_id for each, place_id in named if each == kind]
        found |= {place_id: place.grid_code for place_id, place in (await places(kind, ids)).items()}
    return found
