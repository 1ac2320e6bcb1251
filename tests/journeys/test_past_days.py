"""Look back over days at the desk: by keys, by a link, week by week, on paper and on the plain map."""

import os
from datetime import date, timedelta
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import Browser, Page, expect

from backend import clock
from backend.ids import new_id
from tests.journeys import ledger
from tests.journeys.served import Served
from tests.journeys.test_the_desk import FIX, desk_of, dispatched, report
from tests.journeys.test_the_desk_map import _COLUMNS, _COPIES

pytestmark = pytest.mark.journey

MORE_THAN_ARE_LISTED = 600
# What was done today is done so many days before: its step, its deadline, and when it was reported.
_SET_BACK = """UPDATE hazard_event SET at = at - make_interval(days => {days}), deadline_on = deadline_on - {days}
WHERE hazard_id = '{hazard}' AND action = '{action}' RETURNING 1"""
_TRIGGER = "ALTER TABLE hazard_event {} TRIGGER hazard_event_immutable"
_EVENTS = """INSERT INTO hazard_event (id, hazard_id, fid, tenant, action, at, received_at, by, by_name, by_role,
  to_stage, grade, deadline_on, given, number)
SELECT gen_random_uuid(), h.id, h.fid, h.tenant, e.action, e.at, e.received_at, e.by, e.by_name, e.by_role, e.to_stage,
  e.grade, e.deadline_on, e.given, e.number
FROM hazard h, hazard_event e WHERE h.number LIKE '%-%-%' AND e.hazard_id = '{hazard}' RETURNING 1"""
_CHANGES = """INSERT INTO change (revision, kind, id, tenant, place_code)
SELECT nextval('revision_seq'), 'hazard', id, tenant, place_code FROM hazard WHERE number LIKE '%-%-%' RETURNING 1"""
AT_THE_SPOT = FIX | {"taken_at": "2026-03-02T01:00:00Z"}


def days_ago(days: int) -> date:
    return clock.today() - timedelta(days)


def set_back(served: Served, *steps: tuple[str, str, int]) -> None:
    """Let steps of hazards have been taken so many days ago: hazard, action, days."""
    ledger.rows(served, _TRIGGER.format("DISABLE"))
    for hazard, action, days in steps:
        assert ledger.rows(served, _SET_BACK.format(hazard=hazard, action=action, days=days))
    ledger.rows(served, _TRIGGER.format("ENABLE"))


@pytest.fixture
def blocked(served: Served) -> str:
    """A blocked way: reported 30 days ago for within 3 days, dispatched 20 days ago for within 7, voided today."""
    hazard, other = str(new_id()), str(new_id())
    served.write("lan", report(hazard, "通道堆物", fix=AT_THE_SPOT), report(other, "灭火器过期", fix=AT_THE_SPOT))
    served.write("qin", dispatched(hazard, days_ago(-7).isoformat()))
    served.write("jing", ("void_hazard", {"hazard_id": hazard, "reason": "重复登记"}))
    set_back(served, (hazard, "report_hazard", 30), (hazard, "dispatch_hazard", 20), (other, "report_hazard", 5))
    return hazard


def look_back(page: Page) -> None:
    """Open the time line, and stand on its slider."""
    page.get_by_role("button", name="看过去").click()
    page.get_by_role("slider", name="看哪一天结束时的情形").focus()


def expect_day(page: Page, days: int) -> None:
    """The page says which day it shows, and its address does."""
    day = days_ago(days)
    expect(page.get_by_text(f"看的是 {day.year}年{day.month}月{day.day}日")).to_be_visible()
    assert parse_qs(urlsplit(page.url).query)["on"] == [day.isoformat()]


def picture(page: Page, name: str) -> None:
    if folder := os.environ.get("GRIDWALK_PICTURES"):
        page.screenshot(path=Path(folder, f"{name}.png"))


def test_by_keys_one_looks_at_the_days_and_comes_back_to_today(browser: Browser, served: Served, blocked: str) -> None:
    dai = desk_of(browser, served, "dai")
    expect(dai.locator(".triage")).to_have_count(1)  # the voided one is not open today
    look_back(dai)

    dai.keyboard.press("PageDown")
    dai.keyboard.press("PageDown")
    expect_day(dai, 14)
    row = dai.locator(".triage")
    expect(row).to_have_count(1)
    expect(row).to_contain_text("通道堆物")
    expect(row).to_contain_text("已下达")
    expect(dai.get_by_role("region", name="当天的指标")).to_contain_text("0 逾期 / 1 未销号")
    expect(dai.get_by_text("网格内共 1 处未销号")).to_be_visible()
    picture(dai, "desk-past")

    # Its first deadline had passed, until the dispatch gave it another.
    dai.keyboard.press("PageDown")
    expect_day(dai, 21)
    expect(row).to_contain_text("登记")
    expect(dai.get_by_role("heading", name="那天已逾期 1")).to_be_visible()
    dai.keyboard.press("ArrowRight")
    expect_day(dai, 20)
    expect(dai.get_by_role("region", name="当天的指标")).to_contain_text("0 逾期 / 1 未销号")
    dai.get_by_label("进展").select_option("registered")
    expect(dai.get_by_text("没有符合的隐患")).to_be_visible()
    dai.get_by_label("进展").select_option("open")
    expect(row).to_have_count(1)

    # Nothing is to be done in the past, and what comes now does not come into it.
    expect(row.get_by_role("button", name="查看")).to_be_visible()
    expect(dai.get_by_role("checkbox")).to_have_count(0)
    served.write("lan", report(str(new_id()), "灯坏了", fix=AT_THE_SPOT))
    dai.wait_for_timeout(1500)
    expect(row).to_have_count(1)
    dai.get_by_role("button", name="回到今天").click()
    expect(row).to_have_count(2)
    expect(dai.get_by_text("有变化即更新")).to_be_visible()
    assert "on=" not in dai.url


