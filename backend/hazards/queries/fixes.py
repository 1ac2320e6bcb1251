"""Find the newest fixes that devices took where a hazard was reported at a known place without a visit."""

from collections.abc import Sequence
from datetime import datetime

from backend import database
from backend.visits.queries import DEVICE, DoorFix, door_fixes

# What was found on a visit has the visit's own fix beside it.
_FIXES = f"""
SELECT asked.code AS device, h.place_kind, h.place_id, h.fix::text AS fix
FROM unnest($1::text[]) AS asked (code) CROSS JOIN LATERAL (
  SELECT place_kind, place_id, fix FROM hazard h
  WHERE {DEVICE.format("h")} = asked.code AND h.fix IS NOT NULL AND h.place_id IS NOT NULL AND h.visit_id IS NULL
    AND h.reported_at >= $2
  ORDER BY h.reported_at DESC LIMIT $3) h
"""  # noqa: S608 — our own words


async def fixes_at_places(devices: Sequence[str], since: datetime, most: int) -> list[DoorFix]:
    """Return, for each device by its code, the fixes of its newest reports since an instant, so many at most."""
    return door_fixes(await database.fetch(_FIXES, list(devices), since, most))
