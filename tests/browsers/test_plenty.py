"""Five thousand records and three hundred photos wait on one phone: its screens go on working, and all arrive."""

import hashlib
import subprocess
from pathlib import Path
from typing import Final

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from tests.browsers.day import CLEAR, put_away, until
from tests.cast import GRID_1
from tests.journeys import ledger
from tests.journeys.browsing import sign_in, under_worker
from tests.journeys.served import Served
from tests.journeys.small_town import BUILDING, door_id
from tests.journeys.wire import Wire

pytestmark = [pytest.mark.journey, pytest.mark.long]

PHONE_SOURCES: Final = Path(__file__).parents[2] / "pwa"
RECORDS: Final = 5_000
PHOTOS: Final = 300
DRAINED_WITHIN_MS: Final = 400_000
ROWS_AT_FIRST: Final = 8
ROWS_AT_A_TAP: Final = 50


@pytest.fixture(scope="module")
def filling(tmp_path_factory: pytest.TempPathFactory) -> str:
    """The program that fills a phone, bundled from the app's own sources for a page."""
    made = tmp_path_factory.mktemp("filling") / "plenty.js"
    command = ["npx", "--no-install", "rolldown", "chaos/plenty.ts", "--format", "iife", "--name", "filling"]
    subprocess.run([*command, "--no-codeSplitting", "-o", made], cwd=PHONE_SOURCES, check=True, capture_output=True)
    return made.read_text(encoding="utf-8")


def fill(page: Page, filling: str) -> None:
    """Let records and photos wait on a phone, kept as the app keeps them; a day's rounds at the same doors."""
    doors = [str(door_id(unit, room)) for unit in (1, 2) for room in ("201", "202", "301", "302")]
    order = {"visits": RECORDS - PHOTOS, "hazards": PHOTOS, "doors": doors, "grid": GRID_1}
    assert page.evaluate(f"async (order) => {{ {filling}; return await filling.plenty(order) }}", order) == RECORDS


def expect_usable(page: Page) -> None:
    """The outbox counts everything, shows a few rows, more at a tap, and leads on to other screens and back."""
    page.goto("/outbox")
    figures = page.locator(".figures .figure")
    expect(figures).to_have_text([str(RECORDS), str(PHOTOS)], timeout=60_000)
    rows = page.locator("main section.rows > ul > li")
    expect(rows).to_have_count(ROWS_AT_FIRST)
    page.get_by_role("button", name="另有").tap()
    expect(rows).to_have_count(ROWS_AT_FIRST + ROWS_AT_A_TAP)
    page.get_by_role("button", name="收起").tap()
    expect(rows).to_have_count(ROWS_AT_FIRST)


def nobody_in_at(page: Page, room: str) -> None:
    """Record one more door: the work goes on as ever."""
    page.goto(f"/doors/{BUILDING}")
    page.get_by_role("gridcell").get_by_role("button", name=f"{room}室").click()
    page.locator(".outcomes").get_by_role("button", name="无人").click()
    expect(page.get_by_role("status").filter(has_text="无人，已存")).to_be_visible(timeout=60_000)
    put_away(page)
    until(page, lambda: len(ledger.on_phone(page).mutations) == RECORDS + 1)
    page.goto("/outbox")
    expect(page.locator(".figures .figure").first).to_have_text(str(RECORDS + 1), timeout=60_000)


def test_five_thousand_records_and_three_hundred_photos_leave_a_usable_phone_and_all_arrive(
    phone: BrowserContext, served: Served, wire: Wire, filling: str
) -> None:
    page = under_worker(sign_in(phone.new_page(), "lan"))
    page.goto("/health/live")  # no app is open while its database is filled
    wire.cut()
    fill(page, filling)
    expect_usable(page)
    nobody_in_at(page, "101")
    before = ledger.on_phone(page)
    assert (len(before.mutations), len(before.photos)) == (RECORDS + 1, PHOTOS)

    wire.mend()
    page.evaluate("dispatchEvent(new Event('online'))")
    expect(page.locator("body")).to_contain_text(CLEAR, timeout=DRAINED_WITHIN_MS)

    after = ledger.on_phone(page)
    assert after.is_clear
    assert after.ids == before.ids
    assert after.hashes == before.hashes
    expect_equal(after, served)


def held(served: Served, sql: str) -> list[tuple[str, ...]]:
    """Return what rows of the server say, in order."""
    return sorted(tuple(row.values()) for row in ledger.rows(served, sql))


def said(phone: ledger.OnPhone, name: str, *fields: str) -> list[tuple[str, ...]]:
    """Return what records of the phone say, in the same order."""
    records = [mutation["args"] for mutation in phone.mutations if mutation["name"] == name]
    return sorted(tuple(args[field] for field in fields) for args in records)


def expect_equal(phone: ledger.OnPhone, served: Served) -> None:
    """Every record of the phone has one receipt and one row that says the same, every photo its bytes on the disk."""
    in_order = sorted(phone.mutations, key=lambda each: each["number"])
    assert ledger.receipts_of(served, "lan") == [mutation["id"] for mutation in in_order]
    visits = "SELECT id::text, place_id::text, outcome, note FROM visit"
    assert held(served, visits) == said(phone, "record_visit", "visit_id", "place_id", "outcome", "note")
    hazards = "SELECT id::text, grid_code, description, location_note FROM hazard"
    assert held(served, hazards) == said(
        phone, "report_hazard", "hazard_id", "grid_code", "description", "location_note"
    )
    assert ledger.rows(served, "SELECT 1 FROM hazard WHERE photos_awaited > 0") == []
    kept = {path.name: path.read_bytes() for path in (served.data / "photos" / "kept").glob("*/*")}
    assert kept.keys() == phone.hashes
    assert [name for name, photo in kept.items() if hashlib.sha256(photo).hexdigest() != name] == []
    noted = ledger.rows(served, "SELECT sha256, size_bytes FROM photo")
    assert sorted((row["sha256"], row["size_bytes"]) for row in noted) == sorted(
        (name, len(photo)) for name, photo in kept.items()
    )
