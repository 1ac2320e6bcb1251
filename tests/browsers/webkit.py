"""Drive WebKitGTK, the engine of the same family as an iPhone's, on a screen that nobody sees."""

import contextlib
import os
import shutil
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from selenium.common.exceptions import (
    ElementClickInterceptedException,
    ElementNotInteractableException,
    StaleElementReferenceException,
)
from selenium.webdriver import Remote
from selenium.webdriver.common.by import By
from selenium.webdriver.remote.client_config import ClientConfig
from selenium.webdriver.remote.file_detector import UselessFileDetector
from selenium.webdriver.remote.remote_connection import RemoteConnection
from selenium.webdriver.remote.webelement import WebElement
from selenium.webdriver.support.ui import WebDriverWait
from selenium.webdriver.webkitgtk.options import Options
from selenium.webdriver.webkitgtk.service import Service

SLOW_S = 60
"""For every state that is waited for: a machine that does much else is slow, not wrong."""


def mini_browser() -> str | None:
    """Return the browser that WebKitGTK brings along for its own tests, where the distribution has packed it."""
    found = [
        *Path("/usr/lib").glob("*/webkit2gtk-4.*/MiniBrowser"),
        *Path("/usr/libexec").glob("webkit2gtk-4.*/MiniBrowser"),
    ]
    return str(found[0]) if found else None


def what_is_missing() -> list[str]:
    """Return the programs without which there is no WebKit to drive."""
    missing = [name for name in ("WebKitWebDriver", "Xvfb") if shutil.which(name) is None]
    return missing if mini_browser() else [*missing, "MiniBrowser"]


@contextlib.contextmanager
def unseen_screen() -> Iterator[str]:
    """A screen of a phone's width on a display of its own; its name."""
    reader, writer = os.pipe()
    command = ["Xvfb", "-displayfd", str(writer), "-screen", "0", "500x1000x24", "-nolisten", "tcp"]
    server = subprocess.Popen(command, pass_fds=[writer], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    os.close(writer)
    try:
        with os.fdopen(reader) as told:
            yield f":{told.readline().strip()}"
    finally:
        server.terminate()
        server.wait()


_FIND = """
const [css, words] = arguments
const says = (each) => `${each.textContent} ${each.ariaLabel ?? ''} ${each.alt ?? ''}`
const isThere = (each) => each.getClientRects().length > 0 && says(each).includes(words)
const found = [...document.querySelectorAll(css)].find(isThere) ?? null
found?.scrollIntoView({ block: 'center' })  // else the bar at the bottom may lie over it
return found
"""


class WebKit:
    """One WebKit with one page. Controls are found by the words that a person reads on them."""

    def __init__(self, folder: Path, address: str, display: str) -> None:
        own = {"DISPLAY": display, "XDG_DATA_HOME": str(folder / "data"), "XDG_CACHE_HOME": str(folder / "cache")}
        drawn_by_the_processor = {"WEBKIT_DISABLE_COMPOSITING_MODE": "1", "LIBGL_ALWAYS_SOFTWARE": "1"}
        options = Options()
        options.binary_location = mini_browser() or ""
        options.add_argument("--automation")
        options.set_capability("browserName", "MiniBrowser")
        service = Service(env={**os.environ, **own, **drawn_by_the_processor, "LANG": "C.UTF-8", "LANGUAGE": "zh_CN"})
        self._address = address
        self._service = service
        service.start()
        connection = RemoteConnection(client_config=ClientConfig(remote_server_addr=service.service_url))
        self.driver = Remote(connection, options=options)
        self.driver.file_detector = UselessFileDetector()  # the picture lies on this machine already
        self.driver.set_script_timeout(SLOW_S)
        self.driver.set_page_load_timeout(SLOW_S)

    def close(self) -> None:
        self.driver.quit()
        self._service.stop()

    def open(self, path: str) -> None:
        """Open an address of the app."""
        self.driver.get(self._address + path)

    def run(self, code: str, *given: Any) -> Any:
        """Return what an async function body returns in the page."""
        inner = f"(async () => {{ {code} }})().then(done, (error) => done(`failed: ${{error}}`))"
        answer = self.driver.execute_async_script(f"const done = arguments[arguments.length - 1]; {inner}", *given)
        assert not str(answer).startswith("failed: "), answer
        return answer

    def wait(self, met: Callable[[], Any], what: str) -> Any:
        """Return what `met` returns, once that is something."""
        return WebDriverWait(self.driver, SLOW_S, 0.05).until(lambda _: met(), what)

    def see(self, css: str, words: str = "") -> WebElement:
        """Return the first visible element with these words on it, or in its label, once there is one."""
        found: WebElement = self.wait(lambda: self.driver.execute_script(_FIND, css, words), f"{css} {words}")
        return found

    def tap(self, css: str, words: str = "") -> None:
        """Tap such an element; one that moves away under the finger is looked for again."""

        def tapped() -> bool:
            try:
                self.see(css, words).click()
            except (StaleElementReferenceException, ElementNotInteractableException, ElementClickInterceptedException):
                return False
            return True

        self.wait(tapped, f"tap {css} {words}")

    def give(self, css: str, picture: Path) -> None:
        """Answer the camera of a field with a file."""
        self.driver.find_element(By.CSS_SELECTOR, css).send_keys(str(picture))
