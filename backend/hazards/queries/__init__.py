"""Find hazards: one with its history, a page of many, those of a place, and those of the map."""

from backend.hazards.queries.features import features, features_extent
from backend.hazards.queries.fid import id_of
from backend.hazards.queries.find import Asked, Count, Found, Sort, counts, find_hazards
from backend.hazards.queries.load import hazard
from backend.hazards.queries.map import CATEGORY_CODES, EPOCH, GRADE_CODES, STAGE_CODES, cells_in_tile, in_box, in_tile
from backend.hazards.queries.related import PlaceHazards, open_at, recurrence_candidates
from backend.hazards.queries.rows import HazardRow, one_hazard, rows_for_phone

KINDS = ("hazard",)

__all__ = [
    "CATEGORY_CODES",
    "EPOCH",
    "GRADE_CODES",
    "KINDS",
    "STAGE_CODES",
    "Asked",
    "Count",
    "Found",
    "HazardRow",
    "PlaceHazards",
    "Sort",
    "cells_in_tile",
    "counts",
    "features",
    "features_extent",
    "find_hazards",
    "hazard",
    "id_of",
    "in_box",
    "in_tile",
    "one_hazard",
    "open_at",
    "recurrence_candidates",
    "rows_for_phone",
]
