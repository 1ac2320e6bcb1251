"""At the desk a grid is split: drawn by pressing beside its corners, looked at, named, put in force, and undone."""

import re
from typing import Any

import pytest
from playwright.sync_api import BrowserContext, Locator, Page, expect

from tests.backend.places.ground import SOUTH, STEP, WEST
from tests.cast import GRID_1, GRID_2, HEPING
from tests.journeys.browsing import sign_in

pytestmark = pytest.mark.journey

NEW = (f"{HEPING}003", f"{HEPING}004")


def standing(page: Page) -> dict[str, Any]:
    """Return the grids in use, by code, as the server tells them."""
    told = page.evaluate("fetch('/api/grids').then((answer) => answer.json())")
    return {each["properties"]["code"]: each for each in told["features"]}


def grids_of_premises(page: Page) -> set[str]:
    told = page.evaluate("fetch('/api/premises').then((answer) => answer.json())")
    return {each["grid_code"] for each in told["premises"]}


def press(sheet: Locator, page: Page, x: float, y: float) -> None:
    """Press on the sheet, at a part of the way through the box around the grid that is chosen."""
    box = sheet.locator("path.cell.chosen").bounding_box()
    assert box is not None
    page.mouse.click(box["x"] + x * box["width"], box["y"] + y * box["height"])


def test_a_grid_is_split_on_the_sheet_and_put_back(desk: BrowserContext) -> None:
    office = sign_in(desk.new_page(), "dai")
    office.goto("/places?part=import&do=redraw")
    before = standing(office)
    sheet = office.locator("svg.sheet")
    office.get_by_label("社区", exact=True).select_option(HEPING)

    office.get_by_label("要拆分的网格").select_option(GRID_1)
    press(sheet, office, 0.02, 0.4)  # beside the western edge
    press(sheet, office, 0.99, 0.41)  # and the eastern
    points = office.get_by_label("界线上的点").input_value().splitlines()
    assert [float(point.split(",")[0]) for point in points] == [WEST, round(WEST + STEP, 7)]
    office.get_by_role("button", name="看看会怎样").click()
    expect(office.locator("aside")).to_contain_text("会转走：未销号隐患 0、楼栋 2、住户 24、场所 2。")
    expect(office.locator("aside .moves li")).to_have_count(4)
    expect(office.locator("aside")).to_contain_text("边线上多一个角点、范围不变：第2网格")
    assert standing(office).keys() == before.keys()  # nothing yet

    office.get_by_label("名称").first.fill("和平南网格")
    office.get_by_role("button", name="确定，启用新网格").click()
    expect(office.get_by_text("新网格已启用")).to_be_visible()
    now = standing(office)
    assert now.keys() == before.keys() - {GRID_1} | set(NEW)
    assert "和平南网格" in {each["properties"]["name"] for each in now.values()}
    assert grids_of_premises(office) < set(NEW)

    latest = office.get_by_role("region", name="最近的变更")
    expect(latest).to_contain_text(re.compile(r"还可撤销：(24 小时 0|23 小时 5\d) 分"))
    latest.get_by_role("button", name="撤销").click()
    latest.get_by_role("button", name="确定撤销").click()
    expect(latest).to_contain_text("已撤销，都回到原来的网格")
    assert {code: each["geometry"] for code, each in standing(office).items()} == {
        code: each["geometry"] for code, each in before.items()
    }
    assert grids_of_premises(office) == {GRID_1}


def test_a_market_is_carved_out_of_two_grids_by_typing(desk: BrowserContext) -> None:
    office = sign_in(desk.new_page(), "dai")
    office.goto("/places?part=import&do=redraw")
    office.get_by_label("社区", exact=True).select_option(HEPING)
    office.get_by_role("button", name="划出专属网格").click()
    corners = [(0.7, 0.2), (1.3, 0.2), (1.3, 0.8), (0.7, 0.8)]

    office.get_by_label("范围的角点").fill("109.4")
    expect(office.get_by_text("每行写“经度, 纬度”，如")).to_be_visible()
    office.get_by_label("范围的角点").fill("109.3, 24.3\n109.4, 24.3\n109.4, 24.4")
    office.get_by_role("button", name="看看会怎样").click()
    expect(office.locator("form").get_by_role("alert")).to_contain_text("所画范围有一部分在本社区网格之外")
    office.get_by_label("范围的角点").fill(
        "\n".join(f"{WEST + x * STEP:.7f}, {SOUTH + y * STEP:.7f}" for x, y in corners)
    )
    office.get_by_role("button", name="看看会怎样").click()
    expect(office.get_by_role("heading", name="给新网格起名")).to_be_visible()
    expect(office.get_by_text("请填名称")).to_be_visible()
    office.get_by_label("名称").first.fill("和平农贸市场")
    office.get_by_role("button", name="确定，启用新网格").click()

    expect(office.get_by_text("新网格已启用")).to_be_visible()
    now = standing(office)
    assert not {GRID_1, GRID_2} & now.keys()
    assert now[NEW[0]]["properties"]["kind"] == "dedicated"
