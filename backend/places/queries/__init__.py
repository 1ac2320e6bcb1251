"""Find places: by id, by grid, by position, and as the rows that a phone keeps."""

from backend.places.queries.changes import GridChangeRow, grids_before, latest_changes
from backend.places.queries.features import grid_extent, grid_features, premises_extent, premises_features
from backend.places.queries.grids import grid_of, grids_on, ground, holding
from backend.places.queries.last_visits import tell_last_visits
from backend.places.queries.lists import (
    PremisesAsked,
    find_premises,
    households_of,
    one_building,
    one_household,
    one_premises,
)
from backend.places.queries.names import communities_in, community_names, edition, edition_of_all, place_names
from backend.places.queries.places import Place, contact_phone, place, places
from backend.places.queries.rows import KINDS, BuildingRow, HouseholdRow, PremisesRow, rows_for_phone
from backend.places.queries.tile import premises_between

__all__ = [
    "KINDS",
    "BuildingRow",
    "GridChangeRow",
    "HouseholdRow",
    "Place",
    "PremisesAsked",
    "PremisesRow",
    "communities_in",
    "community_names",
    "contact_phone",
    "edition",
    "edition_of_all",
    "find_premises",
    "grid_extent",
    "grid_features",
    "grid_of",
    "grids_before",
    "grids_on",
    "ground",
    "holding",
    "households_of",
    "latest_changes",
    "one_building",
    "one_household",
    "one_premises",
    "place",
    "place_names",
    "places",
    "premises_between",
    "premises_extent",
    "premises_features",
    "rows_for_phone",
    "tell_last_visits",
]
