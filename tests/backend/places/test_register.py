"""Places are registered by those who may, where they may, once."""

import pytest

from backend.ids import new_id
from backend.places import queries
from backend.places.rules import AlreadyRegistered, CodeNotInside, NotYet, PlaceRetired, masked
from backend.problems import NotFound, NotYourRole
from tests.backend.places.ground import BUILDING, a_building, a_door, do, make_ground, some_premises
from tests.cast import GRID_1, GRID_2, HEPING, NEXT_GRID, OTHER_TENANT, make_cast


@pytest.fixture
async def ground(database, frozen_clock):
    await make_cast()
    await make_ground()
    return database


async def change_of(database, place_id):
    return await database.fetch_row("SELECT kind, place_code, gone, also FROM change WHERE id = $1", place_id)


async def test_a_grid_worker_registers_the_door_he_finds(ground):
    door = a_door(contact_phone="13812342107")

    await do("register_household", door, "lan")

    stored = await ground.fetch_row("SELECT * FROM household WHERE id = $1", door["id"])
    assert (stored["grid_code"], stored["room"], stored["contact_phone_masked"]) == (GRID_1, "301", "138****2107")
    assert dict(await change_of(ground, door["id"])) == {
        "kind": "household",
        "place_code": GRID_1,
        "gone": False,
        "also": [],
    }


@pytest.mark.parametrize(
    ("name", "args", "by", "refused"),
    [
        ("register_household", a_door(), "bo", NotFound),
        ("register_household", a_door(), "zhou", NotFound),
        ("register_household", a_door(building_id=new_id()), "lan", NotFound),
        ("register_household", a_door(), "shen", NotYourRole),
        ("register_building", a_building(id=new_id()), "lan", NotYourRole),
        ("register_building", a_building(id=new_id()), "zhou", NotFound),
        ("register_building", a_building(id=new_id(), grid_code=f"{HEPING}099"), "dai", NotFound),
        ("register_building", a_building(), "dai", AlreadyRegistered),
        ("register_premises", some_premises(grid_code=NEXT_GRID), "qin", NotFound),
        ("register_premises", some_premises(), "lan", NotYourRole),
        ("register_community", {"id": new_id(), "code": HEPING, "name": "和平"}, "dai", AlreadyRegistered),
        ("register_community", {"id": new_id(), "code": f"{OTHER_TENANT}001", "name": "外"}, "dai", NotFound),
        ("mark_needs_help", {"household_id": new_id(), "needs_help": True}, "lan", NotFound),
    ],
)
async def test_what_may_not_be_is_refused_and_changes_nothing(ground, name, args, by, refused):
    before = await ground.fetch_value("SELECT count(*) FROM change")

    with pytest.raises(refused):
        await do(name, args, by)

    assert await ground.fetch_value("SELECT count(*) FROM change") == before


async def test_a_district_community_is_not_below_itself(ground):
    with pytest.raises((CodeNotInside, NotFound)):
        await do("register_community", {"id": new_id(), "code": "450299000001", "name": "区"})


async def test_a_door_is_registered_once(ground):
    await do("register_household", a_door(), "lan")

    with pytest.raises(AlreadyRegistered):
        await do("register_household", a_door(), "lan")


async def test_the_doors_of_a_building_come_all_or_none(ground):
    doors = [
        {key: value for key, value in a_door(room=str(room)).items() if key != "building_id"} for room in (301, 302)
    ]
    await do("register_households", {"building_id": BUILDING, "households": doors})
    again = [doors[0] | {"id": new_id()}, doors[1] | {"id": new_id(), "room": "303"}]

    with pytest.raises(AlreadyRegistered):
        await do("register_households", {"building_id": BUILDING, "households": again})

    assert await ground.fetch_value("SELECT count(*) FROM household") == 2


async def test_a_retired_door_may_be_registered_anew_and_loses_its_number(ground):
    door = a_door(contact_phone="13812342107")
    await do("register_household", door, "lan")
    retired = {"place_kind": "household", "place_id": door["id"], "retired_on": "2026-03-01", "reason": "两户打通"}

    await do("retire_place", retired, "qin")
    await do("register_household", a_door(), "lan")

    assert await ground.fetch_value("SELECT contact_phone FROM household WHERE id = $1", door["id"]) is None
    assert (await change_of(ground, door["id"]))["gone"]
    with pytest.raises(PlaceRetired):
        await do("retire_place", retired, "qin")


async def test_a_place_is_not_retired_ahead_of_time(ground):
    premises = some_premises()
    await do("register_premises", premises)

    with pytest.raises(NotYet):
        await do(
            "retire_place",
            {"place_kind": "premises", "place_id": premises["id"], "retired_on": "2026-03-03", "reason": "搬走"},
        )


async def test_premises_are_reached_by_their_own_key_and_their_phone_changes(ground):
    premises = some_premises()
    await do("register_premises", premises)

    await do(
        "change_contact_phone",
        {"place_kind": "premises", "place_id": premises["id"], "contact_phone": "0772-3312107"},
        "lan",
    )

    assert (await change_of(ground, premises["id"]))["also"] == [f"premises:{premises['id']}"]
    assert await queries.contact_phone("premises", premises["id"]) == "0772-3312107"


async def test_a_household_may_ask_for_help_and_no_reason_is_kept(ground):
    door = a_door()
    await do("register_household", door, "lan")

    await do("mark_needs_help", {"household_id": door["id"], "needs_help": True}, "lan")

    assert await ground.fetch_value("SELECT needs_help FROM household WHERE id = $1", door["id"])


async def test_nothing_is_registered_in_a_grid_that_was_retired(ground):
    await do("retire_grid", {"code": GRID_2, "retired_on": "2026-03-01", "replaced_by": []})

    with pytest.raises(PlaceRetired):
        await do("register_building", a_building(id=new_id(), grid_code=GRID_2))


@pytest.mark.parametrize(
    ("phone", "shown"),
    [
        ("13812342107", "138****2107"),
        ("0772-3312107", "077****2107"),
        ("3312107", "****07"),
        ("110", "****10"),
        ("", ""),
    ],
)
def test_a_masked_number_can_be_recognised_and_not_dialled(phone, shown):
    assert masked(phone) == shown
