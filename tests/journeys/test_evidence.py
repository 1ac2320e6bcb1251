"""Prove a repair with a photo: one from before is told, and a copy on which a person is painted over may leave."""

import re
from typing import Any

import pytest
from playwright.sync_api import BrowserContext, Locator, Page, expect

from tests.journeys import ledger, rounds
from tests.journeys.browsing import sign_in, under_worker
from tests.journeys.rounds import answer, go_on
from tests.journeys.served import Served
from tests.journeys.test_a_visit_offline import picture

pytestmark = pytest.mark.journey

OLD: Any = picture(1)
USED = "整改后照片和整改前几乎一样"
KEPT = re.compile("已存本机 · 编号|已受理 · 回执")


def find_one_hazard(page: Page) -> str:
    """Record a visit with a hazard, shown by a picture that can be chosen again; return the hazard's id."""
    rounds.open_door(page)
    answer(page, "居住方式", "自住")
    page.get_by_role("checkbox", name="燃气热水器").tap()
    go_on(page)
    answer(page, "排烟方式", "强制排气式")
    answer(page, "安装位置", "厨房")
    answer(page, "接到室外大气", "有隐患")
    page.get_by_role("checkbox", name="未装烟管").tap()
    shoot(page)
    expect(page.get_by_role("img", name="刚拍的照片")).to_be_visible()
    go_on(page, "用这张")
    rounds.finish(page)
    expect(page.get_by_role("heading", name="已存本机")).to_be_visible()
    advice = [each["args"] for each in ledger.on_phone(page).mutations if each["name"] == "give_advice"]
    return str(advice[0]["hazard_id"])


def shoot(page: Page, file: Any = OLD) -> None:
    with page.expect_file_chooser() as chooser:
        page.locator("input[type=file][capture]").first.tap()
    chooser.value.set_files([file])


def open_photo(page: Page, number: int) -> Locator:
    """Open a photo of the step's form, and return its sheet."""
    page.get_by_role("button", name=re.compile(f"照片 {number}，已存本机")).tap()
    sheet = page.get_by_role("dialog", name="照片", exact=True)
    expect(sheet.get_by_role("img", name="整改后照片")).to_be_visible()
    return sheet


def paint(page: Page, sheet: Locator) -> None:
    """Paint a box and a stroke over the middle of the photo, and keep the copy."""
    sheet.get_by_role("button", name="涂抹").tap()
    desk = page.get_by_role("dialog", name="涂抹副本")
    keep = desk.get_by_role("button", name="存为副本")
    expect(keep).to_have_attribute("aria-disabled", "true")
    expect(desk.get_by_role("button", name="方块")).not_to_have_css("color", "rgb(255, 255, 255)")  # on white
    desk.get_by_role("button", name="方块").tap()
    desk.get_by_role("button", name="涂掉方块").tap()
    frame = desk.locator("canvas").bounding_box()
    assert frame is not None
    page.mouse.move(frame["x"] + frame["width"] / 4, frame["y"] + frame["height"] / 4)
    page.mouse.down()
    page.mouse.move(frame["x"] + frame["width"] / 2, frame["y"] + frame["height"] / 3, steps=5)
    page.mouse.up()
    expect(desk.get_by_text("已涂 2 处")).to_be_visible()
    keep.tap()
    expect(sheet.get_by_role("img", name="涂抹副本")).to_be_visible()
    expect(sheet.get_by_role("radio", name="涂抹副本")).to_be_checked()


def test_the_proof_of_a_repair_is_compared_with_before_and_painted_over(phone: BrowserContext, served: Served) -> None:
    page = under_worker(sign_in(phone.new_page(), "lan"))
    hazard_id = find_one_hazard(page)
    page.goto(f"/hazards/{hazard_id}")
    page.get_by_role("button", name="报验整改完成").tap()

    shoot(page)
    expect(page.get_by_text(USED)).to_be_visible()
    open_photo(page, 1).get_by_role("button", name="不要这张").tap()
    expect(page.get_by_text(USED)).to_have_count(0)

    shoot(page, picture(5))
    sheet = open_photo(page, 1)
    paint(page, sheet)
    sheet.get_by_role("button", name="留着").tap()
    expect(page.get_by_role("button", name=re.compile("照片 2"))).to_have_count(0)  # the copy is no photo of its own
    page.get_by_label("改了什么").fill("烟管已装好，接到室外")
    page.get_by_role("button", name="存下").tap()
    expect(page.get_by_text(KEPT).first).to_be_visible()

    page.goto("/outbox")
    expect(page.locator("body")).to_contain_text("交班检查：都传完了，可以放心")
    sql = f"""SELECT m.redacts IS NOT NULL AS is_copy, m.leaves, p.redacts = m.redacts AS says_so FROM photo_mention m
              JOIN photo p ON p.sha256 = m.sha256 WHERE m.record_id = '{hazard_id}' AND m.role = 'after' ORDER BY 1"""
    original, copy = ledger.rows(served, sql)
    assert original == {"is_copy": False, "leaves": False, "says_so": None}
    assert copy == {"is_copy": True, "leaves": True, "says_so": True}
    assert ledger.photo_faults(served, "guo", ledger.on_phone(page).hashes) == []
