"""Use the desk's map: a line around hazards, another figure, and more of them than a desk holds."""

import os
import re
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from backend.ids import new_id
from tests.backend.places.ground import inside
from tests.journeys import ledger
from tests.journeys.served import Served
from tests.journeys.test_the_desk import FIX, desk_of, report

pytestmark = pytest.mark.journey

MORE_THAN_A_DESK_HOLDS = 1_200
# Copies of the one hazard, each a few steps from the one before.
_COPIES = """INSERT INTO hazard (id, number, lon, lat, quad, {columns})
SELECT gen_random_uuid(), number || '-' || turn, lon, lat, quad + turn::bigint * 3, {columns}
FROM hazard, generate_series(1, {count}) AS turn RETURNING 1"""
_CHANGES = """INSERT INTO change (revision, kind, id, tenant, place_code)
SELECT nextval('revision_seq'), 'hazard', id, tenant, place_code FROM hazard WHERE number LIKE '%-%-%' AND id NOT IN
  (SELECT id FROM change WHERE kind = 'hazard') RETURNING 1"""
_COLUMNS = """SELECT string_agg(column_name, ', ') AS named FROM information_schema.columns WHERE table_name = 'hazard'
AND is_generated = 'NEVER' AND column_name NOT IN ('id', 'fid', 'number', 'lon', 'lat', 'quad')"""


def ground_of(page: Page) -> Locator:
    """Return the map, once it is drawn."""
    ground = page.locator(".map-canvas")
    expect(page.get_by_role("button", name="圈选隐患")).to_be_visible()
    return ground


def draw_around(page: Page, ground: Locator, west: float, north: float, east: float, south: float) -> None:
    """Draw a line around a part of the map, given as parts of its width and height."""
    box = ground.bounding_box()
    assert box is not None
    corners = [(west, north), (east, north), (east, south), (west, south)]
    points = [(box["x"] + x * box["width"], box["y"] + y * box["height"]) for x, y in corners]
    page.get_by_role("button", name="圈选隐患").click()
    page.mouse.move(*points[0])
    page.mouse.down()
    for point in [*points[1:], points[0]]:
        page.mouse.move(*point, steps=6)
    page.mouse.up()


def test_a_line_around_hazards_chooses_them_and_nothing_else(browser: Browser, served: Served) -> None:
    placed = [str(new_id()) for _ in range(2)]
    served.write(
        "lan",
        *(report(hazard, f"通道堆物{number}", fix=FIX | {"taken_at": "2026-03-02T01:00:00Z"})
          for number, hazard in enumerate(placed, 1)),
        report(str(new_id()), "灯坏了", fix=FIX | inside(1) | {"taken_at": "2026-03-02T01:00:00Z"}),
    )  # fmt: skip
    dai = desk_of(browser, served, "dai")
    expect(dai.locator(".triage")).to_have_count(3)
    ground = ground_of(dai)

    draw_around(dai, ground, 0.01, 0.7, 0.05, 0.78)
    expect(dai.get_by_text("圈里没有列表中的隐患")).to_be_visible()

    draw_around(dai, ground, 0.02, 0.02, 0.34, 0.84)
    expect(dai.get_by_role("region", name="已选 2 处")).to_be_visible()
    expect(dai.get_by_role("button", name="下达 2 条")).to_be_visible()

    # Esc puts the line away, and what was chosen stays.
    dai.get_by_role("button", name="圈选隐患").click()
    dai.keyboard.press("Escape")
    expect(dai.get_by_text("按住拖动")).to_have_count(0)
    expect(dai.get_by_role("region", name="已选 2 处")).to_be_visible()


