"""Visit a home while the server is away: two hazards, three photos, one put right at once, a reload in the middle."""

from io import BytesIO

import httpx
import pytest
from PIL import Image, ImageDraw
from playwright.sync_api import BrowserContext, FilePayload, Page, expect

from tests.cast import PASSWORD
from tests.journeys.browsing import sign_in, under_worker
from tests.journeys.served import Served
from tests.journeys.small_town import BUILDING, door_id

pytestmark = pytest.mark.journey

DOOR = door_id(1, "301")


def picture(number: int) -> FilePayload:
    """Return a camera's JPEG, different for each number."""
    sheet = Image.effect_noise((1200, 900), 60).convert("RGB")
    ImageDraw.Draw(sheet).rectangle((200, 150, 1000, 750), fill=(40 * number, 120, 200), outline=(20, 20, 20), width=9)
    file = BytesIO()
    sheet.save(file, "JPEG", quality=85)
    return {"name": f"{number}.jpg", "mimeType": "image/jpeg", "buffer": file.getvalue()}


def answer(page: Page, question: str, word: str) -> None:
    """Answer one card with one tap; the next card comes by itself."""
    expect(page.get_by_role("heading", name=question)).to_be_visible()
    page.get_by_role("radio", name=word).first.tap()


def go_on(page: Page, name: str = "下一题") -> None:
    page.get_by_role("button", name=name).tap()


def take(page: Page, number: int, album: int = 0) -> None:
    """Take a photo, look at it, use it."""
    with page.expect_file_chooser() as chooser:
        page.locator("input[type=file][capture]").nth(album).tap()
    chooser.value.set_files([picture(number)])
    expect(page.get_by_role("img", name="刚拍的照片")).to_be_visible()
    go_on(page, "用这张")


def open_door(page: Page) -> str:
    """Open the visit of a door from its building, and return the visit's address."""
    page.goto(f"/doors/{BUILDING}")
    page.get_by_role("button", name="301室").or_(page.get_by_role("gridcell", name="301")).first.tap()
    page.get_by_role("button", name="入户检查").tap()
    page.wait_for_url("**/visit/*")
    return page.url


def find_two_hazards(page: Page) -> None:
    """Answer up to the flue: it ends indoors, and its joint is loose and put right at once."""
    answer(page, "居住方式", "自住")
    page.get_by_role("checkbox", name="燃气热水器").tap()
    go_on(page)
    answer(page, "排烟方式", "强制排气式")
    answer(page, "安装位置", "厨房")
    answer(page, "接到室外大气", "有隐患")
    page.get_by_role("checkbox", name="未装烟管").tap()
    take(page, 1)
    go_on(page, "三句说完，下一题")
    answer(page, "接口密封", "有隐患")
    page.get_by_role("checkbox", name="接口松脱").tap()
    take(page, 2)
    page.get_by_role("checkbox", name="当场已改好").tap()


def finish(page: Page) -> None:
    """Leave the rest open, say why, and save."""
    go_on(page)
    page.get_by_role("button", name="还没答的题").tap()
    page.get_by_role("button", name="看汇总").tap()
    expect(page.get_by_text("还有题目没有答")).to_be_visible()
    page.get_by_label("没答完的原因").fill("住户赶时间，余下的下次查")
    go_on(page, "保存")


def test_a_visit_made_without_a_server_survives_a_reload_and_arrives_whole(
    phone: BrowserContext, served: Served
) -> None:
    page = under_worker(sign_in(phone.new_page(), "lan"))
    served.stop()

    address = open_door(page)
    find_two_hazards(page)
    expect(page.locator("header").get_by_text("已存本机")).to_be_visible()  # nothing is promised before
    page.reload()
    expect(page).to_have_url(address)
    expect(page.get_by_role("heading", name="接口密封")).to_be_visible()
    expect(page.get_by_role("checkbox", name="接口松脱")).to_be_checked()
    expect(page.get_by_role("checkbox", name="当场已改好")).to_be_checked()
    take(page, 3, album=1)
    finish(page)
    expect(page.get_by_role("heading", name="已存本机")).to_be_visible()
    expect(page.get_by_text("已受理")).to_have_count(0)

    served.start()
    expect(page.get_by_text("已受理")).to_have_count(5)
    expect(page.get_by_text("照片 3 / 3 张已到")).to_be_visible()
    arrived(served)


def arrived(served: Served) -> None:
    """The server has the visit, both hazards in their stages, and every photo as it was taken."""
    with httpx.Client(base_url=served.address, timeout=20) as client:
        asked = {"login": "guo", "password": PASSWORD, "device_label": "journey", "want_token": True}
        token = client.post("/api/session", json=asked).raise_for_status().json()["token"]
        client.headers["Authorization"] = f"Bearer {token}"
        rows = client.get("/api/sync/pull").raise_for_status().json()["rows"]
        [visit] = [row for row in rows["visit"] if row["place_id"] == str(DOOR)]
        assert visit["hazards"] == 2
        assert visit["note"] == "住户赶时间，余下的下次查"
        assert visit["fix"]["accuracy_m"] >= 1
        hazards = {row["item_id"]: row for row in rows["hazard"]}
        assert hazards["co.heater.flue_outdoor"]["grade"] == "life_threatening"
        assert hazards["co.heater.flue_outdoor"]["stage"] == "in_rectification"
        assert hazards["co.heater.flue_joint"]["stage"] == "closed_on_site"
        photos = [photo for row in hazards.values() for photo in row["photos"]]
        assert sorted(photo["role"] for photo in photos) == ["after", "before", "before"]
        for photo in photos:
            bytes_ = client.get(f"/api/photos/{photo['sha256']}?size=original").raise_for_status().content
            assert Image.open(BytesIO(bytes_)).size == (1200, 900)
