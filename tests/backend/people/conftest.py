"""An app of this slice alone, and the cast in its database."""

from functools import lru_cache
from pathlib import Path
from typing import Any

import pytest

from backend import envelopes
from backend.app import create_app
from backend.people.rules import Person
from backend.settings import Settings
from tests import cast as the_cast


@lru_cache(maxsize=2)
def _app(*, require_totp: bool = False) -> Any:
    return create_app(Settings(require_totp=require_totp), slices=("people",))


@pytest.fixture(autouse=True)
def keeper(tmp_path: Path) -> envelopes.Keeper:
    """The server's secret, as its start opens it."""
    return envelopes.open_keeper(tmp_path)


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
