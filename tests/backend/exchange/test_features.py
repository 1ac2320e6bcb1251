"""The exchange gives exactly the rows that SQL says, within reach, page by page, and nothing of any person."""

import json
import re
from typing import Any

import pytest
import shapely

from backend import clock, database
from backend.exchange.rules import COLLECTIONS, CRS84, EPSG_4490, Name
from tests.backend.exchange import town
from tests.backend.exchange.conftest import Ask, a_token
from tests.backend.hazards.conftest import World
from tests.backend.places import ground
from tests.cast import CAST, DISTRICT, GRID_1, GRID_2, HEPING, NEXT_GRID, OTHER_TENANT, TENANT

READERS = (("dai", TENANT), ("qin", HEPING), ("shen", NEXT_GRID[:12]), ("hai", GRID_2))


@pytest.fixture
async def filled(world: World, frozen_clock: clock.Journey) -> World:
    """Four grids in two subdistricts, with premises and hazards in each."""
    await town.fill(world, frozen_clock)
    return world


async def all_pages(ask: Ask, token: str, collection: str, **params: Any) -> list[Any]:
    """Return every feature, following `next` to the end, once each page has told the truth of itself."""
    page = (await ask(token, f"/collections/{collection}/items", **params)).json()
    found, matched = [], page["numberMatched"]
    while True:
        assert page["numberReturned"] == len(page["features"])
        assert page["numberMatched"] == matched
        found += page["features"]
        following = [link["href"] for link in page["links"] if link["rel"] == "next"]
        if not following:
            assert len(found) == matched
            return found
        page = (await ask(token, following[0])).json()


def ids_of(features: list[Any]) -> list[str]:
    return [each["id"] for each in features]


@pytest.mark.parametrize(("login", "place"), READERS)
@pytest.mark.parametrize("limit", [1, 3, 1000])
async def test_pages_hold_every_row_within_reach_once_and_none_beyond(
    filled: World, ask: Ask, login: str, place: str, limit: int
) -> None:
    token = await a_token(login, place)

    for collection in Name:
        where = "retired_on IS NULL" if collection == "premises" else "TRUE"
        expected = await town.ids(collection, place, where)
        found = await all_pages(ask, token, collection, limit=limit)
        assert ids_of(found) == expected
        assert expected


async def test_a_supervisor_of_the_district_reads_all_its_subdistricts(filled: World, ask: Ask) -> None:
    await database.execute("UPDATE posting SET place_code = $1 WHERE person_id = $2", DISTRICT, CAST["shen"].id)
    token = await a_token("shen", DISTRICT)

    for collection in Name:
        assert ids_of(await all_pages(ask, token, collection, limit=2)) == await town.ids(collection, DISTRICT)
    assert await town.ids("hazards", OTHER_TENANT)


async def test_rows_that_come_and_go_while_one_turns_pages_double_and_lose_no_other(filled: World, ask: Ask) -> None:
    token = await a_token("dai")
    before = await town.ids("hazards", TENANT)
    page = (await ask(token, "/collections/hazards/items", limit=4)).json()
    found = ids_of(page["features"])
    while following := [link["href"] for link in page["links"] if link["rel"] == "next"]:
        await town.report(filled, "dai", GRID_1, lon=ground.WEST + 0.001)
        page = (await ask(token, following[0])).json()
        found += ids_of(page["features"])
        if len(found) > 40:
            break

    assert [each for each in found if each in before] == before
    assert len(found) == len(set(found))


