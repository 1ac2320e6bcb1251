"""The map on a phone whose person sees 1,000,000 hazards over 5,041 grids: real Chromium, the real server.

What counts. *Usable*: from the tap on the map's tab until the grids and marks of the view are drawn, the first hazards
are listed, and the page answers again. *Over the wire*: every byte that comes back to the phone in that time, headers
too, counted between browser and server, with an empty HTTP cache. Not in it: the app itself, the first pull, and the
map's library and worker (354 KB in Brotli), which the phone fetched in idle time after it, once for each release.
*Frames*: those that the page gave to be drawn while a finger drags the map about, without any graphics hardware.
"""

import asyncio
import json
import math
import os
import statistics
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from playwright.sync_api import Browser, CDPSession, Page, sync_playwright

from backend import database, vault
from backend.embedded_postgres import EmbeddedPostgres
from backend.packages import chromium
from tests.bench.district import fill, note
from tests.bench.program import Program
from tests.bench.table import row
from tests.cast import PASSWORD, make_cast
from tests.journeys.wire import Wire

HAZARDS = 1_000_000
OPENINGS = 5
USABLE_S, USABLE_SLOW_S, SLOWER = 2.0, 4.0, 4
WIRE_KB, FRAMES, DRAG_S = 300, 12, 4
QUIET_MS = 8_000
PHONE: dict[str, Any] = {
    "viewport": {"width": 390, "height": 844}, "device_scale_factor": 2, "is_mobile": True, "has_touch": True,
    "locale": "zh-CN", "timezone_id": "Asia/Shanghai", "permissions": ["background-sync"],
}  # fmt: skip
# In milliseconds since the tap: everything in view is drawn, the list is there, and the page has time again.
WATCH = """
  addEventListener('click', ({ target }) => {
    if (!target.closest?.('a[href="/map"]')) return
    const from = performance.now()
    const look = () => {
      const drawn = document.querySelector('.map-canvas[aria-busy="false"]')
      const ready = drawn && document.querySelector('a[href^="/hazards/"].hazard')
      if (!ready) return setTimeout(look, 10)
      requestAnimationFrame(() => setTimeout(() => { window.usable_ms = performance.now() - from }))
    }
    look()
  }, { capture: true })
"""


class Opening(NamedTuple):
    """One opening of the map: how soon it was of use, and what came over the wire until then."""

    usable_s: float
    wire_kb: float


@pytest.fixture(scope="module")
def wire(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Wire]:
    """The network before the program that serves the district, as `make run` starts it."""
    folder = tmp_path_factory.mktemp("district")
    program = Program(folder)
    program.ready()
    program.stop()
    cluster = EmbeddedPostgres(folder / "database").start()
    asyncio.run(settle(cluster.connect, folder))
    cluster.stop()
    program = Program(folder)
    program.ready()
    line = Wire(program.port)
    yield line
    line.close()
    program.stop()


async def settle(connect: dict[str, Any], data: Path) -> None:
    """Write the district and the people of the cast; `data` is the folder of the server that will read it."""
    await fill(connect, HAZARDS)
    await note(connect)
    await database.open_pool(**connect)
    try:
        await vault.open_vault(data)
        await make_cast()
    finally:
        await database.close_pool()


@contextmanager
def supervisor(wire: Wire) -> Iterator[Page]:
    """The phone of somebody who sees the whole subdistrict, with the app and the map's files on it."""
    with sync_playwright() as driver:
        browser: Browser = driver.chromium.launch(
            executable_path=chromium(), args=["--no-sandbox", "--disable-dev-shm-usage"]
        )
        context = browser.new_context(base_url=wire.address, **PHONE)
        context.set_default_timeout(180_000)
        context.add_init_script(WATCH)
        page = context.new_page()
        page.goto("/sign-in")
        page.fill('[autocomplete="username"]', "dai")
        page.fill('[autocomplete="current-password"]', PASSWORD)
        page.click('button[type="submit"]')
        page.wait_for_url(lambda address: "/pin" in address)
        page.click('[aria-describedby="later-means"]')
        page.wait_for_url(lambda address: "/pin" not in address)
        page.evaluate("navigator.serviceWorker.ready.then(() => undefined)")
        page.reload()
        page.wait_for_function(
            "() => caches.open('gridwalk-lazy-assets').then((cache) => cache.keys()).then((all) => all.length >= 4)"
        )
        until_quiet(page, wire)
        yield page
        browser.close()


