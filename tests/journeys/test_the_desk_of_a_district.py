"""Whoever is posted at a district follows all its subdistricts from one open desk, without reloading anything."""

import io
import math
import os
import time
from pathlib import Path
from typing import Any

import pytest
from PIL import Image, ImageColor
from playwright.sync_api import Browser, Locator, Page, expect

from backend.ids import new_id
from tests.backend.places.ground import SOUTH, an_import, inside, square
from tests.cast import CAST, DISTRICT, OTHER_TENANT
from tests.journeys.ledger import rows
from tests.journeys.served import Served
from tests.journeys.test_the_desk import desk_of, report

pytestmark = pytest.mark.journey

MARGIN_PX = 28
"""Free ground around what a map shows first."""

NEXT_DOOR = {
    "lon": 109.431,
    "lat": 24.331,
    "accuracy_m": 20,
    "crs": "wgs84",
    "source": "gps",
    "taken_at": "2026-03-02T01:00:00Z",
}
SPOT: dict[str, Any] = {"place_kind": "none", "place_id": None, "category": "public_area", "fix": NEXT_DOOR}


def recorded(served: Served, login: str, mutation: tuple[str, dict[str, Any]]) -> None:
    assert [receipt["outcome"] for receipt in served.write(login, mutation)] == ["applied"]


def shows(desk: Page, count: int) -> None:
    """Return once list and figures of a desk tell of so many open hazards."""
    expect(desk.locator(".triage")).to_have_count(count)
    expect(desk.get_by_role("button", name=f"全部 {count}", exact=True)).to_be_visible()


def test_an_open_desk_shows_what_any_subdistrict_records(browser: Browser, served: Served) -> None:
    # zhou, too, where he reaches what lies in no grid.
    for login, place_code in (("shen", DISTRICT), ("zhou", OTHER_TENANT)):
        posted = f"UPDATE posting SET place_code = '{place_code}' WHERE person_id = '{CAST[login].id}' RETURNING 1"
        assert len(rows(served, posted)) == 1
    assert rows(served, f"SELECT 1 FROM change WHERE tenant = {OTHER_TENANT}") == []
    shen = desk_of(browser, served, "shen")
    shows(shen, 0)
    shen.evaluate("window.stillHere = true")

    # The first record of a subdistrict in which nothing was ever written.
    first = str(new_id())
    recorded(served, "zhou", report(first, "井盖缺失", **SPOT))
    shows(shen, 1)
    recorded(served, "zhou", report(str(new_id()), "路灯漏电", **SPOT))
    recorded(served, "lan", report(str(new_id()), "通道堆物"))
    shows(shen, 3)

    shen.context.set_offline(True)
    recorded(served, "zhou", report(str(new_id()), "护栏松动", **SPOT))
    shen.wait_for_timeout(1_000)
    expect(shen.locator(".triage")).to_have_count(3)
    shen.context.set_offline(False)
    shows(shen, 4)

    # A hazard that is open, and that this desk does not carry along.
    shen.locator(".triage", has_text="井盖缺失").get_by_role("button", name="查看").click()
    expect(shen.get_by_text("经过 1 条")).to_be_visible()
    recorded(served, "zhou", ("note_hazard", {"hazard_id": first, "note": "已设围挡", "photos": []}))
    expect(shen.get_by_text("经过 2 条")).to_be_visible()
    assert shen.evaluate("window.stillHere")


NEXT_COMMUNITY = f"{OTHER_TENANT}001"
COLUMNS = 6
"""From the first grid of the small town to the last one next door, in one row; there is none in the column between."""


