"""Hear that photos have arrived, or what they look like: recount what each hazard waits for, and tell the phones."""

from collections.abc import Sequence

from backend import changes, database
from backend.changes import Touched
from backend.hazards.commands.save import keys_of
from backend.hazards.queries.load import COLUMNS, as_hazard
from backend.photos.queries import photos_of, records_naming


async def photo_arrived(sha256s: Sequence[str], tenant: str) -> None:
    """Recount the photos that hazards naming any of these still await; runs inside the caller's transaction."""
    ids = await records_naming("hazard", sha256s, tenant)
    if not ids:
        return
    await database.lock_tenant(tenant)
    named = await photos_of("hazard", ids)
    awaited = [len({photo.sha256 for photo in named.get(each, []) if not photo.arrived}) for each in ids]
    rows = await database.fetch(
        f"""UPDATE hazard SET photos_awaited = waiting.photos
            FROM unnest($1::uuid[], $2::int[]) AS waiting (hazard_id, photos) WHERE hazard.id = waiting.hazard_id
            RETURNING {COLUMNS}""",  # noqa: S608 — our own column names
        ids,
        awaited,
    )
    hazards = [as_hazard(row) for row in rows]
    places = {row["id"]: row["place_code"] for row in rows}
    await changes.touch_many(
        Touched("hazard", hazard_id, place_code, keys_of(hazard))
        for hazard, (hazard_id, place_code) in zip(hazards, places.items(), strict=True)
    )
