"""What an administrator types at the server's own keyboard."""

import os
import subprocess
import sys
import tarfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent.parent.parent


@pytest.fixture
def gridwalk():
    def run(data: Path, *words: object, **settings: str) -> subprocess.CompletedProcess[str]:
        clean = {name: text for name, text in os.environ.items() if not name.startswith(("GRIDWALK_", "DATABASE_URL"))}
        return subprocess.run(
            [sys.executable, "-m", "backend", *map(str, words)],
            cwd=ROOT,
            env=clean | {"GRIDWALK_DATA": str(data), **settings},
            capture_output=True,
            text=True,
            timeout=120,
        )

    return run


INVITED = ("invite", "--tenant", "450299001", "--name", "敏", "--login", "min", "--subdistrict", "XX街道")


def test_a_copy_brings_everything_back_into_an_empty_installation(gridwalk, tmp_path):
    old, new, copy = tmp_path / "old", tmp_path / "new", tmp_path / "copy.tar"
    assert gridwalk(old, *INVITED).returncode == 0
    photo = old / "photos" / "ab" / "abcdef"
    photo.parent.mkdir(parents=True)
    photo.write_bytes(b"a picture")

    made = gridwalk(old, "backup", copy)
    restored = gridwalk(new, "restore", copy)

    assert made.returncode == 0, made.stderr
    assert restored.returncode == 0, restored.stderr
    assert (new / "photos" / "ab" / "abcdef").read_bytes() == b"a picture"
    again = gridwalk(new, *INVITED)
    assert again.returncode == 2, "the administrator came back, so that the name is taken"
    assert "login-taken" in again.stderr


def test_a_copy_is_never_restored_over_data(gridwalk, tmp_path):
    data, copy = tmp_path / "data", tmp_path / "copy.tar"
    gridwalk(data, "migrate")
    gridwalk(data, "backup", copy)

    refused = gridwalk(data, "restore", copy)

    assert refused.returncode == 2
    assert "not empty" in refused.stderr


def test_a_file_that_is_no_copy_is_refused(gridwalk, tmp_path):
    (tmp_path / "text.tar").write_text("not a copy")
    with tarfile.open(tmp_path / "other.tar", "w"):
        pass

    for name in ("text.tar", "other.tar", "missing.tar"):
        refused = gridwalk(tmp_path / "data", "restore", tmp_path / name)
        assert refused.returncode == 2
        assert "Traceback" not in refused.stderr


def test_a_copy_never_overwrites_a_file(gridwalk, tmp_path):
    (tmp_path / "copy.tar").write_text("precious")

    assert gridwalk(tmp_path / "data", "backup", tmp_path / "copy.tar").returncode == 2
    assert (tmp_path / "copy.tar").read_text() == "precious"


def test_the_first_administrator_gets_a_code_to_sign_in_with(gridwalk, tmp_path):
    invited = gridwalk(tmp_path / "data", *INVITED, GRIDWALK_PUBLIC_URL="https://gridwalk.example.cn")

    assert "https://gridwalk.example.cn/enrol/" in invited.stdout


def test_a_code_of_the_wrong_length_is_refused_in_words(gridwalk, tmp_path):
    refused = gridwalk(tmp_path / "data", "invite", "--tenant", "4502", "--name", "敏", "--login", "min")

    assert refused.returncode == 2
    assert "Traceback" not in refused.stderr


def test_check_says_what_is_well_and_what_is_not(gridwalk, tmp_path):
    data = tmp_path / "data"
    before = gridwalk(data, "check")
    gridwalk(data, "migrate")
    after = gridwalk(data, "check")

    assert "!!   schema: 0 of" in before.stdout
    assert "ok   schema" in after.stdout
    assert "ok   PostgreSQL" in after.stdout
    assert "!!   no HTTPS" in after.stdout
    assert after.returncode == 1


def test_an_unknown_command_lists_those_there_are(gridwalk, tmp_path):
    asked = gridwalk(tmp_path / "data", "--help")

    for command in ("serve", "migrate", "invite", "check", "backup", "restore", "rulebook"):
        assert command in asked.stdout
