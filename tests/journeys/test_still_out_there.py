"""What is still out there: the desk sees what a phone says it holds, and sees it go to nothing with the last photo."""

import pytest
from playwright.sync_api import BrowserContext, expect

from tests.journeys import rounds
from tests.journeys.browsing import sign_in, under_worker
from tests.journeys.rounds import find_two_hazards
from tests.journeys.served import Served

pytestmark = pytest.mark.journey

SLOW_MS = 60_000


def test_the_desk_sees_what_a_phone_holds_until_its_last_photo_has_arrived(
    phone: BrowserContext, desk: BrowserContext, served: Served
) -> None:
    page = under_worker(sign_in(phone.new_page(), "lan"))
    phone.route("**/api/photos", lambda route: route.abort())
    rounds.open_door(page)
    find_two_hazards(page)
    rounds.take(page, 3, album=1)
    rounds.finish(page)
    expect(page.get_by_text("已受理")).to_have_count(5, timeout=SLOW_MS)

    office = sign_in(desk.new_page(), "dai")
    office.goto("/devices")
    expect(office.get_by_role("status").filter(has_text="1 部设备还存着 0 条记录、3 张照片")).to_be_visible()
    row = office.get_by_role("row").filter(has_text="和平社区 第1网格").filter(has_text="3")
    expect(row).to_be_visible()
    expect(office.locator("body")).not_to_contain_text("兰")

    phone.unroute("**/api/photos")
    page.goto("/outbox")
    page.get_by_role("button", name="马上传完").click()
    expect(page.locator("body")).to_contain_text("交班检查：都传完了，可以放心", timeout=SLOW_MS)
    expect(office.get_by_text("各设备都说没有未传的内容")).to_be_visible(timeout=SLOW_MS)


def test_who_may_not_see_devices_is_told_whose_page_it_is(desk: BrowserContext, served: Served) -> None:
    page = sign_in(desk.new_page(), "jing")
    page.goto("/devices")
    expect(page.get_by_text("督查人员")).to_be_visible()
