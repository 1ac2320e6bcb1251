"""Follow the main job over five people's screens: found offline, dispatched, repaired, re-inspected, closed."""

import re
from collections.abc import Callable
from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image, ImageChops
from playwright.sync_api import Browser, Locator, Page, expect

from tests.cast import CAST
from tests.journeys import ledger, rounds
from tests.journeys.browsing import under_worker
from tests.journeys.rounds import KTV_NAME, RECORDS_OF_THE_HOME, RECORDS_OF_THE_KTV
from tests.journeys.served import ROOT, Served
from tests.journeys.test_a_visit_offline import picture
from tests.journeys.test_the_desk import desk_of, phone_of

pytestmark = pytest.mark.journey

ALBUM = ROOT / "artefacts" / "journey"
"""Where each step's screenshot is kept: CI offers the folder for download."""
SLOW_MS = 30_000


class Album:
    """The screenshots of one journey, numbered in the order in which they were taken."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        for old in folder.glob("*.png"):
            old.unlink()
        self._folder = folder
        self._count = 0

    def keep(self, page: Page, name: str) -> None:
        """Keep what a page shows."""
        self._count += 1
        page.screenshot(path=self._folder / f"{self._count:02}-{name}.png")


def settled(map_: Locator) -> bytes:
    """Return a picture of the map, once two in a row are the same."""
    before = map_.screenshot()
    for _ in range(60):
        map_.page.wait_for_timeout(250)
        now = map_.screenshot()
        if differing(before, now) == 0:
            return now
        before = now
    raise AssertionError("the map never comes to rest")


def differing(one: bytes, other: bytes) -> int:
    """Return how many pixels of two pictures differ visibly."""
    first, second = (Image.open(BytesIO(each)).convert("L") for each in (one, other))
    if first.size != second.size:
        return first.width * first.height
    return sum(ImageChops.difference(first, second).histogram()[24:])


def expect_changed(map_: Locator, before: bytes) -> None:
    """The map looks different from before, without anybody touching it."""
    for _ in range(SLOW_MS // 250):
        if differing(before, map_.screenshot()) > 20:
            return
        map_.page.wait_for_timeout(250)
    raise AssertionError("the map has not changed")


def visit_without_a_server(lan: Page, served: Served, keep: Callable[[Page, str], None]) -> None:
    """Let Lan do both visits while the server is away; a reload in the middle of each loses nothing."""
    served.stop()
    address = rounds.open_door(lan)
    keep(lan, "a-home-without-a-network")
    rounds.find_two_hazards(lan)
    keep(lan, "a-hazard-put-right-on-the-spot")
    lan.reload()
    expect(lan).to_have_url(address)
    expect(lan.get_by_role("heading", name="接口密封")).to_be_visible()
    expect(lan.get_by_role("checkbox", name="当场已改好")).to_be_checked()
    rounds.take(lan, 3, album=1)
    rounds.finish(lan)
    rounds.expect_saved(lan, address)
    expect(lan.get_by_text("已受理")).to_have_count(0)
    keep(lan, "the-home-saved-on-this-phone")

    address = rounds.open_ktv(lan)
    rounds.find_goods_in_the_aisle(lan, 4)
    keep(lan, "a-hazard-at-the-ktv")
    lan.reload()
    expect(lan).to_have_url(address)
    expect(lan.get_by_role("heading", name=rounds.AISLE)).to_be_visible()
    expect(lan.get_by_role("checkbox").first).to_be_checked()
    rounds.finish(lan)
    rounds.expect_saved(lan, address)
    keep(lan, "the-ktv-saved-on-this-phone")


def bring_it_all_in(lan: Page, served: Served, keep: Callable[[Page, str], None]) -> None:
    """Let the server return: every record gets its receipt, and the hand-over check turns green."""
    lan.goto("/outbox")
    expect(lan.locator("body")).to_contain_text("交班检查：还不能交清")
    keep(lan, "still-on-this-phone")
    served.start()
    lan.get_by_role("button", name="马上传完").click()
    accepted = f"今天已受理 {RECORDS_OF_THE_HOME + RECORDS_OF_THE_KTV} 条"
    expect(lan.locator("main")).to_contain_text(accepted)
    expect(lan.locator("body")).to_contain_text("交班检查：都传完了，可以放心", timeout=SLOW_MS)
    keep(lan, "all-accepted")


def dispatch(dai: Page, keep: Callable[[Page, str], None]) -> None:
    """Let the dispatcher order the repair of what was found at the KTV."""
    dai.locator(".triage", has_text=KTV_NAME).get_by_role("checkbox").check()
    dai.get_by_role("button", name="下达 1 条").click()
    sheet = dai.get_by_role("dialog", name="批量下达限期整改")
    keep(dai, "the-dispatcher-orders-the-repair")
    sheet.get_by_role("button", name="下达 1 条").click()
    expect(sheet.get_by_text("已受理 · 回执")).to_have_count(1, timeout=SLOW_MS)
    sheet.get_by_role("button", name="关闭").last.click()


def repair(wu: Page, hazard_id: str, keep: Callable[[Page, str], None]) -> None:
    """Let the responsible unit acknowledge, and prove its repair with a photo."""
    wu.goto(f"/hazards/{hazard_id}")
    wu.get_by_role("button", name="签收、开始整改").click(timeout=SLOW_MS)
    wu.get_by_role("button", name="存下").click()
    expect(wu.get_by_text(re.compile("已存本机 · 编号|已受理 · 回执")).first).to_be_visible()
    wu.get_by_role("button", name="报验整改完成").click(timeout=SLOW_MS)
    wu.locator("input[type=file]").first.set_input_files(picture(5))
    expect(wu.get_by_role("button", name=re.compile("照片 1，已存本机"))).to_be_visible(timeout=SLOW_MS)
    wu.get_by_label("改了什么").fill("通道上的货物已搬到仓库，地面画了黄线")
    keep(wu, "the-unit-proves-its-repair")
    wu.get_by_role("button", name="存下").click()
    expect(wu.get_by_text(re.compile("已存本机 · 编号|已受理 · 回执")).first).to_be_visible()


def refuse_own_work(wu: Page, lan: Page, served: Served, hazard_id: str, keep: Callable[[Page, str], None]) -> None:
    """Neither who repaired it nor who found it can pass it: their screens say why, and the server refuses it too."""
    barred = wu.get_by_role("button", name="复查合格、销号")
    expect(barred).to_have_attribute("aria-disabled", "true")
    expect(wu.locator(f"[id='{barred.get_attribute('aria-describedby')}']")).to_contain_text("网格长")
    keep(wu, "own-work-cannot-be-passed")
    lan.goto(f"/hazards/{hazard_id}")
    lan.get_by_role("button", name="全部操作").click()
    locked = lan.get_by_role("button", name="复查合格、销号")
    expect(locked).to_have_attribute("aria-disabled", "true")
    expect(lan.locator(f"[id='{locked.get_attribute('aria-describedby')}']")).to_contain_text("网格长")
    for login in ("lan", "wu"):
        [receipt] = served.write(login, ("pass_reinspection", {"hazard_id": hazard_id, "note": "合格", "photos": []}))
        assert (receipt["outcome"], receipt["problem"]["status"]) == ("refused", 403)


def close_out(guo: Page, hazard_id: str, keep: Callable[[Page, str], None]) -> None:
    """Let a different person look at the repair and close it."""
    guo.goto(f"/hazards/{hazard_id}")
    guo.get_by_role("button", name="复查合格、销号").click(timeout=SLOW_MS)
    guo.get_by_label("说明", exact=True).fill("到场看过，通道畅通")
    if (statement := guo.get_by_label(re.compile("现场查看说明"))).count():
        statement.fill("到场看过，通道净宽两米")
    keep(guo, "another-person-reinspects")
    guo.get_by_role("button", name="存下").click()
    expect(guo.get_by_text(re.compile("销号$")).first).to_be_visible(timeout=SLOW_MS)
    keep(guo, "closed")


def test_what_a_worker_finds_without_a_network_is_dispatched_repaired_and_closed(
    browser: Browser, served: Served
) -> None:
    keep = Album(ALBUM).keep
    lan = under_worker(phone_of(browser, served, "lan"))
    expect(lan.get_by_role("heading", level=1)).to_have_text("和平社区 · 第1网格")
    keep(lan, "today")
    visit_without_a_server(lan, served, keep)
    bring_it_all_in(lan, served, keep)

    [found] = ledger.rows(served, "SELECT id::text, stage FROM hazard WHERE place_kind = 'premises'")
    hazard_id = found["id"]
    dai, shen = desk_of(browser, served, "dai"), desk_of(browser, served, "shen")
    of_the_ktv = shen.locator(".triage", has_text=KTV_NAME)
    expect(of_the_ktv.locator(".stage")).to_contain_text("登记")
    shen.evaluate("window.never_reloaded = true")
    map_ = shen.get_by_role("region", name="网格地图")
    map_.get_by_role("button", name="显示每一处隐患").click()
    before = settled(map_)
    keep(shen, "the-supervisor-watches")

    dispatch(dai, keep)
    expect(of_the_ktv.locator(".stage")).to_contain_text("已下达", timeout=SLOW_MS)
    keep(shen, "the-supervisor-sees-the-dispatch")
    wu = phone_of(browser, served, "wu")
    repair(wu, hazard_id, keep)
    expect(of_the_ktv.locator(".stage")).to_contain_text("待复查", timeout=SLOW_MS)
    refuse_own_work(wu, lan, served, hazard_id, keep)
    close_out(phone_of(browser, served, "guo"), hazard_id, keep)
    expect(of_the_ktv).to_have_count(0, timeout=SLOW_MS)
    expect_changed(map_, before)
    keep(shen, "the-supervisor-sees-the-close-out")
    assert shen.evaluate("window.never_reloaded") is True

    compare(lan, served, hazard_id)


def compare(lan: Page, served: Served, hazard_id: str) -> None:
    """What Lan's phone holds and what the server's tables hold is the same, and each thing is there once."""
    phone = ledger.on_phone(lan)
    assert phone.is_clear
    assert phone.drafts == []
    assert ledger.receipts_of(served, "lan") == [
        mutation["id"] for mutation in sorted(phone.mutations, key=lambda each: each["number"])
    ]
    visits = ledger.rows(served, "SELECT place_kind, outcome, hazards, recorded_by FROM visit ORDER BY serial")
    assert [(each["place_kind"], each["outcome"], each["hazards"]) for each in visits] == [
        ("household", "entered", 2), ("premises", "entered", 1),
    ]  # fmt: skip
    assert {each["recorded_by"] for each in visits} == {CAST["lan"].id}
    hazards = ledger.rows(served, "SELECT item_id, stage, photos_awaited FROM hazard ORDER BY item_id")
    assert [tuple(each.values()) for each in hazards] == [
        ("as.aisle", "closed", 0), ("co.heater.flue_joint", "closed_on_site", 0),
        ("co.heater.flue_outdoor", "in_rectification", 0),
    ]  # fmt: skip
    told = f"SELECT action, by_name FROM hazard_event WHERE hazard_id = '{hazard_id}' ORDER BY at, received_at"
    assert [tuple(each.values()) for each in ledger.rows(served, told)] == [
        ("report_hazard", "兰"), ("dispatch_hazard", "戴"), ("start_rectification", "吴"),
        ("submit_rectification", "吴"), ("pass_reinspection", "果"),
    ]  # fmt: skip
    on_server = {row["sha256"] for row in ledger.rows(served, "SELECT sha256 FROM photo")}
    assert len(phone.hashes) == 4
    assert phone.hashes < on_server
    assert len(on_server) == 5
    assert ledger.photo_faults(served, "guo", on_server) == []
