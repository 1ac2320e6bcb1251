"""GDAL reads all three collections with a token, in Chinese, page by page, and gets exactly the rows that SQL says."""

import pytest

from backend import database
from tests.backend.exchange import town
from tests.backend.exchange.conftest import a_token
from tests.backend.exchange.gdal import Gdal
from tests.backend.places import ground
from tests.cast import GRID_1, HEPING, TENANT


@pytest.mark.parametrize(("login", "place"), [("dai", TENANT), ("qin", HEPING), ("hai", GRID_1)])
async def test_it_gets_exactly_the_rows_of_a_reach_through_small_pages(gdal: Gdal, login: str, place: str) -> None:
    token = await a_token(login, place)

    for collection in ("grids", "premises", "hazards"):
        gdal.asked.clear()
        found = await gdal.read(token, collection, page=2)

        expected = await town.ids(collection, place)
        assert sorted(row["id"] for row in found) == expected
        following = [url for url in gdal.asked if "after=" in url]
        assert len(following) >= (len(expected) - 1) // 2, gdal.asked


async def test_its_attributes_are_the_chinese_of_the_rows(gdal: Gdal) -> None:
    token = await a_token("dai")

    grids = {row["id"]: row for row in await gdal.read(token, "grids")}
    premises = {row["id"]: row for row in await gdal.read(token, "premises")}
    hazards = {row["id"]: row for row in await gdal.read(token, "hazards")}

    for row in await database.fetch(
        "SELECT g.*, c.name AS community FROM grid g JOIN community c ON c.code = g.community_code"
        " WHERE g.code LIKE $1",
        TENANT + "%",
    ):
        told = grids[str(row["id"])]
        assert (told["code"], told["name"], told["community_name"]) == (row["code"], row["name"], row["community"])
        assert told["kind_zh"] == "基础网格"
    for row in await database.fetch("SELECT * FROM premises WHERE grid_code LIKE $1", TENANT + "%"):
        told = premises[str(row["id"])]
        assert [told[name] for name in ("name", "address", "grid_code")] == [
            row["name"],
            row["address"],
            row["grid_code"],
        ]
    for row in await database.fetch("SELECT * FROM hazard WHERE place_code LIKE $1", TENANT + "%"):
        told = hazards[str(row["id"])]
        assert (told["number"], told["stage_zh"], told["what"]) == (row["number"], "登记", "安全出口上锁")
        assert told["reported_at"] == f"{row['reported_at']:%Y/%m/%d %H:%M:%S}+00"
    assert "和平" in {row["community_name"] for row in grids.values()}


async def test_its_shapes_are_those_of_the_rows(gdal: Gdal) -> None:
    token = await a_token("dai")

    shapes = await gdal.shapes(token, "grids") | await gdal.shapes(token, "hazards")

    for row in await database.fetch("SELECT id, lon, lat FROM hazard WHERE place_code LIKE $1", TENANT + "%"):
        assert shapes[str(row["id"])]["coordinates"] == pytest.approx([row["lon"], row["lat"]], abs=1e-12)
    for row in await database.fetch(
        "SELECT id, geometry::json -> 'coordinates' AS rings FROM grid WHERE code LIKE $1", f"{TENANT}%"
    ):
        assert str(shapes[str(row["id"])]["coordinates"]).replace(" ", "") == row["rings"].replace(" ", "")


async def test_its_filters_reach_the_server_and_choose_as_sql_does(gdal: Gdal) -> None:
    token = await a_token("dai")
    west, south = ground.WEST, ground.SOUTH
    box = (west, south, west + ground.STEP, south + ground.STEP)

    by_place = await gdal.read(token, "hazards", "-where", f"place_code = '{GRID_1}'", page=3)
    in_box = await gdal.read(token, "hazards", "-spat", *map(str, box), page=3)
    by_name = await gdal.read(token, "premises", "-where", "name = '小店0-1，“甲”'")

    assert sorted(row["id"] for row in by_place) == await town.ids("hazards", GRID_1)
    assert any(f"place_code={GRID_1}" in url for url in gdal.asked)
    where = f"lon BETWEEN {box[0]} AND {box[2]} AND lat BETWEEN {box[1]} AND {box[3]}"
    assert sorted(row["id"] for row in in_box) == await town.ids("hazards", TENANT, where)
    assert any("bbox=" in url for url in gdal.asked)
    assert [row["name"] for row in by_name] == ["小店0-1，“甲”"]


async def test_it_lists_the_collections_with_their_extent_and_reference_system(gdal: Gdal) -> None:
    token = await a_token("dai")

    layers = await gdal.run(token, "ogrinfo", "-ro", f"OAPIF:{gdal.address}")
    told = await gdal.run(token, "ogrinfo", "-ro", "-so", f"OAPIF:{gdal.address}", "premises")

    assert [name for name in ("grids", "premises", "hazards") if name in layers] == ["grids", "premises", "hazards"]
    assert f"Feature Count: {len(await town.ids('premises', TENANT))}" in told
    assert "WGS 84" in told
    assert "category_zh: String" in told


async def test_without_its_token_it_gets_nothing(gdal: Gdal) -> None:
    with pytest.raises(AssertionError, match="401"):
        await gdal.read("gridwalk_of_nobody", "hazards")
