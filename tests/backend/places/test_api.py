"""Over HTTP places are found within one's reach, telephone numbers are told for a reason, and imports are checked."""

import pytest

from backend.ids import new_id
from tests.backend.places.ground import BUILDING, a_door, an_import, do, make_ground, some_premises, square
from tests.cast import GRID_1, GRID_2, HEPING, KTV, NEXT_GRID, TENANT, a_client, as_json, make_cast, signed_in

DOOR = a_door(contact_phone="13812342107")
PREMISES = some_premises(id=KTV)


@pytest.fixture
async def ground(app, frozen_clock):
    await make_cast()
    await make_ground()
    await make_ground(f"{TENANT}003", "中山花园")
    await do("register_household", DOOR, "lan")
    await do("register_premises", PREMISES)
    await do("register_premises", some_premises(name="中山超市", category="assembly", grid_code=NEXT_GRID))
    return app


async def ask(app, login, method, path, **more):
    async with signed_in(app, login) as client:
        return await client.request(method, path, **more)


@pytest.mark.parametrize(
    ("login", "codes"),
    [
        ("lan", [GRID_1]),
        ("qin", [GRID_1, GRID_2]),
        ("shen", [GRID_1, GRID_2, NEXT_GRID, f"{TENANT}003002"]),
        ("zhou", []),
    ],
)
async def test_grids_of_ones_reach_come_as_geojson(ground, login, codes):
    answer = await ask(ground, login, "GET", "/api/grids")

    assert [each["properties"]["code"] for each in answer.json()["features"]] == codes
    assert all(each["geometry"]["type"] == "Polygon" for each in answer.json()["features"])


async def test_grids_of_a_former_day_are_those_of_that_day(ground):
    assert (await ask(ground, "shen", "GET", "/api/grids?at=2025-12-31")).json()["features"] == []
    assert (await ask(ground, "shen", "GET", "/api/grids?at=tomorrow")).status_code == 400


async def test_a_check_says_what_an_import_would_bring_and_changes_nothing(ground, database):
    good = as_json(an_import(HEPING, (f"{HEPING}003", square(2))))
    bad = as_json(an_import(HEPING, (f"{HEPING}003", square(1))))
    async with signed_in(ground, "dai") as client:
        fits = await client.post("/api/grids/check", json=good)
        does_not = await client.post("/api/grids/check", json=bad)
        nonsense = await client.post("/api/grids/check", json=good | {"crs": "mercator"})

    assert fits.json() == {"is_clean": True, "grids": [f"{HEPING}003"], "faults": []}
    assert not does_not.json()["is_clean"]
    assert does_not.json()["faults"][0]["zh"]
    assert nonsense.status_code == 400
    assert await database.fetch_value("SELECT count(*) FROM grid") == 4


@pytest.mark.parametrize(("login", "status"), [("lan", 404), ("bo", 404), ("zhou", 404), ("jing", 403), ("qin", 200)])
async def test_only_who_may_import_may_check(ground, login, status):
    body = as_json(an_import(HEPING, (f"{HEPING}003", square(2))))

    assert (await ask(ground, login, "POST", "/api/grids/check", json=body)).status_code == status


async def test_premises_are_listed_and_searched_within_ones_reach(ground):
    async with signed_in(ground, "dai") as client:
        everything = (await client.get("/api/premises")).json()["premises"]
        here = (await client.get("/api/premises", params={"grid": HEPING})).json()["premises"]
        found = (await client.get("/api/premises", params={"q": "超市"})).json()["premises"]
        none = (await client.get("/api/premises", params={"category": "school"})).json()["premises"]
        page = (await client.get("/api/premises", params={"limit": 1, "after": everything[0]["id"]})).json()["premises"]

    assert {each["name"] for each in everything} == {"好声音KTV", "中山超市"}
    assert [each["name"] for each in here] == ["好声音KTV"]
    assert [each["name"] for each in found] == ["中山超市"]
    assert none == []
    assert page == [everything[1]]
    assert {each["contact_phone_masked"] for each in everything} == {"138****2107"}
    own = (await ask(ground, "wu", "GET", "/api/premises")).json()["premises"]
    assert [each["id"] for each in own] == [str(KTV)]


