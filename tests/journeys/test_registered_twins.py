"""Two registered hazards that may be one are shown beside each other, and joined by the leader."""

import re

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from backend.ids import new_id
from tests.backend.hazards.conftest import BEFORE, FIX
from tests.cast import KTV
from tests.journeys.browsing import sign_in, under_worker
from tests.journeys.conftest import PHONE
from tests.journeys.rounds import take
from tests.journeys.served import Served

pytestmark = pytest.mark.journey


def report(served: Served, by: str, *what: str) -> str:
    """Let somebody report a hazard in the KTV; return its id."""
    hazard_id = new_id()
    found = {
        "hazard_id": hazard_id, "place_kind": "premises", "place_id": KTV, "track": "patrol", "category": "assembly",
        "what": list(what), "description": "", "grade": "general", "advice": "立即开锁", "proposed_due_days": 3,
        "photos": [BEFORE], "fix": FIX, "location_note": "",
    }  # fmt: skip
    (receipt,) = served.write(by, ("report_hazard", found))
    assert receipt["outcome"] == "applied", receipt
    return str(hazard_id)


def test_a_hazard_that_was_registered_twice_is_pointed_out_until_one_is_voided(
    phone: BrowserContext, desk: BrowserContext, served: Served
) -> None:
    first = report(served, "lan", "安全出口上锁")
    second = report(served, "guo", "安全出口上锁", "应急灯不亮")
    report(served, "guo", "灭火器过期")
    office = sign_in(desk.new_page(), "dai")
    office.goto(f"/hazards/{first}")
    hint = office.get_by_role("status").filter(has_text="可能和这条是同一件")
    expect(hint.get_by_role("link")).to_have_count(1)
    expect(hint).to_contain_text("同一地点")
    expect(hint).to_contain_text("街道分管领导")
    hint.get_by_role("link").click()
    expect(office).to_have_url(f"{served.address}/hazards/{second}")
    expect(hint.get_by_role("link")).to_have_attribute("href", f"/hazards/{first}")

    page = sign_in(phone.new_page(), "lan")
    page.goto(f"/hazards/{first}")
    expect(page.get_by_text("可能和这条是同一件")).to_be_visible()

    (receipt,) = served.write("jing", ("void_hazard", {"hazard_id": second, "reason": "重复"}))
    assert receipt["outcome"] == "applied", receipt
    office.goto(f"/hazards/{first}")
    expect(office.get_by_role("heading", name="安全出口上锁")).to_be_visible()
    expect(office.get_by_text("可能和这条是同一件")).to_have_count(0)


def report_on_a_walk(page: Page, photo: int) -> str:
    """Report a blocked lane in public, with a photo; return the hazard's path."""
    page.goto("/report")
    page.get_by_role("radio", name="公共区域").check()
    page.get_by_role("checkbox", name="消防通道被占").check()
    take(page, photo)
    page.get_by_label("建议怎么改").fill("请马上挪走")
    page.get_by_role("button", name="保存", exact=True).click()
    page.wait_for_url(lambda address: "/hazards/" in address)
    return "/hazards/" + page.url.rpartition("/")[2]


