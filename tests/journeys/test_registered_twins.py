"""Two registered hazards that may be one are shown beside each other, to the desk and on the phone."""

import pytest
from playwright.sync_api import BrowserContext, expect

from backend.ids import new_id
from tests.backend.hazards.conftest import BEFORE, FIX
from tests.cast import KTV
from tests.journeys.browsing import sign_in
from tests.journeys.served import Served

pytestmark = pytest.mark.journey


def report(served: Served, by: str, *what: str) -> str:
    """Let somebody report a hazard in the KTV; return its id."""
    hazard_id = new_id()
    found = {
        "hazard_id": hazard_id, "place_kind": "premises", "place_id": KTV, "track": "patrol", "category": "assembly",
        "what": list(what), "description": "", "grade": "general", "advice": "立即开锁", "proposed_due_days": 3,
        "photos": [BEFORE], "fix": FIX, "location_note": "",
    }  # fmt: skip
    (receipt,) = served.write(by, ("report_hazard", found))
    assert receipt["outcome"] == "applied", receipt
    return str(hazard_id)


def test_a_hazard_that_was_registered_twice_is_pointed_out_until_one_is_voided(
    phone: BrowserContext, desk: BrowserContext, served: Served
) -> None:
    first = report(served, "lan", "安全出口上锁")
    second = report(served, "guo", "安全出口上锁", "应急灯不亮")
    report(served, "guo", "灭火器过期")
    office = sign_in(desk.new_page(), "dai")
    office.goto(f"/hazards/{first}")
    hint = office.get_by_role("status").filter(has_text="可能和这条是同一件")
    expect(hint.get_by_role("link")).to_have_count(1)
    expect(hint).to_contain_text("同一地点")
    expect(hint).to_contain_text("街道分管领导")
    hint.get_by_role("link").click()
    expect(office).to_have_url(f"{served.address}/hazards/{second}")
    expect(hint.get_by_role("link")).to_have_attribute("href", f"/hazards/{first}")

    page = sign_in(phone.new_page(), "lan")
    page.goto(f"/hazards/{first}")
    expect(page.get_by_text("可能和这条是同一件")).to_be_visible()

    (receipt,) = served.write("jing", ("void_hazard", {"hazard_id": second, "reason": "重复"}))
    assert receipt["outcome"] == "applied", receipt
    office.goto(f"/hazards/{first}")
    expect(office.get_by_role("heading", name="安全出口上锁")).to_be_visible()
    expect(office.get_by_text("可能和这条是同一件")).to_have_count(0)
