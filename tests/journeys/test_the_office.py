"""The office invites a worker, hands out a phone, takes it back, and looks at what it still sends."""

import re
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.cast import GRID_1, GRID_2, HEPING, KTV, TENANT
from tests.journeys.browsing import put_off_pin, sign_in
from tests.journeys.conftest import PHONE
from tests.journeys.served import Served

pytestmark = pytest.mark.journey

WORKER = "新来的韦"
NEW_PHONE_NUMBER = "13900001234"


def invite(page: Page) -> None:
    """Let the administrator invite the worker and open the next step."""
    page.goto("/people")
    page.get_by_role("button", name="请新同事").click()
    page.get_by_label("姓名", exact=True).fill(WORKER)
    page.get_by_label("手机号").fill("13812340001")
    page.locator("form").get_by_role("combobox", name="岗位").select_option("grid_worker")
    page.locator("input[list]").fill(GRID_1)
    page.get_by_role("button", name="建立账号").click()
    expect(page.get_by_text("账号已建好")).to_be_visible()
    page.get_by_role("button", name="下一步：发登记码").click()


def code_for_worker(page: Page) -> str:
    """Return the address in the QR code that the administrator is shown for the worker."""
    page.get_by_role("button", name="发登记码").click()
    sheet = page.get_by_role("dialog")
    expect(sheet.locator(".qr svg")).to_be_visible()
    expect(sheet).to_contain_text("扫一次即登录")
    address = sheet.locator("code").inner_text()
    sheet.get_by_role("button", name="关闭").click()
    return address


def enrol(page: Page, address: str) -> Page:
    """Return the page of a phone that has scanned the address and tapped."""
    page.goto(address)
    page.get_by_role("button", name="登记这部手机").click()
    return put_off_pin(page)


def who(page: Page) -> dict[str, Any]:
    """Return the name and the device that the server knows the page by; the status when it knows nobody."""
    asked = "fetch('/api/me').then(async (answer) => ({ status: answer.status, ...(await answer.json()) }))"
    told: dict[str, Any] = page.evaluate(asked)
    known = told["status"] == 200
    return {"status": told["status"]} | ({"name": told["person"]["name"], "device": told["device"]} if known else {})


def write_down_without_network(page: Page, context: BrowserContext) -> None:
    """Let the worker change the KTV's telephone number where there is no network."""
    page.goto(f"/places?place={KTV}")
    page.get_by_role("button", name="改联系电话").wait_for()
    context.set_offline(True)
    page.get_by_role("button", name="改联系电话").click()
    page.get_by_label("新的联系电话").fill(NEW_PHONE_NUMBER)
    page.get_by_role("button", name="确定修改").click()
    expect(page.get_by_text("已存本机", exact=False).first).to_be_visible()


def revoke(page: Page, code: str) -> None:
    """Let the administrator withdraw the worker's phone, having read what becomes of its records."""
    page.reload()
    page.locator(".device", has_text=code).get_by_role("button", name="收回").click()
    expect(page.locator(".device", has_text=code)).to_contain_text("没传的记录仍留在那部手机里")
    page.get_by_role("button", name="确定收回").click()
    expect(page.get_by_text("这台设备已收回")).to_be_visible()
    expect(page.locator(".device", has_text=code)).to_contain_text("已收回")


def test_a_code_signs_the_invited_worker_in_once_and_never_again(
    desk: BrowserContext, phone: BrowserContext, browser: Browser, served: Served
) -> None:
    office = sign_in(desk.new_page(), "min")
    invite(office)
    address = code_for_worker(office)

    worker = enrol(phone.new_page(), address)
    assert who(worker)["name"] == WORKER

    with browser.new_context(base_url=served.address, **PHONE) as other:
        stranger = other.new_page()
        stranger.goto(address)
        stranger.get_by_role("button", name="登记这部手机").click()
        expect(stranger.locator("#app [role=alert]")).to_contain_text("登录码已使用")
        assert who(stranger)["status"] == 401


def test_a_revoked_phone_is_signed_out_and_loses_nothing(desk: BrowserContext, phone: BrowserContext) -> None:
    office = sign_in(desk.new_page(), "min")
    invite(office)
    worker = enrol(phone.new_page(), code_for_worker(office))
    code = who(worker)["device"]["code"]
    write_down_without_network(worker, phone)

    revoke(office, code)
    phone.set_offline(False)

    expect(worker.get_by_text(re.compile("登录过期了"))).to_be_visible()
    assert who(worker)["status"] == 401
    expect(worker.get_by_text("已存本机", exact=False).first).to_be_visible()


