"""A supervisor's phone in an area of more hazards than a phone carries: the server draws, counts and lists them."""

import re

import pytest
from playwright.sync_api import Browser, expect

from backend.ids import new_id
from backend.sync.rules import CARRIED_MOST
from tests.journeys import ledger
from tests.journeys.browsing import under_worker
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
    page.get_by_role("searchbox").fill("通道")
    expect(page.get_by_text(f"找到 {many} 处")).to_be_visible()
    expect(page.get_by_text("只列出先到期的 30 处")).to_be_visible()
    expect(page.locator("a.hazard")).to_have_count(30)
    page.get_by_role("searchbox").fill("没有这种事")
    expect(page.get_by_text("没有符合筛选的隐患")).to_be_visible()
    page.get_by_role("searchbox").fill("")

    with page.expect_response(lambda answer: "/api/tiles/hazards/" in answer.url and answer.status == 200):
        page.get_by_role("link", name="看地图").click()

    expect(page.get_by_text(f"图上 {many} 处，逾期 0")).to_be_visible()
    expect(page.locator(".map-canvas")).to_have_attribute("aria-busy", "false")
    expect(page.locator("a.hazard")).to_have_count(20)
    page.locator("a.hazard").first.click()
    expect(page.get_by_role("heading", name="通道堆物")).to_be_visible()


def test_its_premises_come_from_tiles_and_their_hazards_from_the_server(
    browser: Browser, served: Served, many: int
) -> None:
    page = phone_of(browser, served, "dai")
    with page.expect_response(lambda answer: "/api/tiles/premises/" in answer.url and answer.status == 200):
        page.get_by_role("link", name="地图").click()
    expect(page.get_by_role("heading", name="图上的场所 2")).to_be_visible()

    page.get_by_role("link", name="和平量贩KTV · 超市以及ktv", exact=True).click()

    # None of them is on this phone: without asking it would have said that there are none.
    expect(page.get_by_role("heading", name=f"未销号隐患 {many}")).to_be_visible()
    expect(page.get_by_text("只列出先到期的 50 处")).to_be_visible()
    served.stop()
    page.get_by_role("button", name="返回列表").click()
    expect(page.get_by_text("辖区隐患太多，不存在本机")).to_be_visible()
    page.get_by_role("button", name="和平农贸市场").click()
    expect(page.get_by_text("未销号隐患联网后再看")).to_be_visible()
    expect(page.get_by_text("没有未销号的隐患")).to_have_count(0)


def test_before_a_report_the_server_is_asked_what_is_open_near_by(browser: Browser, served: Served, many: int) -> None:
    assert many > CARRIED_MOST
    known = str(new_id())
    lane = {
        "place_kind": "none",
        "place_id": None,
        "category": "public_area",
        "fix": FIX | {"taken_at": "2026-03-02T01:00:00Z"},
    }
    served.write("lan", report(known, "消防通道被占", **lane))
    page = under_worker(phone_of(browser, served, "dai"))
    page.goto("/report")
    page.get_by_role("radio", name="公共区域").check()
    page.get_by_role("checkbox", name="消防通道被占").check()

    told = page.get_by_role("status").filter(has_text="这里可能已经登记过")
    expect(told).to_contain_text("相距约 0 米")
    told.get_by_role("button", name="记到这条上").click()
    page.get_by_role("button", name="拍不了").click()
    page.get_by_label("拍不了的原因").select_option("broken_camera")
    page.get_by_role("button", name=re.compile("^记到 .+ 上$")).click()
    page.wait_for_url(lambda address: f"/hazards/{known}" in address)
    expect(page.get_by_role("heading", name="经过 2 条")).to_be_visible()

    page.goto("/report")
    expect(page.get_by_role("radio", name="公共区域")).to_be_visible()
    served.stop()
    page.get_by_role("radio", name="公共区域").check()
    page.get_by_role("checkbox", name="消防通道被占").check()
    expect(page.get_by_text("没能查这里是否登记过")).to_be_visible()
    # Nothing is held back by it.
    expect(page.get_by_role("button", name=re.compile("^保存"))).to_be_visible()


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
