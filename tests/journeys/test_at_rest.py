"""What lies on a phone is nobody's to read, is sent while the phone is locked, and is not lost with a forgotten PIN."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, Playwright, expect

from tests.cast import PASSWORD
from tests.journeys import ledger
from tests.journeys.browsing import choose_pin, under_worker
from tests.journeys.conftest import DESK
from tests.journeys.mortal import MortalPhone
from tests.journeys.rounds import RECORDS_OF_THE_HOME, find_two_hazards, finish, open_door, take
from tests.journeys.served import Served
from tests.journeys.small_town import BUILDING

pytestmark = pytest.mark.journey

PIN, OTHER_PIN = "271828", "141421"
PHOTOS = 3
SLOW_MS = 90_000
LYING = """async () => {
  const asked = (request) => new Promise((done) => { request.onsuccess = () => done(request.result) })
  const found = []
  const text = (value) => value instanceof ArrayBuffer ? text(new Uint8Array(value))
    : ArrayBuffer.isView(value) ? Array.from(value, (byte) => String.fromCharCode(byte)).join('')
    : JSON.stringify(value, (_, part) => part instanceof ArrayBuffer || ArrayBuffer.isView(part) ? text(part) : part)
  for (const { name } of await indexedDB.databases()) {
    if (!/^gridwalk-[0-9a-f-]{36}$/.test(name)) continue
    const database = await asked(indexedDB.open(name))
    for (const store of database.objectStoreNames)
      for (const row of await asked(database.transaction(store).objectStore(store).getAll())) found.push(text(row))
    database.close()
  }
  return found
}"""


@pytest.fixture
def strict(town: Path, tmp_path: Path) -> Iterator[Served]:
    """The running program as it is when nobody says otherwise: a PIN is required."""
    data = tmp_path / "data"
    shutil.copytree(town, data, symlinks=True)
    server = Served(data, pin="required")
    server.start()
    yield server
    server.stop()


@pytest.fixture
def mortal(playwright: Playwright, strict: Served, tmp_path: Path) -> Iterator[MortalPhone]:
    """A phone of one's own, whose browser may be killed."""
    phone = MortalPhone(playwright, tmp_path / "phone", strict.address)
    yield phone
    phone.close()


def enter(page: Page, login: str) -> None:
    """Sign in by the front door."""
    page.locator("[autocomplete=username]").fill(login)
    page.locator("[autocomplete=current-password]").fill(PASSWORD)
    page.locator("button[type=submit]").first.click()


def begin(page: Page, login: str = "lan", pin: str = PIN) -> Page:
    """Return the page of somebody who has signed in and chosen a PIN, with their grid on the phone."""
    page.goto("/sign-in")
    enter(page, login)
    choose_pin(page, pin)
    expect(page.locator("main")).to_contain_text("户已查", timeout=SLOW_MS)
    return under_worker(page)


def opened_again(mortal: MortalPhone) -> Page:
    """Return the page of Lan, unlocked, after her browser was closed and opened.

    Chromium brings cookies to the disk twice a minute, or when it is closed: without this a kill may cost the sign-in.
    """
    mortal.close()
    page = mortal.open()
    page.goto("/")
    unlock(page)
    expect(page.locator("main")).to_contain_text("户已查", timeout=SLOW_MS)
    return page


def make_the_visit(page: Page) -> None:
    """Record two hazards with three photos."""
    open_door(page)
    find_two_hazards(page)
    take(page, 3, album=1)
    finish(page)
    expect(page.get_by_role("heading", name="已存本机")).to_be_visible()


def unlock(page: Page, pin: str = PIN) -> None:
    page.locator("main form input").fill(pin)
    page.get_by_role("button", name="解锁").click()


def arrived(served: Served) -> tuple[int, int]:
    """How many records and photos of Lan the server has."""
    photos = "SELECT 1 FROM photo WHERE person_id = (SELECT id FROM person WHERE login = 'lan')"
    return len(ledger.receipts_of(served, "lan")), len(ledger.rows(served, photos))


