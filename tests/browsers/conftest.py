"""Give a browser the real server with the small town in it, as the journeys have it; and the WebKit of this machine."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext

from backend import packages
from tests.browsers.webkit import WebKit, unseen_screen, what_is_missing
from tests.journeys.conftest import PHONE, browser, playwright, served, set_to, town
from tests.journeys.served import Served
from tests.journeys.wire import Wire

__all__ = ["browser", "playwright", "served", "set_to", "town"]


@pytest.fixture
def wire(served: Served) -> Iterator[Wire]:
    """The network between the phone and the server."""
    made = Wire(served.port)
    yield made
    made.close()


@pytest.fixture
def phone(browser: Browser, wire: Wire) -> Iterator[BrowserContext]:
    """A phone that nobody has signed in on, at the other end of the wire."""
    with browser.new_context(base_url=wire.address, **PHONE) as context:
        context.set_default_timeout(60_000)
        yield context


@pytest.fixture
def webkit(served: Served, tmp_path: Path) -> Iterator[WebKit]:
    """A WebKit with an empty page. Skipped only where the distribution does not pack it: see backend/packages.py."""
    missing = what_is_missing()
    if missing and packages.missing_packages():
        pytest.fail(f"run: sudo apt-get install {' '.join(packages.missing_packages())}")
    if missing:
        pytest.skip(f"this distribution does not pack {', '.join(missing)}")
    with unseen_screen() as display:
        opened = WebKit(tmp_path / "webkit", served.address, display)
        yield opened
        opened.close()
