"""List the mutations that wait for somebody at the desk."""

from datetime import datetime
from uuid import UUID

import msgspec

from backend import database

ROWS_MOST = 200


class HeldRow(msgspec.Struct):
    """A mutation that waits: what it would do, whose it is, and why it was held."""

    mutation_id: UUID
    number: str
    name: str
    why: str
    made_at: datetime
    received_at: datetime
    by_name: str
    args: msgspec.Raw


_FIND = """
SELECT held.id, device.code, receipt.number, receipt.name, held.why, receipt.made_at, receipt.received_at,
       person.name AS by_name, held.args
FROM held_mutation held JOIN receipt USING (id)
JOIN device ON device.id = receipt.device_id JOIN person ON person.id = receipt.person_id
WHERE held.tenant = $1 AND held.decided_at IS NULL AND ($2::uuid IS NULL OR held.id > $2)
ORDER BY held.id LIMIT $3
"""


async def held_mutations(tenant: str, after: UUID | None = None) -> list[HeldRow]:
    """Return the mutations of a tenant that wait for review, oldest id first, at most 200; then ask after the last."""
    rows = await database.fetch(_FIND, int(tenant), after, ROWS_MOST)
    return [
        HeldRow(
            mutation_id=row["id"],
            number=f"{row['code']}-{row['number']:04d}",
            name=row["name"],
            why=row["why"],
            made_at=row["made_at"],
            received_at=row["received_at"],
            by_name=row["by_name"],
            args=msgspec.Raw(row["args"].encode()),
        )
        for row in rows
    ]
