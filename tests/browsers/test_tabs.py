"""Two and three tabs of one phone send at once, with Web Locks, without, and behind one that is never given back."""

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from tests.browsers.day import CLEAR, drained, nobody_in, until
from tests.journeys import ledger, rounds
from tests.journeys.browsing import sign_in, under_worker
from tests.journeys.served import Served
from tests.journeys.wire import Wire

pytestmark = pytest.mark.journey

NO_LOCKS = "Object.defineProperty(Navigator.prototype, 'locks', { get: () => undefined })"
SOME_PATIENCE_MS = 5_000
"""Four of these, and a tab no longer waits for a lock; told to the page's clock, so that nobody has to sit it out."""
KEEP_LOCK = """(name) => new Promise((held) => {
  void navigator.locks.request(name, () => { held(); return new Promise(() => undefined) })
})"""


def a_day_without_a_network(page: Page, wire: Wire) -> set[str]:
    """Two doors and one visit with a photo wait on the phone; return the ids of their records."""
    wire.cut()
    ids = nobody_in(page, "101", "102")
    visit = rounds.open_ktv(page)
    rounds.find_goods_in_the_aisle(page, 1)
    rounds.finish(page)
    rounds.expect_saved(page, visit)
    return ledger.on_phone(page).ids | ids


@pytest.mark.parametrize("locks", [True, False], ids=["with locks", "without locks"])
def test_every_record_arrives_once_from_two_and_three_tabs(
    phone: BrowserContext, served: Served, wire: Wire, locks: bool
) -> None:
    if not locks:
        phone.add_init_script(NO_LOCKS)
    page = under_worker(sign_in(phone.new_page(), "lan"))
    assert page.evaluate("navigator.locks !== undefined") == locks
    ids = a_day_without_a_network(page, wire)
    pages = [page, another_tab(phone)]
    all_send(pages, wire)
    held = drained(page, served, ids)
    assert ledger.photo_faults(served, "guo", held.hashes) == []
    assert len(ledger.rows(served, "SELECT 1 FROM photo")) == len(held.hashes) == 1
    assert len(ledger.rows(served, "SELECT 1 FROM hazard WHERE photos_awaited = 0")) == 1

    wire.cut()
    ids |= nobody_in(page, "201", "202", "302")
    pages.append(another_tab(phone))
    all_send(pages, wire)
    drained(page, served, ids)
    for each in pages[1:]:
        expect(each.locator("body")).to_contain_text(CLEAR)
    assert len(ledger.rows(served, "SELECT 1 FROM visit")) == 6


def another_tab(phone: BrowserContext) -> Page:
    page = phone.new_page()
    page.goto("/outbox")
    expect(page.locator("main li").first).to_be_visible()
    return page


def all_send(pages: list[Page], wire: Wire) -> None:
    """The network is back, and every tab hears of it."""
    wire.mend()
    for page in pages:
        page.evaluate("dispatchEvent(new Event('online'))")
    pages[0].bring_to_front()  # a browser draws one picture a second of a tab that lies behind another


def test_a_lock_that_is_never_given_back_holds_up_no_record(phone: BrowserContext, served: Served, wire: Wire) -> None:
    page = under_worker(sign_in(phone.new_page(), "lan"))
    person = page.evaluate("fetch('/api/me').then((answer) => answer.json()).then(({ person }) => person.id)")
    keeper = phone.new_page()
    keeper.goto("/health/live")
    page.bring_to_front()
    ids = a_day_without_a_network(page, wire)
    page.close()
    lock = f"gridwalk-push-{person}"
    keeper.evaluate(KEEP_LOCK, lock)
    page = phone.new_page()  # its clock is ours: nothing that a person does would be quick on it
    page.clock.install()
    page.goto("/outbox")
    expect(page.locator("main li").first).to_be_visible()
    wire.mend()

    page.evaluate("dispatchEvent(new Event('online'))")
    expect(page.locator("body")).not_to_contain_text(CLEAR)
    until(page, lambda: page.clock.fast_forward(SOME_PATIENCE_MS) or ledger.on_phone(page).is_clear)
    page.close()
    drained(phone.new_page(), served, ids)
    assert lock in keeper.evaluate("navigator.locks.query().then(({ held }) => held.map(({ name }) => name))")
