"""What an administrator types at the server's own keyboard."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.backend.places import corpus

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
    described = tmp_path / "base-maps.yaml"
    described.write_text("- {name: tianditu, kind: tianditu, key: a-bad-secret, review_number: GS}")
    wrong = gridwalk(data, "check", GRIDWALK_BASE_MAPS=str(described))
    described.write_text("- {name: tianditu, kind: tianditu, key: 0123456789, review_number: GS}")
    after = gridwalk(data, "check", GRIDWALK_BASE_MAPS=str(described))

    assert "!!  schema: 0 of" in before.stdout
    assert before.returncode == 1
    assert "map 1 (tianditu): key is made of the letters and digits" in wrong.stdout
    assert "a-bad-secret" not in wrong.stdout + wrong.stderr
    assert wrong.returncode == 1
    assert "ok  base maps: tianditu" in after.stdout
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


def test_a_surveyors_file_is_checked_and_imported_at_the_keyboard(gridwalk, tmp_path):
    data, file = tmp_path / "data", tmp_path / "和平.zip"
    file.write_bytes(corpus.shapefile(corpus.written("shp", encoding="GBK"), leave_out=[".cpg"]))
    lay = ("places", "import", file, "--tenant", "450299001", "--crs", "cgcs2000", "--map", "name=网格名称")
    gridwalk(data, "invite", "--tenant", "450299001", "--name", "敏", "--login", "min")

    unknown = gridwalk(data, *lay)
    program = (
        "import asyncio; from backend import database, server, settings; from backend.ids import new_id\n"
        "async def main(connect):\n"
        "    await database.open_pool(**connect)\n"
        "    await database.execute(\"INSERT INTO community VALUES ($1, '450299001002', '和平')\", new_id())\n"
        "    await database.close_pool()\n"
        "with server.database_of(settings.read(), join=True) as (connect, _): asyncio.run(main(connect))"
    )
    own = {name: text for name, text in os.environ.items() if name != "DATABASE_URL"}
    environment = {**own, "GRIDWALK_DATA": str(data)}
    subprocess.run([sys.executable, "-c", program], cwd=ROOT, env=environment, check=True, timeout=120)
    checked = gridwalk(data, *lay, "--check")
    imported = gridwalk(data, *lay)
    again = gridwalk(data, *lay)
    wrong_zone = gridwalk(data, *lay[:5], "--crs", "EPSG:4545")

    assert (unknown.returncode, unknown.stdout.count("未登记")) == (1, 2), unknown
    assert "网格编码" in checked.stdout, "the code's column is guessed, and told"
    assert "GBK (bytes)" in checked.stdout
    assert (checked.returncode, "would import 2 grids" in checked.stdout) == (0, True), checked
    assert (imported.returncode, "imported 2 grids (450299001002: 2)" in imported.stdout) == (0, True), imported
    assert (again.returncode, again.stdout.count("已使用过")) == (1, 2), again
    assert (wrong_zone.returncode, "EPSG:4490" in wrong_zone.stdout) == (1, True), wrong_zone


@pytest.mark.parametrize(
    "words",
    [
        ("nowhere.zip", "--crs", "wgs84"), ("pyproject.toml", "--crs", "wgs84"),
        ("pyproject.toml", "--crs", "wgs84", "--agree", "anything"), ("pyproject.toml", "--crs", "x"),
    ],
)  # fmt: skip
def test_what_is_no_file_of_grids_is_refused_in_words(gridwalk, tmp_path, words):
    refused = gridwalk(tmp_path / "data", "places", "import", *words, "--tenant", "450299001")

    assert refused.returncode == 2
    assert refused.stderr.strip()
    assert "Traceback" not in refused.stderr
