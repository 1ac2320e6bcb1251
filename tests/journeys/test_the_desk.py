"""Follow hazards over several desks and phones: dispatched in bulk, proved by the unit, passed by somebody else."""

import io
import re
import time
from typing import Any

import pytest
from PIL import Image, ImageDraw
from playwright.sync_api import Browser, BrowserContext, FilePayload, Page, expect

from backend.ids import new_id
from tests.cast import KTV
from tests.journeys.browsing import PATIENCE_MS, sign_in
from tests.journeys.conftest import DESK, PHONE
from tests.journeys.served import Served
from tests.journeys.small_town import MARKET, door_id

pytestmark = pytest.mark.journey

FIX = {"lon": 109.401, "lat": 24.301, "accuracy_m": 20, "crs": "wgs84", "source": "gps"}
WITHOUT = {"no_photo_reason": "broken_camera"}
NO_NOTICE = {"delivered": "in_person", "signed": "none"}


def report(hazard_id: str, what: str, **changed: Any) -> tuple[str, dict[str, Any]]:
    """Return the report of a hazard at the KTV; its photo could not be taken."""
    args = {
        "hazard_id": hazard_id, "place_kind": "premises", "place_id": str(KTV), "track": "patrol",
        "category": "assembly", "what": [what], "description": what, "grade": "general", "advice": "清理并保持畅通",
        "proposed_due_days": 3, "photos": [], "no_photo_reason": "broken_camera", "location_note": "", "fix": None,
    }  # fmt: skip
    return "report_hazard", args | changed


def dispatched(hazard_id: str, due_on: str) -> tuple[str, dict[str, Any]]:
    """Return the dispatch of a hazard to the KTV."""
    args = {"hazard_id": hazard_id, "due_on": due_on, "measures": "清理", "responsible_unit": "和平量贩KTV"}
    return "dispatch_hazard", args | {"notice": NO_NOTICE}


def a_photo() -> bytes:
    """Return a photo of something, as a camera gives it."""
    picture = Image.new("RGB", (1200, 900), "#c9c2b4")
    ImageDraw.Draw(picture).rectangle((300, 200, 900, 760), fill="#3c6e9f", outline="#14202b", width=12)
    held = io.BytesIO()
    picture.save(held, "JPEG", quality=88)
    return held.getvalue()


def desk_of(browser: Browser, served: Served, login: str) -> Page:
    """Return the desk of somebody, open and filled."""
    context: BrowserContext = browser.new_context(base_url=served.address, **DESK)
    context.set_default_timeout(PATIENCE_MS)
    page = sign_in(context.new_page(), login)
    page.goto("/desk")
    expect(page.get_by_role("region", name="指标")).to_be_visible()
    return page


def phone_of(browser: Browser, served: Served, login: str) -> Page:
    """Return the phone of somebody, signed in."""
    context: BrowserContext = browser.new_context(base_url=served.address, **PHONE)
    context.set_default_timeout(PATIENCE_MS)
    return sign_in(context.new_page(), login)


def stands_at(page: Page, hazard_id: str) -> dict[str, Any]:
    """Return a hazard as the server has it."""
    found: dict[str, Any] = page.request.get(f"/api/hazards/{hazard_id}").json()["hazard"]
    return found


def wait_for(page: Page, hazard_id: str, **wanted: object) -> None:
    """Return once the server has the hazard as wanted."""
    end = time.monotonic() + 20
    while {name: stands_at(page, hazard_id)[name] for name in wanted} != wanted:
        assert time.monotonic() < end, stands_at(page, hazard_id)
        page.wait_for_timeout(100)


def in_days(page: Page, days: int) -> str:
    """Return the day so many days from the server's today."""
    shown: str = page.evaluate(f"new Date(Date.now() + {days} * 864e5 + 288e5).toISOString().slice(0, 10)")
    return shown


