"""What lies under the grids: chosen on phone and desk, always with its review number, and where it belongs."""

import io
from collections.abc import Iterator
from pathlib import Path

import numpy
import pytest
from PIL import Image
from playwright.sync_api import Browser, Page, Playwright, expect

from backend.packages import chromium
from tests.backend.base_maps.packed import pmtiles
from tests.backend.base_maps.upstream import Upstream, an_upstream
from tests.journeys.browsing import under_worker
from tests.journeys.served import Served
from tests.journeys.test_the_desk import desk_of, phone_of

pytestmark = pytest.mark.journey

KEY = "0123456789abcdef"


@pytest.fixture
def upstream() -> Iterator[Upstream]:
    """The district's map service."""
    with an_upstream() as made:
        yield made


@pytest.fixture
def set_to(upstream: Upstream, tmp_path: Path) -> dict[str, str]:
    """A server with base maps: one service in two datums and two cuts, and three files."""
    files = {"town": ("png", "wgs84"), "moved": ("png", "gcj02"), "lines": ("mvt", "wgs84")}
    described = ""
    drawn = (("district", "wgs84", "区底图"), ("shifted", "gcj02", "偏移底图"), ("degrees", "degrees", "经纬底图"))
    for name, kind, title in drawn:
        cut, crs = ("geographic", "cgcs2000") if kind == "degrees" else ("mercator", kind)
        described += f"""
- name: {name}
  kind: xyz
  title: {{zh: {title}, en: {name}}}
  url: {upstream.address}/{kind}/{{z}}/{{x}}/{{y}}?tk={{key}}
  cut: {cut}
  key: {KEY}
  crs: {crs}
  attribution: 某区自然资源局
  review_number: 桂S（2026）{name}
"""
    for name, (kind, crs) in files.items():
        (tmp_path / f"{name}.pmtiles").write_bytes(pmtiles(kind, crs))
        described += f"""
- name: {name}
  kind: pmtiles
  title: {{zh: 文件{name}, en: file {name}}}
  file: {tmp_path / name}.pmtiles
  crs: {crs}
  attribution: 某区自然资源局
  review_number: 桂S（2026）{name}
"""
    (tmp_path / "base-maps.yaml").write_text(described, encoding="utf-8")
    return {"GRIDWALK_BASE_MAPS": str(tmp_path / "base-maps.yaml")}


def choose(page: Page, title: str) -> None:
    """Choose a base map, and come back to the map."""
    page.get_by_role("button", name="选底图").click()
    page.get_by_role("radio", name=title).check()
    page.get_by_role("button", name="关闭").last.click()


def mark_of(page: Page) -> tuple[float, float] | None:
    """Return the middle of the mark that the map service draws, in pixels of the screen's picture."""
    picture = Image.open(io.BytesIO(page.locator(".map-canvas").screenshot())).convert("RGB")
    red, green, blue = numpy.moveaxis(numpy.asarray(picture, dtype=int), 2, 0)
    y, x = numpy.nonzero((red > 150) & (green < 130) & (blue > 100) & (red > blue + 20))
    return None if len(x) < 100 else (float(x.mean()), float(y.mean()))


def wait_for_mark(page: Page) -> tuple[float, float]:
    """Return where the mark is, once two pictures in a row show it in the same place."""
    before = None
    for _ in range(60):
        page.wait_for_timeout(250)
        now = mark_of(page)
        if now is not None and now == before:
            return now
        before = now
    raise AssertionError("the mark of the base map is not drawn")


def map_of(page: Page) -> Page:
    """Return a phone's page with the map open."""
    page.get_by_role("link", name="地图").click()
    expect(page.get_by_role("button", name="选底图")).to_be_visible()
    return page


def test_a_phone_shows_the_base_map_it_chose_with_its_review_number(browser: Browser, served: Served) -> None:
    asked: list[str] = []
    lan = phone_of(browser, served, "lan")
    lan.on("request", lambda request: asked.append(request.url))
    map_of(lan)
    notice = lan.locator(".map-canvas .notice")
    expect(notice).to_contain_text("无底图")
    assert [url for url in asked if "/api/base-maps/" in url] == []

    choose(lan, "区底图")
    expect(notice).to_contain_text("某区自然资源局")
    expect(notice).to_contain_text("审图号 桂S（2026）district")
    expect(notice).to_contain_text("网格界线仅供工作使用")
    wait_for_mark(lan)
    lan.reload()
    expect(notice).to_contain_text("审图号 桂S（2026）district")
    wait_for_mark(lan)

    choose(lan, "无底图")
    expect(notice).to_contain_text("无底图")
    assert {url.split("/")[2] for url in asked} == {served.address.removeprefix("http://")}
    assert not [url for url in asked if KEY in url]


@pytest.mark.parametrize("of", [phone_of, desk_of])
def test_a_shifted_map_lies_where_the_true_one_does(browser: Browser, served: Served, of: object) -> None:
    page = of(browser, served, "dai")  # type: ignore[operator]
    if of is phone_of:
        map_of(page)
    # A file ends at a zoom of its own: nearer by, its mark is drawn larger than the service's.
    for true, shifted in (("区底图", "偏移底图"), ("区底图", "经纬底图"), ("文件town", "文件moved")):
        choose(page, true)
        true_x, true_y = wait_for_mark(page)
        choose(page, shifted)
        x, y = wait_for_mark(page)
        # Half a pixel of a tile, as large as the screen draws it here; unshifted it would lie more than 400 m off.
        assert (abs(x - true_x) <= 3, abs(y - true_y) <= 3) == (True, True), (true, true_x - x, true_y - y)


