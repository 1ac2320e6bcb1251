"""What people see on the map: their own hazards, in boxes, tiles and counts."""

import gzip
from typing import Any

import httpx
import mapbox_vector_tile
import pytest

from backend import clock, database
from backend.ids import new_id
from geo.tiles.quads import quads_of
from tests import cast as the_cast
from tests.backend.hazards.conftest import FIX, World

BOX = f"{FIX['lon'] - 0.01},{FIX['lat'] - 0.01},{FIX['lon'] + 0.01},{FIX['lat'] + 0.01}"


def tile_at(zoom: int, lon: float = FIX["lon"], lat: float = FIX["lat"]) -> str:
    """Return z/x/y of the tile that holds a position."""
    quad = int(quads_of([lon], [lat])[0]) >> 2 * (31 - zoom)
    x = sum(((quad >> 2 * bit) & 1) << bit for bit in range(zoom))
    y = sum(((quad >> 2 * bit + 1) & 1) << bit for bit in range(zoom))
    return f"{zoom}/{x}/{y}"


async def get(app: Any, login: str, path: str, **headers: str) -> httpx.Response:
    async with the_cast.signed_in(app, login) as client:
        return await client.get(path, headers=headers)


def layers(answer: httpx.Response) -> dict[str, Any]:
    assert answer.status_code == 200, answer.text
    return mapbox_vector_tile.decode(answer.content)


async def test_a_box_shows_the_hazards_in_it(app: Any, world: World) -> None:
    await world.dispatched()

    answer = await get(app, "dai", f"/api/hazard-map?bbox={BOX}")

    (feature,) = answer.json()["features"]
    assert feature["properties"]["stage"] == "dispatched"
    assert feature["properties"]["due"] == "later"
    assert feature["geometry"]["coordinates"] == pytest.approx([FIX["lon"], FIX["lat"]], abs=1e-6)


async def test_an_overdue_hazard_is_found_by_the_filter(app: Any, world: World, frozen_clock: clock.Journey) -> None:
    await world.dispatched()
    before = await get(app, "dai", f"/api/hazard-map?bbox={BOX}&overdue=true")
    frozen_clock.forward(days=10)
    after = await get(app, "dai", f"/api/hazard-map?bbox={BOX}&overdue=true")

    assert before.json()["features"] == []
    assert after.json()["features"][0]["properties"]["due"] == "overdue"


@pytest.mark.parametrize(("login", "count"), [("lan", 1), ("bo", 0), ("zhou", 0), ("shen", 1), ("xiao", 0)])
async def test_everybody_sees_within_his_reach_only(app: Any, world: World, login: str, count: int) -> None:
    await world.report(by="qin")

    box = await get(app, login, f"/api/hazard-map?bbox={BOX}")
    tile = await get(app, login, f"/api/tiles/hazards/{tile_at(15)}.mvt")

    assert len(box.json()["features"]) == count
    assert tile.status_code == (200 if count else 204)


async def test_a_tile_holds_the_hazard_with_what_a_marker_needs(app: Any, world: World) -> None:
    await world.dispatched()

    layer = layers(await get(app, "dai", f"/api/tiles/hazards/{tile_at(16)}.mvt"))["hazards"]

    (feature,) = layer["features"]
    assert feature["properties"] == {"stage": "dispatched", "grade": "general", "category": "assembly", "due": "later"}
    number = await get(app, "dai", f"/api/hazard-map/hazards/{feature['id']}")
    assert number.json() == {"id": str(world.hazard_id)}


async def test_below_zoom_13_hazards_are_groups_with_their_counts(app: Any, world: World) -> None:
    for _ in range(3):
        world.hazard_id = new_id()
        await world.report()

    layer = layers(await get(app, "dai", f"/api/tiles/hazards/{tile_at(10)}.mvt"))["clusters"]

    assert sum(feature["properties"]["point_count"] for feature in layer["features"]) == 3


async def test_a_tile_is_filtered_by_stage_category_and_grade(app: Any, world: World) -> None:
    await world.dispatched()
    path = f"/api/tiles/hazards/{tile_at(16)}.mvt"

    found = [await get(app, "dai", f"{path}?{query}") for query in ("stage=open", "category=assembly", "grade=general")]
    none = [await get(app, "dai", f"{path}?{query}") for query in ("stage=closed", "category=school", "overdue=true")]

    assert [answer.status_code for answer in found] == [200, 200, 200]
    assert [answer.status_code for answer in none] == [204, 204, 204]


async def test_grids_are_drawn_with_their_names(app: Any, world: World) -> None:
    layer = layers(await get(app, "dai", f"/api/tiles/grids/{tile_at(14)}.mvt"))["grids"]

    assert {feature["properties"]["code"] for feature in layer["features"]} == {the_cast.GRID_1, the_cast.GRID_2}


