"""What every journey does in a browser: sign in, and wait for the worker that serves the app without a network."""

from playwright.sync_api import Page, expect

from tests.cast import PASSWORD

PATIENCE_MS = 90_000
"""For every journey: a machine that does much else is slow, not wrong."""

expect.set_options(timeout=PATIENCE_MS)


def sign_in(page: Page, login: str, password: str = PASSWORD) -> Page:
    """Return the page, once a member of the cast has come in by the front door and the first pull has arrived."""
    page.goto("/sign-in")
    page.locator("[autocomplete=username]").fill(login)
    page.locator("[autocomplete=current-password]").fill(password)
    with page.expect_response(lambda answer: "/api/sync/pull" in answer.url and answer.ok):
        page.locator("button[type=submit]").first.click()
    return put_off_pin(page)


def put_off_pin(page: Page) -> Page:
    """Return the page, once its person has left the PIN for another time; test_at_rest.py chooses one."""
    page.wait_for_url(lambda address: "/pin" in address)
    page.get_by_role("button", name="以后再说").or_(page.get_by_role("button", name="Later")).click()
    page.wait_for_url(lambda address: "/pin" not in address)
    return page


def choose_pin(page: Page, pin: str) -> Page:
    """Return the page, once what lies on the phone is under this PIN."""
    page.wait_for_url(lambda address: "/pin" in address)
    for field in page.locator("main form input").all():
        field.fill(pin)
    page.locator("main form button[type=submit]").click()
    page.wait_for_url(lambda address: "/pin" not in address)
    expect(page.locator("main")).to_be_visible()
    return page


def under_worker(page: Page) -> Page:
    """Return the page, once a service worker serves it: only then does it open without a server."""
    page.evaluate("navigator.serviceWorker.ready.then(() => undefined)")
    page.wait_for_function("navigator.serviceWorker.controller !== null")
    return page
