"""The same hazards in PostGIS, which draws its own tiles: the usual way, to compare with."""

import shutil
import subprocess
from pathlib import Path
from typing import Any

import asyncpg

_TABLE = """CREATE TABLE point AS
SELECT fid, tenant, place_code, stage::text, grade::text, category::text, deadline_day,
  ST_Transform(ST_SetSRID(ST_MakePoint(lon, lat), 4326), 3857) AS shape
FROM hazard WHERE quad IS NOT NULL ORDER BY quad"""

# What PostGIS' own manual shows for ST_AsMVT, with our filter of reach and the same properties.
TILE = """SELECT ST_AsMVT(seen, 'hazards', 4096, 'shape', 'fid') FROM (
  SELECT ST_AsMVTGeom(shape, ST_TileEnvelope($1, $2, $3), 4096, 0, false) AS shape, fid, stage, grade, category,
    CASE WHEN deadline_day IS NULL THEN 'none' WHEN deadline_day < $5 THEN 'overdue'
         WHEN deadline_day <= $5 + 3 THEN 'soon' ELSE 'later' END AS due
  FROM point WHERE shape && ST_TileEnvelope($1, $2, $3) AND tenant = $4
    AND place_code >= '450299001' AND place_code < '450299002') seen"""


def binaries() -> Path | None:
    """Return the folder of a PostgreSQL on this machine that has PostGIS, or None."""
    found = shutil.which("pg_config")
    places = [*Path("/usr/lib/postgresql").glob("*/bin"), *([Path(found).parent] if found else [])]
    return next((place for place in places if _has_postgis(place)), None)


def _has_postgis(place: Path) -> bool:
    if (place.parent / "lib" / "postgis-3.so").exists():
        return True
    asked = place / "pg_config"
    if not asked.exists():
        return False
    library = subprocess.run([asked, "--pkglibdir"], capture_output=True, text=True, check=False).stdout.strip()
    return bool(library) and (Path(library) / "postgis-3.so").exists()


async def prepare(connect: dict[str, Any]) -> None:
    """Copy the hazards into a table of points with PostGIS' own index, in the order of place, which suits it best."""
    connection = await asyncpg.connect(**connect)
    try:
        await connection.execute("CREATE EXTENSION postgis")
        await connection.execute(_TABLE, timeout=600)
        await connection.execute("CREATE INDEX point_shape_ix ON point USING gist (shape)", timeout=600)
        await connection.execute("VACUUM ANALYZE point")
    finally:
        await connection.close()
