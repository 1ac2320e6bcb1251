"""What every journey does in a browser: sign in, and wait for the worker that serves the app without a network."""

from playwright.sync_api import Page

from tests.cast import PASSWORD


def sign_in(page: Page, login: str, password: str = PASSWORD) -> Page:
    """Return the page, once a member of the cast has come in by the front door and the first pull has arrived."""
    page.goto("/sign-in")
    page.locator("[autocomplete=username]").fill(login)
    page.locator("[autocomplete=current-password]").fill(password)
    with page.expect_response(lambda answer: "/api/sync/pull" in answer.url and answer.ok):
        page.locator("button[type=submit]").first.click()
    page.wait_for_url(lambda address: "/sign-in" not in address)
    return page


def under_worker(page: Page) -> Page:
    """Return the page, once a service worker serves it: only then does it open without a server."""
    page.evaluate("navigator.serviceWorker.ready.then(() => undefined)")
    page.wait_for_function("navigator.serviceWorker.controller !== null")
    return page
