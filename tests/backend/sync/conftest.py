"""Give these tests the slices they need, and no more."""

import pytest


@pytest.fixture
def slices() -> tuple[str, ...]:
    """People, places and sync: a broken slice above them breaks its own tests only."""
    return ("people", "places", "sync")
