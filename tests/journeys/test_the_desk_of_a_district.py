"""Whoever is posted at a district follows all its subdistricts from one open desk, without reloading anything."""

from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from backend.ids import new_id
from tests.cast import CAST, DISTRICT, OTHER_TENANT
from tests.journeys.ledger import rows
from tests.journeys.served import Served
from tests.journeys.test_the_desk import desk_of, report

pytestmark = pytest.mark.journey

NEXT_DOOR = {
    "lon": 109.431,
    "lat": 24.331,
    "accuracy_m": 20,
    "crs": "wgs84",
    "source": "gps",
    "taken_at": "2026-03-02T01:00:00Z",
}
SPOT: dict[str, Any] = {"place_kind": "none", "place_id": None, "category": "public_area", "fix": NEXT_DOOR}


def recorded(served: Served, login: str, mutation: tuple[str, dict[str, Any]]) -> None:
    assert [receipt["outcome"] for receipt in served.write(login, mutation)] == ["applied"]


def shows(desk: Page, count: int) -> None:
    """Return once list and figures of a desk tell of so many open hazards."""
    expect(desk.locator(".triage")).to_have_count(count)
    expect(desk.get_by_role("button", name=f"全部 {count}", exact=True)).to_be_visible()


def test_an_open_desk_shows_what_any_subdistrict_records(browser: Browser, served: Served) -> None:
    # zhou, too, where he reaches what lies in no grid.
    for login, place_code in (("shen", DISTRICT), ("zhou", OTHER_TENANT)):
        posted = f"UPDATE posting SET place_code = '{place_code}' WHERE person_id = '{CAST[login].id}' RETURNING 1"
        assert len(rows(served, posted)) == 1
    assert rows(served, f"SELECT 1 FROM change WHERE tenant = {OTHER_TENANT}") == []
    shen = desk_of(browser, served, "shen")
    shows(shen, 0)
    shen.evaluate("window.stillHere = true")

    # The first record of a subdistrict in which nothing was ever written.
    first = str(new_id())
    recorded(served, "zhou", report(first, "井盖缺失", **SPOT))
    shows(shen, 1)
    recorded(served, "zhou", report(str(new_id()), "路灯漏电", **SPOT))
    recorded(served, "lan", report(str(new_id()), "通道堆物"))
    shows(shen, 3)

    shen.context.set_offline(True)
    recorded(served, "zhou", report(str(new_id()), "护栏松动", **SPOT))
    shen.wait_for_timeout(1_000)
    expect(shen.locator(".triage")).to_have_count(3)
    shen.context.set_offline(False)
    shows(shen, 4)

    # A hazard that is open, and that this desk does not carry along.
    shen.locator(".triage", has_text="井盖缺失").get_by_role("button", name="查看").click()
    expect(shen.get_by_text("经过 1 条")).to_be_visible()
    recorded(served, "zhou", ("note_hazard", {"hazard_id": first, "note": "已设围挡", "photos": []}))
    expect(shen.get_by_text("经过 2 条")).to_be_visible()
    assert shen.evaluate("window.stillHere")