async def test_a_feature_says_what_the_row_says_and_its_words_in_chinese(filled: World, ask: Ask) -> None:
    await filled.dispatched()
    token = await a_token("qin", HEPING)
    row = await database.fetch_row("SELECT * FROM hazard WHERE id = $1", filled.hazard_id)
    assert row is not None

    answer = await ask(token, f"/collections/hazards/items/{filled.hazard_id}")

    assert answer.headers["content-type"] == "application/geo+json"
    assert answer.headers["content-crs"] == f"<{CRS84}>"
    feature = answer.json()
    assert feature["geometry"] == {"type": "Point", "coordinates": [row["lon"], row["lat"]]}
    told = feature["properties"]
    assert list(told) == list(COLLECTIONS[Name.HAZARDS].written)
    assert (told["number"], told["stage"], told["stage_zh"]) == (row["number"], "dispatched", "已下达")
    assert (told["grade_zh"], told["category_zh"], told["place_name"]) == ("一般", "超市以及ktv", "好声音KTV")
    assert (told["what"], told["due_on"], told["overdue"]) == ("安全出口上锁", "2026-03-09", False)
    assert told["reported_at"] == row["reported_at"].isoformat().replace("+00:00", "Z")
    assert {link["rel"] for link in feature["links"]} == {"self", "collection"}


async def test_overdue_is_counted_by_today(filled: World, ask: Ask, frozen_clock: clock.Journey) -> None:
    await filled.dispatched()
    token = await a_token("dai")
    for days in (0, 1, 30):
        frozen_clock.forward(days=days)
        found = ids_of(await all_pages(ask, token, "hazards", overdue="true"))
        assert found == await town.ids("hazards", TENANT, f"due_on < '{clock.today()}'")

    assert str(filled.hazard_id) in found


async def test_nothing_of_any_person_and_no_door_of_a_home_leaves(filled: World, ask: Ask) -> None:
    free_texts = {"description": "住户李四 13812342107", "advice": "找李四", "location_note": "李四家"}
    await filled.report(**filled.found_at_home(what=["燃气软管老化", "李四电话 13812342107"], **free_texts))
    people = await database.fetch("SELECT name FROM person")
    doors = await database.fetch_value("SELECT place_name FROM hazard WHERE id = $1", filled.hazard_id)
    token = await a_token("dai")

    everything = {name: await all_pages(ask, token, name) for name in Name}

    (home,) = [each for each in everything[Name.HAZARDS] if each["id"] == str(filled.hazard_id)]
    assert home["properties"]["what"] == "燃气软管老化"
    assert (home["properties"]["place_kind_zh"], home["properties"]["place_name"]) == ("户内", None)
    text = json.dumps(everything, ensure_ascii=False)
    assert doors
    assert doors not in text
    for never in ("李四", "张三", "1381234", "138****", "值班经理", "3栋"):
        assert never not in text, never
    values = {str(value) for each in everything.values() for one in each for value in one["properties"].values()}
    assert values.isdisjoint({row["name"] for row in people})
    assert not re.search("phone|person|contact|reported_by|worked_by|title", " ".join(home["properties"]))


async def test_a_box_is_met_by_the_true_shape_and_by_the_edge(filled: World, ask: Ask) -> None:
    """A slanted grid: the corner of its bounding box is not in it."""
    slanted = shapely.Polygon([(109.50, 24.30), (109.51, 24.30), (109.51, 24.31)])
    await ground.do("import_grids", ground.an_import(NEXT_GRID[:12], (NEXT_GRID[:12] + "009", slanted)))
    token = await a_token("dai")

    empty_corner = await all_pages(ask, token, "grids", bbox="109.500,24.308,109.502,24.310")
    on_the_edge = await all_pages(ask, token, "grids", bbox="109.51,24.305,109.6,24.306")
    with_heights = await all_pages(ask, token, "grids", bbox="109.508,24.301,-5,109.509,24.302,900")

    assert empty_corner == []
    assert [each["properties"]["code"] for each in on_the_edge] == [NEXT_GRID[:12] + "009"]
    assert ids_of(with_heights) == ids_of(on_the_edge)