@pytest.mark.parametrize(
    "asked", [{"limit": 0}, {"limit": 999}, {"after": "x"}, {"q": "x" * 81}, {"grid": "45;"}, {"category": "x" * 21}]
)
async def test_a_question_of_another_form_is_malformed(ground, asked):
    answer = await ask(ground, "dai", "GET", "/api/premises", params=asked)

    assert (answer.status_code, answer.json()["type"]) == (400, "/problems/malformed")


async def test_odd_words_find_nothing_and_break_nothing(ground):
    for words in ("%", "'; DROP TABLE premises; --", "\\", "😀"):
        answer = await ask(ground, "dai", "GET", "/api/premises", params={"q": words})
        assert answer.json() == {"premises": []}
    assert (await ask(ground, "dai", "GET", "/api/premises", params={"q": "\x00"})).status_code == 400


@pytest.mark.parametrize(
    ("login", "status"), [("lan", 200), ("guo", 200), ("shen", 200), ("bo", 404), ("zhou", 404), ("min", 404)]
)
async def test_one_place_is_seen_from_within_its_reach_only(ground, login, status):
    async with signed_in(ground, login) as client:
        for path in (f"premises/{KTV}", f"households/{DOOR['id']}", f"buildings/{BUILDING}"):
            answer = await client.get(f"/api/{path}")
            assert answer.status_code == status
            assert "13812342107" not in answer.text


async def test_a_building_comes_with_its_doors(ground):
    answer = (await ask(ground, "lan", "GET", f"/api/buildings/{BUILDING}")).json()

    assert answer["building"]["name"] == "3栋"
    assert [door["room"] for door in answer["households"]] == ["301"]


@pytest.mark.parametrize("place_id", [new_id(), "x"])
async def test_what_is_not_there_is_not_found(ground, place_id):
    for kind in ("premises", "households", "buildings"):
        assert (await ask(ground, "dai", "GET", f"/api/{kind}/{place_id}")).status_code == 404


async def test_a_number_is_told_for_a_reason_and_the_asking_is_kept(ground, database):
    async with signed_in(ground, "lan") as client:
        answer = await client.post(f"/api/places/household/{DOOR['id']}/phone", json={"reason": "约定复查时间"})

    noted = await database.fetch_row("SELECT * FROM audit WHERE action = 'reveal_phone'")
    assert answer.json() == {"contact_phone": "13812342107"}
    assert (noted["record_id"], noted["reason"]) == (str(DOOR["id"]), "约定复查时间")
    assert noted["device_id"] == client.device_id


@pytest.mark.parametrize(
    ("login", "path", "reason", "status"),
    [
        ("lan", f"household/{DOOR['id']}", "回", 422),
        ("lan", f"household/{DOOR['id']}", "a\nb c d", 400),
        ("lan", "household/018f0000-0000-7000-8000-00000000dead", "约定复查时间", 404),
        ("lan", f"palace/{DOOR['id']}", "约定复查时间", 404),
        ("shen", f"household/{DOOR['id']}", "约定复查时间", 403),
        ("wu", f"premises/{KTV}", "约定复查时间", 403),
        ("bo", f"household/{DOOR['id']}", "约定复查时间", 404),
        ("zhou", f"premises/{KTV}", "约定复查时间", 404),
    ],
    ids=["too short", "two lines", "no such door", "no such kind", "reads only", "the unit", "next grid", "stranger"],
)
async def test_a_number_is_not_told_otherwise_and_nothing_is_noted(ground, database, login, path, reason, status):
    answer = await ask(ground, login, "POST", f"/api/places/{path}/phone", json={"reason": reason})

    assert answer.status_code == status
    assert await database.fetch_value("SELECT count(*) FROM audit WHERE action = 'reveal_phone'") == 0


async def test_a_place_without_a_number_says_so(ground):
    await do("change_contact_phone", {"place_kind": "premises", "place_id": KTV, "contact_phone": None}, "lan")

    answer = await ask(ground, "lan", "POST", f"/api/places/premises/{KTV}/phone", json={"reason": "约定复查时间"})

    assert (answer.status_code, answer.json()["type"]) == (404, "/problems/no-contact-phone")


@pytest.mark.parametrize("path", ["/api/grids", "/api/premises", f"/api/premises/{KTV}", f"/api/buildings/{BUILDING}"])
async def test_a_stranger_sees_nothing(ground, path):
    async with a_client(ground) as client:
        assert (await client.get(path)).status_code == 401