class Ground:
    """The map of a desk that shows all columns: where each lies on the screen, and how it is drawn."""

    def __init__(self, desk: Page) -> None:
        self.desk = desk
        self.map = desk.locator(".map-canvas")
        expect(self.map).to_have_attribute("aria-busy", "false")

    def spot(self, column: float, row: float = 0) -> tuple[float, float]:
        """Return a corner of a grid that no name covers, in pixels of the page."""
        box = self.map.bounding_box()
        assert box is not None
        step = (box["width"] - 2 * MARGIN_PX) / COLUMNS
        lat_step = step / math.cos(math.radians(SOUTH))
        return (
            box["x"] + MARGIN_PX + (column + 0.12) * step,
            box["y"] + box["height"] / 2 + (0.38 - row) * lat_step,
        )

    def name_under(self, column: float, row: float = 0) -> Locator:
        """Return what the desk says of the grid under the pointer there."""
        self.desk.mouse.move(1, 1)
        self.desk.mouse.move(*self.spot(column, row))
        return self.desk.locator(".under")

    def color(self, column: float, row: float = 0) -> tuple[int, ...]:
        """Return the colour of a grid as it is drawn."""
        picture = Image.open(io.BytesIO(self.desk.screenshot())).convert("RGB")
        x, y = self.spot(column, row)
        pixel = picture.getpixel((round(x), round(y)))
        assert isinstance(pixel, tuple)
        return pixel

    def named_color(self, name: str) -> tuple[int, ...]:
        """Return a colour of the page by its name."""
        said = self.desk.evaluate("name => getComputedStyle(document.documentElement).getPropertyValue(name)", name)
        return ImageColor.getrgb(said.strip())

    def becomes(self, column: float, name: str, row: float = 0) -> None:
        """Return once a grid is drawn in a colour of that name."""
        wanted, end = self.named_color(name), time.monotonic() + 30
        while (found := self.color(column, row)) != wanted:
            assert time.monotonic() < end, (column, row, found, wanted)
            self.desk.wait_for_timeout(200)


def test_the_grids_of_every_subdistrict_are_drawn_shaded_and_named(browser: Browser, served: Served) -> None:
    posted = f"UPDATE posting SET place_code = '{DISTRICT}' WHERE person_id = '{CAST['shen'].id}' RETURNING 1"
    assert len(rows(served, posted)) == 1
    recorded(served, "ming", ("register_community", {"id": new_id(), "code": NEXT_COMMUNITY, "name": "邻里"}))
    next_door = [(f"{NEXT_COMMUNITY}{number:03}", square(3 + number)) for number in (1, 2)]
    recorded(served, "ming", ("import_grids", an_import(NEXT_COMMUNITY, *next_door)))
    recorded(served, "zhou", report(str(new_id()), "井盖缺失", **SPOT | {"fix": NEXT_DOOR | inside(4)}))
    shen = desk_of(browser, served, "shen")
    shows(shen, 1)
    expect(shen.get_by_text("网格内共 1 处未销号")).to_be_visible()
    expect(shen.locator(".bar .area")).to_contain_text("2 个街道")
    ground = Ground(shen)

    ground.becomes(4, "--map-shade-1")
    assert [ground.color(column) for column in (0, 3, 5)] == [
        ground.named_color(name) for name in ("--map-cell", "--map-void", "--map-cell")
    ]
    expect(ground.name_under(4)).to_have_text("YY街道 邻里 第1网格 · 未销号 1")
    expect(ground.name_under(0)).to_have_text("XX街道 和平社区 第1网格 · 未销号 —")
    expect(ground.name_under(3)).to_have_count(0)
    if folder := os.environ.get("GRIDWALK_PICTURES"):
        shen.screenshot(path=Path(folder, "desk-district-small.png"))

    # What happens next door is drawn without anybody asking: a hazard, and a grid.
    recorded(served, "zhou", report(str(new_id()), "路灯漏电", **SPOT | {"fix": NEXT_DOOR | inside(5)}))
    ground.becomes(5, "--map-shade-1")
    more = f"{OTHER_TENANT}002"
    recorded(served, "ming", ("register_community", {"id": new_id(), "code": more, "name": "新居"}))
    recorded(served, "ming", ("import_grids", an_import(more, (f"{more}001", square(4, 1)))))
    ground.becomes(4, "--map-cell", row=1)

    shen.mouse.click(*ground.spot(4))
    expect(shen.get_by_role("button", name="YY街道 邻里 第1网格，不限网格")).to_be_visible()
    expect(shen.locator(".triage")).to_have_count(1)
    expect(shen.get_by_label("社区").locator("optgroup")).to_have_count(2)
    shen.get_by_role("button", name="YY街道 邻里 第1网格，不限网格").click()

    served.stop()
    expect(shen.get_by_text("其他街道的网格要联网才能看到")).to_be_visible()
    ground.becomes(4, "--map-void")
    assert ground.color(0) == ground.named_color("--map-cell")
    served.start()
    shen.context.set_offline(True)
    shen.context.set_offline(False)
    ground.becomes(4, "--map-shade-1")

    # By keys alone: the map moves under a cross, which names what lies beneath it.
    ground.map.locator("canvas").focus()
    for _ in range(2):
        shen.keyboard.press("ArrowRight")
        shen.wait_for_timeout(1_000)
    expect(shen.locator(".under")).to_have_text("YY街道 邻里 第2网格 · 未销号 1")
