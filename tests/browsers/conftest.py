"""Give a browser the real server with the small town in it, as the journeys have it; and the WebKit of this machine."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from backend import packages
from tests.browsers.webkit import WebKit, unseen_screen, what_is_missing
from tests.journeys.conftest import browser, phone, playwright, served, town
from tests.journeys.served import Served

__all__ = ["browser", "phone", "playwright", "served", "town"]


@pytest.fixture
def webkit(served: Served, tmp_path: Path) -> Iterator[WebKit]:
    """A WebKit with an empty page. Skipped only where the distribution does not pack it: see backend/bootstrap.py."""
    missing = what_is_missing()
    if missing and packages.missing_packages():
        pytest.fail(f"run: sudo apt-get install {' '.join(packages.missing_packages())}")
    if missing:
        pytest.skip(f"this distribution does not pack {', '.join(missing)}")
    with unseen_screen() as display:
        opened = WebKit(tmp_path / "webkit", served.address, display)
        yield opened
        opened.close()
