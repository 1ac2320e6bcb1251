"""Setting up does what is missing, once, and says which command a person has to type."""

import os
import platform
import shutil
import subprocess
import sys
import time
from pathlib import Path

import pytest

from backend import bootstrap, packages

ROOT = Path(__file__).parent.parent.parent.parent


def test_nothing_is_done_when_everything_is_there():
    began = time.process_time()
    done = subprocess.run([sys.executable, "backend/bootstrap.py", "tools"], cwd=ROOT, capture_output=True, text=True)

    assert (done.returncode, done.stdout) == (0, "")
    assert time.process_time() - began < 1


def test_it_needs_nothing_but_the_standard_library():
    done = subprocess.run(
        [sys.executable, "-I", "-S", "-c", "import runpy; runpy.run_path('backend/bootstrap.py')"],
        cwd=ROOT,
        capture_output=True,
        text=True,
    )

    assert done.returncode == 0, done.stderr


def test_sources_count_by_name_and_content(tmp_path, monkeypatch):
    monkeypatch.setattr(bootstrap, "ROOT", tmp_path)
    one, two = tmp_path / "one.ts", tmp_path / "two.ts"
    one.write_text("a")
    two.write_text("b")
    before = bootstrap.digest([one, two])

    assert bootstrap.digest([two, one]) == before
    two.write_text("c")
    assert bootstrap.digest([one, two]) != before
    two.write_text("b")
    two.rename(tmp_path / "three.ts")
    assert bootstrap.digest([one, tmp_path / "three.ts"]) != before


def test_a_step_that_was_cut_off_counts_as_not_done(tmp_path):
    stamp = tmp_path / "stamp.json"
    assert bootstrap.read_stamp(stamp) == {}
    stamp.write_text('{"lock": ')
    assert bootstrap.read_stamp(stamp) == {}
    stamp.write_text("[]")
    assert bootstrap.read_stamp(stamp) == {}


def a_machine(monkeypatch, home, *commands, **names):
    """Be on a machine with these commands, of a distribution with these names."""
    monkeypatch.setattr(shutil, "which", lambda name: name if name in commands else None)
    monkeypatch.setattr(platform, "freedesktop_os_release", lambda: names)
    monkeypatch.setattr(Path, "home", lambda: home)
    monkeypatch.setattr(os, "geteuid", lambda: 1000)


def test_an_ordinary_user_without_browsers_and_gdal_is_told_the_one_command(monkeypatch, tmp_path):
    a_machine(monkeypatch, tmp_path, "apt-get", ID="debian")

    with pytest.raises(packages.CannotSetUp, match=r"sudo apt-get install chromium webkit2gtk-driver xvfb gdal-bin$"):
        packages.install_what_tests_need()


def test_where_there_is_no_apt_playwright_fetches_one_without_the_administrator(monkeypatch, tmp_path):
    a_machine(monkeypatch, tmp_path, ID="fedora")

    with pytest.raises(packages.CannotSetUp, match=r"playwright install chromium$"):
        packages.install_what_tests_need()


@pytest.mark.parametrize("name", packages.BROWSERS)
def test_a_browser_that_is_good_enough_is_also_the_one_that_is_driven(monkeypatch, tmp_path, name):
    a_machine(monkeypatch, tmp_path, name, ID="fedora")

    packages.install_what_tests_need()
    assert packages.chromium() == name


def test_only_what_is_missing_is_asked_for(monkeypatch, tmp_path):
    a_machine(monkeypatch, tmp_path, "chromium", "Xvfb", "ogr2ogr", ID="linuxmint", ID_LIKE="ubuntu debian")

    assert packages.missing_packages() == ["webkit2gtk-driver"]


def test_where_webkit_is_not_packed_a_chromium_is_enough(monkeypatch, tmp_path):
    a_machine(monkeypatch, tmp_path, "google-chrome", ID="fedora")

    packages.install_what_tests_need()


def test_a_browser_that_playwright_fetched_is_good_enough(monkeypatch, tmp_path):
    a_machine(monkeypatch, tmp_path, ID="fedora")
    (tmp_path / ".cache" / "ms-playwright" / "chromium-1200").mkdir(parents=True)

    packages.install_what_tests_need()


@pytest.mark.parametrize("name", ["requirements.lock", "requirements-dev.lock"])
def test_the_locks_name_hashes_and_no_registry(name):
    text = (ROOT / name).read_text()

    assert text.count("--hash=sha256:") > 100
    assert "http://" not in text
    assert "https://" not in text
    assert "index-url" not in text
    assert "uv==" in text


def test_what_runs_is_locked_the_same_for_development():
    def versions(name):
        lines = (ROOT / name).read_text().splitlines()
        return {line.split(" ")[0] for line in lines if "==" in line and not line.startswith(" ")}

    assert versions("requirements.lock") <= versions("requirements-dev.lock")