def wait_for(page: Page, served: Served, records: int, photos: int) -> None:
    for _ in range(SLOW_MS // 500):
        if arrived(served) == (records, photos):
            return
        page.wait_for_timeout(500)
    raise AssertionError(arrived(served))


def test_a_killed_phone_is_locked_sends_all_the_same_and_shows_it_when_it_is_unlocked(
    mortal: MortalPhone, strict: Served
) -> None:
    page = begin(mortal.open())
    page.reload()
    expect(page.locator("main")).to_contain_text("户已查")  # a reload does not ask
    page = opened_again(mortal)
    strict.stop()
    make_the_visit(page)
    lies = page.evaluate(LYING)
    mortal.kill()

    assert len(lies) > 40
    for word in ("和平", "301室", "住户赶时间", "co.heater", "flue", "未装烟管", "138****", "JFIF", "Exif"):
        assert [row for row in lies if word in row] == [], word

    page = mortal.open()
    page.goto("/")
    expect(page.get_by_role("heading", name="兰 的内容已锁")).to_be_visible()
    expect(page.locator("main")).to_contain_text(f"还有 {RECORDS_OF_THE_HOME} 条记录、{PHOTOS} 张照片")
    strict.start()
    wait_for(page, strict, RECORDS_OF_THE_HOME, PHOTOS)
    expect(page.locator("main")).to_contain_text("没有等着上传的内容", timeout=SLOW_MS)

    unlock(page, "000001")
    expect(page.get_by_text("PIN 不对")).to_be_visible()
    unlock(page)
    expect(page.locator("main")).to_contain_text("户已查", timeout=SLOW_MS)
    page.goto("/outbox")
    expect(page.locator("main")).to_contain_text(f"今天已受理 {RECORDS_OF_THE_HOME} 条、{PHOTOS} 张", timeout=SLOW_MS)
    assert (
        ledger.photo_faults(strict, "guo", {row["sha256"] for row in ledger.rows(strict, "SELECT sha256 FROM photo")})
        == []
    )


def test_what_was_recorded_in_the_last_seconds_is_never_said_not_to_be_there(
    mortal: MortalPhone, strict: Served
) -> None:
    begin(mortal.open())
    page = opened_again(mortal)
    strict.stop()
    page.goto(f"/doors/{BUILDING}")
    nobody_in(page, "301")
    mortal.kill()

    page = mortal.open()
    page.goto("/")
    expect(page.locator("main")).to_contain_text("刚记的 1 条还没排上队，解锁后才能传")
    expect(page.get_by_text("没有等着上传的内容")).to_have_count(0)
    unlock(page)
    expect(page.locator("main")).to_contain_text("户已查", timeout=SLOW_MS)
    page.goto(f"/doors/{BUILDING}")
    nobody_in(page, "302")
    page.get_by_role("button", name="返回").click()
    page.get_by_role("link", name="我的").click()
    page.get_by_role("button", name="现在锁上").click()
    expect(page.locator("main")).to_contain_text("锁着也在继续上传：还有 2 条记录、0 张照片")
    expect(page.get_by_text("解锁后才能传")).to_have_count(0)
    strict.start()
    wait_for(page, strict, 2, 0)


def nobody_in(page: Page, room: str) -> None:
    """Record it, and stay where it can be undone."""
    page.get_by_role("gridcell").get_by_role("button", name=f"{room}室").click()
    page.locator(".outcomes").get_by_role("button", name="无人").click()
    expect(page.get_by_role("status").filter(has_text="无人，已存")).to_be_visible()


def test_the_next_person_sends_for_the_one_before_and_cannot_read_it(mortal: MortalPhone, strict: Served) -> None:
    page = begin(mortal.open())
    strict.stop()
    make_the_visit(page)
    page.goto("/me")
    page.get_by_role("button", name="退出登录").click()
    page.get_by_role("dialog").get_by_role("button", name="退出").last.click()
    page.wait_for_url(lambda address: "/sign-in" in address)
    expect(page.locator("main")).to_contain_text(f"兰：{RECORDS_OF_THE_HOME} 条记录、{PHOTOS} 张照片还没传")

    strict.start()
    begin(page, "guo", OTHER_PIN)
    page.goto("/outbox")
    page.get_by_role("button", name="帮 兰 发出去").click()
    expect(page.get_by_text("兰 的都发出去了")).to_be_visible(timeout=SLOW_MS)
    assert arrived(strict) == (RECORDS_OF_THE_HOME, PHOTOS)
    courier = "SELECT p.login FROM audit a JOIN person p ON p.id = a.person_id WHERE a.action = 'carry_records'"
    assert {row["login"] for row in ledger.rows(strict, courier)} == {"guo"}


def test_a_forgotten_pin_loses_no_draft_and_no_record(mortal: MortalPhone, strict: Served) -> None:
    page = begin(mortal.open())
    strict.stop()
    make_the_visit(page)
    page.goto(f"/doors/{BUILDING}")
    page.get_by_role("gridcell").get_by_role("button", name="302室").click()
    page.get_by_role("button", name="入户检查").tap()
    page.wait_for_url("**/visit/*")
    draft = page.url
    page.get_by_role("radio", name="自住").first.tap()
    expect(page.locator("header").get_by_text("已存本机")).to_be_visible()
    mortal.kill()

    page = mortal.open()
    page.goto("/")
    page.get_by_role("link", name="忘了 PIN").click()
    strict.start()
    enter(page, "lan")
    choose_pin(page, OTHER_PIN)
    page.goto("/outbox")
    expect(page.locator("main")).to_contain_text(f"今天已受理 {RECORDS_OF_THE_HOME} 条、{PHOTOS} 张", timeout=SLOW_MS)
    page.goto(draft)
    page.get_by_role("button", name="上一题").or_(page.get_by_role("heading", name="居住方式")).first.wait_for()
    assert [row["action"] for row in ledger.rows(strict, "SELECT action FROM audit WHERE action = 'open_data_key'")]
    mortal.kill()

    page = mortal.open()
    page.goto("/")
    unlock(page)
    expect(page.get_by_text("PIN 不对")).to_be_visible()
    unlock(page, OTHER_PIN)
    expect(page.locator("main")).to_contain_text("户已查", timeout=SLOW_MS)


@pytest.mark.parametrize("is_locked", [False, True], ids=["unlocked", "locked"])
def test_a_lifeboat_brought_by_a_colleague_and_then_its_own_phone_doubles_nothing(
    mortal: MortalPhone, strict: Served, browser: Browser, tmp_path: Path, is_locked: bool
) -> None:
    begin(mortal.open())
    page = opened_again(mortal)
    strict.stop()
    make_the_visit(page)
    if is_locked:
        mortal.kill()
        page = mortal.open()
        page.goto("/")
        expect(page.get_by_label("PIN（6 位数字）")).to_be_visible()
    else:
        page.goto("/lifeboat")
    with page.expect_download() as download:
        page.get_by_role("button", name="存成文件").click()
    file = tmp_path / download.value.suggested_filename
    download.value.save_as(file)
    expect(page.locator("main")).to_contain_text(f"文件里有 {RECORDS_OF_THE_HOME} 条记录、{PHOTOS} 张照片")
    assert file.name.startswith("巡格救生-")
    assert b"JFIF" not in file.read_bytes()
    mortal.kill()

    strict.start()
    with browser.new_context(base_url=strict.address, **DESK) as context:
        desk = context.new_page()
        desk.goto("/sign-in")
        enter(desk, "dai")
        under_worker(choose_pin(desk, OTHER_PIN))
        desk.goto("/lifeboat")
        for _ in range(2):  # to repeat it is harmless
            desk.locator("input[type=file]").set_input_files(file)
            desk.get_by_role("button", name="传上去").click()
            expect(desk.locator("main")).to_contain_text(
                f"{RECORDS_OF_THE_HOME} 条有回执，{PHOTOS} 张照片已到服务器", timeout=SLOW_MS
            )
    assert arrived(strict) == (RECORDS_OF_THE_HOME, PHOTOS)

    page = mortal.open()
    page.goto("/")
    unlock(page)
    expect(page.locator("main")).to_contain_text("户已查", timeout=SLOW_MS)
    page.goto("/outbox")
    expect(page.locator("main")).to_contain_text(f"今天已受理 {RECORDS_OF_THE_HOME} 条、{PHOTOS} 张", timeout=SLOW_MS)
    assert arrived(strict) == (RECORDS_OF_THE_HOME, PHOTOS)
    assert len(ledger.rows(strict, "SELECT 1 FROM visit")) == 1
    assert len(ledger.rows(strict, "SELECT 1 FROM hazard")) == 2
