"""Any filtered view leaves as a file that GDAL reads: every row that SQL says, in Chinese, and noted in the audit."""

import csv
import io
import subprocess
import zipfile
from pathlib import Path
from typing import Any

import httpx
import pytest

from backend import clock, database
from backend.exchange.rules import COLLECTIONS, EPSG_4490, Form, Name, columns, shortened
from tests.backend.exchange import town
from tests.backend.exchange.gdal import need_gdal
from tests.backend.hazards.conftest import World
from tests.backend.places import ground
from tests.cast import GRID_1, HEPING, OTHER_TENANT, TENANT, signed_in

SUFFIXES = {"geojson": "geojson", "gpkg": "gpkg", "shp": "shp.zip", "kml": "kml"}


@pytest.fixture
async def filled(world: World, frozen_clock: clock.Journey) -> World:
    """Four grids in two subdistricts, with premises and hazards in each."""
    need_gdal()
    await town.fill(world, frozen_clock)
    return world


async def export(app: Any, login: str, name: str, **params: str) -> httpx.Response:
    named = {key.replace("_crs", "-crs"): value for key, value in params.items()}
    async with signed_in(app, login) as client:
        return await client.get(f"/api/exports/{name}", params=named)


def gdal(program: str, *words: str) -> str:
    """Return what GDAL prints of a file, once it has not complained."""
    done = subprocess.run([program, *words], capture_output=True, text=True, timeout=120)
    assert (done.returncode, done.stderr) == (0, ""), (words, done.stderr)
    return done.stdout


def kept(answer: httpx.Response, folder: Path, form: str) -> Path:
    """Return the file of an answer on the disk; a Shapefile unpacked."""
    assert answer.status_code == 200, answer.text
    file = folder / f"export.{SUFFIXES[form]}"
    file.write_bytes(answer.content)
    if form != "shp":
        return file
    with zipfile.ZipFile(file) as packed:
        packed.extractall(folder)
        assert {name.rsplit(".", 1)[1] for name in packed.namelist()} == {"shp", "shx", "dbf", "prj", "cpg"}
        (cpg,) = (name for name in packed.namelist() if name.endswith(".cpg"))
        assert packed.read(cpg) == b"UTF-8"
    return folder / cpg.replace(".cpg", ".shp")


def rows_in(path: Path) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(gdal("ogr2ogr", "-f", "CSV", "/vsistdout/", str(path)))))


@pytest.mark.parametrize("form", ["geojson", "gpkg", "shp", "kml"])
async def test_gdal_reads_back_every_row_in_chinese(app: Any, filled: World, tmp_path: Path, form: str) -> None:
    for collection in Name:
        folder = tmp_path / collection
        folder.mkdir()
        answer = await export(app, "dai", collection, f=form)
        expected = await town.ids(collection, TENANT)

        rows = rows_in(kept(answer, folder, form))

        assert answer.headers["content-disposition"] == (
            f'attachment; filename="{collection}-{clock.today()}.{SUFFIXES[form]}"'
        )
        assert sorted(row["feature_id" if form == "kml" else "id"] for row in rows) == expected
        text = str(rows)
        assert {"grids": "中山花园", "premises": "小店0-1，“甲”", "hazards": "安全出口上锁"}[collection] in text
        if form != "kml":  # which has no names of columns in CSV's order, and calls the name Name
            called = [name for _, name, _ in columns(collection, Form(form))]
            assert [name for name in rows[0] if name != "id"] == called


async def test_a_filtered_view_leaves_as_it_is_filtered(app: Any, filled: World, tmp_path: Path) -> None:
    west, east = ground.WEST, ground.WEST + 0.0012
    box = f"{west},{ground.SOUTH},{east},{ground.SOUTH + 0.002}"
    answer = await export(
        app, "dai", "hazards", f="gpkg", bbox=box, stage="registered", datetime="2026-03-02/..", within=HEPING
    )

    rows = rows_in(kept(answer, tmp_path, "gpkg"))

    expected = await town.ids("hazards", HEPING, f"stage = 'registered' AND lon BETWEEN {west} AND {east}")
    assert sorted(row["id"] for row in rows) == expected
    assert expected
    (noted,) = await database.fetch("SELECT * FROM audit WHERE action = 'export'")
    assert (noted["kind"], noted["record_id"]) == ("hazards", f"gpkg {len(expected)}")
    assert "stage=registered" in noted["reason"]


WORDS = {
    ("hazards", "上锁"): "'安全出口上锁' = ANY (what)",
    ("hazards", "张三家门口"): "TRUE",
    ("premises", " 小店1-1 "): "name LIKE '小店1-1%'",
    ("grids", "450299001002001"): "code = '450299001002001'",
    ("hazards", "%"): "FALSE",
}


@pytest.mark.parametrize("searched", WORDS, ids=lambda each: "-".join(each))
async def test_a_file_holds_what_a_search_finds(app: Any, filled: World, searched: tuple[str, str]) -> None:
    collection, words = searched
    found = (await export(app, "dai", collection, q=words)).json()["features"]
    assert [each["id"] for each in found] == await town.ids(collection, TENANT, WORDS[searched])


@pytest.mark.parametrize(("login", "place"), [("dai", TENANT), ("qin", HEPING)])
async def test_everybody_exports_within_his_reach_only(app: Any, filled: World, login: str, place: str) -> None:
    for collection in Name:
        found = (await export(app, login, collection)).json()["features"]
        assert [each["id"] for each in found] == await town.ids(collection, place)

    assert (await export(app, login, "hazards", within=OTHER_TENANT)).status_code == 404


async def test_a_file_says_that_it_is_in_cgcs2000_and_lies_where_it_lay(
    app: Any, filled: World, tmp_path: Path
) -> None:
    for form in ("gpkg", "shp"):
        folder = tmp_path / form
        folder.mkdir()
        path = kept(await export(app, "qin", "premises", f=form, crs=EPSG_4490, within=GRID_1), folder, form)
        told = gdal("ogrinfo", "-so", "-al", str(path))
        assert "China Geodetic Coordinate System 2000" in told or "CGCS_2000" in told or "China_2000" in told
        shown = gdal("ogrinfo", "-al", "-geom=YES", str(path))
        middle = ground.inside(0)
        assert f"POINT ({middle['lon']:g} {middle['lat']:g})" in shown


@pytest.mark.parametrize(
    ("params", "status"),
    [
        ({"f": "xls"}, 400), ({"f": "kml", "crs": EPSG_4490}, 400), ({"within": "45029900100x"}, 400),
        ({"no": "1"}, 400),
        ({"limit": "3"}, 400), ({"bbox": "1"}, 400), ({"stage": "x"}, 400), ({"within": "450299009"}, 404),
    ],
)  # fmt: skip
async def test_what_is_not_understood_is_refused(app: Any, world: World, params: Any, status: int) -> None:
    assert (await export(app, "dai", "hazards", **params)).status_code == status
    assert (await export(app, "dai", "people")).status_code == 404
    assert await database.fetch_value("SELECT count(*) FROM audit WHERE action = 'export'") == 0


def test_names_and_texts_fit_a_shapefile() -> None:
    for name in COLLECTIONS:
        called = [short for _, short, _ in columns(name, Form.SHAPEFILE)]
        assert len(set(called)) == len(called)
        assert all(len(short) <= 10 for short in called), called
    assert shortened("短") == "短"
    cut = shortened("隐患" * 200)
    assert len(cut.encode()) <= 254
    assert cut.endswith(("患…", "隐…"))
