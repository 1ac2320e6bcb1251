"""A worker's day at the doors: what is recorded without a server is accepted when it returns, undone, or put right."""

from typing import Any

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from tests.journeys import ledger
from tests.journeys.browsing import sign_in, under_worker
from tests.journeys.served import Served
from tests.journeys.small_town import BUILDING, door_id

pytestmark = pytest.mark.journey

TAKES_UNDO_MS = 20_000
"""A result leaves ten seconds after it was recorded."""


def _open_door(page: Page, room: str) -> None:
    page.goto(f"/doors/{BUILDING}")
    page.get_by_role("gridcell").get_by_role("button", name=f"{room}室").click()


def _outcome(page: Page, word: str) -> None:
    page.locator(".outcomes").get_by_role("button", name=word).click()
    expect(page.get_by_role("status").filter(has_text=f"{word}，已存")).to_be_visible()  # nothing is promised before


def _wait_until_kept(page: Page, words: str) -> None:
    for _ in range(300):
        if words in str(ledger.on_phone(page)):
            return
        page.wait_for_timeout(100)
    raise AssertionError(f"{words} is not on the phone")


def _visits(served: Served, room: str) -> Any:
    return served.ask("lan", f"/api/visits?place_id={door_id(1, room)}")


def test_a_door_recorded_without_a_server_is_accepted_when_it_returns(phone: BrowserContext, served: Served) -> None:
    page = under_worker(sign_in(phone.new_page(), "lan"))
    expect(page.get_by_role("heading", level=1)).to_have_text("和平社区 · 第1网格")
    expect(page.locator("main")).to_contain_text("/ 24 户已查")
    served.stop()

    _open_door(page, "301")
    _outcome(page, "无人")
    expect(page.get_by_role("status").filter(has_text="无人，已存")).to_be_visible()
    page.get_by_role("radio", name="周末").check()
    expect(page.get_by_role("button", name="下一户")).to_be_visible()
    _wait_until_kept(page, "weekend")
    page.close()

    page = phone.new_page()
    page.goto("/")
    expect(page.locator("main")).to_contain_text("无人 1")
    expect(page.get_by_role("link", name="还在这部手机上")).to_contain_text("1")
    _open_door(page, "301")
    expect(page.locator("main")).to_contain_text("周末再来")
    page.goto("/outbox")
    expect(page.locator("main")).to_contain_text("和平里 1栋 1单元 301")
    expect(page.locator("body")).to_contain_text("交班检查：还不能交清")

    served.start()
    page.get_by_role("button", name="马上传完").click()
    expect(page.locator("main")).to_contain_text("今天已受理 1 条")
    expect(page.locator("body")).to_contain_text("交班检查：都传完了，可以放心")
    page.goto("/")
    expect(page.get_by_role("link", name="已受理 1 条")).to_be_visible()
    visits = _visits(served, "301")
    assert "no_answer" in str(visits)
    assert "weekend" in str(visits)


def test_what_is_undone_within_ten_seconds_never_leaves_the_phone(phone: BrowserContext, served: Served) -> None:
    page = sign_in(phone.new_page(), "lan")
    _open_door(page, "302")
    _outcome(page, "拒访")
    expect(page.get_by_role("gridcell").get_by_role("button", name="302室，拒访")).to_be_visible()
    page.get_by_role("button", name="撤销").click()
    expect(page.get_by_role("gridcell").get_by_role("button", name="302室，未访")).to_be_visible()
    _open_door(page, "201")
    _outcome(page, "非居住")
    page.goto("/outbox")
    page.get_by_role("button", name="马上传完").click()
    expect(page.locator("main")).to_contain_text("今天已受理 1 条", timeout=TAKES_UNDO_MS)
    assert "declined" not in str(_visits(served, "302"))
    assert "other_use" in str(_visits(served, "201"))


def test_a_refused_record_says_why_and_is_put_right_and_accepted(phone: BrowserContext, served: Served) -> None:
    page = sign_in(phone.new_page(), "lan")
    _open_door(page, "202")
    _outcome(page, "空置")
    page.get_by_label("空置依据").fill("房东 13812345678 说没人住")
    _wait_until_kept(page, "13812345678")
    page.goto("/outbox")
    page.get_by_role("button", name="马上传完").click()
    refused = page.get_by_role("alert").filter(has_text="未受理")
    expect(refused).to_contain_text("文字里有个人号码", timeout=TAKES_UNDO_MS)
    expect(refused).to_contain_text("内容仍完整存在本机")
    refused.get_by_role("button", name="改好再发").click()
    page.get_by_label("空置依据").fill("房东说没人住")
    page.get_by_role("button", name="作为新记录发出").click()
    expect(page.locator("main")).to_contain_text("今天已受理 1 条", timeout=TAKES_UNDO_MS)
    assert "房东说没人住" in str(_visits(served, "202"))
    assert "13812345678" not in str(_visits(served, "202"))


def test_premises_are_on_the_map_near_by_without_a_network_and_lead_to_their_page(
    phone: BrowserContext, served: Served
) -> None:
    page = under_worker(sign_in(phone.new_page(), "lan"))
    page.goto("/map")
    expect(page.get_by_role("heading", name="图上的场所 2")).to_be_visible()
    served.stop()

    page.reload()

    expect(page.get_by_role("heading", name="图上的场所 2")).to_be_visible()
    page.get_by_role("link", name="和平量贩KTV").click()
    page.wait_for_url(lambda address: "/places?place=" in address)
    expect(page.get_by_role("heading", name="和平量贩KTV")).to_be_visible()
    page.go_back()
    # Both stand in the middle of the only grid, which the map shows whole above its sheet.
    drawn = page.locator(".map-canvas canvas")
    expect(page.get_by_role("heading", name="图上的场所 2")).to_be_visible()
    box = drawn.bounding_box()
    assert box is not None
    style = "getComputedStyle(document.querySelector('.map-canvas'))"
    covered = page.evaluate(f"parseFloat({style}.getPropertyValue('--inset'))")
    drawn.click(position={"x": box["width"] / 2, "y": (box["height"] - covered) / 2})
    page.wait_for_url(lambda address: "/places?place=" in address)
