"""At the desk a surveyor's file in GBK goes through the wizard: read, stated, checked, mended by consent, imported."""

import re
from pathlib import Path

import pytest
import shapely
from playwright.sync_api import BrowserContext, Page, expect

from tests.backend.places import corpus
from tests.backend.places.ground import square
from tests.cast import HEPING
from tests.journeys.browsing import sign_in

pytestmark = pytest.mark.journey

NEW = (
    (f"{HEPING}011", "和平北一网格", shapely.force_3d(square(0, row=1), 96.5)),
    (f"{HEPING}012", "和平北二网格", shapely.force_3d(square(1, row=1), 96.5)),
)
OVERLAPPING = ((f"{HEPING}011", "和平北一网格", square(0, row=1, width=2)), (f"{HEPING}012", "二", square(1, row=1)))


def packed(folder: Path, name: str, grids: corpus.Grids) -> Path:
    """Return a zipped Shapefile in GBK that says nothing of its encoding."""
    path = folder / name
    path.write_bytes(corpus.shapefile(corpus.written("shp", grids, encoding="GBK"), leave_out=[".cpg"]))
    return path


def choose(page: Page, file: Path) -> None:
    page.get_by_label("网格文件").set_input_files(file)
    expect(page.get_by_text(f"{file.name}：2 个图形")).to_be_visible()


def test_a_shapefile_in_gbk_is_imported_through_the_wizard(desk: BrowserContext, tmp_path: Path) -> None:
    office = sign_in(desk.new_page(), "dai")
    office.goto("/places?part=import&do=import")

    choose(office, packed(tmp_path, "重叠.zip", OVERLAPPING))
    expect(office.get_by_text("文件自己写的坐标系：EPSG:4490")).to_be_visible()
    office.get_by_role("button", name="检查文件").click()
    expect(office.get_by_text("请选坐标系")).to_be_visible()
    office.get_by_role("combobox", name="坐标系", exact=True).select_option("EPSG:4545")
    office.get_by_role("button", name="检查文件").click()
    expect(office.locator("aside")).to_contain_text("与所选的 EPSG:4545 不符")
    office.get_by_role("combobox", name="坐标系", exact=True).select_option("cgcs2000")
    office.get_by_role("button", name="检查文件").click()
    expect(office.locator("aside")).to_contain_text(
        re.compile(r"重叠 \(450299001002011、450299001002012\)"), timeout=60_000
    )
    expect(office.get_by_role("button", name=re.compile("^导入 "))).to_have_count(0)

    choose(office, packed(tmp_path, "和平.zip", NEW))
    expect(office.get_by_text("已按上次同样的文件填好")).to_be_visible()
    expect(office.get_by_role("combobox", name="哪一列是网格名称")).to_have_value("网格名称")
    office.get_by_role("button", name="检查文件").click()
    office.get_by_role("checkbox", name="去掉坐标里的高程").check()
    office.get_by_role("button", name="按勾选的重新检查").click()
    expect(office.get_by_text("检查通过：2 个网格")).to_be_visible()
    expect(office.locator("aside")).to_contain_text("和平社区：2 个")
    expect(office.locator("aside")).to_contain_text("去掉坐标里的高程（2 个图形）")
    office.get_by_role("button", name="导入 2 个网格").click()
    expect(office.get_by_text("网格已启用")).to_be_visible()

    told = office.evaluate("fetch('/api/grids').then((answer) => answer.json())")
    names = {each["properties"]["code"]: each["properties"]["name"] for each in told["features"]}
    assert {names.get(code) for code, _, _ in NEW} == {"和平北一网格", "和平北二网格"}
