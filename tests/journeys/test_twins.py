"""Two walkers meet the same thing: the second is told, without a network, and writes on the first's record or not."""

import re
from typing import Any

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from backend.ids import new_id
from tests.journeys.browsing import sign_in, under_worker
from tests.journeys.rounds import DOOR, answer, finish, go_on, open_door, take
from tests.journeys.served import Served

pytestmark = pytest.mark.journey

LANE = "消防通道被占"
TOLD = "这里可能已经登记过"


def _begin(page: Page, what: str = LANE) -> None:
    page.goto("/report")
    page.get_by_role("radio", name="公共区域").check()
    page.get_by_role("checkbox", name=what).check()


def _without_photo(page: Page) -> None:
    page.get_by_role("button", name="拍不了").click()
    page.get_by_label("拍不了的原因").select_option("broken_camera")
    page.get_by_label("建议怎么改").fill("请马上挪走")


def _hazards(served: Served) -> list[Any]:
    rows: list[Any] = served.ask("lan", "/api/sync/pull")["rows"]["hazard"]
    return rows


def test_what_is_open_near_by_is_shown_without_a_network_and_can_be_joined(
    phone: BrowserContext, served: Served
) -> None:
    page = under_worker(sign_in(phone.new_page(), "lan"))
    _begin(page)
    expect(page.get_by_text(TOLD)).to_have_count(0)
    _without_photo(page)
    page.get_by_role("button", name="保存", exact=True).click()
    page.wait_for_url(lambda address: "/hazards/" in address)
    first = page.url
    served.stop()

    _begin(page, "井盖缺失或破损")
    expect(page.get_by_text(TOLD)).to_have_count(0)
    page.get_by_role("checkbox", name=LANE).check()
    told = page.get_by_role("status").filter(has_text=TOLD)
    expect(told).to_contain_text("登记")
    expect(told).to_contain_text("相距约 0 米")
    told.get_by_role("button", name="记到这条上").click()
    page.get_by_role("button", name=re.compile("^记到 .+ 上$")).click()
    page.wait_for_url(first)
    expect(page.get_by_role("heading", name="经过 2 条")).to_be_visible()

    _begin(page)
    page.get_by_role("button", name="不是同一件，另外登记").click()
    expect(page.get_by_text(TOLD)).to_have_count(0)
    _without_photo(page)
    page.get_by_role("button", name="保存", exact=True).click()
    page.wait_for_url(lambda address: "/hazards/" in address and address != first)

    served.start()
    page.goto("/outbox")
    page.get_by_role("button", name="马上传完").click()
    expect(page.locator("main")).to_contain_text("今天已受理 3 条")
    noted = [each["id"] for each in _hazards(served) if "现场又看到；" in str(each["events"])]
    assert len(_hazards(served)) == 2
    assert [f"/hazards/{hazard_id}" in first for hazard_id in noted] == [True]


def test_a_visits_finding_joins_what_is_open_at_the_same_door(phone: BrowserContext, served: Served) -> None:
    known = new_id()
    served.write("lan", ("report_hazard", _flue(known)))
    page = under_worker(sign_in(phone.new_page(), "lan"))
    served.stop()

    open_door(page)
    answer(page, "居住方式", "自住")
    page.get_by_role("checkbox", name="燃气热水器").tap()
    go_on(page)
    answer(page, "排烟方式", "强制排气式")
    answer(page, "安装位置", "厨房")
    answer(page, "接到室外大气", "有隐患")
    expect(page.get_by_role("status").filter(has_text=TOLD)).to_contain_text("同一地点")
    page.get_by_role("button", name="记到这条上").tap()
    take(page, 1)
    finish(page)

    expect(page.get_by_text("记到原有隐患上")).to_be_visible()

    served.start()
    expect(page.get_by_text("已受理")).to_have_count(2)
    (hazard,) = _hazards(served)
    assert hazard["id"] == str(known)
    assert [photo["role"] for photo in hazard["photos"]] == ["item"]


def _flue(hazard_id: object) -> dict[str, Any]:
    where = {"place_kind": "household", "place_id": DOOR, "category": "household", "fix": None, "location_note": ""}
    asked = {"item_id": "co.heater.flue_outdoor", "checklist_id": "co.household", "checklist_version": 1}
    found = {"what": ["未装烟管"], "description": "", "grade": "life_threatening", "proposed_due_days": 0}
    rest = {"track": "patrol", "advice": "立即停用", "photos": [], "no_photo_reason": "broken_camera"}
    return {"hazard_id": hazard_id, **where, **asked, **found, **rest}
