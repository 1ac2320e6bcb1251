"""Give hazards to other systems as features, without anything that tells of a person."""

from datetime import date
from typing import Final

from backend.features import Extent, Page, Source, Wanted, extent, page
from backend.hazards.queries.find import SAID
from backend.hazards.rules import OPEN_STAGES
from backend.people.queries import reach_condition
from backend.people.rules import Reach

# What people wrote in their own words (description, advice, notes) and who they are stays in the house, and so does
# the door of a home: its kind and its grid say enough.
SOURCE: Final = Source(
    table="hazard",
    place_code="place_code",
    geometry=(
        "CASE WHEN lon IS NULL OR lat IS NULL THEN NULL"
        " ELSE json_build_object('type', 'Point', 'coordinates', json_build_array(lon, lat))::text END"
    ),
    properties={
        "number": "number::text",
        "stage": "stage::text",
        "open": "stage IN ('" + "', '".join(OPEN_STAGES) + "')",
        "grade": "grade::text",
        "category": "category::text",
        "track": "track::text",
        "what": "what",
        "place_kind": "place_kind::text",
        "place_name": "CASE WHEN place_kind = 'premises' THEN place_name::text END",
        "place_code": "place_code::text",
        "department": "department::text",
        "reported_at": "reported_at",
        "due_on": "due_on",
        "overdue": "coalesce(deadline_day < $1::date - DATE '1970-01-01', FALSE)",
        "returned_count": "returned_count",
        "suspended": "suspended",
        "listed": "listed",
        "photos_awaited": "photos_awaited",
        "closed_at": "closed_at",
        "joined_to": "joined_to::text",
        "accuracy_m": "accuracy_m",
    },
    said=SAID,
    inside="lon BETWEEN {0}::float8 AND {2}::float8 AND lat BETWEEN {1}::float8 AND {3}::float8",
    bounds="min(lon) AS west, min(lat) AS south, max(lon) AS east, max(lat) AS north",
    since="reported_at >= {}::timestamptz",
    until="reported_at <= {}::timestamptz",
    span="min(reported_at) AS first, max(reported_at) AS last",
)


async def features(wanted: Wanted, reach: Reach, today: date) -> Page:
    """Return a page of the hazards below the places of a reach; what is reached by a key alone does not leave."""
    return await page(SOURCE, wanted, reach_condition(reach, SOURCE.place_code, None, 2), today)


async def features_extent(reach: Reach, today: date) -> Extent:
    """Return where and when hazards of a reach were reported."""
    return await extent(SOURCE, reach_condition(reach, SOURCE.place_code, None, 2), today)
