"""The browser takes the database away, or dies: the form goes on or says so, and what it called kept is still there."""

import contextlib

import pytest
from playwright.sync_api import BrowserContext, Error, Locator, Page, expect

from tests.browsers.day import (
    TAKE_OVER,
    answer,
    conclude,
    drained,
    find_two_hazards,
    finish,
    go_on,
    nobody_in,
    open_door,
    take,
    until,
)
from tests.journeys import ledger
from tests.journeys.browsing import sign_in, under_worker
from tests.journeys.served import Served
from tests.journeys.wire import Wire

pytestmark = pytest.mark.journey


def begin(page: Page) -> str:
    """Open a door's visit and answer its first card; return the visit's address."""
    visit = open_door(page)
    answer(page, "居住方式", "自住")
    page.get_by_role("checkbox", name="燃气热水器").tap()
    kept(page, "heater")
    return visit


def kept(page: Page, words: str) -> None:
    """The form says that it is kept, and it is."""
    expect(page.locator("header").get_by_text("已存本机")).to_be_visible()
    until(page, lambda: words in str(ledger.on_phone(page).drafts))


def test_a_database_that_another_page_takes_over_is_opened_again(
    phone: BrowserContext, served: Served, wire: Wire
) -> None:
    page = under_worker(sign_in(phone.new_page(), "lan"))
    other = phone.new_page()
    other.goto("/health/live")
    page.bring_to_front()
    wire.cut()
    visit = begin(page)
    assert other.evaluate(TAKE_OVER) == 1
    go_on(page)
    answer(page, "排烟方式", "强制排气式")
    answer(page, "安装位置", "厨房")
    kept(page, "ventilated")
    assert other.evaluate(TAKE_OVER) == 1
    answer(page, "接到室外大气", "有隐患")
    page.get_by_role("checkbox", name="未装烟管").tap()
    take(page, 1)
    assert other.evaluate(TAKE_OVER) == 1
    conclude(page)
    expect(page).to_have_url(visit)
    held = ledger.on_phone(page)
    assert (len(held.ids), len(held.hashes), held.drafts) == (3, 1, [])

    wire.mend()
    drained(page, served, held.ids)
    assert ledger.photo_faults(served, "guo", held.hashes) == []


def test_a_database_that_the_browser_cleared_under_a_form_costs_a_sign_in_and_not_the_form(
    phone: BrowserContext, served: Served, wire: Wire
) -> None:
    page = under_worker(sign_in(phone.new_page(), "lan"))
    visit = begin(page)
    cleared = {"origin": wire.address, "storageTypes": "indexeddb"}
    phone.new_cdp_session(page).send("Storage.clearDataForOrigin", cleared)
    go_on(page)
    answer(page, "排烟方式", "强制排气式")
    kept(page, "forced")
    page.evaluate("dispatchEvent(new Event('online'))")
    expect(strip(page).filter(has_text="浏览器清掉了本机的数据，没有未传的记录或照片")).to_be_visible()

    page.reload()
    sign_in(page, "lan")
    page.goto(visit)
    expect(page.get_by_role("button", name="已答 3 题")).to_be_visible()
    conclude(page)
    drained(page, served, ledger.on_phone(page).ids)
    assert len(ledger.rows(served, "SELECT 1 FROM visit")) == 1


def test_what_goes_with_a_cleared_database_is_told_in_numbers(
    phone: BrowserContext, served: Served, wire: Wire
) -> None:
    page = under_worker(sign_in(phone.new_page(), "lan"))
    wire.cut()
    nobody_in(page, "101", "102")
    open_door(page)
    find_two_hazards(page)
    until(page, lambda: len(ledger.on_phone(page).hashes) == 2)
    cleared = {"origin": wire.address, "storageTypes": "indexeddb"}
    phone.new_cdp_session(page).send("Storage.clearDataForOrigin", cleared)
    page.get_by_label("说明").fill("管子在阳台")
    told = "没传的 2 条记录、2 张照片没了"
    expect(strip(page).filter(has_text=told)).to_be_visible()
    expect(page.get_by_text("记录都在")).to_have_count(0)

    wire.mend()
    page.evaluate("dispatchEvent(new Event('online'))")
    strip(page).get_by_role("button").tap()
    expect(page.get_by_role("heading", name="登录")).to_be_visible()
    expect(page.locator("main").get_by_text(told)).to_be_visible()
    expect(page.get_by_text("记录都在")).to_have_count(0)