def test_a_link_leads_to_a_day_and_a_hazard_opens_beside_it(browser: Browser, served: Served, blocked: str) -> None:
    dai = desk_of(browser, served, "dai")
    dai.goto(f"/desk?on={days_ago(10).isoformat()}")
    expect_day(dai, 10)
    expect(dai.get_by_role("heading", name="那天已逾期 1")).to_be_visible()

    dai.locator(".triage").get_by_role("button", name="查看").click()
    expect(dai.get_by_text("下面是它现在的情形")).to_be_visible()
    expect_day(dai, 10)
    dai.get_by_role("button", name="收起详情").click()
    expect_day(dai, 10)

    dai.goto("/desk?on=2999-01-01")  # no past day is today
    expect(dai.locator(".triage")).to_have_count(1)
    expect(dai.get_by_role("slider")).to_have_count(0)


def test_it_plays_from_the_first_hazard_to_today(browser: Browser, served: Served, blocked: str) -> None:
    dai = desk_of(browser, served, "dai")
    look_back(dai)
    dai.get_by_role("button", name="逐周播放").click()

    for days in (30, 23, 16, 9, 2):
        expect_day(dai, days)
    expect(dai.get_by_role("button", name="逐周播放")).to_be_visible()
    expect(dai.get_by_text("有变化即更新")).to_be_visible()


def test_a_past_day_is_printed_with_its_name(browser: Browser, served: Served, blocked: str) -> None:
    dai = desk_of(browser, served, "dai")
    dai.goto(f"/desk?on={days_ago(14).isoformat()}")
    expect_day(dai, 14)

    dai.emulate_media(media="print")
    dai.evaluate("dispatchEvent(new Event('beforeprint'))")
    day = days_ago(14)
    expect(dai.locator("article.printed h1")).to_contain_text(f"{day.year}年{day.month}月{day.day}日")
    expect(dai.locator("article.printed li")).to_have_count(1)
    expect(dai.locator("article.printed")).to_contain_text("网格内共 1 处未销号")


def test_without_a_network_no_other_day_is_shown_under_its_name(browser: Browser, served: Served, blocked: str) -> None:
    dai = desk_of(browser, served, "dai")
    look_back(dai)
    dai.keyboard.press("PageDown")
    expect_day(dai, 7)
    dai.context.set_offline(True)
    dai.keyboard.press("PageDown")
    day = days_ago(14)
    expect(dai.locator(".time [role=alert]")).to_contain_text(f"{day.month}月{day.day}日")
    expect(dai.locator(".triage")).to_have_count(0)
    expect(dai.get_by_text("处未销号")).to_have_count(0)

    dai.context.set_offline(False)
    dai.locator(".time [role=alert]").get_by_role("button").first.click()
    expect_day(dai, 14)


def test_more_than_are_listed_are_drawn_from_tiles_of_that_day(browser: Browser, served: Served, blocked: str) -> None:
    [columns] = ledger.rows(served, _COLUMNS)
    ledger.rows(served, _COPIES.format(columns=columns["named"], count=MORE_THAN_ARE_LISTED))
    ledger.rows(served, _EVENTS.format(hazard=blocked))
    ledger.rows(served, _CHANGES)
    dai = desk_of(browser, served, "dai")
    dai.goto(f"/desk?on={days_ago(14).isoformat()}")
    expect_day(dai, 14)
    expect(dai.get_by_text("列表里有 500 处，共 1201 处")).to_be_visible()
    with dai.expect_response(lambda answer: "/api/tiles/hazards/" in answer.url and answer.status == 200) as answered:
        dai.get_by_role("button", name="显示每一处隐患").click()
    assert f"on={days_ago(14).isoformat()}" in answered.value.url
    with dai.expect_response(lambda answer: f"on={days_ago(21).isoformat()}" in answer.url and "/tiles/" in answer.url):
        dai.get_by_role("button", name="前一周").click()


def test_the_plain_map_shows_the_past_too(flat: Browser, served: Served, blocked: str) -> None:
    dai = desk_of(flat, served, "dai")
    dai.goto(f"/desk?on={days_ago(14).isoformat()}")
    expect_day(dai, 14)
    dai.get_by_role("button", name="显示每一处隐患").click()

    expect(dai.locator("svg.grids").get_by_role("button", name="通道堆物")).to_have_count(1)
    expect(dai.locator("svg.grids").get_by_role("button", name="灭火器过期")).to_have_count(0)
    picture(dai, "desk-past-plain")
