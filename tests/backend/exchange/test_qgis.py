"""QGIS opens all three collections with a token as its password, and holds exactly the rows that SQL says."""

import asyncio
import json
import os
import subprocess
from pathlib import Path
from typing import Any

import pytest

from backend import database
from tests.backend.exchange import town
from tests.backend.exchange.conftest import a_token
from tests.backend.exchange.gdal import Gdal
from tests.backend.places import ground
from tests.cast import HEPING, TENANT

READER = Path(__file__).with_name("qgis_reader.py")
PYTHON = "/usr/bin/python3"
"""The distribution's own, for which it packs QGIS."""
WITHIN_S = 240


def has_qgis() -> bool:
    """Whether the distribution's Python finds its QGIS."""
    try:
        return subprocess.run([PYTHON, "-c", "import qgis.core"], capture_output=True, check=False).returncode == 0
    except FileNotFoundError:
        return False


pytestmark = pytest.mark.skipif(
    not has_qgis(), reason="QGIS is 925 MB, so only CI installs it: apt-get install python3-qgis"
)


async def read(gdal: Gdal, token: str, collection: str, box: str = "") -> Any:
    """Return what QGIS holds of a collection."""
    own = {"QT_QPA_PLATFORM": "offscreen", "HOME": str(gdal.folder), "XDG_RUNTIME_DIR": str(gdal.folder)}
    reading = await asyncio.create_subprocess_exec(
        PYTHON, str(READER), gdal.address, collection, box,
        env={"PATH": os.environ["PATH"], "LC_ALL": "C.UTF-8", "GRIDWALK_TOKEN": token} | own,
        stdout=subprocess.PIPE, stderr=subprocess.PIPE,
    )  # fmt: skip
    said, complaint = await asyncio.wait_for(reading.communicate(), WITHIN_S)
    assert reading.returncode == 0, (said.decode(), complaint.decode())
    return json.loads(said.decode().splitlines()[-1])


@pytest.mark.parametrize(("login", "place"), [("dai", TENANT), ("qin", HEPING)])
async def test_it_holds_exactly_the_rows_of_a_reach(gdal: Gdal, login: str, place: str) -> None:
    token = await a_token(login, place)

    for collection in ("grids", "premises", "hazards"):
        gdal.asked.clear()
        held = await read(gdal, token, collection)

        assert held["crs"] in ("OGC:CRS84", "EPSG:4326")
        assert sorted(each["id"] for each in held["features"]) == await town.ids(collection, place)
        following = [url for url in gdal.asked if "after=" in url]
        assert len(following) >= (len(held["features"]) - 1) // 2, gdal.asked


async def test_it_holds_the_chinese_and_the_place_of_every_hazard(gdal: Gdal) -> None:
    held = {each["id"]: each for each in (await read(gdal, await a_token("dai"), "hazards"))["features"]}

    for row in await database.fetch("SELECT * FROM hazard WHERE place_code LIKE $1", TENANT + "%"):
        told = held[str(row["id"])]
        assert (told["number"], told["stage_zh"], told["what"]) == (row["number"], "登记", "安全出口上锁")
        lon, lat = map(float, told["wkt"].removeprefix("Point (").removesuffix(")").split())
        assert (lon, lat) == pytest.approx((row["lon"], row["lat"]), abs=1e-9)


async def test_what_is_drawn_is_asked_for_by_a_box(gdal: Gdal) -> None:
    west, east = ground.WEST, ground.WEST + ground.STEP / 2
    box = f"{west},{ground.SOUTH},{east},{ground.SOUTH + ground.STEP}"

    held = await read(gdal, await a_token("dai"), "hazards", box)

    expected = await town.ids("hazards", TENANT, f"lon BETWEEN {west} AND {east}")
    assert sorted(each["id"] for each in held["features"]) == expected
    assert expected
    assert any("bbox=" in url for url in gdal.asked), gdal.asked
