"""Doors with fixes of a phone beside them, on the ground of the visit tests."""

import pytest

from tests.backend.visits.conftest import cast as cast
from tests.backend.visits.conftest import world as world


@pytest.fixture
def slices() -> tuple[str, ...]:
    """The slices that have fixes, and the one that reads them."""
    return ("people", "places", "photos", "visits", "hazards", "sync", "positions")
