"""Find hazards: one with its history, a page of many, those of a place, and those of the map."""

from backend.hazards.queries.columns import NEVER, Columns, Groups
from backend.hazards.queries.features import features, features_extent
from backend.hazards.queries.fid import id_of
from backend.hazards.queries.find import EPOCH, Asked, Count, Found, Sort, counts, find_hazards, summed
from backend.hazards.queries.fixes import fixes_at_places
from backend.hazards.queries.held import Revisions
from backend.hazards.queries.in_view import InView, in_view, many_for_phone
from backend.hazards.queries.load import hazard
from backend.hazards.queries.map import Looked, in_box, in_tile
from backend.hazards.queries.past import Past, first_day, past
from backend.hazards.queries.related import PlaceHazards, open_at, recurrence_candidates
from backend.hazards.queries.rows import HazardRow, one_hazard, rows_for_phone
from backend.hazards.queries.stood import PastNotHeld
from backend.hazards.tables import CATEGORY_CODES, GRADE_CODES, STAGE_CODES

KINDS = ("hazard",)

__all__ = [
    "CATEGORY_CODES",
    "EPOCH",
    "GRADE_CODES",
    "KINDS",
    "NEVER",
    "STAGE_CODES",
    "Asked",
    "Columns",
    "Count",
    "Found",
    "Groups",
    "HazardRow",
    "InView",
    "Looked",
    "Past",
    "PastNotHeld",
    "PlaceHazards",
    "Revisions",
    "Sort",
    "counts",
    "features",
    "features_extent",
    "find_hazards",
    "first_day",
    "fixes_at_places",
    "hazard",
    "id_of",
    "in_box",
    "in_tile",
    "in_view",
    "many_for_phone",
    "one_hazard",
    "open_at",
    "past",
    "recurrence_candidates",
    "rows_for_phone",
    "summed",
]
