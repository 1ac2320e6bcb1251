"""A worker opens the map for the first time where there is no network: its files came in idle time before."""

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from tests.journeys.browsing import sign_in, under_worker
from tests.journeys.served import Served
from tests.journeys.wire import Wire

pytestmark = pytest.mark.journey

KEPT = "caches.open('gridwalk-lazy-assets').then((cache) => cache.keys()).then((all) => all.map(({ url }) => url))"


def kept(page: Page) -> list[str]:
    """Return the map's files that are on the phone."""
    found: list[str] = page.evaluate(KEPT)
    return sorted(url.rsplit("/", 1)[1].partition("-")[0] for url in found if "/assets/map" in url)


@pytest.mark.usefixtures("served")
def test_the_map_opens_for_the_first_time_without_a_network(phone: BrowserContext, wire: Wire) -> None:
    page = under_worker(sign_in(phone.new_page(), "lan"))
    page.goto("/")  # the first page was signed in before the worker was there
    for _ in range(100):
        if len(kept(page)) == 4:
            break
        page.wait_for_timeout(200)
    assert kept(page) == ["map", "map", "map", "maplibre"]

    wire.cut()
    page.get_by_role("link", name="地图").click()

    expect(page.locator("canvas.maplibregl-canvas")).to_be_visible()
    expect(page.locator(".map-canvas")).to_have_attribute("aria-busy", "false")
    expect(page.get_by_text("画不了完整地图")).to_have_count(0)


def test_who_saves_data_fetches_the_map_when_he_opens_it(phone: BrowserContext, served: Served) -> None:
    assert served.port
    phone.add_init_script("Object.defineProperty(navigator, 'connection', { value: { saveData: true } })")
    page = under_worker(sign_in(phone.new_page(), "lan"))
    page.goto("/")
    expect(page.locator("a[href^='/doors/']").first).to_be_visible()
    page.wait_for_timeout(3_000)
    assert kept(page) == []

    page.get_by_role("link", name="地图").click()
    expect(page.locator(".map-canvas")).to_have_attribute("aria-busy", "false")
