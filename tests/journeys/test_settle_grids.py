"""A position is a circle: the walker says offline in which grid it lies, or the desk decides."""

import re
from typing import Any

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from backend.ids import new_id
from tests.backend.hazards.conftest import FIX
from tests.backend.places.ground import SOUTH, STEP, WEST
from tests.cast import GRID_1, GRID_2
from tests.journeys.browsing import sign_in, under_worker
from tests.journeys.served import Served

pytestmark = pytest.mark.journey


BORDER = {"longitude": WEST + STEP - 0.0001, "latitude": SOUTH + STEP / 2, "accuracy": 30}
MIDDLE = BORDER | {"longitude": WEST + STEP / 2}


def begin(page: Page, what: str, where: str) -> None:
    """Open the form for a public spot and fill in what is needed."""
    page.goto("/report")
    page.get_by_role("radio", name="公共区域").check()
    page.get_by_label("具体位置").fill(where)
    page.get_by_role("checkbox", name=what).check()
    page.get_by_role("button", name="拍不了").click()
    page.get_by_label("拍不了的原因").select_option("broken_camera")
    page.get_by_label("建议怎么改").fill("请马上处理")


def save(page: Page) -> None:
    """Save the form and wait until the hazard is shown."""
    page.get_by_role("button", name="保存", exact=True).click()
    page.wait_for_url(lambda address: "/hazards/" in address)


def send_all(page: Page) -> None:
    """Let everything go, and wait until nothing is left."""
    page.goto("/outbox")
    page.get_by_role("button", name="马上传完").click()
    expect(page.locator("main")).to_contain_text("今天已受理 2 条")


def in_public(where: str, lon: float) -> tuple[str, dict[str, Any]]:
    """Return what reports a hazard in public, with a circle of 30 m."""
    fix = FIX | {"lon": lon, "lat": SOUTH + STEP / 2, "accuracy_m": 30.0}
    return "report_hazard", {
        "hazard_id": str(new_id()), "place_kind": "none", "track": "patrol", "category": "public_area",
        "what": ["消防通道被占"], "description": "", "grade": "general", "advice": "请挪走", "proposed_due_days": 3,
        "photos": [], "no_photo_reason": "broken_camera", "location_note": where, "fix": fix,
    }  # fmt: skip


def hazards(served: Served) -> dict[str, Any]:
    """Return the subdistrict's hazards by where they are."""
    return {row["location_note"]: row for row in served.ask("dai", "/api/hazards")["hazards"]}


def test_the_walker_chooses_without_a_network_or_leaves_it_to_the_desk(phone: BrowserContext, served: Served) -> None:
    page = under_worker(sign_in(phone.new_page(), "qin"))
    phone.set_geolocation(MIDDLE)
    page.goto("/report")
    page.get_by_role("radio", name="公共区域").check()
    expect(page.get_by_text("归入第1网格")).to_be_visible()
    expect(page.get_by_role("group", name="归入哪个网格")).to_have_count(0)

    phone.set_geolocation(BORDER)
    page.reload()
    served.stop()
    begin(page, "消防通道被占", "东门口")
    choice = page.get_by_role("group", name="归入哪个网格")
    expect(choice.get_by_role("radio")).to_have_count(3)
    expect(choice.get_by_role("radio", name="说不准")).to_be_checked()
    choice.get_by_role("radio", name="第2网格").check()
    expect(page.get_by_text("不选也能保存")).to_have_count(0)
    save(page)
    begin(page, "井盖缺失或破损", "西门口")
    expect(page.get_by_text("不选也能保存")).to_be_visible()
    save(page)
    served.start()
    send_all(page)
    found = hazards(served)
    assert (found["东门口"]["grid_code"], found["东门口"]["grid_basis"]) == (GRID_2, "chosen")
    assert (found["西门口"]["grid_code"], found["西门口"]["grid_basis"]) == (GRID_1, "undecided")


def test_the_desk_decides_where_a_circle_lies(desk: BrowserContext, served: Served) -> None:
    served.write(
        "lan",
        in_public("东门口", WEST + STEP / 2),
        in_public("西门口", WEST + STEP - 0.0001),
        in_public("河堤", WEST - 0.002),
    )
    assert {where: row["grid_basis"] for where, row in hazards(served).items()} == {
        "东门口": "circle", "西门口": "undecided", "河堤": "undecided",
    }  # fmt: skip
    office = sign_in(desk.new_page(), "dai")
    office.goto("/settle-grids")
    expect(office.get_by_role("article")).to_have_count(2)
    card = office.get_by_role("article", name=re.compile("西门口"))
    expect(card.get_by_role("img", name=re.compile("第1网格.*第2网格"))).to_be_visible()
    expect(card).to_contain_text("暂按")
    card.get_by_role("button", name=re.compile("归入.*第2网格")).click()
    expect(card).to_have_count(0)

    outside = office.get_by_role("article", name=re.compile("河堤"))
    expect(outside).to_contain_text("不在任何网格里")
    outside.get_by_role("combobox", name="归入哪个网格").select_option(GRID_1)
    outside.get_by_role("button", name="归入所选网格").click()
    expect(office.get_by_text("没有要归格的隐患")).to_be_visible()

    found = hazards(served)
    assert (found["河堤"]["place_code"], found["河堤"]["grid_basis"]) == (GRID_1, "chosen")
    assert (found["西门口"]["place_code"], found["西门口"]["grid_basis"]) == (GRID_2, "chosen")
    office.goto(f"/hazards/{found['西门口']['id']}")
    expect(office.get_by_text("归格", exact=True)).to_be_visible()


def test_what_lies_in_no_grid_is_not_the_communitys_to_decide(desk: BrowserContext, served: Served) -> None:
    served.write("qin", in_public("河堤", WEST - 0.002))
    office = sign_in(desk.new_page(), "qin")
    office.goto("/settle-grids")

    card = office.get_by_role("article", name=re.compile("河堤"))
    expect(card).to_contain_text("街道分派员")
    expect(card.get_by_role("combobox")).to_have_count(0)