async def test_counts_name_every_grid_and_add_up(app: Any, world: World) -> None:
    await world.dispatched()

    counted = (await get(app, "dai", "/api/hazard-map/summary")).json()

    assert [(grid["code"], grid["open"]) for grid in counted["grids"]] == [(the_cast.GRID_1, 1), (the_cast.GRID_2, 0)]
    assert counted["communities"][0]["open"] == 1


async def test_an_answer_holds_until_something_changes(app: Any, world: World) -> None:
    path = f"/api/tiles/grids/{tile_at(14)}.mvt"
    async with the_cast.signed_in(app, "dai") as client:
        first = await client.get(path)
        again = await client.get(path, headers={"If-None-Match": first.headers["etag"]})
        await world.report()
        changed = await client.get(path, headers={"If-None-Match": first.headers["etag"]})

    assert (again.status_code, changed.status_code) == (304, 200)


async def test_two_reaches_never_share_an_answer(app: Any, world: World) -> None:
    path = f"/api/tiles/hazards/{tile_at(16)}.mvt"
    await world.report(by="qin")
    theirs = await get(app, "dai", path)

    answer = await get(app, "bo", path, **{"If-None-Match": theirs.headers["etag"]})

    assert answer.status_code == 204


@pytest.mark.parametrize(
    "path",
    [
        "/api/hazard-map?bbox=1,2,3",
        "/api/hazard-map?bbox=nan,0,1,1",
        "/api/hazard-map?bbox=10,0,5,1",
        "/api/hazard-map?bbox=0,0,1,1&stage=gone",
        "/api/hazard-map?bbox=0,0,1,1&category=moon",
        "/api/hazard-map",
        "/api/tiles/hazards/40/0/0.mvt",
        "/api/tiles/hazards/3/9/9.mvt",
        "/api/tiles/grids/2/4/0.mvt",
        "/api/tiles/hazards/16/1/1.mvt?grade=awful",
    ],
)
async def test_what_makes_no_sense_is_a_400(app: Any, world: World, path: str) -> None:
    answer = await get(app, "dai", path)

    assert answer.status_code == 400, answer.text
    assert answer.json()["type"] == "/problems/malformed"


async def test_strangers_are_asked_to_sign_in(app: Any, world: World) -> None:
    async with the_cast.a_client(app) as nobody:
        answers = [
            await nobody.get(path)
            for path in (f"/api/hazard-map?bbox={BOX}", "/api/hazard-map/summary", "/api/tiles/grids/1/0/0.mvt")
        ]

    assert {answer.status_code for answer in answers} == {401}


@pytest.mark.parametrize("login", ["nobody", "wu"])
async def test_who_is_posted_to_no_area_sees_no_map(app: Any, world: World, login: str) -> None:
    answer = await get(app, login, "/api/hazard-map/summary")

    assert answer.status_code == 403


async def test_a_large_tile_is_compressed_and_reads_the_index_alone(app: Any, world: World) -> None:
    await world.report()
    await database.execute(
        """INSERT INTO hazard (id, tenant, number, place_code, place_kind, place_name, grid_code, category, track,
             description, grade, advice, stage, reported_at, reported_by, reported_by_name, received_at, location_note,
             quad, changed_at)
           SELECT gen_random_uuid(), h.tenant, 'X-' || n, h.place_code, h.place_kind, h.place_name, h.grid_code,
             h.category, h.track, '', h.grade, '', h.stage, now(), h.reported_by, '', now(), '',
             h.quad + CASE WHEN n <= 900 THEN n ELSE n * (1::bigint << 36) END, now()
           FROM hazard h, generate_series(1, 15000) AS n"""
    )
    await database.execute("VACUUM ANALYZE hazard")
    async with the_cast.signed_in(app, "dai") as client:
        answer = await client.get(f"/api/tiles/hazards/{tile_at(16)}.mvt", headers={"Accept-Encoding": "gzip"})
    low = int(quads_of([FIX["lon"]], [FIX["lat"]])[0]) >> 30 << 30
    plan = await database.fetch(
        "EXPLAIN SELECT fid, quad, stage_code, grade_code, category_code, deadline_day FROM hazard"
        " WHERE tenant = 450299001 AND quad >= $1 AND quad < $2 AND quad IS NOT NULL"
        " AND place_code >= '450299001' AND place_code < '450299002'",
        low,
        low + (1 << 30),
    )

    assert answer.headers["content-encoding"] == "gzip"
    assert len(layers(answer)["hazards"]["features"]) == 901
    assert len(gzip.compress(answer.content)) < len(answer.content)
    assert any("Index Only Scan using hazard_tile_ix" in row[0] for row in plan), plan
