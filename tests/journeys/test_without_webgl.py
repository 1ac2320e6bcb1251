"""A browser that cannot draw by WebGL shows the grids as plain shapes, with the same marks and the same list."""

import pytest
from playwright.sync_api import Browser, Page, expect

from backend.ids import new_id
from tests.journeys.served import Served
from tests.journeys.test_the_desk import FIX, desk_of, phone_of, report

pytestmark = pytest.mark.journey

WHAT = "通道堆物"


@pytest.fixture
def hazard_id(served: Served) -> str:
    made = str(new_id())
    served.write("lan", report(made, WHAT, fix=FIX | {"taken_at": "2026-03-02T01:00:00Z"}))
    return made


def expect_a_plain_map(page: Page) -> None:
    """The grids are there, one hazard is marked among them, and the page says what kind of map this is."""
    assert page.evaluate("document.createElement('canvas').getContext('webgl2')") is None
    ground = page.locator("svg.grids")
    expect(ground.locator("path.cell").first).to_be_visible()
    expect(ground.get_by_role("button", name=WHAT)).to_have_count(1)
    expect(page.locator("canvas.maplibregl-canvas")).to_have_count(0)
    expect(page.get_by_text("画不了完整地图")).to_be_visible()


def test_a_phone_without_webgl_opens_a_hazard_from_the_plain_map(flat: Browser, served: Served, hazard_id: str) -> None:
    page = phone_of(flat, served, "lan")
    page.get_by_role("link", name="地图").click()
    expect_a_plain_map(page)
    mark = page.locator("svg.grids").get_by_role("button", name=WHAT)
    mark.focus()
    page.keyboard.press("Enter")
    expect(mark).to_have_attribute("aria-pressed", "true")
    page.locator(f"a[href='/hazards/{hazard_id}']").first.click()
    expect(page.get_by_role("heading", name=WHAT)).to_be_visible()


@pytest.mark.usefixtures("hazard_id")
def test_a_desk_without_webgl_has_the_plain_map_beside_the_list(flat: Browser, served: Served) -> None:
    page = desk_of(flat, served, "dai")
    page.get_by_role("button", name="显示每一处隐患").click()
    expect_a_plain_map(page)
    expect(page.locator(".triage").filter(has_text=WHAT)).to_be_visible()
    page.locator("svg.grids").get_by_role("button", name=WHAT).click()
    expect(page.get_by_role("heading", name=WHAT)).to_be_visible()
