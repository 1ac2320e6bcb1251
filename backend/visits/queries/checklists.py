"""Find published checklists: one version's body, the list for a desk, and the newest versions for phones."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec

from backend import database
from backend.people.queries import reach_condition
from backend.people.rules import Reach


class ChecklistRow(msgspec.Struct, kw_only=True, rename={"id": "row_id", "checklist_id": "id"}):
    """One version of a checklist, whole; on the wire `id` is the checklist's own, such as co.household."""

    id: UUID
    checklist_id: str
    revision: int = 0
    place_code: str
    version: int
    body: msgspec.Raw
    published_at: datetime


class ChecklistListed(msgspec.Struct, kw_only=True):
    """One version of a checklist in a list, with its review status."""

    id: str
    version: int
    place_code: str
    zh: str
    en: str
    premises_category: str
    edition: str
    status: str
    items: int
    newest: bool
    published_at: datetime


async def body_of(tenant: str, checklist_id: str, version: int) -> dict[str, Any] | None:
    """Return the body of a version that was published in a subdistrict, or None."""
    encoded = await database.fetch_value(
        "SELECT body::text FROM checklist WHERE tenant = $1 AND checklist_id = $2 AND version = $3",
        int(tenant),
        checklist_id,
        version,
    )
    return None if encoded is None else msgspec.json.decode(encoded, type=dict[str, Any])


_COLUMNS = "id, checklist_id, tenant, version, body::text AS body, published_at"


def _row(row: database.Record) -> ChecklistRow:
    return ChecklistRow(
        id=row["id"],
        checklist_id=row["checklist_id"],
        place_code=f"{row['tenant']:09d}",
        version=row["version"],
        body=msgspec.Raw(row["body"].encode()),
        published_at=row["published_at"],
    )


async def checklist_rows(ids: Sequence[UUID]) -> list[ChecklistRow]:
    """Return these versions of checklists, whole."""
    rows = await database.fetch(f"SELECT {_COLUMNS} FROM checklist WHERE id = ANY($1::uuid[])", list(ids))  # noqa: S608
    return [_row(row) for row in rows]


async def checklists(reach: Reach) -> list[ChecklistListed]:
    """Return every version of every checklist that the reader shares, newest first within each."""
    condition, arguments = reach_condition(reach, "lpad(tenant::text, 9, '0')", None, 1, shared=True)
    rows = await database.fetch(
        f"""SELECT checklist_id AS id, version, lpad(tenant::text, 9, '0') AS place_code, published_at,
                   body->>'zh' AS zh, body->>'en' AS en, body->>'premises_category' AS premises_category,
                   body->>'version' AS edition, body->>'status' AS status, jsonb_array_length(body->'items') AS items,
                   version = max(version) OVER (PARTITION BY tenant, checklist_id) AS newest
            FROM checklist WHERE {condition} ORDER BY checklist_id, version DESC, tenant""",  # noqa: S608
        *arguments,
    )
    return [ChecklistListed(**row) for row in rows]


async def one_checklist(reach: Reach, checklist_id: str, version: int) -> ChecklistRow | None:
    """Return one version, whole, if the reader shares it."""
    condition, arguments = reach_condition(reach, "lpad(tenant::text, 9, '0')", None, 3, shared=True)
    row = await database.fetch_row(
        f"""SELECT {_COLUMNS}
            FROM checklist WHERE checklist_id = $1 AND version = $2 AND {condition} ORDER BY tenant LIMIT 1""",  # noqa: S608
        checklist_id,
        version,
        *arguments,
    )
    return None if row is None else _row(row)