def test_the_grids_are_shaded_by_the_figure_that_was_chosen(browser: Browser, served: Served) -> None:
    served.write("lan", report(str(new_id()), "通道堆物", fix=FIX | {"taken_at": "2026-03-02T01:00:00Z"}))
    dai = desk_of(browser, served, "dai")

    expect(dai.get_by_text("网格内共 1 处未销号")).to_be_visible()
    dai.get_by_role("radio", name="逾期率").check(force=True)

    expect(dai.get_by_text("共逾期 0 / 未销号 1，0%")).to_be_visible()
    dai.get_by_role("radio", name="入户率").check(force=True)
    expect(dai.get_by_text("共入户 0 / 应入户 24，0%")).to_be_visible()

    # Who has one community sees how far it is in that one.
    qin = desk_of(browser, served, "qin")
    qin.get_by_role("radio", name="入户率").check(force=True)
    expect(qin.get_by_text("共入户 0 / 应入户 24，0%")).to_be_visible()


def test_more_hazards_than_a_desk_holds_are_counted_and_drawn_by_the_server(browser: Browser, served: Served) -> None:
    served.write("lan", report(str(new_id()), "通道堆物", fix=FIX | {"taken_at": "2026-03-02T01:00:00Z"}))
    [columns] = ledger.rows(served, _COLUMNS)
    ledger.rows(served, _COPIES.format(columns=columns["named"], count=MORE_THAN_A_DESK_HOLDS))
    ledger.rows(served, _CHANGES)

    dai = desk_of(browser, served, "dai")
    expect(dai.get_by_role("region", name="指标")).to_contain_text(f"{MORE_THAN_A_DESK_HOLDS + 1}")
    expect(dai.get_by_role("region", name="指标")).to_contain_text("由服务器按全部计算")
    expect(dai.get_by_text(f"网格内共 {MORE_THAN_A_DESK_HOLDS + 1} 处未销号")).to_be_visible()
    ground_of(dai)
    with dai.expect_response(lambda answer: "/api/tiles/hazards/" in answer.url and answer.status == 200) as answered:
        dai.get_by_role("button", name="显示每一处隐患").click()

    assert answered.value.headers["content-type"] == "application/vnd.mapbox-vector-tile"
    assert "stage=registered" in answered.value.url


def test_the_desk_is_printed_with_its_filters_its_legend_and_its_list(browser: Browser, served: Served) -> None:
    served.write("lan", report(str(new_id()), "安全出口上锁"), report(str(new_id()), "灭火器过期"))
    dai = desk_of(browser, served, "dai")
    dai.get_by_role("searchbox").fill("灭火器")
    expect(dai.locator(".triage")).to_have_count(1)
    sheet = dai.locator("article.printed")
    expect(sheet).to_have_count(0)

    dai.emulate_media(media="print")
    dai.evaluate("dispatchEvent(new Event('beforeprint'))")
    expect(sheet).to_be_visible()
    expect(sheet).to_contain_text("隐患网格图")
    expect(sheet).to_contain_text("“灭火器”")
    expect(sheet).to_contain_text("共 1 处")
    expect(sheet).to_contain_text("不作为行政区划界线依据")
    expect(sheet.locator("li")).to_have_count(1)
    expect(sheet.locator("svg").first).to_be_visible()
    expect(dai.get_by_role("region", name="指标")).to_be_hidden()
    dai.evaluate("dispatchEvent(new Event('afterprint'))")
    expect(sheet).to_have_count(0)

    # As a browser prints it: what it tells of printing comes in time, and what is on screen is not on paper.
    dai.evaluate("""addEventListener('beforeprint', () => queueMicrotask(() => {
      window.printed = !!document.querySelector('article.printed')
    }))""")
    paper = dai.pdf(prefer_css_page_size=True)
    assert dai.evaluate("window.printed") is True
    assert re.search(rb"/Type\s*/Pages\b.*?/Count 1\b", paper, re.DOTALL), "one page holds it"
    if folder := os.environ.get("GRIDWALK_PICTURES"):
        Path(folder, "desk-printed.pdf").write_bytes(paper)
    dai.emulate_media(media="screen")
    expect(dai.get_by_role("region", name="指标")).to_be_visible()
