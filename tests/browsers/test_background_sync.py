"""With no page open, the service worker sends what waits as soon as the browser tells it of a network."""

import pytest
from playwright.sync_api import BrowserContext, CDPSession

from tests.browsers.day import CLEAR, until
from tests.journeys import ledger, rounds
from tests.journeys.browsing import sign_in, under_worker
from tests.journeys.served import Served
from tests.journeys.wire import Wire

pytestmark = pytest.mark.journey


def registration_of(devtools: CDPSession) -> list[str]:
    """Listen for the browser's name of the worker's registration; it is in the list as soon as it was heard."""
    names: list[str] = []
    devtools.on(
        "ServiceWorker.workerRegistrationUpdated",
        lambda said: names.extend(each["registrationId"] for each in said["registrations"]),
    )
    devtools.send("ServiceWorker.enable")
    return names


def test_the_worker_sends_record_and_photo_when_no_page_is_open(
    phone: BrowserContext, served: Served, wire: Wire
) -> None:
    page = under_worker(sign_in(phone.new_page(), "lan"))
    wire.cut()
    visit = rounds.open_ktv(page)
    rounds.find_goods_in_the_aisle(page, 1)
    rounds.finish(page)
    rounds.expect_saved(page, visit)
    held = ledger.on_phone(page)
    assert not held.is_clear
    elsewhere = phone.new_page()
    elsewhere.goto("about:blank")
    page.close()

    wire.mend()
    devtools = phone.new_cdp_session(elsewhere)
    names = registration_of(devtools)
    until(elsewhere, lambda: bool(names))

    def tell() -> bool:
        devtools.send(
            "ServiceWorker.dispatchSyncEvent",
            {"origin": wire.address, "registrationId": names[-1], "tag": "outbox", "lastChance": False},
        )
        return (
            set(ledger.receipts_of(served, "lan")) == held.ids and len(ledger.rows(served, "SELECT 1 FROM photo")) == 1
        )

    until(elsewhere, tell)
    assert ledger.photo_faults(served, "guo", held.hashes) == []
    back = phone.new_page()
    back.goto("/outbox")
    until(back, lambda: CLEAR in back.locator("body").inner_text())
    assert len(ledger.receipts_of(served, "lan")) == len(held.ids)
