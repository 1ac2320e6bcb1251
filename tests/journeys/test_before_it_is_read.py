"""While a screen still reads, or cannot, it says so: nobody is told that nothing waits, or that nothing is open."""

import re

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from backend.ids import new_id
from tests.journeys.browsing import sign_in
from tests.journeys.served import Served
from tests.journeys.test_the_desk import desk_of, report

pytestmark = pytest.mark.journey

# Reading is held up, or fails, in the stores that are named: as with thousands of records, or a damaged disk.
HOLD = """
  for (const proto of [IDBObjectStore.prototype, IDBIndex.prototype])
    for (const name of ['get', 'getAll', 'openCursor', 'getAllKeys', 'openKeyCursor', 'count']) {
      const real = proto[name]
      proto[name] = function (...asked) {
        const store = this.objectStore ?? this
        const { held, broken } = JSON.parse(sessionStorage.getItem('trouble') ?? '{}')
        if (held?.includes(store.name)) return new EventTarget()
        if (broken?.includes(store.name)) throw new DOMException('the disk is damaged', 'UnknownError')
        return real.apply(this, asked)
      }
    }
"""
ALL_SENT = re.compile("都传完了|手机上没有")


def in_trouble(page: Page, trouble: str) -> None:
    """Let the next pages of this tab read with trouble."""
    page.evaluate("trouble => sessionStorage.setItem('trouble', trouble)", trouble)


def test_nobody_is_told_that_all_is_sent_before_the_phone_has_looked(phone: BrowserContext, served: Served) -> None:
    phone.add_init_script(HOLD)
    page = sign_in(phone.new_page(), "lan")
    page.goto("/outbox")
    expect(page.get_by_text("交班检查：都传完了，可以放心")).to_be_visible()

    in_trouble(page, '{"held": ["mutations"]}')
    for address, said in (("/outbox", "正在看这部手机上还有什么"), ("/me", "")):
        page.goto(address)
        expect(page.locator("main")).to_contain_text(said)
        expect(page.locator("main h1, main h2, header h1").first).to_be_visible()
        expect(page.get_by_text(ALL_SENT)).to_have_count(0)
    page.get_by_role("button", name="退出登录").first.click()
    expect(page.get_by_text("还没看完这部手机上有没有没传的内容")).to_be_visible()


def test_a_phone_that_cannot_read_its_records_says_so(phone: BrowserContext, served: Served) -> None:
    phone.add_init_script(HOLD)
    page = sign_in(phone.new_page(), "lan")
    in_trouble(page, '{"broken": ["mutations", "drafts"]}')
    page.goto("/outbox")
    expect(page.get_by_text("这部手机上的内容现在读不出来")).to_be_visible()
    expect(page.get_by_text("交班检查：还不能交清")).to_be_visible()
    expect(page.get_by_text(ALL_SENT)).to_have_count(0)


def test_a_map_says_that_nothing_is_there_only_when_it_has_looked(phone: BrowserContext, served: Served) -> None:
    phone.add_init_script(HOLD)
    page = sign_in(phone.new_page(), "lan")
    page.goto("/map")
    expect(page.get_by_text("这一片没有隐患")).to_be_visible()

    page.goto("/hazards")
    expect(page.get_by_role("button", name="全部 0")).to_be_visible()

    in_trouble(page, '{"held": ["hazard"]}')
    page.goto("/hazards")
    expect(page.get_by_role("button", name="全部", exact=True)).to_be_visible()
    page.goto("/map")
    expect(page.get_by_text("正在看这一片…")).to_be_visible()
    expect(page.get_by_text("这一片没有隐患")).to_have_count(0)


def test_a_desk_counts_nothing_before_the_first_answer(browser: Browser, served: Served) -> None:
    served.write("lan", report(str(new_id()), "通道堆物"))
    shen = desk_of(browser, served, "shen")
    expect(shen.get_by_role("region", name="指标")).to_contain_text("1 处")

    shen.route("**/api/hazards?**", lambda _: None)
    shen.reload()
    figures = shen.get_by_role("region", name="指标")
    expect(figures).to_have_attribute("aria-busy", "true")
    expect(figures).not_to_contain_text("没有逾期")
    expect(shen.get_by_role("button", name="全部 —")).to_be_visible()
    expect(shen.get_by_text("正在向服务器取最新数据…")).to_be_visible()
    shen.unroute("**/api/hazards?**")
