"""Kill the browser at ten moments of a round, and the server at five: nothing told is lost, nothing counts twice."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, Playwright, expect

from tests.cast import PASSWORD
from tests.journeys import ledger, rounds
from tests.journeys.browsing import PATIENCE_MS, sign_in, under_worker
from tests.journeys.conftest import PHONE
from tests.journeys.mortal import MortalPhone
from tests.journeys.rounds import RECORDS_OF_THE_HOME, RECORDS_OF_THE_KTV, answer, go_on, take
from tests.journeys.served import Served
from tests.journeys.test_a_visit_offline import picture
from tests.journeys.wire import Wire

pytestmark = pytest.mark.journey

SLOW_S = 60
FLUE, JOINT = "接到室外大气", "接口密封"
PHOTOS_OF_THE_HOME = 3


@pytest.fixture
def wire(served: Served) -> Iterator[Wire]:
    """The network between the phone and the server."""
    made = Wire(served.port)
    yield made
    made.close()


class Round:
    """Lan's round on a phone that is killed again and again; `page` is the page of the browser that lives now."""

    def __init__(self, phone: MortalPhone, wire: Wire, served: Served) -> None:
        self.phone, self.wire, self.served = phone, wire, served
        self.page = phone.open()
        self.visit = ""

    def kill(self) -> None:
        """Kill the browser; what it was sending never arrives."""
        self.phone.kill()
        self.wire.drop()

    def reopen(self, address: str) -> Page:
        """Open the phone again where it was, and return its page."""
        self.page = self.phone.open()
        self.page.goto(address)
        return self.page

    def held(self) -> ledger.OnPhone:
        """What is on the phone; it is the same, whole and once, however often the browser died."""
        return ledger.on_phone(self.page)

    def finding(self, item_id: str) -> dict[str, Any]:
        """Return a finding of the unfinished form as it is kept."""
        [draft] = self.held().drafts
        found: dict[str, Any] = draft["screen"]["form"]["findings"][item_id]
        return found


def wait_until(page: Page, met: Callable[[], bool]) -> None:
    """Return once it is so; the page goes on meanwhile."""
    for _ in range(SLOW_S * 20):
        if met():
            return
        page.wait_for_timeout(50)
    raise AssertionError("it never came to that")


def while_signing_in(walk: Round) -> None:
    """The first pull stops half-way: the phone has a session and half of its grid."""
    page = walk.page
    page.goto("/sign-in")
    page.locator("[autocomplete=username]").fill("lan")
    page.locator("[autocomplete=current-password]").fill(PASSWORD)
    walk.wire.hold("GET /api/sync/pull", on_answer=True, after_bytes=700)
    page.locator("button[type=submit]").first.click()
    assert walk.wire.held.wait(SLOW_S)
    walk.kill()

    page = walk.reopen("/")
    # Chromium brings cookies to the disk twice a minute: a kill before that may cost the sign-in, and nothing else.
    if page.evaluate("fetch('/api/me').then((answer) => answer.status)") == 401:
        expect(page.get_by_text("登录过期了").first).to_be_visible()
        sign_in(page, "lan")
    expect(page.get_by_role("heading", level=1)).to_have_text("和平社区 · 第1网格")
    expect(page.locator("main")).to_contain_text("/ 24 户已查")
    under_worker(page)
    walk.phone.close()
    walk.wire.cut()
    walk.reopen("/")


def in_the_middle_of_a_card(walk: Round) -> None:
    """An appliance is ticked, and the card not yet left."""
    walk.visit = rounds.open_door(walk.page)
    answer(walk.page, "居住方式", "自住")
    walk.page.get_by_role("checkbox", name="燃气热水器").tap()
    expect(walk.page.locator("header").get_by_text("已存本机")).to_be_visible()
    wait_until(walk.page, lambda: "heater" in str(walk.held().drafts))
    walk.kill()

    page = walk.reopen(walk.visit)
    expect(page.get_by_role("checkbox", name="燃气热水器")).to_be_checked()


