"""A phone that speaks GCJ-02 is told to its holder and the desk; a check at a known door shows it without a network."""

from typing import Any

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from backend import clock
from backend.ids import new_id
from backend.sync.queries import accepted_rulebooks
from geo import LonLat
from geo.crs import to_gcj02
from tests.cast import GRID_1, as_json
from tests.journeys.browsing import sign_in, under_worker
from tests.journeys.served import Served

pytestmark = pytest.mark.journey

PUSH = """async ({ mutations, rulebook, at }) => {
  const { device } = await (await fetch('/api/me')).json()
  const waiting = { mutations: 0, photos: 0, bytes: 0 }
  const body = JSON.stringify({ device: device.id, rulebook, sent_at: at, waiting, mutations })
  const headers = { 'content-type': 'application/json' }
  return (await (await fetch('/api/sync/push', { method: 'POST', headers, body })).json()).receipts
}"""
SPOTS = [LonLat(109.4003, 24.3003), LonLat(109.4017, 24.3005), LonLat(109.4011, 24.3017)]


def build(served: Served) -> list[str]:
    """Let the desk register three buildings with a door each in Lan's grid; return the doors."""
    doors, made = [], []
    for number, at in enumerate(SPOTS, 5):
        building, door = new_id(), new_id()
        where = {"grid_code": GRID_1, "name": f"河畔 {number}栋", "address": "河畔路", "lon": at.lon, "lat": at.lat}
        home = {"id": door, "unit": "1", "floor": 1, "room": "101", "use": "dwelling"}
        made += [
            ("register_building", {"id": building, **where, "units": 1, "floors": 2}),
            ("register_households", {"building_id": building, "households": [home]}),
        ]
        doors.append(str(door))
    assert {receipt["outcome"] for receipt in served.write("dai", *made)} == {"applied"}
    return doors


def knock(page: Page, doors: list[str]) -> None:
    """Let this phone have been at three doors, where nobody answered, and speak GCJ-02 at each."""
    at = clock.now()
    mutations: list[dict[str, Any]] = []
    for number, (door, spot) in enumerate(zip(doors, SPOTS, strict=True), 901):
        said = to_gcj02(spot)
        visit = {
            "visit_id": new_id(), "place_kind": "household", "place_id": door, "track": "patrol",
            "outcome": "no_answer", "answers": {}, "item_notes": {}, "note": "", "photos": [],
            "notice": {"delivered": "posted", "signed": "none"}, "started_at": at, "ended_at": at,
            "fix": {"lon": said.lon, "lat": said.lat, "accuracy_m": 20, "crs": "wgs84", "source": "gps",
                    "taken_at": at},
        }  # fmt: skip
        mutations.append({"id": new_id(), "number": number, "name": "record_visit", "at": at, "args": visit})
    sent = as_json({"mutations": mutations, "rulebook": accepted_rulebooks()[0], "at": at})
    assert {receipt["outcome"] for receipt in page.evaluate(PUSH, sent)} == {"applied"}


def stand_at(phone: BrowserContext, spot: LonLat, *, accuracy: float = 20) -> None:
    said = to_gcj02(spot)
    phone.set_geolocation({"longitude": said.lon, "latitude": said.lat, "accuracy": accuracy})


def test_a_phone_that_speaks_gcj02_is_told_to_its_holder_and_the_desk(
    phone: BrowserContext, desk: BrowserContext, served: Served
) -> None:
    doors = build(served)
    page = sign_in(phone.new_page(), "lan")
    page.goto("/me")
    expect(page.get_by_role("link", name="核对这部手机的位置")).to_be_visible()
    expect(page.get_by_text("整体偏了约")).to_have_count(0)
    knock(page, doors)

    page.goto("/position")
    expect(page.get_by_text("这部手机报的位置整体偏了约 554 米（偏东南）")).to_be_visible()
    expect(page.get_by_text("在 3 个地方取的 3 次位置")).to_be_visible()
    expect(page.get_by_text("换一个浏览器打开巡格")).to_be_visible()
    page.goto("/me")
    expect(page.get_by_text("这部手机报的位置整体偏了约 554 米（偏东南）")).to_be_visible()

    office = sign_in(desk.new_page(), "dai")
    office.goto("/devices")
    row = office.get_by_role("row").filter(has_text="约 554 米，偏东南")
    expect(row).to_contain_text("高德、腾讯的偏移坐标")
    expect(row).to_contain_text("3 个地方、3 次")
    expect(row).to_contain_text("兰")


def test_at_a_known_door_a_phone_is_checked_without_a_network(phone: BrowserContext, served: Served) -> None:
    build(served)
    page = under_worker(sign_in(phone.new_page(), "lan"))
    page.goto("/position")
    page.get_by_label("楼栋或场所的名称").fill("河畔 5")
    page.get_by_role("button", name="河畔 5栋").click()

    served.stop()
    phone.set_offline(True)
    page.reload()
    page.get_by_label("楼栋或场所的名称").fill("河畔 5")
    page.get_by_role("button", name="河畔 5栋").click()
    stand_at(phone, SPOTS[0])
    page.get_by_role("button", name="取位置").click()
    expect(page.get_by_text("这次偏了：约 554 米，偏东南")).to_be_visible()
    expect(page.get_by_role("row").filter(has_text="按高德、腾讯的偏移坐标")).to_contain_text("0 米")
    expect(page.get_by_text("换一个浏览器打开巡格")).to_be_visible()

    phone.set_geolocation({"longitude": SPOTS[0].lon, "latitude": SPOTS[0].lat, "accuracy": 15})
    page.get_by_role("button", name="再取一次").click()
    expect(page.get_by_text("这次是准的")).to_be_visible()
    stand_at(phone, SPOTS[0], accuracy=900)
    page.get_by_role("button", name="再取一次").click()
    expect(page.get_by_text("这次定位太粗，看不出来")).to_be_visible()
    expect(page.get_by_text("这次核对过的")).to_be_visible()
