"""Take photos with the built-in camera: where the camera app killed the browser, and over the picture of before."""

from pathlib import Path

import pytest
from playwright.sync_api import Page, Playwright, expect

from tests.journeys import ledger, rounds
from tests.journeys.browsing import sign_in, under_worker
from tests.journeys.mortal import MortalPhone
from tests.journeys.rounds import answer, find_two_hazards, go_on
from tests.journeys.served import Served

pytestmark = pytest.mark.journey

BUILT_IN = "拍照会闪退？用内置相机"


def _phone(playwright: Playwright, folder: Path, served: Served) -> MortalPhone:
    return MortalPhone(playwright, folder / "phone", served.address, camera=True)


def _at_the_flue(page: Page) -> str:
    """Open a door and answer up to a hazard that asks for a photo; return the visit's address."""
    address = rounds.open_door(page)
    answer(page, "居住方式", "自住")
    page.get_by_role("checkbox", name="燃气热水器").tap()
    go_on(page)
    answer(page, "排烟方式", "强制排气式")
    answer(page, "安装位置", "厨房")
    answer(page, "接到室外大气", "有隐患")
    page.get_by_role("checkbox", name="未装烟管").tap()
    page.wait_for_timeout(50)  # the form is kept at every change, a moment later
    expect(page.locator("header").get_by_text("已存本机")).to_be_visible()
    return address


def _shoot(page: Page) -> None:
    """Press the shutter once the picture is live, and see the photo that was kept."""
    shutter = page.get_by_role("button", name="拍照", exact=True).and_(page.locator(".shutter"))
    expect(shutter).not_to_have_attribute("aria-disabled", "true")
    shutter.tap()
    expect(page.get_by_role("img", name="刚拍的照片")).to_be_visible()


def test_a_browser_killed_as_the_camera_opens_offers_the_built_in_one_and_keeps_its_photo(
    playwright: Playwright, served: Served, tmp_path: Path
) -> None:
    phone = _phone(playwright, tmp_path, served)
    page = under_worker(sign_in(phone.open(), "lan"))
    address = _at_the_flue(page)
    expect(page.get_by_role("button", name=BUILT_IN)).to_have_count(0)
    with page.expect_file_chooser():
        page.locator("input[type=file][capture]").first.tap()
    phone.kill()

    page = phone.open()
    page.goto(address)
    expect(page.get_by_role("checkbox", name="未装烟管")).to_be_checked()
    page.get_by_role("button", name=BUILT_IN).tap()
    _shoot(page)
    phone.kill()

    page = phone.open()
    page.goto(address)
    expect(page.get_by_role("img", name="刚拍的照片")).to_be_visible()
    [photo] = ledger.on_phone(page).photos
    assert photo["state"] == "drafted"
    assert photo["size_bytes"] > 1000
    phone.close()


def test_the_repair_is_photographed_over_the_picture_of_before(
    playwright: Playwright, served: Served, tmp_path: Path
) -> None:
    phone = _phone(playwright, tmp_path, served)
    page = under_worker(sign_in(phone.open(), "lan"))
    served.stop()
    rounds.open_door(page)
    find_two_hazards(page)
    page.get_by_role("button", name="叠影拍摄").tap()
    ghost = page.locator("dialog img.ghost")
    expect(ghost).to_have_css("opacity", "0.42")
    slider = page.get_by_role("slider", name="整改前照片的浓淡")
    slider.fill("80")
    expect(ghost).to_have_css("opacity", "0.8")
    _shoot(page)
    go_on(page, "用这张")
    rounds.finish(page)
    expect(page.get_by_role("heading", name="已存本机")).to_be_visible()

    served.start()
    expect(page.get_by_text("照片 3 / 3 张已到")).to_be_visible()
    phone.close()
