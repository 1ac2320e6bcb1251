"""The ground floor is tested without the slices that stand on it."""

import pytest


@pytest.fixture
def slices():
    return ()
