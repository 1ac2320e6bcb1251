"""From a hazard or a building a worker is led there by a map app, which is told the datum and nothing but a point."""

import re
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from backend.ids import new_id
from tests.backend.hazards.conftest import BEFORE, FIX
from tests.cast import KTV
from tests.journeys.browsing import sign_in
from tests.journeys.served import Served
from tests.journeys.small_town import BUILDING

pytestmark = pytest.mark.journey

PLACE = ("109.401000", "24.301000")
STREET = {**FIX, "lon": 109.4005, "lat": 24.3007}


def report(served: Served, **changed: object) -> str:
    """Let Lan report a blocked exit, in the KTV unless told otherwise; return its id."""
    hazard_id = new_id()
    found = {
        "hazard_id": hazard_id, "place_kind": "premises", "place_id": KTV, "track": "patrol", "category": "assembly",
        "what": ["安全出口上锁"], "description": "", "grade": "general", "advice": "立即开锁", "proposed_due_days": 3,
        "photos": [BEFORE], "fix": STREET, "location_note": "",
    }  # fmt: skip
    (receipt,) = served.write("lan", ("report_hazard", found | changed))
    assert receipt["outcome"] == "applied", receipt
    return str(hazard_id)


def asked(page: Page, app: str) -> dict[str, list[str]]:
    """Return what the link of an app asks for."""
    href = page.get_by_role("dialog").get_by_role("link", name=app).get_attribute("href")
    return parse_qs(urlsplit(href or "").query)


def test_a_worker_is_led_to_the_premises_of_a_hazard_by_the_app_he_chose(phone: BrowserContext, served: Served) -> None:
    hazard_id = report(served)
    page = sign_in(phone.new_page(), "lan")
    page.goto(f"/hazards/{hazard_id}")
    page.get_by_role("button", name="带我去").click()

    lon, lat = PLACE
    # The place may come to the phone a moment after the hazard; until then the way leads to where it was reported.
    expect(page.get_by_role("dialog").get_by_role("link", name="高德地图")).to_have_attribute(
        "href", re.compile(re.escape(f"position={lon},{lat}&"))
    )
    assert asked(page, "高德地图")["coordinate"] == ["wgs84"]
    assert asked(page, "百度地图")["location"] == [f"{lat},{lon}"]
    assert asked(page, "百度地图")["coord_type"] == ["wgs84"]
    assert asked(page, "腾讯地图")["coord_type"] == ["1"]
    whole = page.get_by_role("dialog").get_by_role("link", name="高德地图").get_attribute("href")
    assert not any(word in (whole or "") for word in ("KTV", hazard_id, "%E5%AE%89%E5%85%A8"))

    phone.route("https://uri.amap.com/**", lambda route: route.fulfill(body="a map"))
    with phone.expect_page() as opened:
        page.get_by_role("dialog").get_by_role("link", name="高德地图").click()
    assert opened.value.url.startswith("https://uri.amap.com/marker?position=109.401000,24.301000")

    page.reload()
    expect(page.get_by_role("link", name="用高德地图带我去")).to_have_attribute("href", whole or "")
    page.get_by_role("button", name="换一个地图").click()
    expect(page.get_by_role("dialog").get_by_role("link", name="腾讯地图")).to_be_visible()


def test_in_public_the_circle_of_the_report_is_the_goal_and_says_how_wide_it_is(
    phone: BrowserContext, served: Served
) -> None:
    hazard_id = report(served, place_kind="none", place_id=None, category="public_area", location_note="巷口")
    page = sign_in(phone.new_page(), "lan")
    page.goto(f"/hazards/{hazard_id}")
    page.get_by_role("button", name="带我去").click()

    assert asked(page, "高德地图")["position"] == ["109.400500,24.300700"]
    expect(page.get_by_role("dialog")).to_contain_text("误差约 12 米")


def test_a_building_and_the_register_of_premises_lead_there_too(
    phone: BrowserContext, desk: BrowserContext, served: Served
) -> None:
    page = sign_in(phone.new_page(), "lan")
    page.goto(f"/doors/{BUILDING}")
    page.get_by_role("button", name="带我去").click()
    assert asked(page, "高德地图")["position"] == [",".join(PLACE)]

    office = sign_in(desk.new_page(), "dai")
    office.goto("/places")
    office.get_by_text("和平量贩KTV").first.click()
    office.get_by_role("button", name="带我去").click()
    assert asked(office, "百度地图")["location"] == [",".join(reversed(PLACE))]