def while_the_camera_is_open(walk: Round) -> None:
    """The camera app takes the memory that the browser had."""
    page = walk.page
    go_on(page)
    answer(page, "排烟方式", "强制排气式")
    answer(page, "安装位置", "厨房")
    answer(page, FLUE, "有隐患")
    page.get_by_role("checkbox", name="未装烟管").tap()
    wait_until(page, lambda: "未装烟管" in str(walk.held().drafts))
    with page.expect_file_chooser():
        page.locator("input[type=file][capture]").first.tap()
    walk.kill()

    page = walk.reopen(walk.visit)
    expect(page.get_by_role("heading", name=FLUE)).to_be_visible()
    expect(page.get_by_role("checkbox", name="未装烟管")).to_be_checked()
    assert walk.held().photos == []


def while_a_photo_is_made_ready(walk: Round) -> None:
    """The camera has given its picture, and the phone has not yet said that it keeps it."""
    with walk.page.expect_file_chooser() as chooser:
        walk.page.locator("input[type=file][capture]").first.tap()
    chooser.value.set_files([picture(1)])
    walk.kill()

    page = walk.reopen(walk.visit)
    expect(page.get_by_role("heading", name=FLUE).or_(page.get_by_role("img", name="刚拍的照片"))).to_be_visible()
    kept = walk.finding("co.heater.flue_outdoor")["before"]
    assert set(kept) <= walk.held().hashes
    if not kept:
        take(page, 1)
    elif page.get_by_role("img", name="刚拍的照片").is_visible():
        go_on(page, "用这张")


def while_it_is_put_right_on_the_spot(walk: Round) -> None:
    """The photo after the repair is on the screen, to be used or taken again."""
    page = walk.page
    go_on(page, "三句说完，下一题")
    answer(page, JOINT, "有隐患")
    page.get_by_role("checkbox", name="接口松脱").tap()
    take(page, 2)
    page.get_by_role("checkbox", name="当场已改好").tap()
    with page.expect_file_chooser() as chooser:
        page.locator("input[type=file][capture]").nth(1).tap()
    chooser.value.set_files([picture(3)])
    expect(page.get_by_role("img", name="刚拍的照片")).to_be_visible()
    told = walk.held().hashes
    walk.kill()

    page = walk.reopen(walk.visit)
    expect(page.get_by_role("img", name="刚拍的照片")).to_be_visible()
    go_on(page, "用这张")
    expect(page.get_by_role("checkbox", name="当场已改好")).to_be_checked()
    assert walk.held().hashes == told
    assert len(walk.finding("co.heater.flue_joint")["after"]) == 1


def the_instant_it_says_saved(walk: Round) -> None:
    """The screen has said 已存本机, and not a moment passes."""
    rounds.finish(walk.page)
    walk.page.get_by_role("heading", name="已存本机").wait_for()
    walk.kill()

    page = walk.reopen(walk.visit)
    rounds.expect_saved(page, walk.visit)
    kept = walk.held()
    assert len(kept.mutations) == RECORDS_OF_THE_HOME
    assert kept.drafts == []
    assert {name for mutation in kept.mutations for name in mutation["photo_hashes"]} == {
        photo["sha256"] for photo in kept.photos if photo["state"] != "drafted"
    }
    assert len(kept.photos) == PHOTOS_OF_THE_HOME


def in_the_middle_of_a_push(walk: Round) -> None:
    """Half of the records' text is on its way, and the server has answered nothing."""
    walk.wire.hold("POST /api/sync/push", on_answer=False, after_bytes=1500)
    walk.wire.mend()
    walk.page.reload()
    assert walk.wire.held.wait(SLOW_S)
    walk.kill()
    assert ledger.receipts_of(walk.served, "lan") == []


def after_the_commit_before_the_answer(walk: Round) -> None:
    """The server has taken every record, and the phone never hears of it."""
    walk.wire.hold("POST /api/sync/push", on_answer=True)
    walk.reopen(walk.visit)
    assert walk.wire.held.wait(SLOW_S)
    waits = {mutation["id"] for mutation in walk.held().mutations if mutation["state"] != "applied"}
    walk.kill()
    assert len(waits) == RECORDS_OF_THE_HOME
    assert set(ledger.receipts_of(walk.served, "lan")) == waits