def test_a_storage_that_was_emptied_while_no_page_was_open_is_told(
    phone: BrowserContext, served: Served, wire: Wire
) -> None:
    page = under_worker(sign_in(phone.new_page(), "lan"))
    wire.cut()
    nobody_in(page, "101")
    page.goto("about:blank")
    phone.new_cdp_session(page).send(
        "Storage.clearDataForOrigin", {"origin": wire.address, "storageTypes": "indexeddb"}
    )
    at_the_door = page.get_by_role("heading", name="登录", exact=True)
    told = page.get_by_role("alert").filter(has_text="浏览器清掉了这部手机上的数据")

    page.goto("/")
    expect(at_the_door).to_be_visible()
    expect(told).to_contain_text("里面有没有还没传的，已经看不到了")

    wire.mend()
    sign_in(page, "lan")
    expect(page.get_by_role("heading", level=1)).to_have_text("和平社区 · 第1网格")
    page.goto("/me")
    page.get_by_role("button", name="退出登录").first.tap()
    page.get_by_role("dialog").get_by_role("button", name="退出登录").tap()
    expect(at_the_door).to_be_visible()
    page.reload()
    expect(at_the_door).to_be_visible()
    expect(told).to_have_count(0)


def test_a_form_names_no_photo_that_the_browser_cleared_away(phone: BrowserContext, served: Served, wire: Wire) -> None:
    page = under_worker(sign_in(phone.new_page(), "lan"))
    visit = begin(page)
    go_on(page)
    answer(page, "排烟方式", "强制排气式")
    answer(page, "安装位置", "厨房")
    kept(page, "ventilated")
    answer(page, "接到室外大气", "有隐患")
    page.get_by_role("checkbox", name="未装烟管").tap()
    take(page, 1)
    until(page, lambda: len(ledger.on_phone(page).hashes) == 1)
    gone = ledger.on_phone(page).hashes
    cleared = {"origin": wire.address, "storageTypes": "indexeddb"}
    phone.new_cdp_session(page).send("Storage.clearDataForOrigin", cleared)
    page.get_by_label("说明").fill("管子在阳台")
    expect(page.get_by_role("alert").filter(has_text="浏览器清掉了这张表的照片，请再拍一次")).to_be_visible()
    expect(page.locator(".tile")).to_have_count(0)
    kept(page, "管子在阳台")
    assert all(name not in str(ledger.on_phone(page).drafts) for name in gone)

    page.reload()
    sign_in(page, "lan")
    page.goto(visit)
    take(page, 1)
    kept(page, "未装烟管")
    conclude(page)
    phone_now = drained(page, served, ledger.on_phone(page).ids)
    assert len(phone_now.hashes) == 1
    named = ledger.rows(served, "SELECT DISTINCT sha256 FROM photo_mention")
    assert [row["sha256"] for row in named] == list(phone_now.hashes)
    assert ledger.photo_faults(served, "guo", phone_now.hashes) == []


def strip(page: Page) -> Locator:
    """The one message at the top."""
    return page.get_by_role("status").filter(has=page.locator(".strip"))


def test_a_renderer_that_dies_in_a_form_comes_back_to_the_same_card(
    phone: BrowserContext, served: Served, wire: Wire
) -> None:
    page = under_worker(sign_in(phone.new_page(), "lan"))
    wire.cut()
    visit = open_door(page)
    find_two_hazards(page)
    page.get_by_label("说明").fill("管子在阳台")
    kept(page, "管子在阳台")
    held = ledger.on_phone(page)
    with page.expect_event("crash"), contextlib.suppress(Error):
        page.goto("chrome://crash")
    page.close()

    page = phone.new_page()
    page.goto(visit)
    expect(page.get_by_role("heading", name="接口密封")).to_be_visible()
    expect(page.get_by_role("checkbox", name="接口松脱")).to_be_checked()
    expect(page.get_by_role("checkbox", name="当场已改好")).to_be_checked()
    expect(page.get_by_label("说明")).to_have_value("管子在阳台")
    assert ledger.on_phone(page).hashes == held.hashes
    assert len(held.hashes) == 2
    page.get_by_role("checkbox", name="当场已改好").tap()
    finish(page)
    expect(page.get_by_role("heading", name="已存本机")).to_be_visible()
    wire.mend()
    drained(page, served, ledger.on_phone(page).ids)
    assert ledger.photo_faults(served, "guo", held.hashes) == []
