"""A new release is served while records wait and a form is open; and a captive portal answers in its place."""

import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from backend.app import PHONE_APP
from tests.browsers.day import PORTAL_FOUND, drained, find_two_hazards, finish, nobody_in, open_door, until
from tests.journeys import ledger
from tests.journeys.browsing import sign_in, under_worker
from tests.journeys.served import ROOT, Served
from tests.journeys.test_a_visit_offline import picture
from tests.journeys.wire import PAGE, Wire

pytestmark = pytest.mark.journey

CHANGED_WITHIN_MS = 330_000
"""Chromium gives a worker that is sending five minutes before it lets the next one take over; mostly it is at once."""
NEWS = "有新版本，点这里更新"
STATES = """navigator.serviceWorker.getRegistration().then(({ installing, waiting, active }) =>
  [installing, waiting, active].map((worker) => worker?.state ?? null))"""
LOOK = "navigator.serviceWorker.getRegistration().then((found) => found.update()).then(() => 'looked', () => 'refused')"


@pytest.fixture(scope="session")
def next_release(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The app built once more, as the release after this one."""
    folder = tmp_path_factory.mktemp("next") / "dist"
    node = Path(sys.executable).parent / "node"
    subprocess.run([node, "build/next-release.mjs", folder], cwd=ROOT / "pwa", check=True)
    return folder


class Program(Served):
    """A server whose app can be replaced by another build."""

    def install(self, build: Path) -> None:
        """Serve this build from the next start on."""
        app = self._root / "pwa" / "dist"
        app.unlink(missing_ok=True)
        app.symlink_to(build)

    def release(self, build: Path) -> None:
        """Replace the app as a person does who runs the server."""
        self.stop()
        self.install(build)
        self.start()


@pytest.fixture
def served(town: Path, tmp_path: Path) -> Iterator[Program]:
    """The running program with this release's app."""
    root = tmp_path / "program"
    (root / "pwa").mkdir(parents=True)
    for folder in ("backend", "geo", "media", "pwa/src"):
        (root / folder).symlink_to(ROOT / folder)
    shutil.copytree(town, tmp_path / "data", symlinks=True)
    program = Program(tmp_path / "data", root)
    program.install(PHONE_APP)
    program.start()
    yield program
    program.stop()


KEPT = """caches.keys()
  .then((names) => Promise.all(names.map((name) => caches.open(name).then((cache) => cache.keys()))))
  .then((found) => found.flat().length)"""


def version(page: Page) -> str:
    """Return what the person reads of the app's version."""
    page.goto("/me")
    return page.locator("main li").filter(has_text="版本 ").inner_text().split()[1]


def test_an_update_waits_for_the_person_and_loses_neither_record_nor_form(
    phone: BrowserContext, served: Program, wire: Wire, next_release: Path
) -> None:
    page = under_worker(sign_in(phone.new_page(), "lan"))
    before = version(page)
    wire.stand_in("POST /api/sync/push")
    ids = nobody_in(page, "101", "102")
    visit = open_door(page)
    find_two_hazards(page)
    until(page, lambda: "接口松脱" in str(ledger.on_phone(page).drafts))

    served.release(next_release)
    page.reload()
    until(page, lambda: page.evaluate(STATES)[1] == "installed")
    expect(page.get_by_role("heading", name="接口密封")).to_be_visible()
    assert version(page) == before  # nothing changes by itself
    expect(page.locator("button.update")).to_have_text(NEWS)
    page.locator("button.update").click()
    # Not the next navigation: a page that has only just opened is still on its way to where it was sent.
    expect(page.locator("main li").filter(has_text="版本 ")).to_contain_text("next", timeout=CHANGED_WITHIN_MS)

    held = ledger.on_phone(page)
    assert held.ids == ids
    assert len(held.hashes) == 2
    wire.stand_back()
    page.goto(visit)
    expect(page.get_by_role("heading", name="接口密封")).to_be_visible()
    expect(page.get_by_role("checkbox", name="接口松脱")).to_be_checked()
    expect(page.get_by_role("checkbox", name="当场已改好")).to_be_checked()
    page.get_by_role("checkbox", name="当场已改好").click()
    finish(page)
    expect(page.get_by_role("heading", name="已存本机")).to_be_visible()
    everything = ledger.on_phone(page).ids
    assert ids < everything
    drained(page, served, everything)
    assert ledger.photo_faults(served, "guo", held.hashes) == []


def test_an_update_in_another_tab_does_not_take_a_photo_that_is_worked_on(
    phone: BrowserContext, served: Program, wire: Wire, next_release: Path
) -> None:
    page = under_worker(sign_in(phone.new_page(), "lan"))
    open_door(page)
    find_two_hazards(page)
    served.release(next_release)
    other = phone.new_page()
    other.goto("/me")
    other.locator("button.update").wait_for()
    page.bring_to_front()
    with page.expect_file_chooser() as chooser:
        page.locator("input[type=file][capture]").nth(1).tap()
    chooser.value.set_files([picture(3)])
    other.locator("button.update").click()
    expect(other.locator("main li").filter(has_text="版本 ")).to_contain_text("next", timeout=CHANGED_WITHIN_MS)

    expect(page.get_by_role("img", name="刚拍的照片")).to_be_visible()  # the form stays until it is left
    until(page, lambda: len(ledger.on_phone(page).hashes) == 3)
    assert version(page) == "next"


def test_a_captive_portal_is_neither_a_receipt_nor_a_new_release(
    phone: BrowserContext, served: Program, wire: Wire, next_release: Path
) -> None:
    page = under_worker(sign_in(phone.new_page(), "lan"))
    before = version(page)
    wire.stand_in("GET ", "POST ", "PATCH ", "HEAD ")
    assert page.evaluate("fetch('/api/me').then((answer) => answer.text())") == PAGE.decode()
    ids = nobody_in(page, "101", "102")
    expect(page.get_by_text(PORTAL_FOUND)).to_be_visible()
    assert page.evaluate(LOOK) == "refused"
    page.reload()
    expect(page.locator("main li").first).to_contain_text("已存本机")
    expect(page.locator("main")).not_to_contain_text("已受理")
    assert {each["state"] for each in ledger.on_phone(page).mutations} <= {"waiting", "sending"}

    # The portal comes between the new release's worker and its files.
    wire.stand_in("GET /index.html", "GET /assets/", "POST ")
    served.release(next_release)
    page.evaluate(LOOK)
    until(page, lambda: page.evaluate(STATES)[:2] == [None, None])
    wire.stand_in("GET ", "POST ", "PATCH ", "HEAD ")
    assert version(page) == before

    wire.stand_back()
    page.evaluate(LOOK)
    until(page, lambda: page.evaluate(STATES)[1] == "installed")
    drained(page, served, ids)
    page.goto("/me")
    page.locator("button.update").click()
    # Not the next navigation: a page that has only just opened is still on its way to where it was sent.
    expect(page.locator("main li").filter(has_text="版本 ")).to_contain_text("next", timeout=CHANGED_WITHIN_MS)


def test_a_file_that_does_not_come_holds_up_no_other_and_the_next_try_fetches_only_what_is_missing(
    phone: BrowserContext, served: Program, wire: Wire
) -> None:
    wire.hold("GET /assets/about-", on_answer=True)  # the first in the list of some 160
    page = phone.new_page()
    page.goto("/sign-in")
    until(page, lambda: page.evaluate(KEPT) >= 100)
    assert page.evaluate("navigator.serviceWorker.controller") is None
    fetched_bytes = wire.answered_bytes
    wire.drop()

    page.reload()
    under_worker(page)
    assert wire.answered_bytes - fetched_bytes < fetched_bytes / 2
    wire.cut()
    page.goto("/about")
    expect(page.locator("main")).to_be_visible()