def in_the_middle_of_a_photo(walk: Round) -> None:
    """A part of a photo has arrived; the records had their receipts before it, although they came twice."""
    walk.wire.hold("PATCH /api/photos", on_answer=False, after_bytes=100_000)
    page = walk.reopen(walk.visit)
    expect(page.get_by_text("已受理")).to_have_count(RECORDS_OF_THE_HOME, timeout=SLOW_S * 1000)
    assert walk.wire.held.wait(SLOW_S)
    walk.kill()


def in_the_middle_of_a_pull(walk: Round) -> None:
    """What somebody else has written is half-way to the phone."""
    [hazard] = ledger.rows(walk.served, "SELECT id::text FROM hazard WHERE stage = 'in_rectification'")
    written = walk.served.write("guo", ("note_hazard", {"hazard_id": hazard["id"], "note": "已电话提醒", "photos": []}))
    assert written[0]["outcome"] == "applied"
    walk.wire.hold("GET /api/sync/pull", on_answer=True, after_bytes=300)
    walk.reopen(walk.visit)
    assert walk.wire.held.wait(SLOW_S)
    walk.kill()
    walk.reopen(f"/hazards/{hazard['id']}")
    expect(walk.page.get_by_role("listitem").filter(has_text="情况说明")).to_contain_text("果")


MOMENTS: tuple[Callable[[Round], None], ...] = (
    while_signing_in,
    in_the_middle_of_a_card,
    while_the_camera_is_open,
    while_a_photo_is_made_ready,
    while_it_is_put_right_on_the_spot,
    the_instant_it_says_saved,
    in_the_middle_of_a_push,
    after_the_commit_before_the_answer,
    in_the_middle_of_a_photo,
    in_the_middle_of_a_pull,
)


def test_a_browser_killed_at_ten_moments_of_a_round_loses_and_doubles_nothing(
    playwright: Playwright, served: Served, wire: Wire, tmp_path: Path
) -> None:
    phone = MortalPhone(playwright, tmp_path / "phone", wire.address)
    walk = Round(phone, wire, served)
    for moment in MOMENTS:
        moment(walk)
    page = walk.page
    page.goto("/outbox")
    expect(page.locator("body")).to_contain_text("交班检查：都传完了，可以放心", timeout=SLOW_S * 1000)
    ledger.compare(page, served, visits=1, hazards=2, records=RECORDS_OF_THE_HOME, photos=PHOTOS_OF_THE_HOME)
    phone.close()


def test_a_server_killed_at_five_moments_of_a_round_loses_and_doubles_nothing(
    browser: Browser, served: Served, wire: Wire
) -> None:
    with browser.new_context(base_url=wire.address, **PHONE) as context:
        context.set_default_timeout(PATIENCE_MS)
        page = under_worker(sign_in(context.new_page(), "lan"))
        wire.cut()
        visit = rounds.open_ktv(page)
        rounds.find_goods_in_the_aisle(page, 4)
        rounds.finish(page)
        rounds.expect_saved(page, visit)
        waits = ledger.on_phone(page).ids
        wire.mend()

        killed_while(wire, served, page, "POST /api/sync/push", on_answer=False, after_bytes=1000)
        killed_while(wire, served, page, "POST /api/sync/push", on_answer=True)
        assert set(ledger.receipts_of(served, "lan")) == waits
        killed_while(wire, served, page, "PATCH /api/photos", on_answer=False, after_bytes=100_000)
        killed_while(wire, served, page, "GET /api/sync/pull", on_answer=True, after_bytes=300)
        page.goto("/outbox")
        expect(page.locator("body")).to_contain_text("交班检查：都传完了，可以放心", timeout=SLOW_S * 1000)
        # Told a moment ago, and the power fails.
        served.kill()
        served.start()
        ledger.compare(page, served, visits=1, hazards=1, records=RECORDS_OF_THE_KTV, photos=1)


def killed_while(wire: Wire, served: Served, page: Page, request: str, **where: Any) -> None:
    """Kill the server while such a request, or its answer, is half-way; then start it again."""
    wire.hold(request, **where)
    page.reload()
    assert wire.held.wait(SLOW_S), request
    served.kill()
    wire.drop()
    served.start()