def test_vector_tiles_are_drawn_quietly_under_the_grids(browser: Browser, served: Served) -> None:
    dai = desk_of(browser, served, "dai")
    choose(dai, "区底图")
    x, y = wait_for_mark(dai)
    choose(dai, "文件lines")
    expect(dai.locator(".map-canvas .notice")).to_contain_text("审图号 桂S（2026）lines")

    def water() -> bool:
        picture = Image.open(io.BytesIO(dai.locator(".map-canvas").screenshot())).convert("RGB")
        red, _, blue = picture.getpixel((int(x), int(y)))  # type: ignore[misc]
        return bool(blue > red + 10)

    for _ in range(40):
        if water():
            break
        dai.wait_for_timeout(250)
    assert water()


def test_the_plain_map_has_no_base_map_and_says_so(playwright: Playwright, served: Served) -> None:
    arguments = ["--no-sandbox", "--disable-dev-shm-usage", "--disable-3d-apis"]
    flat = playwright.chromium.launch(executable_path=chromium(), args=arguments)
    lan = phone_of(flat, served, "lan")
    lan.evaluate("() => localStorage.setItem('gridwalk.base-map', 'district')")
    with lan.expect_response("**/api/base-maps"):
        lan.get_by_role("link", name="地图").click()

    notice = lan.locator(".map-canvas .notice")
    expect(notice).to_contain_text("画不了完整地图")
    expect(notice).to_contain_text("无底图")
    expect(notice).not_to_contain_text("审图号")
    expect(lan.get_by_role("button", name="选底图")).to_have_count(0)
    flat.close()


def test_a_silent_service_is_said_and_the_grids_stay(browser: Browser, served: Served, upstream: Upstream) -> None:
    upstream.mood = "dead"
    lan = map_of(phone_of(browser, served, "lan"))
    choose(lan, "区底图")

    expect(lan.locator(".map-canvas .notice")).to_contain_text("底图暂时取不到")
    expect(lan.get_by_role("button", name="看全部网格")).to_be_visible()
    log = (served.data / "serve.log").read_text()
    assert KEY not in log
    assert "Traceback" not in log


def test_what_the_district_adds_is_offered_without_opening_the_map_again(browser: Browser, served: Served) -> None:
    described = Path(served.settings["GRIDWALK_BASE_MAPS"])
    dai = desk_of(browser, served, "dai")
    choose(dai, "区底图")
    wait_for_mark(dai)
    added = described.read_text(encoding="utf-8").replace(
        "title: {zh: 文件town, en: file town}", "title: {zh: 新底图, en: new}"
    )
    served.stop()
    expect(dai.get_by_text("没有网络，可以照常检查")).to_be_visible(timeout=60_000)
    described.write_text(added, encoding="utf-8")
    served.start()

    dai.get_by_role("button", name="选底图").click()
    expect(dai.get_by_role("radio", name="新底图")).to_be_visible(timeout=90_000)
    expect(dai.get_by_role("radio", name="区底图")).to_be_checked()


def test_who_had_no_network_as_the_map_opened_chooses_a_base_map_later(browser: Browser, served: Served) -> None:
    lan = under_worker(phone_of(browser, served, "lan"))
    lan.goto("/")
    expect(lan.get_by_role("link", name="地图")).to_be_visible()
    lan.wait_for_timeout(1_500)
    lan.context.set_offline(True)
    lan.get_by_role("link", name="地图").click()
    expect(lan.locator(".map-canvas")).to_have_attribute("aria-busy", "false")
    expect(lan.get_by_role("button", name="选底图")).to_have_count(0)

    lan.context.set_offline(False)

    choose(lan, "区底图")
    expect(lan.locator(".map-canvas .notice")).to_contain_text("审图号 桂S（2026）district")


def test_a_map_is_taken_along_and_drawn_without_a_network(browser: Browser, served: Served) -> None:
    lan = under_worker(phone_of(browser, served, "lan"))
    map_of(lan)
    lan.get_by_role("button", name="选底图").click()
    lan.get_by_role("radio", name="文件town").check()
    sheet = lan.get_by_role("dialog", name="底图")
    lan.evaluate("() => { navigator.storage.estimate = async () => ({ quota: 90e6, usage: 0 }) }")
    offered = sheet.locator(".one").filter(has_text="文件town")
    offered.get_by_role("button", name="存到本机（").click()
    expect(offered.get_by_role("alert")).to_contain_text("本机空间不够，没有存下")
    lan.evaluate("() => { delete navigator.storage.estimate }")
    offered.get_by_role("button", name="存到本机（").click()
    expect(offered).to_contain_text("没有网络也能看")
    expect(offered.get_by_role("alert")).to_have_count(0)
    lan.get_by_role("button", name="关闭").last.click()
    wait_for_mark(lan)
    served.stop()
    lan.context.set_offline(True)
    lan.reload()

    notice = lan.locator(".map-canvas .notice")
    expect(notice).to_contain_text("审图号 桂S（2026）town")
    wait_for_mark(lan)
    lan.get_by_role("button", name="选底图").click()
    expect(sheet).to_contain_text("只列出存在本机的底图")
    expect(sheet.get_by_role("radio")).to_have_count(2)
    sheet.get_by_role("button", name="从本机删除 文件town").click()
    expect(notice).to_contain_text("无底图")
