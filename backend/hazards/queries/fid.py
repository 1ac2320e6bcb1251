"""Find hazards by the numbers that vector tiles call them by, and these by keys."""

from uuid import UUID

import numpy as np

from backend import database
from backend.hazards.queries.columns import Ints
from backend.people.queries import reach_condition
from backend.people.rules import Reach


async def id_of(reach: Reach, fid: int) -> UUID | None:
    """Return the id of a hazard within a reach, by its number, which no two of all tenants share; None for none."""
    condition, arguments = reach_condition(reach, "c.place_code", "c.also", 2)
    found: UUID | None = await database.fetch_value(
        "SELECT h.id FROM hazard h JOIN change c ON c.kind = 'hazard' AND c.id = h.id"  # noqa: S608
        f" WHERE h.fid = $1 AND {condition}",
        fid,
        *arguments,
    )
    return found


async def named_by_keys(tenant: str, reach: Reach) -> Ints:
    """Return the numbers of the hazards of a tenant that carry a key of a reach."""
    found = await database.fetch_value(
        "SELECT array_agg(h.fid) FROM change c JOIN hazard h ON h.id = c.id"
        " WHERE c.kind = 'hazard' AND c.tenant = $1 AND c.also && $2::text[]",
        int(tenant),
        sorted(reach.keys),
    )
    return np.array(found or [], dtype=np.int32)
