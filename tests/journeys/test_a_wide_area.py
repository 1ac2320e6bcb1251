"""A supervisor's phone in an area of more hazards than a phone carries: the server draws, counts and lists them."""

import pytest
from playwright.sync_api import Browser, expect

from backend.ids import new_id
from backend.sync.rules import CARRIED_MOST
from tests.journeys import ledger
from tests.journeys.served import Served
from tests.journeys.test_the_desk import FIX, phone_of, report
from tests.journeys.test_the_desk_map import _CHANGES, _COLUMNS, _COPIES

pytestmark = pytest.mark.journey


@pytest.fixture
def many(served: Served) -> int:
    """How many hazards there are: more than a phone carries."""
    served.write("lan", report(str(new_id()), "通道堆物", fix=FIX | {"taken_at": "2026-03-02T01:00:00Z"}))
    [columns] = ledger.rows(served, _COLUMNS)
    ledger.rows(served, _COPIES.format(columns=columns["named"], count=CARRIED_MOST + 100))
    ledger.rows(served, _CHANGES)
    return CARRIED_MOST + 101


def test_the_map_shows_all_of_them_and_the_list_says_where_they_are(
    browser: Browser, served: Served, many: int
) -> None:
    page = phone_of(browser, served, "dai")
    page.get_by_role("link", name="隐患").first.click()
    expect(page.get_by_text("辖区隐患太多，不存在手机里")).to_be_visible()

    with page.expect_response(lambda answer: "/api/tiles/hazards/" in answer.url and answer.status == 200):
        page.get_by_role("link", name="看地图").click()

    expect(page.get_by_text(f"图上 {many} 处，逾期 0")).to_be_visible()
    expect(page.locator(".map-canvas")).to_have_attribute("aria-busy", "false")
    expect(page.locator("a.hazard")).to_have_count(20)
    page.locator("a.hazard").first.click()
    expect(page.get_by_role("heading", name="通道堆物")).to_be_visible()


def test_without_a_network_it_says_so_and_shows_the_grids(browser: Browser, served: Served, many: int) -> None:
    assert many > CARRIED_MOST
    page = phone_of(browser, served, "dai")
    expect(page.locator("main")).to_be_visible()
    page.evaluate("navigator.serviceWorker.ready.then(() => undefined)")
    page.reload()
    expect(page.get_by_role("link", name="地图")).to_be_visible()
    page.wait_for_timeout(1_500)
    served.stop()

    page.get_by_role("link", name="地图").click()

    expect(page.get_by_text("现在连不上服务器，看不到隐患")).to_be_visible()
    expect(page.get_by_text("这一片没有隐患")).to_have_count(0)


def test_who_goes_from_door_to_door_still_carries_his_own(browser: Browser, served: Served, many: int) -> None:
    assert many > CARRIED_MOST
    page = phone_of(browser, served, "lan")
    page.get_by_role("link", name="隐患").first.click()

    expect(page.get_by_text("辖区隐患太多")).to_have_count(0)
    expect(page.locator("a.hazard").first).to_be_visible()
