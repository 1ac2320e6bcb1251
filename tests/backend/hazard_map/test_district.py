"""Whoever is posted at a district sees each of its subdistricts on the map, and nobody else sees more than before."""

from itertools import product
from typing import Any
from uuid import UUID

import pytest

from backend import changes, clock, database
from backend.hazard_map.queries import Seen, edition, newest
from backend.hazards.queries import Asked, Looked, PastNotHeld, held, in_tile, stood
from backend.hazards.queries.map import _from_index
from backend.ids import new_id
from backend.people.rules import Permission, Reach, reach
from tests import cast as the_cast
from tests.backend.hazard_map.test_held import FILTERS, Writer, told
from tests.backend.hazard_map.test_map import get, layers, tile_at
from tests.backend.hazards.conftest import FIX, World
from tests.backend.places import ground

NEXT_DOOR = f"{the_cast.OTHER_TENANT}001"
BESIDE = FIX | {"lon": ground.WEST + 3.5 * ground.STEP, "lat": ground.SOUTH + 0.001}
WORLD, NEAR = (f"/api/tiles/hazards/{tile}.mvt" for tile in ("0/0/0", tile_at(16, BESIDE["lon"], BESIDE["lat"])))
GRIDS = f"/api/tiles/grids/{tile_at(13)}.mvt"
VIEW = "/api/hazard-map/view"
DISTRICT_WIDE = {"shen", "xiao"}


@pytest.fixture
async def district(world: World) -> World:
    """Two subdistricts of two grids with a hazard each, both transferred to the fire service; a third, in another.

    shen supervises the whole district, and xiao is the fire service of all of it.
    """
    await ground.do("register_community", {"id": new_id(), "code": NEXT_DOOR, "name": "邻里"}, "ming")
    shapes = [(f"{NEXT_DOOR}{number:03}", ground.square(2 + number)) for number in (1, 2)]
    await ground.do("import_grids", ground.an_import(NEXT_DOOR, *shapes), "ming")
    await world.report()
    await reported_next_door(world)
    await transferred(*[row["id"] for row in await database.fetch("SELECT id FROM hazard")])
    await posted_at_the_district(*DISTRICT_WIDE)
    await beyond(world)
    return world


async def reported_next_door(world: World) -> UUID:
    world.hazard_id = new_id()
    await world.report(by="zhou", place_kind="none", place_id=None, category="public_area", fix=BESIDE)
    return world.hazard_id


async def transferred(*hazard_ids: UUID) -> None:
    for each in hazard_ids:
        place = await database.fetch_value("SELECT place_code FROM hazard WHERE id = $1", each)
        async with database.transaction(place[:9]):
            await changes.touch("hazard", each, place, also=["department:fire"])


async def posted_at_the_district(*logins: str) -> None:
    for login in logins:
        await database.execute(
            "UPDATE posting SET place_code = $2 WHERE person_id = $1", the_cast.CAST[login].id, the_cast.DISTRICT
        )


async def beyond(world: World) -> None:
    """Move a further hazard out of the district, where none of these people reach."""
    lost, far = await reported_next_door(world), "450300001"
    async with database.transaction(far):
        await database.execute(
            "UPDATE hazard SET tenant = $2, place_code = $3, grid_code = NULL WHERE id = $1", lost, int(far), far
        )
        await changes.touch("hazard", lost, far, also=["department:fire"])


def marks(answer: Any) -> int:
    """Return how many hazards a tile stands for."""
    if answer.status_code == 204:
        return 0
    found = layers(answer)
    groups = found.get("clusters", {"features": []})["features"]
    dots = found.get("hazards", {"features": []})["features"]
    return sum(each["properties"]["point_count"] for each in groups) + len(dots)


async def seen_by(login: str) -> Seen:
    person = await the_cast.person(login)
    return Seen(person.tenant, reach(person, clock.today(), Permission.VIEW_MAP), clock.today())


@pytest.mark.parametrize(
    ("login", "own", "next_door"),
    [("lan", 1, 0), ("bo", 0, 0), ("dai", 1, 0), ("zhou", 0, 1), ("shen", 1, 1), ("xiao", 1, 1)],
)
async def test_everybody_sees_each_tenant_of_his_reach_and_no_other(
    app: Any, district: World, login: str, own: int, next_door: int
) -> None:
    today = clock.today()
    rows = (await get(app, login, f"{VIEW}?bbox=109,24,110,25")).json()
    past = (await get(app, login, f"/api/hazard-map/past?on={today}")).json()
    days = (await get(app, login, "/api/hazard-map/days")).json()

    assert marks(await get(app, login, WORLD)) == own + next_door
    assert marks(await get(app, login, NEAR)) == next_door
    assert marks(await get(app, login, f"{WORLD}?on={today}")) == own + next_door
    assert marks(await get(app, login, f"{NEAR}?on={today}")) == next_door
    assert (rows["total"], len(rows["hazards"]), past["total"]) == (own + next_door,) * 3
    assert days["first_on"] == (str(today) if own + next_door else None)


