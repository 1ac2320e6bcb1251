"""A disk of 60 MB fills up: the person is told before anything is lost, and goes on once there is room."""

import shutil
import subprocess
from pathlib import Path
from typing import Any, Final

import pytest
from playwright.sync_api import Page, Playwright, expect

from tests.browsers.day import answer, conclude, drained, go_on, open_door, take, until
from tests.journeys import ledger
from tests.journeys.browsing import sign_in, under_worker
from tests.journeys.conftest import PHONE
from tests.journeys.served import Served
from tests.journeys.test_a_visit_offline import picture
from tests.journeys.wire import Wire

pytestmark = pytest.mark.journey

DISK: Final = "60m"
LEFT_BYTES: Final = 900_000
"""Room for a photo or two, when the album of the phone has taken the rest."""
ON_A_SMALL_DISK: Final = """#!/bin/sh
exec unshare {flags} sh -c 'mount -t tmpfs -o size={disk} tmpfs "$0" && exec "$@"' {profile} {browser} "$@"
"""


def how_to_mount() -> str:
    """Return how this machine lets a program have a disk of its own; fails where it does not, with what would."""
    for flags in ("-rm", "-m"):
        if (
            subprocess.run(["unshare", flags, "mount", "-t", "tmpfs", "tmpfs", "/mnt"], capture_output=True).returncode
            == 0
        ):
            return flags
    pytest.fail("no small disk: allow user namespaces (sysctl kernel.unprivileged_userns_clone=1), or mounts to root")


class SmallPhone:
    """A browser whose folder is a disk of its own."""

    def __init__(self, playwright: Playwright, folder: Path, address: str) -> None:
        self._profile = folder / "profile"
        self._profile.mkdir()
        browser = shutil.which("chromium") or shutil.which("google-chrome") or playwright.chromium.executable_path
        launcher = folder / "browser"
        wanted = {"flags": how_to_mount(), "disk": DISK, "profile": self._profile, "browser": browser}
        launcher.write_text(ON_A_SMALL_DISK.format(**wanted))
        launcher.chmod(0o700)
        options: dict[str, Any] = PHONE | {"base_url": address}
        self._context = playwright.chromium.launch_persistent_context(
            self._profile, executable_path=launcher, args=["--no-sandbox", "--disable-dev-shm-usage"], **options
        )
        self._context.set_default_timeout(60_000)
        self.page: Page = self._context.pages[0]

    @property
    def _disk(self) -> Path:
        """The folder of the browser, seen from outside."""
        for entry in Path("/proc").glob("[0-9]*/cmdline"):
            words = entry.read_bytes().split(b"\0")
            if f"--user-data-dir={self._profile}".encode() in words and not any(
                word.startswith(b"--type=") for word in words
            ):
                return entry.parent / "root" / self._profile.relative_to("/")
        raise AssertionError("no browser")

    def take_up(self, leaving_bytes: int) -> None:
        """Let something else fill the disk."""
        disk = self._disk
        with (disk / "album").open("wb") as album:
            album.write(bytes(max(0, shutil.disk_usage(disk).free - leaving_bytes)))

    def make_room(self) -> None:
        """Clear what has filled the disk."""
        (self._disk / "album").unlink()

    def close(self) -> None:
        self._context.close()


def test_a_full_phone_says_so_and_loses_nothing(
    playwright: Playwright, served: Served, wire: Wire, tmp_path: Path
) -> None:
    phone = SmallPhone(playwright, tmp_path, wire.address)
    page = under_worker(sign_in(phone.page, "lan"))
    wire.cut()
    visit = open_door(page)
    answer(page, "居住方式", "自住")
    page.get_by_role("checkbox", name="燃气热水器").tap()
    go_on(page)
    answer(page, "排烟方式", "强制排气式")
    answer(page, "安装位置", "厨房")
    answer(page, "接到室外大气", "有隐患")
    page.get_by_role("checkbox", name="未装烟管").tap()
    take(page, 1)
    until(page, lambda: len(ledger.on_phone(page).hashes) == 1)

    phone.take_up(LEFT_BYTES)
    kept = 1
    while kept < 6 and shoot(page, kept + 1):
        kept += 1
        until(page, lambda wanted=kept: len(ledger.on_phone(page).hashes) == wanted)
    assert kept < 6, "the disk never became full"
    expect(page.get_by_role("alert").filter(has_text="照片没存上。先上传或清理相册，再拍一次")).to_be_visible()

    phone.make_room()
    # A browser without any room does not even open its database; what lies in it is untouched.
    until(page, lambda: len(ledger.on_phone(page).hashes) == kept)
    take(page, 7)
    page.reload()
    expect(page).to_have_url(visit)
    # Reloaded at the very tap that uses the photo, the phone shows it once more.
    looked_at, card = page.get_by_role("img", name="刚拍的照片"), page.get_by_role("checkbox", name="未装烟管")
    expect(looked_at.or_(card).first).to_be_visible()
    if looked_at.is_visible():
        go_on(page, "用这张")
    expect(card).to_be_checked()
    conclude(page)
    held = ledger.on_phone(page)
    assert len(held.hashes) == kept + 1
    wire.mend()
    drained(page, served, held.ids)
    assert ledger.photo_faults(served, "guo", held.hashes) == []
    phone.close()


def shoot(page: Page, number: int) -> bool:
    """Take one more photo; return whether the phone says that it has it."""
    with page.expect_file_chooser() as chooser:
        page.locator("input[type=file][capture]").first.tap()
    chooser.value.set_files([picture(number)])
    review = page.get_by_role("img", name="刚拍的照片")
    expect(review.or_(page.locator(".field-error"))).to_be_visible()
    if not review.is_visible():
        return False
    go_on(page, "用这张")
    return True
