"""Draw the map's answers: tiles of hazards and grids, features in a box, counts per grid."""

from backend.hazard_map.queries.answers import (
    MOST_DOTS,
    Days,
    Summary,
    View,
    days,
    features,
    hazard_id,
    hazard_tile,
    past,
    premises_tile,
    summary,
    view,
)
from backend.hazard_map.queries.ground import Seen, edition, grid_tile, newest

__all__ = [
    "MOST_DOTS",
    "Days",
    "Seen",
    "Summary",
    "View",
    "days",
    "edition",
    "features",
    "grid_tile",
    "hazard_id",
    "hazard_tile",
    "newest",
    "past",
    "premises_tile",
    "summary",
    "view",
]
