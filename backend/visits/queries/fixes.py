"""Find the newest fixes that devices took at doors and premises, as they said them."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

import msgspec

from backend import database


class DoorFix(msgspec.Struct, frozen=True):
    """A fix that a device took at a place, in the datum that it named; of the place only which."""

    device: str
    place_kind: str
    place_id: UUID
    lon: float
    lat: float
    accuracy_m: float
    crs: str
    taken_at: datetime


# A receipt number begins with the code of the device that made the record.
DEVICE = "left({}.number::text, 4)"
_FIXES = f"""
SELECT asked.code AS device, v.place_kind, v.place_id, v.fix::text AS fix
FROM unnest($1::text[]) AS asked (code) CROSS JOIN LATERAL (
  SELECT place_kind, place_id, fix FROM visit v
  WHERE {DEVICE.format("v")} = asked.code AND v.fix IS NOT NULL AND v.corrects IS NULL AND v.ended_at >= $2
  ORDER BY v.ended_at DESC LIMIT $3) v
"""  # noqa: S608 — our own words


def door_fixes(rows: Sequence[database.Record]) -> list[DoorFix]:
    """Return what rows of a device, a place and a fix tell; what a hand set on a map tells nothing of a device."""
    told = [(row, msgspec.json.decode(row["fix"])) for row in rows]
    return [
        msgspec.convert({**fix, **{name: row[name] for name in ("device", "place_kind", "place_id")}}, DoorFix)
        for row, fix in told
        if fix["source"] != "manual"
    ]


async def fixes_at_doors(devices: Sequence[str], since: datetime, most: int) -> list[DoorFix]:
    """Return, for each device by its code, the fixes of its newest visits since an instant, so many at most."""
    return door_fixes(await database.fetch(_FIXES, list(devices), since, most))
