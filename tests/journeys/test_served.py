"""The fixtures of the journeys stand on what they promise."""

import pytest
from playwright.sync_api import BrowserContext, expect

from tests.journeys.browsing import sign_in, under_worker
from tests.journeys.served import Served

pytestmark = pytest.mark.journey


def test_a_worker_signs_in_and_the_app_opens_again_without_a_server(phone: BrowserContext, served: Served) -> None:
    page = under_worker(sign_in(phone.new_page(), "lan"))
    served.stop()
    page.reload()
    expect(page.locator("h1").first).to_contain_text("第1网格")
    served.start()


def test_a_wrong_password_is_refused_in_words_and_the_name_stays(phone: BrowserContext) -> None:
    page = phone.new_page()
    page.goto("/sign-in")
    page.locator("[autocomplete=username]").fill("lan")
    page.locator("[autocomplete=current-password]").fill("nonsense-nonsense")
    page.locator("button[type=submit]").first.click()
    expect(page.locator("#app [role=alert]")).to_contain_text("账号或密码错误")
    expect(page.locator("[autocomplete=username]")).to_have_value("lan")
