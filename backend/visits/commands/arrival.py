"""Tell phones that photos of a visit have arrived."""

from collections.abc import Sequence

from backend import changes
from backend.changes import Touched
from backend.photos.queries import records_naming
from backend.visits.queries import last_visits, visit_rows


async def photo_arrived(sha256s: Sequence[str], tenant: str) -> None:
    """Note a change of every visit that names one of these photos and that phones keep."""
    visits = await visit_rows(await records_naming("visit", sha256s, tenant))
    kept: set[object] = set()
    for kind in ("household", "premises"):
        places = [visit.place_id for visit in visits if visit.place_kind == kind]
        kept |= {last.id for last in (await last_visits(kind, places)).values()}
    await changes.touch_many(
        Touched(
            "visit",
            visit.id,
            visit.grid_code,
            (f"premises:{visit.place_id}",) if visit.place_kind == "premises" else (),
        )
        for visit in visits
        if visit.id in kept
    )
