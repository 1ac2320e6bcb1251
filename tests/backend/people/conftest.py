"""An app of this slice alone, and the cast in its database."""

from functools import lru_cache
from typing import Any

import pytest

from backend.app import create_app
from backend.people.rules import Person
from backend.settings import Settings
from tests import cast as the_cast


@lru_cache(maxsize=2)
def _app(*, require_totp: bool = False) -> Any:
    return create_app(Settings(require_totp=require_totp), slices=("people",))


@pytest.fixture
def app() -> Any:
    """The application with this slice's routes."""
    return _app()


@pytest.fixture
def strict_app() -> Any:
    """The same, where desk roles must have a second factor."""
    return _app(require_totp=True)


@pytest.fixture
async def cast(database: Any, frozen_clock: Any) -> dict[str, Person]:
    """Everybody, by login."""
    return await the_cast.make_cast()
