"""Find the distribution's packages that the tests need, or install them; standard library only."""

import os
import platform
import shutil
import subprocess
from pathlib import Path

BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
WEBKIT = {"WebKitWebDriver": "webkit2gtk-driver", "Xvfb": "xvfb"}
GDAL = {"ogr2ogr": "gdal-bin"}


class CannotSetUp(RuntimeError):
    """Something is missing that only a person can provide; the message names the command."""


def say(what: str) -> None:
    """Print one line of progress."""
    print(f"· {what}", flush=True)


def chromium() -> str | None:
    """Return the system's Chromium, under whichever name; None where only Playwright's own may be."""
    return next((found for each in BROWSERS if (found := shutil.which(each))), None)


def missing_packages() -> list[str]:
    """Return the packages without which a test cannot run here; WebKit and GDAL count where they are packed."""
    fetched = [*(Path.home() / ".cache" / "ms-playwright").glob("chromium*")]
    missing = [] if fetched or chromium() else ["chromium"]
    if _is_debian():
        missing += [package for command, package in (WEBKIT | GDAL).items() if not shutil.which(command)]
    return missing


def _is_debian() -> bool:
    try:
        names = platform.freedesktop_os_release()
    except OSError:
        return False
    return not {"debian", "ubuntu"}.isdisjoint([names["ID"], *names.get("ID_LIKE", "").split()])


def install_what_tests_need() -> bool:
    """Find the browsers and the GDAL that the tests drive, or install them; return whether there is a Chromium now.

    Errors: CannotSetUp, with the one command, for an ordinary user without them.
    """
    missing = missing_packages()
    if missing and os.geteuid() != 0:
        fetch = "python3 backend/bootstrap.py tools && .venv/bin/python -m playwright install chromium"
        command = f"sudo apt-get install {' '.join(missing)}" if shutil.which("apt-get") else fetch
        raise CannotSetUp(f"the tests drive real browsers and GDAL. Run: {command}")
    if missing and not _apt_install(*missing):
        for package in missing:  # one that is not packed here must not keep back the others
            _apt_install(package)
    _have_chinese_font()
    return "chromium" not in missing_packages()


def _have_chinese_font() -> None:
    """Have a Chinese font for labels and screenshots, where it can be installed."""
    found = subprocess.run(["fc-list", ":lang=zh"], capture_output=True, text=True) if shutil.which("fc-list") else None
    if found is not None and found.stdout.strip():
        return
    if os.geteuid() != 0 or not _apt_install("fonts-wqy-microhei", "fontconfig"):
        say("no Chinese font: screenshots will show boxes. Debian: sudo apt-get install fonts-wqy-microhei")


def _apt_install(*packages: str) -> bool:
    if not shutil.which("apt-get"):
        return False
    say(f"installing {', '.join(packages)}")
    quiet = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    subprocess.run(["apt-get", "update", "-qq"], env=quiet, stdout=subprocess.DEVNULL)
    command = ["apt-get", "install", "-y", "-qq", "--no-install-recommends", *packages]
    return subprocess.run(command, env=quiet, stdout=subprocess.DEVNULL).returncode == 0
