"""What an administrator types at the server's own keyboard."""

import os
import subprocess
import sys
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


def test_the_first_administrator_gets_a_code_to_sign_in_with(gridwalk, tmp_path):
    invited = gridwalk(tmp_path / "data", *INVITED, GRIDWALK_PUBLIC_URL="https://gridwalk.example.cn")

    assert "https://gridwalk.example.cn/enrol#" in invited.stdout
    assert invited.stdout.count("▀") > 50, "and as a QR code"


def test_a_code_of_the_wrong_length_is_refused_in_words(gridwalk, tmp_path):
    refused = gridwalk(tmp_path / "data", "invite", "--tenant", "4502", "--name", "敏", "--login", "min")

    assert refused.returncode == 2
    assert "Traceback" not in refused.stderr


def test_check_says_what_is_well_and_what_is_not(gridwalk, tmp_path):
    data = tmp_path / "data"
    before = gridwalk(data, "check")
    gridwalk(data, "migrate")
    after = gridwalk(data, "check")

    assert "!!  schema: 0 of" in before.stdout
    assert before.returncode == 1
    assert "ok  schema" in after.stdout
    assert "ok  PostgreSQL" in after.stdout
    assert "··  no HTTPS" in after.stdout
    assert after.returncode == 0, "advice is no fault"


def test_a_database_that_cannot_be_reached_is_told_in_words_and_without_its_password(gridwalk, tmp_path):
    told = gridwalk(tmp_path / "data", "check", DATABASE_URL="postgresql://somebody:hush@127.0.0.1:1/nothing")

    assert told.returncode == 2
    assert "cannot be reached" in told.stderr
    assert "Traceback" not in told.stderr
    assert "hush" not in told.stdout + told.stderr


def test_an_unknown_command_lists_those_there_are(gridwalk, tmp_path):
    asked = gridwalk(tmp_path / "data", "--help")

    for command in ("serve", "migrate", "invite", "check", "backup", "restore", "rulebook"):
        assert command in asked.stdout