async def test_a_box_and_its_reference_system_choose_as_sql_does(filled: World, ask: Ask) -> None:
    west, east = ground.WEST + 0.0005, ground.WEST + 0.0031
    south, north = ground.SOUTH, ground.SOUTH + 0.0015
    where = f"lon BETWEEN {west} AND {east} AND lat BETWEEN {south} AND {north}"
    expected = await town.ids("hazards", TENANT, where)
    token = await a_token("dai")

    plain = await all_pages(ask, token, "hazards", bbox=f"{west},{south},{east},{north}", limit=2)
    turned = await all_pages(
        ask, token, "hazards", bbox=f"{south},{west},{north},{east}", bbox_crs=EPSG_4490, crs=EPSG_4490, limit=2
    )

    assert ids_of(plain) == ids_of(turned) == expected
    assert 2 < len(expected) < len(await town.ids("hazards", TENANT))
    for one, other in zip(plain, turned, strict=True):
        assert one["geometry"]["coordinates"] == other["geometry"]["coordinates"][::-1]


async def test_epsg_4490_has_the_latitude_first_in_every_ring(filled: World, ask: Ask) -> None:
    token = await a_token("dai")

    plain = (await ask(token, "/collections/grids/items")).json()["features"]
    answer = await ask(token, "/collections/grids/items", crs=EPSG_4490)

    assert answer.headers["content-crs"] == f"<{EPSG_4490}>"
    for one, other in zip(plain, answer.json()["features"], strict=True):
        rings = zip(one["geometry"]["coordinates"], other["geometry"]["coordinates"], strict=True)
        for ring, turned in rings:
            assert turned == [[lat, lon] for lon, lat in ring]
    single = await ask(token, f"/collections/grids/items/{plain[0]['id']}", crs=EPSG_4490)
    assert single.json()["geometry"] == answer.json()["features"][0]["geometry"]


MOMENTS = {
    "2026-03-02T06:00:00Z/2026-03-03T00:00:00+08:00": "reported_at BETWEEN '2026-03-02 06:00Z' AND '2026-03-02 16:00Z'",
    "../2026-03-02T06:00:00Z": "reported_at <= '2026-03-02 06:00Z'",
    "/2026-03-02T06:00:00Z": "reported_at <= '2026-03-02 06:00Z'",
    "2026-03-03T00:00:00Z/..": "reported_at >= '2026-03-03 00:00Z'",
    "2026-03-03T00:00:00Z/": "reported_at >= '2026-03-03 00:00Z'",
    "2026-03-03": "(reported_at AT TIME ZONE 'Asia/Shanghai')::date = '2026-03-03'",
    "2026-03-03/2026-03-04": "(reported_at AT TIME ZONE 'Asia/Shanghai')::date BETWEEN '2026-03-03' AND '2026-03-04'",
    "2026-03-02T01:00:00.000Z": "reported_at = '2026-03-02 01:00Z'",
}


@pytest.mark.parametrize("asked", MOMENTS)
async def test_a_time_chooses_as_sql_does(filled: World, ask: Ask, asked: str) -> None:
    token = await a_token("dai")
    expected = await town.ids("hazards", TENANT, MOMENTS[asked])

    found = await all_pages(ask, token, "hazards", datetime=asked, limit=3)

    assert ids_of(found) == expected
    assert 0 < len(expected) < len(await town.ids("hazards", TENANT))
    assert len(await all_pages(ask, token, "premises", datetime=asked)) == len(await town.ids("premises", TENANT))


async def test_grids_are_there_while_they_stand(filled: World, ask: Ask, frozen_clock: clock.Journey) -> None:
    frozen_clock.at = frozen_clock.at.replace(month=3, day=20)
    await town.retire(GRID_2, GRID_1)
    frozen_clock.forward(days=1)
    token = await a_token("qin", HEPING)

    async def codes(**params: Any) -> list[str]:
        return sorted(each["properties"]["code"] for each in await all_pages(ask, token, "grids", **params))

    assert await codes() == [GRID_1, GRID_2]
    assert await codes(in_use="true") == [GRID_1]
    assert await codes(datetime="2026-03-19") == [GRID_1, GRID_2]
    assert await codes(datetime="2026-03-21/..") == [GRID_1]
    assert await codes(datetime="2025-12-31") == []
    (retired,) = await all_pages(ask, token, "grids", in_use="false")
    assert retired["properties"]["replaced_by"] == GRID_1


