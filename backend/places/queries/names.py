"""Tell the names of places by their codes, and how often a tenant's grids have changed."""

from collections.abc import Sequence

from backend import database


async def community_names(codes: Sequence[str]) -> dict[str, str]:
    """Return the names of communities by code, in order of code; one that is not registered is named by its code."""
    rows = await database.fetch("SELECT code, name FROM community WHERE code = ANY($1::text[])", list(codes))
    names = {row["code"]: row["name"] for row in rows}
    return {code: names.get(code, code) for code in sorted(codes)}


async def place_names(codes: Sequence[str]) -> dict[str, str]:
    """Return the names of those of the subdistricts, communities and grids, by code, that are known."""
    rows = await database.fetch(
        """SELECT code, name FROM subdistrict WHERE code = ANY($1::text[])
           UNION ALL SELECT code, name FROM community WHERE code = ANY($1::text[])
           UNION ALL SELECT code, name FROM grid WHERE code = ANY($1::text[])""",
        list(codes),
    )
    return {row["code"]: row["name"] for row in rows}


async def edition(tenant: str) -> int:
    """Return how often the grids of a tenant have changed; what was drawn for another edition is stale."""
    return await database.fetch_value("SELECT edition FROM grid_edition WHERE tenant = $1", int(tenant)) or 0


async def edition_of_all(tenants: Sequence[str]) -> int:
    """Return how often the grids of some tenants have changed, in all: each only ever rises, and so does the sum."""
    total: int = await database.fetch_value(
        "SELECT coalesce(sum(edition), 0)::bigint FROM grid_edition WHERE tenant = ANY ($1::int[])",
        [int(tenant) for tenant in tenants],
    )
    return total


async def communities_in(areas: Sequence[str], tenant: str) -> list[str]:
    """Return the codes of a tenant's registered communities that lie in one of the areas."""
    rows = await database.fetch(
        "SELECT code FROM community WHERE starts_with(code, $2)"
        " AND EXISTS (SELECT FROM unnest($1::text[]) AS area WHERE starts_with(code, area)) ORDER BY code",
        list(areas),
        tenant,
    )
    return [row["code"] for row in rows]
