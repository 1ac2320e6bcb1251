"""Speak HTTP for places: grids and how they change; premises, doors, and a phone number on request."""

from collections.abc import Sequence
from typing import Any

from backend.places import queries
from backend.places.api import grids, places

state = {"place_names": queries.place_names}

routes: Sequence[Any] = [*grids.ROUTES, *places.ROUTES]

__all__ = ["routes", "state"]
