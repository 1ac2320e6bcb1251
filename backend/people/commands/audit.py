"""Write down who revealed, exported or managed what, and why."""

from uuid import UUID

from backend import clock, database
from backend.ids import new_id
from backend.people.rules import Person


async def note_audit(
    person: Person, device_id: UUID | None, action: str, *, kind: str, record_id: UUID | str, reason: str = ""
) -> None:
    """Add one line to the audit, inside the caller's transaction, so that there is no deed without its line."""
    at = clock.now()
    await database.execute(
        "INSERT INTO audit (id, at, tenant, person_id, device_id, action, kind, record_id, reason, by_office)"
        " VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, false)",
        new_id(at), at, person.tenant, person.id, device_id, action, kind, str(record_id), reason,
    )  # fmt: skip


async def note_office(tenant: str, action: str, *, kind: str, record_id: UUID | str) -> None:
    """Add one line for what was done at the server's own keyboard."""
    at = clock.now()
    await database.execute(
        "INSERT INTO audit (id, at, tenant, person_id, device_id, action, kind, record_id, reason, by_office)"
        " VALUES ($1, $2, $3, NULL, NULL, $4, $5, $6, '', true)",
        new_id(at), at, tenant, action, kind, str(record_id),
    )  # fmt: skip