FILTERS = {
    ("hazards", "stage", "registered"): "stage = 'registered'",
    ("hazards", "open", "true"): "stage NOT IN ('closed', 'closed_on_site', 'voided')",
    ("hazards", "place_code", NEXT_GRID): f"place_code = '{NEXT_GRID}'",
    ("hazards", "returned_count", "0"): "returned_count = 0",
    ("hazards", "due_on", "2026-03-09"): "due_on = '2026-03-09'",
    ("premises", "category", "market"): "category = 'market'",
    ("premises", "name", "小店1-1，“甲”"): "name = '小店1-1，“甲”'",
    ("premises", "name", "' OR 1=1 --"): "FALSE",
    ("grids", "community_name", "中山花园"): f"community_code = '{NEXT_GRID[:12]}'",
    ("grids", "effective_on", "2026-01-01"): "effective_on = '2026-01-01'",
}


@pytest.mark.parametrize("filter_", FILTERS, ids=lambda each: "-".join(each))
async def test_a_property_is_asked_by_equality(filled: World, ask: Ask, filter_: tuple[str, str, str]) -> None:
    collection, name, value = filter_
    await filled.dispatched()
    token = await a_token("dai")

    found = await all_pages(ask, token, collection, **{name: value}, limit=2)

    assert ids_of(found) == await town.ids(collection, TENANT, FILTERS[filter_])


async def test_filters_all_hold_and_the_next_page_remembers_them(filled: World, ask: Ask) -> None:
    token = await a_token("dai")
    params = {"stage": "registered", "place_code": GRID_1, "bbox": "109,24,110,25", "datetime": "2026-03-02/.."}

    page = (await ask(token, "/collections/hazards/items", **params, limit=2)).json()
    found = await all_pages(ask, token, "hazards", **params, limit=2)

    assert page["numberMatched"] == town.HAZARDS_EACH
    assert {each["properties"]["place_code"] for each in found} == {GRID_1}
    assert ids_of(found) == await town.ids("hazards", GRID_1)


async def test_what_lies_nowhere_comes_without_a_place_and_meets_no_box(filled: World, ask: Ask) -> None:
    await filled.report(fix=None, place_kind="none", place_id=None, grid_code=GRID_1, category="public_area")
    token = await a_token("dai")

    one = (await ask(token, f"/collections/hazards/items/{filled.hazard_id}")).json()
    everywhere = await all_pages(ask, token, "hazards", bbox="-180,-90,180,90")

    assert one["geometry"] is None
    assert str(filled.hazard_id) not in ids_of(everywhere)


async def test_beyond_reach_one_feature_is_answered_as_none(filled: World, ask: Ask) -> None:
    token = await a_token("qin", GRID_1)
    for collection in Name:
        beyond = [*await town.ids(collection, NEXT_GRID), *await town.ids(collection, OTHER_TENANT), town.new_id(), "x"]
        answers = [await ask(token, f"/collections/{collection}/items/{each}") for each in beyond]
        assert {answer.status_code for answer in answers} == {404}
        assert len({answer.text.replace(answer.json()["instance"], "") for answer in answers}) == 1


async def test_an_extent_tells_nothing_from_beyond_reach(filled: World, ask: Ask) -> None:
    whole, part = await a_token("dai"), await a_token("qin", GRID_1)

    def box(page: Any) -> Any:
        return page.json()["extent"]["spatial"]["bbox"][0]

    for collection in Name:
        wide, narrow = [box(await ask(each, f"/collections/{collection}")) for each in (whole, part)]
        assert wide != narrow
        assert narrow[0] >= ground.WEST
        assert narrow[2] <= round(ground.WEST + ground.STEP, 7)
    empty = await ask(await a_token("shen", TENANT + "009"), "/collections/hazards")
    assert "extent" not in empty.json()