@pytest.mark.parametrize(("login", "communities"), [("dai", [the_cast.HEPING]), ("shen", [the_cast.HEPING, NEXT_DOOR])])
async def test_grids_and_counts_are_of_all_tenants(
    app: Any, district: World, login: str, communities: list[str]
) -> None:
    drawn = layers(await get(app, login, GRIDS))["grids"]["features"]
    summary = (await get(app, login, "/api/hazard-map/summary")).json()
    view = (await get(app, login, VIEW)).json()

    assert {each["properties"]["code"][:12] for each in drawn} == set(communities)
    assert [(each["code"], each["open"]) for each in summary["communities"]] == [(each, 1) for each in communities]
    assert (view["grids"], view["total"]) == (2 * len(communities), len(communities))
    assert summary["bounds"] == view["bounds"]
    # Where there is one subdistrict, nobody need be told which.
    several = [(tenant, the_cast.NAMES[tenant], 1) for tenant in (the_cast.TENANT, the_cast.OTHER_TENANT)]
    told_apart = [(each["code"], each["name"], each["open"]) for each in summary["subdistricts"]]
    assert told_apart == (several if len(communities) > 1 else [])
    boxes = [each["bounds"] for each in summary["subdistricts"]]
    assert not boxes or ([boxes[0][0], boxes[1][2]] == summary["bounds"][::2] and boxes[0][2] <= boxes[1][0])


async def test_what_lies_in_no_grid_is_counted_of_each_tenant(app: Any, district: World) -> None:
    for tenant in (the_cast.TENANT, the_cast.OTHER_TENANT):
        await database.execute(
            "UPDATE hazard SET place_code = $1, grid_code = NULL WHERE tenant = $2", tenant, int(tenant)
        )
        await database.execute(
            "UPDATE change SET place_code = $1 WHERE kind = 'hazard' AND tenant = $2", tenant, int(tenant)
        )

    assert (await get(app, "shen", "/api/hazard-map/summary")).json()["outside"]["open"] == 2
    assert (await get(app, "dai", "/api/hazard-map/summary")).json()["outside"]["open"] == 1


async def test_a_mark_of_any_tenant_is_picked_by_its_number(app: Any, district: World) -> None:
    rows = await database.fetch("SELECT id, fid, tenant FROM hazard")

    for row in rows:
        within = row["tenant"] < 450300000
        for login in DISTRICT_WIDE:
            picked = await get(app, login, f"/api/hazard-map/hazards/{row['fid']}")
            assert (picked.status_code, picked.json().get("id")) == ((200, str(row["id"])) if within else (404, None))
        of_one = await get(app, "dai", f"/api/hazard-map/hazards/{row['fid']}")
        assert of_one.status_code == (200 if row["tenant"] == int(the_cast.TENANT) else 404)


@pytest.mark.parametrize("path", [WORLD, VIEW, GRIDS, "/api/hazard-map/summary", f"{WORLD}?on=2026-03-02"])
async def test_a_change_next_door_renews_what_the_district_sees(app: Any, district: World, path: str) -> None:
    tags = {}
    for login in ("shen", "dai"):
        first = await get(app, login, path)
        assert first.status_code == 200
        tags[login] = {"if-none-match": first.headers["etag"]}
        assert (await get(app, login, path, **tags[login])).status_code == 304

    await reported_next_door(district)

    renewed = await get(app, "shen", path, **tags["shen"])
    assert renewed.status_code == 200
    if path.startswith(WORLD):
        assert marks(renewed) == 3
    assert (await get(app, "dai", path, **tags["dai"])).status_code == 304


async def test_memory_says_of_a_district_what_the_index_says(world: World) -> None:
    writer = Writer(9)
    await writer.registers(240)
    for table in ("hazard", "change"):
        of_hazards = "" if table == "hazard" else " AND kind = 'hazard'"
        await database.execute(
            f"UPDATE {table} SET tenant = {the_cast.OTHER_TENANT}, place_code = overlay(place_code placing '2' from 9)"
            f" WHERE id = ANY ($1){of_hazards}",
            writer.ids[::2],
        )
    revisions = await changes.newest_within([the_cast.DISTRICT])
    compared, codes = 0, (the_cast.DISTRICT, the_cast.OTHER_TENANT, f"{the_cast.OTHER_TENANT}002001", the_cast.GRID_1)
    for code, asked, (zoom, most) in product(codes, (Asked(), *FILTERS), ((0, 0), (9, 0), (14, 40), (17, 1000))):
        z, x, y = map(int, tile_at(zoom).split("/"))
        own = Reach((code,), frozenset(), frozenset(), (the_cast.DISTRICT,))
        looked = Looked((z, x, y), revisions, own, asked, clock.today())
        found = told(await in_tile(looked, most=most, cells_log2=3))
        assert found == told(await _from_index(looked, most, 3)), (code, asked, zoom)
        compared += bool(found)
    assert compared > 50