def test_several_are_dispatched_at_once_and_another_desk_changes_by_itself(browser: Browser, served: Served) -> None:
    ready = [str(new_id()) for _ in range(3)]
    home, major = str(new_id()), str(new_id())
    at_home = {"place_kind": "household", "place_id": str(door_id(1, "101")), "category": "household"}
    served.write(
        "lan",
        *(report(hazard, f"通道堆物{number}") for number, hazard in enumerate(ready, 1)),
        report(home, "烟管松脱", **at_home),
        report(major, "安全出口上锁", grade="suspected_major"),
    )
    dai, shen = desk_of(browser, served, "dai"), desk_of(browser, served, "shen")
    expect(shen.locator(".triage")).to_have_count(5)
    expect(shen.locator(".triage .stage", has_text="已下达")).to_have_count(0)
    # Who only watches is offered nothing to do, and can select nothing.
    expect(shen.locator(".triage input")).to_have_count(0)

    dai.locator("section h2 input").first.check()
    dai.get_by_role("button", name="下达 3 条").click()
    sheet = dai.get_by_role("dialog", name="批量下达限期整改")
    expect(sheet.get_by_text("不下达 2 条")).to_be_visible()
    expect(sheet.get_by_text("户内不下达整改")).to_be_visible()
    expect(sheet.get_by_text("须由执法人员办理")).to_be_visible()
    sheet.get_by_role("button", name="下达 3 条").click()
    expect(sheet.get_by_text("已受理 · 回执")).to_have_count(3)
    expect(shen.locator(".triage .stage", has_text="已下达")).to_have_count(3)  # by itself; how soon: tests/bench

    assert {stands_at(dai, hazard)["stage"] for hazard in ready} == {"dispatched"}
    assert {stands_at(dai, hazard)["stage"] for hazard in (home, major)} == {"registered"}


def test_the_unit_proves_its_repair_with_a_photo_and_another_person_closes(browser: Browser, served: Served) -> None:
    hazard = str(new_id())
    served.write("lan", report(hazard, "灭火器过期"))
    wu = phone_of(browser, served, "wu")
    served.write("dai", dispatched(hazard, in_days(wu, 3)))

    wu.goto(f"/hazards/{hazard}")
    wu.get_by_role("button", name="签收、开始整改").click()
    wu.get_by_role("button", name="存下").click()
    expect(wu.get_by_text(re.compile("已存本机 · 编号|已受理 · 回执")).first).to_be_visible()
    wu.get_by_role("button", name="报验整改完成").click()
    # Nothing is sent that the rules would refuse: what is missing is said where it is missing.
    wu.get_by_role("button", name="存下").click()
    expect(wu.get_by_text("材料不全")).to_be_visible()
    taken: FilePayload = {"name": "after.jpg", "mimeType": "image/jpeg", "buffer": a_photo()}
    wu.locator("input[type=file]").first.set_input_files(taken)
    expect(wu.get_by_role("button", name=re.compile("照片 1，已存本机"))).to_be_visible()
    wu.get_by_label("改了什么").fill("换了两具新灭火器")
    wu.reload()
    expect(wu.get_by_label("改了什么")).to_have_value("换了两具新灭火器")
    wu.get_by_role("button", name="存下").click()
    expect(wu.get_by_text(re.compile("已存本机 · 编号|已受理 · 回执")).first).to_be_visible()
    wait_for(wu, hazard, stage="submitted", photos_awaited=0)

    guo = phone_of(browser, served, "guo")
    guo.goto("/hazards?show=to_reinspect")
    guo.get_by_role("link", name=re.compile("灭火器过期")).click()
    guo.get_by_role("button", name="复查合格、销号").click()
    guo.get_by_label("说明").fill("到场看过，两具都在有效期内")
    guo.get_by_role("button", name="存下").click()
    wait_for(guo, hazard, stage="closed")
    expect(guo.get_by_text(re.compile("销号$")).first).to_be_visible()


def test_nobody_passes_their_own_work_and_the_button_says_why(browser: Browser, served: Served) -> None:
    hazard = str(new_id())
    qin = phone_of(browser, served, "qin")
    served.write("lan", report(hazard, "货物占道", place_id=str(MARKET), category="market"))
    served.write("dai", dispatched(hazard, in_days(qin, 3)))
    served.write(
        "guo",
        ("start_rectification", {"hazard_id": hazard, "receipt": "signed"}),
        ("submit_rectification", {"hazard_id": hazard, "description": "已清走", "photos": [], **WITHOUT}),
    )

    guo = phone_of(browser, served, "guo")
    guo.goto(f"/hazards/{hazard}")
    button = guo.get_by_role("button", name="复查合格、销号")
    expect(button).to_have_attribute("aria-disabled", "true")
    expect(guo.locator(f"[id='{button.get_attribute('aria-describedby')}']")).to_contain_text("不能自己复查")

    qin.goto(f"/hazards/{hazard}")
    qin.get_by_role("button", name="复查合格、销号").click()
    qin.get_by_label("说明", exact=True).fill("已清走")
    qin.get_by_role("button", name="存下").click()
    # Without a photo after the repair, what was seen at the site must be said.
    expect(qin.get_by_text(re.compile("还缺：现场查看说明"))).to_be_visible()
    qin.get_by_label(re.compile("现场查看说明")).fill("到场看过，通道净宽两米")
    qin.get_by_role("button", name="存下").click()
    wait_for(qin, hazard, stage="closed")
