"""The photo tests' app: people and photos, with the cast in the database."""

from typing import Any

import pytest
from litestar import Litestar

from tests import cast


@pytest.fixture
def slices() -> tuple[str, ...]:
    """The slices that photos need."""
    return ("people", "photos")


@pytest.fixture
async def staffed(app: Litestar) -> Any:
    """The app with the cast posted."""
    await cast.make_cast()
    return app
