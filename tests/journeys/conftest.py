"""Give a journey the real server with a small town in it, and a real browser at phone and at desk size."""

import asyncio
import shutil
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Playwright, sync_playwright

from backend.app import PHONE_APP
from backend.embedded_postgres import FORGETFUL, EmbeddedPostgres
from backend.packages import chromium
from tests.journeys import small_town
from tests.journeys.browsing import PATIENCE_MS
from tests.journeys.served import Served

PHONE: dict[str, Any] = {
    "viewport": {"width": 390, "height": 844}, "device_scale_factor": 2, "is_mobile": True, "has_touch": True,
    "locale": "zh-CN", "timezone_id": "Asia/Shanghai",
    # The list denies whatever it does not name.
    "permissions": ["geolocation", "background-sync"],
    "geolocation": {"longitude": 109.401, "latitude": 24.301, "accuracy": 20},
}  # fmt: skip
DESK: dict[str, Any] = {
    "viewport": {"width": 1440, "height": 900}, "locale": "zh-CN", "timezone_id": "Asia/Shanghai",
    "permissions": ["background-sync"],
}  # fmt: skip


@pytest.fixture(scope="session")
def town(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder with the small town, to be copied: making it takes seconds, copying it tenths."""
    folder = tmp_path_factory.mktemp("town")
    cluster = EmbeddedPostgres(folder / "database", settings=FORGETFUL)
    cluster.start()
    try:
        # In a thread: while Playwright is open, this one counts as running an event loop.
        with ThreadPoolExecutor(1) as thread:
            thread.submit(lambda: asyncio.run(small_town.fill(cluster.connect, folder))).result()
    finally:
        cluster.stop()
    return folder


@pytest.fixture
def set_to() -> dict[str, str]:
    """What else the server of a test is set to; a module that needs something gives its own."""
    return {}


@pytest.fixture
def served(town: Path, tmp_path: Path, set_to: dict[str, str]) -> Iterator[Served]:
    """The running program, with the small town freshly made, for one test."""
    if not (PHONE_APP / "index.html").exists():
        pytest.fail("the phone app is not built: run `npm run build` in pwa/ once")
    data = tmp_path / "data"
    shutil.copytree(town, data, symlinks=True)
    server = Served(data)
    server.settings = set_to
    server.start()
    yield server
    server.stop()


@pytest.fixture(scope="module")
def playwright() -> Iterator[Playwright]:
    """The driver of the browser, closed with its module: no async test can run while it is open."""
    with sync_playwright() as driver:
        yield driver


@pytest.fixture(scope="module")
def browser(playwright: Playwright) -> Iterator[Browser]:
    """Chromium: the system's, else the one that Playwright has installed."""
    path = chromium()
    opened = playwright.chromium.launch(executable_path=path, args=["--no-sandbox", "--disable-dev-shm-usage"])
    yield opened
    opened.close()


@pytest.fixture
def flat(playwright: Playwright) -> Iterator[Browser]:
    """A browser without WebGL of any kind, as on old phones and remote desktops."""
    arguments = ["--no-sandbox", "--disable-dev-shm-usage", "--disable-3d-apis"]
    opened = playwright.chromium.launch(executable_path=chromium(), args=arguments)
    yield opened
    opened.close()


@pytest.fixture
def phone(browser: Browser, served: Served) -> Iterator[BrowserContext]:
    """A phone that nobody has signed in on."""
    with browser.new_context(base_url=served.address, **PHONE) as context:
        context.set_default_timeout(PATIENCE_MS)
        yield context


@pytest.fixture
def desk(browser: Browser, served: Served) -> Iterator[BrowserContext]:
    """A desk that nobody has signed in on."""
    with browser.new_context(base_url=served.address, **DESK) as context:
        context.set_default_timeout(PATIENCE_MS)
        yield context