def test_what_a_revoked_phone_still_held_is_accepted_by_somebody_at_the_desk(
    desk: BrowserContext, phone: BrowserContext, browser: Browser, served: Served
) -> None:
    office = sign_in(desk.new_page(), "min")
    invite(office)
    worker = enrol(phone.new_page(), code_for_worker(office))
    code = who(worker)["device"]["code"]
    write_down_without_network(worker, phone)
    revoke(office, code)
    phone.set_offline(False)
    expect(worker.get_by_text(re.compile("登录过期了"))).to_be_visible()

    again = enrol(worker, code_for_worker(office))
    assert who(again)["device"]["code"] != code

    with browser.new_context(base_url=served.address, locale="zh-CN", timezone_id="Asia/Shanghai") as other:
        dispatcher = sign_in(other.new_page(), "dai")
        dispatcher.goto("/held")
        card = dispatcher.get_by_role("article", name=f"{code}-0001")
        expect(card).to_contain_text("来自已收回的设备")
        expect(card).to_contain_text(WORKER)
        expect(card).to_contain_text("和平量贩KTV")
        card.get_by_role("button", name="受理", exact=True).click()
        expect(card).to_contain_text("已受理")
        expect(dispatcher.get_by_text("没有待审的记录")).to_be_visible()
        dispatcher.goto(f"/places?place={KTV}")
        expect(dispatcher.locator("aside")).to_contain_text(f"{NEW_PHONE_NUMBER[:3]}****{NEW_PHONE_NUMBER[-4:]}")


def test_a_community_is_registered_by_who_may_and_its_code_only_once(desk: BrowserContext, browser: Browser,
                                                                      served: Served) -> None:  # fmt: skip
    office = sign_in(desk.new_page(), "dai")
    office.goto("/places?part=import&do=community")
    office.get_by_label("社区编码（12 位）").fill(HEPING)
    expect(office.get_by_text(f"{HEPING} 已经登记：和平社区")).to_be_visible()
    office.get_by_label("社区编码（12 位）").fill(f"{TENANT}009")
    office.get_by_label("社区名称").fill("龙福社区")
    office.get_by_role("button", name="登记社区", exact=True).last.click()
    expect(office.get_by_text("社区已登记")).to_be_visible()
    expect(office.locator("aside")).to_contain_text("龙福社区")

    with browser.new_context(base_url=served.address, locale="zh-CN", timezone_id="Asia/Shanghai") as other:
        community = sign_in(other.new_page(), "qin")
        community.goto("/places?part=import&do=community")
        expect(community.get_by_text("登记社区由街道一级的岗位办理（街道分派员、系统管理员）")).to_be_visible()


def test_before_a_grid_is_retired_the_office_reads_what_goes_with_it(desk: BrowserContext, served: Served) -> None:
    office = sign_in(desk.new_page(), "dai")
    office.goto(f"/places?part=grids&grid={GRID_1}")
    office.get_by_role("link", name="停用这个网格").click()
    expect(office.get_by_text("楼栋 2、住户 24、场所 2、未销号隐患 0")).to_be_visible()
    expect(office.get_by_text("停用不能撤销")).to_be_visible()
    # Its places would belong nowhere: the button says so before it is pressed.
    expect(office.get_by_text("还有 4 处楼栋和场所")).to_be_visible()
    office.get_by_role("checkbox", name="第2网格").check()
    office.get_by_role("button", name=re.compile("^停用和平社区")).click()
    expect(office.get_by_text("已受理 · 回执")).to_be_visible()

    assert {row["grid_code"] for row in served.ask("dai", "/api/premises")["premises"]} == {GRID_2}
    office.goto("/places?part=import&do=retire")
    expect(office.get_by_label("要停用的网格").locator(f"option[value='{GRID_1}']")).to_have_count(0)


@pytest.mark.parametrize(("login", "way"), [("xiao", "看隐患"), ("min", "人员与手机")])
def test_who_makes_no_visits_is_led_on_from_the_first_screen(phone: BrowserContext, login: str, way: str) -> None:
    page = sign_in(phone.new_page(), login)
    page.goto("/")
    expect(page.get_by_text("您的岗位不负责入户")).to_be_visible()
    page.get_by_role("link", name=way).click()
    expect(page.get_by_role("heading", level=1)).to_be_visible()
