"""A phone whose clock is slow, and is set while a form is open: said, recorded, shown at the desk, nothing lost."""

import datetime

import pytest
from playwright.sync_api import Browser, BrowserContext, expect

from tests.cast import KTV
from tests.journeys import ledger, rounds
from tests.journeys.browsing import PATIENCE_MS, sign_in
from tests.journeys.conftest import PHONE
from tests.journeys.served import Served

pytestmark = pytest.mark.journey

SLOW = datetime.timedelta(minutes=12)
SET_BY = datetime.timedelta(hours=1)
IN_TIME_MS = 60_000


def test_a_clock_that_is_slow_and_then_set_is_told_on_the_phone_and_at_the_desk(
    browser: Browser, desk: BrowserContext, served: Served
) -> None:
    with browser.new_context(base_url=served.address, **PHONE) as phone:
        phone.set_default_timeout(PATIENCE_MS)
        page = phone.new_page()
        page.clock.install(time=datetime.datetime.now(datetime.UTC) - SLOW)
        sign_in(page, "lan")
        expect(page.get_by_text("手机时间慢 12 分钟，已记下，不影响提交")).to_be_visible()

        visit = rounds.open_ktv(page)
        # Without a network nothing but the phone itself can notice it.
        phone.set_offline(True)
        page.clock.set_system_time(datetime.datetime.now(datetime.UTC) - SLOW + SET_BY)
        page.clock.run_for(11_000)
        expect(page.get_by_text("手机时间刚被改了 60 分钟，已记下，不影响提交")).to_be_visible()
        rounds.find_goods_in_the_aisle(page, 4)
        rounds.finish(page)
        rounds.expect_saved(page, visit)
        phone.set_offline(False)
        page.goto("/outbox")
        expect(page.locator("body")).to_contain_text("交班检查：都传完了，可以放心", timeout=IN_TIME_MS)

    (hazard,) = ledger.rows(served, "SELECT hazard_id::text AS id, clock_off_s FROM hazard_event")
    assert abs(hazard["clock_off_s"] + (SET_BY - SLOW).total_seconds()) < 120
    office = sign_in(desk.new_page(), "guo")
    office.goto(f"/hazards/{hazard['id']}")
    expect(office.get_by_text("手机时间快 48 分钟").first).to_be_visible(timeout=IN_TIME_MS)
    office.goto(f"/places?place={KTV}")
    expect(office.locator("ul.visits li").first).to_contain_text("手机时间快：结束晚于收到", timeout=IN_TIME_MS)
