"""What a day's work leaves on a phone, made through its screens; and the comparison with the server at its end."""

from typing import Any, Final

from playwright.sync_api import Page, expect

from tests.journeys import ledger
from tests.journeys.rounds import answer, find_two_hazards, finish, go_on, open_door, take
from tests.journeys.served import Served
from tests.journeys.small_town import BUILDING

SLOW_MS: Final = 60_000
CLEAR: Final = "交班检查：都传完了，可以放心"
PORTAL_FOUND: Final = "这个网络要先登录，登录后接着传。记录都在"
TAKE_OVER = """async () => {
  const names = (await indexedDB.databases()).map(({ name }) => name)
  const name = names.find((one) => /^gridwalk-[0-9a-f-]{36}$/.test(one))
  const asked = (request) => new Promise((done, fail) => {
    request.onsuccess = () => done(request.result)
    request.onerror = () => fail(request.error)
  })
  const opened = await asked(indexedDB.open(name))
  const version = opened.version
  opened.close()
  const newer = await asked(indexedDB.open(name, version + 1))
  newer.close()
  return newer.version - version
}"""
"""Open the person's database under a newer version, as the next release may: whoever has it open must let go."""

__all__ = ["answer", "find_two_hazards", "finish", "go_on", "open_door", "take"]


def nobody_in(page: Page, *rooms: str) -> set[str]:
    """Record at each door that nobody is in; return the ids of these records, which wait in the queue."""
    before = ledger.on_phone(page).ids
    for room in rooms:
        page.goto(f"/doors/{BUILDING}")
        page.get_by_role("gridcell").get_by_role("button", name=f"{room}室").click()
        page.locator(".outcomes").get_by_role("button", name="无人").click()
        expect(page.get_by_role("status").filter(has_text="无人，已存")).to_be_visible(timeout=SLOW_MS)
    put_away(page)
    until(page, lambda: len(ledger.on_phone(page).ids - before) == len(rooms))
    page.goto("/outbox")
    expect(page.locator("main li").first).to_be_visible(timeout=SLOW_MS)
    return ledger.on_phone(page).ids - before


def put_away(page: Page) -> None:
    """Tell the page so: it then keeps nothing back for undoing. One that is torn away does it ten seconds later."""
    page.evaluate("dispatchEvent(new PageTransitionEvent('pagehide'))")


def conclude(page: Page) -> None:
    """Leave what is not answered open, from whatever card, say why, and save."""
    page.get_by_role("button", name="还没答的题").tap()
    page.get_by_role("button", name="看汇总").tap()
    page.get_by_label("没答完的原因").fill("住户赶时间，余下的下次查")
    go_on(page, "保存")
    expect(page.get_by_role("heading", name="已存本机")).to_be_visible(timeout=SLOW_MS)


def until(page: Page, met: Any) -> None:
    """Return once it is so; the page goes on meanwhile."""
    for _ in range(SLOW_MS // 100):
        if met():
            return
        page.wait_for_timeout(100)
    raise AssertionError("it never came to that")


def drained(page: Page, served: Served, ids: set[str]) -> ledger.OnPhone:
    """Wait for the green end of the shift; the server then has exactly these records, each once."""
    page.goto("/outbox")
    expect(page.locator("body")).to_contain_text(CLEAR, timeout=SLOW_MS)
    phone = ledger.on_phone(page)
    assert phone.is_clear
    assert phone.ids == ids
    receipts = ledger.receipts_of(served, "lan")
    assert len(receipts) == len(ids)
    assert set(receipts) == ids
    return phone
