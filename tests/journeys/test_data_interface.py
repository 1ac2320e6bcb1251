"""The data interface at the desk: a token is made, shown once, read with, and revoked; whoever may not is told why."""

import json
import os
import zipfile

import httpx
import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from backend.ids import new_id
from tests.cast import HEPING
from tests.journeys.browsing import sign_in
from tests.journeys.conftest import PHONE
from tests.journeys.served import Served
from tests.journeys.test_the_desk import report

pytestmark = pytest.mark.journey


def read(address: str, token: str) -> httpx.Response:
    """Return what another system gets that asks for the premises."""
    headers = {"authorization": f"Bearer {token}"}
    return httpx.get(f"{address}/collections/premises/items", headers=headers, timeout=20)


def picture(page: Page, name: str) -> None:
    """Keep a picture of the page for people to look at, where one is asked for."""
    folder = os.environ.get("GRIDWALK_PICTURES")
    if folder:
        page.screenshot(path=f"{folder}/{name}.png")


def test_a_token_is_shown_once_reads_and_is_revoked(desk: BrowserContext, served: Served) -> None:
    page = sign_in(desk.new_page(), "dai")
    page.goto("/exchange")
    expect(page.get_by_text("还没有令牌")).to_be_visible()
    picture(page, "desk-empty")
    page.get_by_role("button", name="创建令牌").click()
    expect(page.get_by_text("请写明用途")).to_be_visible()
    page.get_by_label("用途").fill("区级指挥平台")
    page.locator("form").get_by_label("范围").select_option(HEPING)
    page.get_by_label("隐患", exact=True).uncheck()
    page.get_by_role("button", name="创建令牌").click()

    sheet = page.get_by_role("dialog")
    expect(sheet).to_contain_text("令牌只显示这一次")
    picture(page, "desk-told")
    token, header, address = (each.inner_text() for each in sheet.locator("code").all())
    assert header == f"Authorization: Bearer {token}"
    sheet.get_by_role("button", name="已经交给对方").click()
    expect(page.locator("body")).not_to_contain_text(token)
    found = read(address, token).json()
    assert {each["properties"]["name"] for each in found["features"]} == {"和平量贩KTV", "和平农贸市场"}
    refused = httpx.get(f"{address}/collections/hazards/items", headers={"authorization": f"Bearer {token}"})
    assert refused.status_code == 404

    page.reload()
    row = page.get_by_role("listitem").filter(has_text="区级指挥平台")
    expect(row).to_contain_text("网格 · 场所")
    row.get_by_role("button", name="停用“区级指挥平台”").click()
    picture(page, "desk-sure")
    row.get_by_role("button", name="停用", exact=True).click()
    expect(page.get_by_text("“区级指挥平台”已停用")).to_be_visible()
    assert read(address, token).status_code == 401
    page.get_by_role("button", name="另有 1 个已失效的").click()
    expect(row).to_contain_text("已停用")
    picture(page, "desk-revoked")


def test_on_a_phone_and_in_english_it_is_whole(browser: Browser, served: Served) -> None:
    with browser.new_context(base_url=served.address, **PHONE) as context:
        page = sign_in(context.new_page(), "qin")
        page.goto("/exchange")
        expect(page.locator("form").get_by_label("范围").locator("option")).to_have_text(["和平社区"])
        page.get_by_label("用途").fill("区级指挥平台")
        page.get_by_role("button", name="创建令牌").click()
        page.get_by_role("dialog").get_by_role("button", name="复制令牌").wait_for()
        picture(page, "phone-told")
        page.get_by_role("dialog").get_by_role("button", name="已经交给对方").click()
        expect(page.get_by_role("listitem").filter(has_text="区级指挥平台")).to_be_visible()
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
        picture(page, "phone-list")
        page.evaluate("localStorage.setItem('gridwalk.preferences', JSON.stringify({ language: 'en' }))")
        page.reload()
        row = page.get_by_role("listitem").filter(has_text="valid until")
        expect(row).to_contain_text("Grids · Premises · Hazards")
        expect(page.get_by_role("button", name="Make the token")).to_be_visible()
        picture(page, "phone-english")


def test_who_may_not_export_is_told_whose_page_it_is(desk: BrowserContext, served: Served) -> None:
    page = sign_in(desk.new_page(), "gu")
    page.goto("/exchange")
    expect(page.get_by_text("督查人员")).to_be_visible()
    expect(page.get_by_role("button", name="创建令牌")).to_have_count(0)


def test_a_view_is_downloaded_as_a_file(desk: BrowserContext, served: Served) -> None:
    page = sign_in(desk.new_page(), "dai")
    page.goto("/exchange")
    taking = page.locator("section").filter(has=page.get_by_role("heading", name="导出文件")).last
    taking.get_by_label("内容").select_option("premises")
    taking.get_by_label("范围").select_option(HEPING)
    taking.get_by_label("文件格式").select_option("shp")
    picture(page, "desk-file")

    with page.expect_download() as downloading:
        taking.get_by_role("link", name="下载文件").click()

    assert downloading.value.suggested_filename.startswith("premises-")
    assert zipfile.is_zipfile(downloading.value.path())


def test_the_list_of_the_desk_leaves_as_it_is_filtered(desk: BrowserContext, served: Served) -> None:
    blocked, expired = str(new_id()), str(new_id())
    served.write("lan", report(blocked, "安全出口上锁"), report(expired, "灭火器过期"))
    page = sign_in(desk.new_page(), "dai")
    page.goto("/desk")
    page.get_by_role("searchbox").fill("灭火器")
    page.get_by_role("button", name="导出").click()
    sheet = page.get_by_role("dialog", name="导出列表")
    sheet.get_by_label("文件格式").select_option("geojson")
    picture(page, "desk-view")

    with page.expect_download() as downloading:
        sheet.get_by_role("link", name="下载文件").click()

    features = json.loads(downloading.value.path().read_text(encoding="utf-8"))["features"]
    assert [each["id"] for each in features] == [expired]
    expect(sheet).to_be_hidden()

    page.get_by_role("button", name="我能办").click()
    page.get_by_role("button", name="导出").click()
    expect(sheet.get_by_text("不能导出")).to_be_visible()
    expect(sheet.get_by_role("link", name="下载文件")).to_have_count(0)
    picture(page, "desk-view-refused")