async def test_new_grids_next_door_are_drawn(app: Any, district: World) -> None:
    editions = [(await get(app, "shen", "/api/hazard-map/summary")).json()["grids_edition"]]
    before = layers(await get(app, "shen", GRIDS))["grids"]["features"]
    more = f"{the_cast.OTHER_TENANT}002"
    await ground.do("register_community", {"id": new_id(), "code": more, "name": "新居"}, "ming")
    await ground.do("import_grids", ground.an_import(more, (f"{more}001", ground.square(5))), "ming")

    assert len(layers(await get(app, "shen", GRIDS))["grids"]["features"]) == len(before) + 1
    editions.append((await get(app, "shen", "/api/hazard-map/summary")).json()["grids_edition"])
    await reported_next_door(district)
    # A hazard moves no grid: nobody need ask for their tiles again.
    editions.append((await get(app, "shen", "/api/hazard-map/summary")).json()["grids_edition"])
    assert editions[0] != editions[1] == editions[2]


async def test_each_tenant_is_named_with_its_revision(district: World) -> None:
    of_one, of_all = await newest(await seen_by("dai")), await newest(await seen_by("shen"))

    assert list(of_one) == [the_cast.TENANT]
    assert list(of_all) == [the_cast.TENANT, the_cast.OTHER_TENANT]
    assert of_all == {tenant: await changes.newest(tenant) for tenant in of_all}
    seen = await seen_by("shen")
    names = {edition(seen, of_all)} | {edition(seen, of_all | {each: of_all[each] + 1}) for each in of_all}
    assert len(names) == 3


async def test_tenants_are_found_by_district_and_by_name(district: World) -> None:
    revisions = {each: await changes.newest(each) for each in (the_cast.TENANT, the_cast.OTHER_TENANT, "450300001")}

    assert await changes.newest_within(["450299", "450300"]) == revisions
    assert await changes.newest_within(["450300001", "450299"]) == revisions
    assert await changes.newest_within(["450300002", the_cast.TENANT]) == {
        the_cast.TENANT: revisions[the_cast.TENANT],
        "450300002": 0,
    }
    assert await changes.newest_within(["450301"]) == {}


async def test_an_empty_district_is_an_empty_map(app: Any, world: World) -> None:
    await posted_at_the_district("shen")
    await database.execute("TRUNCATE change, grid, community CASCADE")

    assert (await get(app, "shen", WORLD)).status_code == 204
    assert (await get(app, "shen", GRIDS)).status_code == 204
    assert (await get(app, "shen", VIEW)).json()["total"] == 0


async def test_one_subdistrict_asks_no_more_than_before(
    app: Any, district: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    await get(app, "dai", WORLD)
    asked: list[str] = []
    plain = database.ENGINE.fetch

    async def noted(sql: str, *given: Any) -> Any:
        asked.append(sql)
        return await plain(sql, *given)

    monkeypatch.setattr(database.ENGINE, "fetch", noted)
    await get(app, "dai", WORLD)
    of_one = [sql for sql in asked if " change " in sql]
    asked.clear()
    await get(app, "shen", WORLD)

    assert of_one == ["SELECT coalesce(max(revision), 0) FROM change WHERE tenant = $1"]
    assert sum("RECURSIVE" in sql for sql in asked) == 1


@pytest.mark.parametrize("most", [1, 10**6])
async def test_a_district_of_too_many_is_read_from_the_index_and_not_held_again_and_again(
    app: Any, district: World, monkeypatch: pytest.MonkeyPatch, most: int
) -> None:
    monkeypatch.setattr(held, "MOST_HELD", most)
    loaded: list[str] = []
    load = held._loaded

    async def noted(tenant: str, revision: int) -> Any:
        loaded.append(tenant)
        return await load(tenant, revision)

    monkeypatch.setattr(held, "_loaded", noted)
    for _ in range(3):
        assert marks(await get(app, "shen", WORLD)) == 2
        assert marks(await get(app, "shen", NEAR)) == 1
        assert (await get(app, "shen", f"{VIEW}?bbox=109,24,110,25")).json()["total"] == 2

    assert loaded == [the_cast.TENANT, the_cast.OTHER_TENANT]
    past = await get(app, "shen", f"{WORLD}?on={clock.today()}")
    assert past.status_code == (422 if most == 1 else 200)
    assert marks(await get(app, "dai", f"{WORLD}?on={clock.today()}")) == 1


async def test_a_district_of_too_many_steps_shows_no_past_day_and_its_subdistricts_do(
    app: Any, district: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(stood, "MOST_STEPS", 1)
    tenants = dict.fromkeys((the_cast.TENANT, the_cast.OTHER_TENANT))

    for _ in range(2):
        with pytest.raises(PastNotHeld):
            await stood.on_day(tenants, clock.today())
    for path in (f"{WORLD}?on={clock.today()}", "/api/hazard-map/days", f"/api/hazard-map/past?on={clock.today()}"):
        assert (await get(app, "shen", path)).status_code == 422
        assert (await get(app, "dai", path)).status_code == 200
    assert marks(await get(app, "shen", WORLD)) == 2