def until_quiet(page: Page, wire: Wire) -> None:
    """Return once the first pull, the grids of the whole area among it, has come: nothing else is on the wire then."""
    before = -1
    while before != wire.answered_bytes:
        before = wire.answered_bytes
        page.wait_for_timeout(QUIET_MS)


def opened(page: Page, line: CDPSession, wire: Wire, rate: int) -> Opening:
    """Open the map from the first screen, with nothing of it in the HTTP cache."""
    line.send("Emulation.setCPUThrottlingRate", {"rate": 1})
    page.goto("/")
    page.wait_for_selector('a[href="/map"]')
    page.wait_for_timeout(2_000)
    line.send("Network.clearBrowserCache")
    line.send("Emulation.setCPUThrottlingRate", {"rate": rate})
    before = wire.answered_bytes
    page.click('a[href="/map"]')
    page.wait_for_function("() => window.usable_ms")
    return Opening(page.evaluate("window.usable_ms") / 1000, (wire.answered_bytes - before) / 1024)


def frames_per_s(page: Page, line: CDPSession) -> float:
    """Return how many frames were made in a second while a finger drags the map about for some seconds."""
    line.send("Emulation.setCPUThrottlingRate", {"rate": 1})
    browser = page.context.browser
    assert browser is not None
    browser.start_tracing(page=page, categories=["disabled-by-default-devtools.timeline", "devtools.timeline.frame"])
    line.send("Input.dispatchTouchEvent", {"type": "touchStart", "touchPoints": [{"x": 195, "y": 300}]})
    began = time.monotonic()
    while (lasted_s := time.monotonic() - began) < DRAG_S:
        at = {"x": 195 + 90 * math.sin(lasted_s * 3), "y": 300 + 60 * math.sin(lasted_s * 2)}
        line.send("Input.dispatchTouchEvent", {"type": "touchMove", "touchPoints": [at]})
    line.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})
    traced = json.loads(browser.stop_tracing())["traceEvents"]
    return float(sum(each["name"] == "BeginCommitCompositorFrame" for each in traced) / lasted_s)


def said(openings: list[Opening]) -> tuple[float, str]:
    """Return the median of the times in seconds, and it with the least and the most, in words."""
    lasted = sorted(each.usable_s for each in openings)
    middle = statistics.median(lasted)
    return middle, f"{middle:.1f} s (of {len(lasted)}: {lasted[0]:.1f} to {lasted[-1]:.1f})"


def test_the_map_of_a_million_hazards_on_a_phone(wire: Wire) -> None:
    with supervisor(wire) as page:
        line = page.context.new_cdp_session(page)
        cold = opened(page, line, wire, 1)  # the server has nothing of the district in memory yet
        usual = [opened(page, line, wire, 1) for _ in range(OPENINGS)]
        frames = frames_per_s(page, line)
        slow = [opened(page, line, wire, SLOWER) for _ in range(OPENINGS)]
    busy = f", at a load of {os.getloadavg()[2]:.1f}"  # the browser and the server share what others leave
    whole = "Phone's map of 1M hazards over 5,041 grids"
    middle, told = said(usual)
    row(f"{whole}, from the tap to its use", told + busy, bar=f"≤ {USABLE_S:.0f} s", met=middle <= USABLE_S)
    row(f"{whole}, the first after the server's start", f"{cold.usable_s:.1f} s{busy}")
    middle, told = said(slow)
    row(f"{whole}, CPU {SLOWER}× slower", told + busy, bar=f"≤ {USABLE_SLOW_S:.0f} s", met=middle <= USABLE_SLOW_S)
    most_kb = max(each.wire_kb for each in [cold, *usual, *slow])
    row(f"{whole}, over the wire, its library fetched before", f"{most_kb:.0f} KB at most",
        bar=f"≤ {WIRE_KB} KB", met=most_kb <= WIRE_KB)  # fmt: skip
    row(
        f"{whole}, frames while panning, drawn by the CPU",
        f"{frames:.0f}/s{busy}",
        bar=f"≥ {FRAMES}/s",
        met=frames >= FRAMES,
    )
    assert most_kb <= WIRE_KB
