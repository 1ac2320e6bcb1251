"""A phone whose browser can be killed at any moment, and opened again with whatever had reached its disk."""

import contextlib
import os
import signal
import time
from pathlib import Path
from typing import Any

from playwright.sync_api import BrowserContext, Error, Page, Playwright

from backend.packages import chromium
from tests.journeys.browsing import PATIENCE_MS
from tests.journeys.conftest import PHONE

DEAD_WITHIN_S = 60


class MortalPhone:
    """One phone: its browser's folder outlives every browser."""

    def __init__(self, playwright: Playwright, folder: Path, address: str, *, camera: bool = False) -> None:
        self._playwright = playwright
        self._folder = folder
        self._address = address
        self._camera = camera
        self._context: BrowserContext | None = None

    def open(self) -> Page:
        """Start the browser and return its page, still empty."""
        options: dict[str, Any] = PHONE | {"base_url": self._address}
        path = chromium()
        args = ["--no-sandbox", "--disable-dev-shm-usage"]
        if self._camera:  # Chromium's own moving test picture stands for the lens
            args += ["--use-fake-device-for-media-stream", "--use-fake-ui-for-media-stream"]
            options["permissions"] = [*options["permissions"], "camera"]
        self._context = self._playwright.chromium.launch_persistent_context(
            self._folder, executable_path=path, args=args, **options
        )
        self._context.set_default_timeout(PATIENCE_MS)
        return self._context.pages[0]

    def kill(self) -> None:
        """Kill the browser and all its helpers at once, as a phone without memory or battery does."""
        found = self._processes()
        assert found, "no browser to kill"
        # The first is the browser itself: its helpers die with it, or are killed after it.
        for pid in sorted(found, key=found.__getitem__):
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        self._wait_until_dead()
        if self._context is not None:
            with contextlib.suppress(Error):
                self._context.close()
        for left in self._folder.glob("Singleton*"):
            left.unlink(missing_ok=True)

    def close(self) -> None:
        """Close the browser as its person does."""
        if self._context is not None:
            self._context.close()

    def _processes(self) -> dict[int, bool]:
        """The numbers of this browser's processes, and whether each is a helper."""
        found = {}
        for entry in Path("/proc").iterdir():
            if entry.name.isdigit():
                with contextlib.suppress(OSError):
                    command = (entry / "cmdline").read_bytes()
                    if f"--user-data-dir={self._folder}".encode() in command:
                        found[int(entry.name)] = b"--type=" in command
        return found

    def _wait_until_dead(self) -> None:
        end = time.monotonic() + DEAD_WITHIN_S
        while left := self._processes():
            assert time.monotonic() < end, left
            for pid in left:
                with contextlib.suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGKILL)
            time.sleep(0.05)
