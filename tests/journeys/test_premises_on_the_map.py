"""Key premises are on every map: drawn near by, listed below it, opened by a tap, and turned off for good."""

import re

import pytest
from playwright.sync_api import Browser, Page, expect

from backend.ids import new_id
from tests.backend.places.ground import inside
from tests.cast import GRID_1
from tests.journeys.browsing import under_worker
from tests.journeys.served import Served
from tests.journeys.test_the_desk import desk_of, phone_of, report

pytestmark = pytest.mark.journey

KTV = "和平量贩KTV · 超市以及ktv"
TILES = "/api/tiles/premises/"


def drawn(page: Page) -> Page:
    """Return the page, once its map stands there."""
    expect(page.locator(".map-canvas")).to_have_attribute("aria-busy", "false")
    return page


def test_a_phone_draws_its_own_premises_without_a_network_and_a_tap_opens_them(
    browser: Browser, served: Served
) -> None:
    lan = under_worker(phone_of(browser, served, "lan"))
    lan.goto("/")
    expect(lan.get_by_role("link", name="地图")).to_be_visible()
    lan.wait_for_timeout(1_500)
    asked: list[str] = []
    lan.on("request", lambda request: asked.append(request.url))
    served.stop()
    lan.get_by_role("link", name="地图").click()
    drawn(lan)

    expect(lan.get_by_role("heading", name="图上的场所 2")).to_be_visible()
    expect(lan.get_by_role("link", name=KTV)).to_be_visible()
    assert [url for url in asked if TILES in url] == []
    # Both stand in the middle of lan's grid, which lies in the middle of what the sheet leaves of the map.
    map_box, sheet = lan.locator(".map-canvas").bounding_box(), lan.locator(".map-canvas .notice").bounding_box()
    assert map_box
    assert sheet
    lan.touchscreen.tap(map_box["x"] + map_box["width"] / 2, (map_box["y"] + sheet["y"] + sheet["height"]) / 2)
    lan.wait_for_url(re.compile(r"/places\?place="))
    expect(lan.get_by_role("heading", name=re.compile("^和平(量贩KTV|农贸市场)$"))).to_be_visible()
    expect(lan.get_by_role("heading", name="未销号隐患 0")).to_be_visible()


def test_whoever_turns_them_off_does_not_see_them_again_until_they_are_turned_on(
    browser: Browser, served: Served
) -> None:
    lan = phone_of(browser, served, "lan")
    lan.get_by_role("link", name="地图").click()
    drawn(lan)
    switch = lan.get_by_role("button", name="场所", exact=True)
    expect(switch).to_have_attribute("aria-pressed", "true")
    switch.click()
    expect(lan.get_by_text("场所没有画，也没有列")).to_be_visible()
    expect(lan.get_by_role("heading", name="图上的场所")).to_have_count(0)

    lan.reload()
    drawn(lan)
    expect(switch).to_have_attribute("aria-pressed", "false")
    expect(lan.get_by_role("link", name=KTV)).to_have_count(0)
    switch.click()
    expect(lan.get_by_role("link", name=KTV)).to_be_visible()


def test_a_desk_draws_them_from_tiles_and_opens_one_beside_its_list(browser: Browser, served: Served) -> None:
    served.write("lan", report(str(new_id()), "安全出口上锁"))
    dai = desk_of(browser, served, "dai")
    with dai.expect_response(lambda answer: TILES in answer.url and answer.status == 200):
        dai.reload()
    drawn(dai)
    expect(dai.locator(".squares")).to_contain_text("超市、KTV")
    box = dai.locator(".ground canvas.maplibregl-canvas").bounding_box()
    assert box
    # All three grids fill the width but for the margin; the premises stand in the middle of the first.
    at = (box["x"] + 28 + (box["width"] - 56) / 6, box["y"] + box["height"] / 2)
    panel = dai.get_by_role("complementary", name="场所详情")
    for _ in range(20):
        dai.mouse.click(*at)
        if panel.count():
            break
        dai.wait_for_timeout(500)
    expect(panel.get_by_role("heading", name=re.compile("^和平(量贩KTV|农贸市场)$"))).to_be_visible()
    expect(dai.locator(".triage")).to_have_count(1)

    dai.keyboard.press("Escape")
    expect(panel).to_have_count(0)
    dai.get_by_role("button", name="场所", exact=True).click()
    expect(dai.locator(".squares")).to_have_count(0)
    dai.mouse.click(*at)
    dai.wait_for_timeout(500)
    expect(panel).to_have_count(0)


def test_nobody_is_given_premises_outside_his_reach(browser: Browser, served: Served) -> None:
    bo = phone_of(browser, served, "bo")
    bo.get_by_role("link", name="地图").click()
    drawn(bo)
    expect(bo.get_by_role("button", name="场所", exact=True)).to_have_attribute("aria-pressed", "true")
    expect(bo.get_by_role("heading", name="图上的场所")).to_have_count(0)


def test_the_plain_map_draws_them_and_names_them(flat: Browser, served: Served) -> None:
    lan = phone_of(flat, served, "lan")
    lan.get_by_role("link", name="地图").click()
    mark = lan.locator("svg.grids").get_by_role("button", name=KTV)
    expect(mark).to_contain_text("超")
    mark.focus()
    lan.keyboard.press("Enter")
    lan.wait_for_url(re.compile(r"/places\?place="))
    expect(lan.get_by_role("heading", name="和平量贩KTV")).to_be_visible()

    dai = desk_of(flat, served, "dai")
    expect(dai.locator("svg.grids").get_by_role("button", name=KTV)).to_be_visible()
    dai.get_by_role("button", name="场所", exact=True).click()
    expect(dai.locator("svg.grids").get_by_role("button", name=KTV)).to_have_count(0)


def test_the_plain_map_is_not_hidden_by_too_many(flat: Browser, served: Served) -> None:
    where = {"grid_code": GRID_1, "address": "和平路 8 号", "contact_title": "校长", "contact_phone": "13800000001"}
    made = [
        ("register_premises", {"id": new_id(), "category": "school", "name": f"第{n}小学", **where, **inside(0)})
        for n in range(40)
    ]
    assert {receipt["outcome"] for receipt in served.write("dai", *made)} == {"applied"}
    lan = phone_of(flat, served, "lan")
    lan.get_by_role("link", name="地图").click()
    expect(lan.get_by_text("场所有 42 个，这张图画不下")).to_be_visible()
    expect(lan.locator("svg.grids").get_by_role("button", name=KTV)).to_have_count(0)
    expect(lan.get_by_role("link", name=KTV)).to_be_visible()