def test_voiding_the_one_that_stays_tells_of_what_was_joined_and_without_a_network_too(
    phone: BrowserContext, desk: BrowserContext, served: Served
) -> None:
    kept, first, late = (report(served, by, "安全出口上锁") for by in ("lan", "guo", "guo"))
    number = {one: served.ask("jing", f"/api/hazards/{one}")["hazard"]["number"] for one in (kept, first, late)}
    join = {"reason": "重复", "duplicate_of": kept}
    (receipt,) = served.write("jing", ("void_hazard", {"hazard_id": first} | join))
    assert receipt["outcome"] == "applied", receipt
    page = under_worker(sign_in(phone.new_page(), "jing"))
    page.goto(f"/hazards/{kept}")
    expect(page.get_by_role("region", name="并入的登记 1 条")).to_contain_text(number[first])
    phone.set_offline(offline=True)
    page.goto(f"/hazards/{kept}?do=void_hazard")
    warning = page.get_by_role("status").filter(has_text="1 条登记并入了它")
    expect(warning.get_by_role("link", name=f"看 {number[first]}")).to_have_attribute("href", f"/hazards/{first}")
    page.get_by_label("原因").fill("误报，门没锁")
    page.get_by_role("button", name="存下").click()
    expect(page.get_by_text("已存本机 · 编号")).to_be_visible()

    (receipt,) = served.write("jing", ("void_hazard", {"hazard_id": late} | join))
    assert receipt["outcome"] == "applied", receipt
    phone.set_offline(offline=False)
    page.goto(f"/hazards/{kept}")
    told = page.get_by_role("alert").filter(has_text="“作废（误报、重复）”未受理")
    expect(told).to_contain_text(f"{number[late]} 已并入这一条")
    assert served.ask("jing", f"/api/hazards/{kept}")["hazard"]["stage"] == "registered"

    office = sign_in(desk.new_page(), "jing")
    office.goto(f"/hazards/{kept}?do=void_hazard")
    warning = office.get_by_role("status").filter(has_text="2 条登记并入了它")
    expect(warning).to_contain_text("安全出口上锁")
    office.get_by_label("原因").fill("误报，门没锁")
    office.get_by_role("button", name="存下").click()
    expect(office.get_by_text("“作废（误报、重复）”已受理")).to_be_visible()
    office.goto(f"/hazards/{late}")
    expect(office.get_by_text(f"{number[kept]} 后来也作废了，原因：误报，门没锁")).to_be_visible()


def send_everything(page: Page) -> None:
    """Send what waits on a phone, and wait until nothing does."""
    page.goto("/outbox")
    page.get_by_role("button", name="马上传完").click()
    expect(page.locator("main")).to_contain_text("今天已受理")


def test_two_report_one_lane_without_a_network_and_the_leader_joins_them(
    browser: Browser, phone: BrowserContext, desk: BrowserContext, served: Served
) -> None:
    with browser.new_context(base_url=served.address, **PHONE) as second:
        second.set_default_timeout(15_000)
        lan = under_worker(sign_in(phone.new_page(), "lan"))
        guo = under_worker(sign_in(second.new_page(), "guo"))
        served.stop()
        stays, goes = report_on_a_walk(lan, 1), report_on_a_walk(guo, 2)
        served.start()
        for page in (lan, guo):
            send_everything(page)
        numbers = [served.ask("jing", f"/api{path}")["hazard"]["number"] for path in (stays, goes)]

        # Guo goes down into a basement and writes on his own report.
        second.set_offline(offline=True)
        guo.goto(f"{goes}?do=note_hazard")
        guo.get_by_label("说明").fill("车主说明天挪")
        guo.get_by_role("button", name="存下").click()
        expect(guo.get_by_text("已存本机 · 编号")).to_be_visible()

        jing = sign_in(desk.new_page(), "jing")
        jing.goto(goes)
        jing.get_by_role("button", name=f"对照、合并 {numbers[0]}").click()
        sheet = jing.get_by_role("dialog", name="合并重复登记")
        expect(sheet.get_by_role("radio", name=f"留下 {numbers[0]}")).to_be_checked()
        expect(sheet.get_by_role("img")).to_have_count(2)
        sheet.get_by_role("button", name=f"把 {numbers[1]} 并入 {numbers[0]}").click()
        expect(jing.get_by_text("“并入重复登记”已受理")).to_be_visible()
        jing.get_by_role("link", name=f"打开 {numbers[0]}").click()
        joined = jing.get_by_role("region", name="并入的登记 1 条")
        expect(joined).to_contain_text(numbers[1])
        expect(joined.get_by_role("button", name=re.compile("照片"))).to_have_count(1)
        assert served.ask("dai", "/api/hazards?stage=open")["total"] == 1

        lan.goto(stays)
        expect(lan.get_by_role("region", name="并入的登记 1 条")).to_contain_text(numbers[1])
        second.set_offline(offline=False)
        send_everything(guo)
        guo.goto(goes)
        expect(guo.get_by_text(f"重复登记，已并入 {numbers[0]}", exact=True)).to_be_visible()
        told = guo.get_by_role("alert").filter(has_text="“情况说明”未受理")
        expect(told).to_contain_text(f"已并入 {numbers[0]}。请打开那一条接着办")
        guo.get_by_role("link", name=f"打开 {numbers[0]}").click()
        expect(guo.get_by_role("region", name="并入的登记 1 条")).to_contain_text(numbers[1])
