"""Do the main job with the keys alone: a home is visited, a hazard dispatched, repaired, re-inspected and closed."""

import re
from typing import Any

import pytest
from playwright.sync_api import Browser, expect

from backend.ids import new_id
from tests.cast import PASSWORD
from tests.journeys import ledger
from tests.journeys.conftest import DESK
from tests.journeys.keys import Keys
from tests.journeys.served import Served
from tests.journeys.test_a_visit_offline import picture
from tests.journeys.test_the_desk import report, wait_for

pytestmark = pytest.mark.journey


SMALL = DESK | {"viewport": {"width": 390, "height": 844}}
"""The phone's screens, on something that has keys."""


def keys_of(browser: Browser, served: Served, login: str, size: dict[str, Any] = SMALL) -> Keys:
    """Return the keys of somebody who has signed in with them."""
    page = browser.new_context(base_url=served.address, **size).new_page()
    page.goto("/sign-in")
    keys = Keys(page)
    keys.write(page.locator("[autocomplete=username]"), login)
    keys.write(page.locator("[autocomplete=current-password]"), PASSWORD)
    keys.press("Enter")
    page.wait_for_url("**/pin**")
    keys.do(page.get_by_role("button", name="以后再说"))
    page.wait_for_url(lambda address: "/pin" not in address)
    return keys


def answer(keys: Keys, question: str, word: str) -> None:
    """Answer one card and go on: with the keys nothing goes on by itself."""
    expect(keys.page.get_by_role("heading", name=question)).to_be_visible()
    keys.choose(keys.page.get_by_role("radio", name=word).first)
    go_on(keys)


def go_on(keys: Keys, name: str = "下一题") -> None:
    keys.do(keys.page.get_by_role("button", name=name))


def take(keys: Keys, number: int) -> None:
    """Take a photo, look at it, use it."""
    keys.go_to(keys.page.locator("input[type=file][capture]").first)
    with keys.page.expect_file_chooser() as chooser:
        keys.press("Enter")
    chooser.value.set_files([picture(number)])
    expect(keys.page.get_by_role("img", name="刚拍的照片")).to_be_visible()
    go_on(keys, "用这张")


def test_a_home_is_visited_with_the_keys_alone(browser: Browser, served: Served) -> None:
    keys = keys_of(browser, served, "lan")
    page = keys.page
    keys.do(page.get_by_role("link", name=re.compile("和平里 1栋")).first)
    door = page.get_by_role("gridcell").get_by_role("button")
    keys.go_to(door.filter(has_text="301"))
    keys.press("ArrowDown")
    expect(door.filter(has_text="201")).to_be_focused()
    keys.press("ArrowUp")
    expect(door.filter(has_text="301")).to_be_focused()
    go_on(keys, "入户检查")
    page.wait_for_url("**/visit/*")

    answer(keys, "居住方式", "自住")
    keys.tick(page.get_by_role("checkbox", name="燃气热水器"))
    go_on(keys)
    answer(keys, "排烟方式", "强制排气式")
    answer(keys, "安装位置", "厨房")
    expect(page.get_by_role("heading", name="接到室外大气")).to_be_visible()
    hazard, not_here = (page.get_by_role("radio", name=word).first for word in ("有隐患", "不适用"))
    keys.choose(not_here)  # past the hazard, which takes nobody away
    expect(page.get_by_role("checkbox", name="未装烟管")).to_have_count(0)
    keys.choose(hazard)
    expect(page.get_by_role("checkbox").first).to_be_focused()
    keys.press("Shift+Tab")
    keys.choose(not_here)
    expect(not_here).to_be_focused()
    keys.choose(hazard)
    keys.tick(page.get_by_role("checkbox", name="未装烟管"))
    take(keys, 1)
    go_on(keys, "三句说完，下一题")
    expect(page.get_by_role("heading", name="接口密封")).to_be_visible()
    keys.do(page.get_by_role("button", name="还没答的题"))
    keys.do(page.get_by_role("button", name="看汇总"))
    keys.write(page.get_by_label("没答完的原因"), "住户赶时间，余下的下次查")
    go_on(keys, "保存")
    expect(page.get_by_text("已受理")).to_have_count(3)
    [visit] = ledger.rows(served, "SELECT outcome, hazards FROM visit")
    assert visit == {"outcome": "entered", "hazards": 1}


def test_a_hazard_is_dispatched_repaired_and_closed_with_the_keys_alone(browser: Browser, served: Served) -> None:
    hazard_id = str(new_id())
    served.write("lan", report(hazard_id, "通道堆物"))
    dai = desk_keys_of(browser, served, "dai")
    page = dai.page
    dai.tick(page.locator(".triage").first.get_by_role("checkbox"))
    dai.do(page.get_by_role("button", name="下达 1 条"))
    sheet = page.get_by_role("dialog", name="批量下达限期整改")
    dai.do(sheet.get_by_role("button", name="下达 1 条"))
    expect(sheet.get_by_text("已受理 · 回执")).to_have_count(1)
    dai.press("Escape")
    expect(sheet).to_have_count(0)

    wu = keys_of(browser, served, "wu")
    open_hazard(wu, "通道堆物")
    wu.do(wu.page.get_by_role("button", name="签收、开始整改"))
    wu.do(wu.page.get_by_role("button", name="存下"))
    wait_for(wu.page, hazard_id, stage="in_rectification")
    wu.do(wu.page.get_by_role("button", name="报验整改完成"))
    wu.go_to(wu.page.locator("input[type=file]").first)
    with wu.page.expect_file_chooser() as chooser:
        wu.press("Enter")
    chooser.value.set_files([picture(5)])
    expect(wu.page.get_by_role("button", name=re.compile("照片 1，已存本机"))).to_be_visible()
    wu.write(wu.page.get_by_label("改了什么"), "通道上的货物已搬到仓库")
    wu.do(wu.page.get_by_role("button", name="存下"))
    wait_for(wu.page, hazard_id, stage="submitted")

    guo = keys_of(browser, served, "guo")
    open_hazard(guo, "通道堆物")
    guo.do(guo.page.get_by_role("button", name="复查合格、销号"))
    guo.write(guo.page.get_by_label("说明", exact=True), "到场看过，通道畅通")
    guo.do(guo.page.get_by_role("button", name="存下"))
    wait_for(guo.page, hazard_id, stage="closed")


def desk_keys_of(browser: Browser, served: Served, login: str) -> Keys:
    """Return the keys of somebody whose desk is open."""
    keys = keys_of(browser, served, login, DESK)
    keys.page.goto("/desk")
    expect(keys.page.get_by_role("region", name="指标")).to_be_visible()
    return keys


def open_hazard(keys: Keys, what: str) -> None:
    """Go to the list of hazards and open one."""
    keys.do(keys.page.get_by_role("link", name="隐患").last)
    keys.do(keys.page.get_by_role("link", name=re.compile(what)).first)
    expect(keys.page.get_by_role("heading", level=1)).to_be_visible()
