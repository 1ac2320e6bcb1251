"""Walk a grid worker's round on a phone: the home with two hazards, then the KTV with one."""

from typing import Final

from playwright.sync_api import Page, expect

from tests.journeys.small_town import BUILDING, door_id
from tests.journeys.test_a_visit_offline import answer, find_two_hazards, finish, go_on, open_door, take

DOOR: Final = door_id(1, "301")
RECORDS_OF_THE_HOME: Final = 5
"""The visit, two hazards, the advice about one, the repair of the other."""
RECORDS_OF_THE_KTV: Final = 2
KTV_NAME: Final = "和平量贩KTV"
AISLE: Final = "疏散走道"


__all__ = [
    "BUILDING", "answer", "find_two_hazards", "finish", "go_on", "open_door", "take",
]  # fmt: skip


def open_ktv(page: Page) -> str:
    """Start the visit of the KTV from today's list, and return its address."""
    page.goto("/")
    page.get_by_role("button", name=KTV_NAME).tap()
    page.wait_for_url("**/visit/*")
    return page.url


def find_goods_in_the_aisle(page: Page, photo: int) -> None:
    """Answer up to the aisle, where goods stand."""
    answer(page, "场所类型", "KTV")
    answer(page, "营业楼层", "地上")
    answer(page, "安全出口、疏散门不锁闭", "符合")
    expect(page.get_by_role("heading", name="可用的安全出口数量")).to_be_visible()
    go_on(page)
    expect(page.get_by_role("heading", name=AISLE)).to_be_visible()
    page.get_by_role("radio", name="有隐患").first.tap()
    page.get_by_role("checkbox").first.tap()
    take(page, photo)


def expect_saved(page: Page, address: str) -> None:
    """The visit says that it is on this phone, and no more than that."""
    expect(page).to_have_url(address)
    expect(page.get_by_role("heading", name="已存本机")).to_be_visible()
