"""A district of up to a million hazards over 5,041 grids, written straight into the tables that tiles are made of."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any, Final
from uuid import UUID

import asyncpg
import numpy as np
import shapely
from numpy.typing import NDArray

from backend import clock
from backend.hazards.tables import CATEGORY_CODES, GRADE_CODES, STAGE_CODES
from geo.tiles import quads_of

TENANT: Final = "450299001"  # that of the cast
SIDE: Final = 71  # grids along each edge
STEP: Final = 0.004  # degrees: blocks of 410 m by 440 m
WEST, SOUTH = 109.2, 24.2
CORNERS: Final = 112
_NOW: Final = datetime(2026, 3, 2, tzinfo=UTC)


def grid_code(number: NDArray[np.int64]) -> list[str]:
    """Return the codes of grids by their numbers: a hundred in a community."""
    return [f"{TENANT}{100 + n // 100:03}{1 + n % 100:03}" for n in number.tolist()]


async def fill(connect: dict[str, Any], hazards: int) -> None:
    """Write the grids and so many hazards: half of them anywhere, half around two hundred crossings, as towns are."""
    connection = await asyncpg.connect(**connect)
    try:
        async with connection.transaction():
            await _grids(connection)
            await _hazards(connection, hazards)
        await connection.execute("VACUUM ANALYZE hazard")
        await connection.execute("ANALYZE")
    finally:
        await connection.close()


async def _grids(connection: Any) -> None:
    column, line = (v.ravel() for v in np.meshgrid(np.arange(SIDE), np.arange(SIDE)))
    boxes = shapely.box(
        WEST + column * STEP, SOUTH + line * STEP, WEST + (column + 1) * STEP, SOUTH + (line + 1) * STEP
    )
    shapes = shapely.segmentize(boxes, STEP * 4 / CORNERS)
    codes = grid_code(np.arange(SIDE * SIDE))
    communities = sorted({code[:12] for code in codes})
    await connection.copy_records_to_table(
        "community",
        records=[(UUID(int=n + 1), code, f"社区{code[9:]}") for n, code in enumerate(communities)],
        columns=["id", "code", "name"],
    )
    await connection.copy_records_to_table(
        "grid",
        records=[
            (UUID(int=n + 1), code, code[:12], f"网格{code[9:]}", "general", text, wkb, date(2026, 1, 1), None, [])
            for n, (code, text, wkb) in enumerate(
                zip(codes, shapely.to_geojson(shapes), shapely.to_wkb(shapes), strict=True)
            )
        ],
        columns=["id", "code", "community_code", "name", "kind", "geometry", "shape", "effective_on", "retired_on",
                 "replaced_by"],
    )  # fmt: skip


async def _hazards(connection: Any, count: int) -> None:
    rng = np.random.default_rng(7)
    extent = SIDE * STEP
    crossings = rng.random((200, 2)) * extent
    scattered = rng.random((count, 2)) * extent
    near = crossings[rng.integers(0, 200, count)] + rng.normal(0, 0.002, (count, 2))
    offsets = np.clip(np.where((np.arange(count) % 2 == 0)[:, None], scattered, near), 0, extent - 1e-9)
    lon, lat = WEST + offsets[:, 0], SOUTH + offsets[:, 1]
    grids = (offsets[:, 1] // STEP).astype(np.int64) * SIDE + (offsets[:, 0] // STEP).astype(np.int64)
    places = dict(zip(range(SIDE * SIDE), grid_code(np.arange(SIDE * SIDE)), strict=True))
    words = [list(STAGE_CODES), list(GRADE_CODES), list(CATEGORY_CODES)]
    stage, grade, category = (rng.integers(0, len(each), count).tolist() for each in words)
    due = rng.integers(0, 60, count).tolist()

    def rows() -> Iterator[tuple[Any, ...]]:
        places_of = (lon.tolist(), lat.tolist(), quads_of(lon, lat).tolist(), grids.tolist())
        for n, (x, y, quad, grid) in enumerate(zip(*places_of, strict=True)):
            yield (
                UUID(int=n + 1), int(TENANT), f"YH{n:08}", places[grid], "none", "", places[grid],
                CATEGORY_CODES[category[n]], "patrol", "", GRADE_CODES[grade[n]], "", STAGE_CODES[stage[n]],
                date(2026, 2, 1 + due[n] % 28), _NOW, UUID(int=1), "兰", _NOW, x, y, quad, "", _NOW,
            )  # fmt: skip

    await connection.copy_records_to_table(
        "hazard",
        records=rows(),
        columns=["id", "tenant", "number", "place_code", "place_kind", "place_name", "grid_code", "category", "track",
                 "description", "grade", "advice", "stage", "due_on", "reported_at", "reported_by", "reported_by_name",
                 "received_at", "lon", "lat", "quad", "location_note", "changed_at"],
    )  # fmt: skip


def today() -> date:
    """Return the day on which the tiles are asked for."""
    return clock.now().date()


async def note(connect: dict[str, Any]) -> None:
    """Note every community, grid and hazard as changed, as commands do: phones pull what is noted."""
    connection = await asyncpg.connect(**connect)
    try:
        for kind, code in (("community", "code"), ("grid", "code"), ("hazard", "place_code")):
            await connection.execute(
                f"INSERT INTO change (revision, kind, id, tenant, place_code)"
                f" SELECT nextval('revision_seq'), '{kind}', id, {int(TENANT)}, {code} FROM {kind} ORDER BY {code}"
            )
        await connection.execute("VACUUM ANALYZE change")
    finally:
        await connection.close()


_LIVES = """INSERT INTO hazard_event (id, hazard_id, fid, tenant, action, at, received_at, by, by_name, by_role,
  to_stage, grade, deadline_on, given, number)
SELECT gen_random_uuid(), id, fid, tenant, 'note_hazard', at, at, reported_by, '兰', 'grid_worker',
  CASE turn WHEN 1 THEN 'registered' WHEN 2 THEN 'dispatched' WHEN 3 THEN 'in_rectification' ELSE stage END,
  grade, CASE WHEN turn < 4 THEN at::date + 7 * turn END,
  '{"measures": "打开安全出口，保持畅通", "before": {"due_on": null}}'::jsonb, number
FROM (SELECT h.*, turn, $1::timestamptz + make_interval(days => (h.fid % 180) + (turn - 1) * (3 + h.fid % 9)) AS at
      FROM hazard h, generate_series(1, 4) AS turn ORDER BY turn, h.fid) AS lived"""


async def live(connect: dict[str, Any]) -> None:
    """Let every hazard have lived: four steps over the seven months before today."""
    connection = await asyncpg.connect(**connect)
    try:
        await connection.execute(_LIVES, _NOW - timedelta(days=210))
        await connection.execute("VACUUM ANALYZE hazard_event")
    finally:
        await connection.close()
