"""Find a hazard by the number that vector tiles call it by."""

from uuid import UUID

from backend import database
from backend.people.queries import reach_condition
from backend.people.rules import Reach


async def id_of(tenant: str, reach: Reach, fid: int) -> UUID | None:
    """Return the id of a hazard of a tenant within a reach, by its number; None when there is none."""
    condition, arguments = reach_condition(reach, "c.place_code", "c.also", 3)
    found: UUID | None = await database.fetch_value(
        "SELECT h.id FROM hazard h JOIN change c ON c.kind = 'hazard' AND c.id = h.id"  # noqa: S608
        f" WHERE h.tenant = $1 AND h.fid = $2 AND {condition}",
        int(tenant),
        fid,
        *arguments,
    )
    return found
