"""A pull gives what changed within one's reach, what is gone and what has left; a stale cursor starts afresh."""

import base64
import gzip
import json
from importlib import import_module

import pytest

from backend.ids import new_id
from backend.people import remembered
from backend.sync.queries import scan
from tests.backend.places.ground import a_building, a_door, an_import, do, inside, make_ground, some_premises, square
from tests.backend.sync.phone import Phone
from tests.cast import GRID_1, GRID_2, HEPING, KTV, NEXT_GRID, TENANT, make_cast, signed_in

REPORT = {
    "place_kind": "none", "track": "patrol", "category": "assembly", "what": ["通道堆物"], "description": "堆物",
    "grade": "general", "advice": "清理", "proposed_due_days": 3,
    "location_note": "", "photos": [], "no_photo_reason": "broken_camera",
    "fix": {**inside(0), "accuracy_m": 8.0, "crs": "wgs84", "source": "gps", "taken_at": "2026-03-02T01:00:00Z"},
}  # fmt: skip


@pytest.fixture
async def ground(app, frozen_clock):
    await make_cast()
    await make_ground()
    await make_ground(f"{TENANT}003", "中山花园")


@pytest.fixture
async def lan(app, ground):
    async with signed_in(app, "lan") as client:
        yield Phone(client)


async def test_the_first_pull_brings_everything_of_ones_grid_and_nothing_else(lan):
    door, premises = a_door(contact_phone="13812342107"), some_premises()
    await do("register_household", door, "lan")
    await do("register_premises", premises)
    await do("register_premises", some_premises(grid_code=GRID_2))

    (page,) = await lan.pull()

    assert (page["fresh"], page["more"], page["gone"]) == (True, False, [])
    assert [row["code"] for row in page["rows"]["community"]] == [HEPING]
    assert [row["code"] for row in page["rows"]["grid"]] == [GRID_1]
    assert page["rows"]["grid"][0]["geometry"]["type"] == "Polygon"
    assert [row["id"] for row in page["rows"]["premises"]] == [str(premises["id"])]
    (household,) = page["rows"]["household"]
    assert household["contact_phone_masked"] == "138****2107"
    assert "13812342107" not in json.dumps(page)
    assert all(row["revision"] > 0 and row["place_code"] for rows in page["rows"].values() for row in rows)


async def test_later_pulls_bring_only_what_changed(lan):
    await lan.pull()
    nothing = await lan.pull()
    door = a_door()
    await do("register_household", door, "lan")

    (page,) = await lan.pull()

    assert [rows for rows in nothing[0]["rows"].values() if rows] == []
    assert not page["fresh"]
    assert [row["id"] for row in page["rows"]["household"]] == [str(door["id"])]
    assert page["rows"]["community"] == []


async def test_a_retired_door_is_told_as_gone(lan):
    door = a_door()
    await do("register_household", door, "lan")
    await lan.pull()
    await do(
        "retire_place", {"place_kind": "household", "place_id": door["id"], "retired_on": "2026-03-01", "reason": "拆"}
    )

    (page,) = await lan.pull()

    assert page["gone"] == [{"kind": "household", "id": str(door["id"])}]
    assert lan.held("household") == {}


async def test_what_moves_to_another_grid_leaves_the_first_phone_and_reaches_the_other(lan, app):
    await do("register_household", a_door(), "lan")
    await lan.pull()
    async with signed_in(app, "guo") as client:
        guo = Phone(client)
        await guo.pull()
        await do("retire_grid", {"code": GRID_1, "retired_on": "2026-03-01", "replaced_by": [GRID_2]})
        await lan.pull()
        await guo.pull()

    assert lan.held("household") == {}
    assert lan.held("building") == {}
    assert [row["grid_code"] for row in guo.held("household").values()] == [GRID_2]


async def test_what_left_before_the_first_pull_is_not_told(lan):
    await do("retire_grid", {"code": GRID_1, "retired_on": "2026-03-01", "replaced_by": [GRID_2]})

    (page,) = await lan.pull()

    assert page["gone"] == []
    assert page["rows"]["building"] == []


async def test_a_responsible_unit_sees_its_own_premises_only(app, ground):
    await do("register_premises", some_premises(id=KTV))
    await do("register_premises", some_premises(name="别家"))

    async with signed_in(app, "wu") as client:
        wu = Phone(client)
        await wu.pull()

    assert list(wu.held("premises")) == [str(KTV)]
    assert wu.held("household") == wu.held("building") == {}


async def test_a_system_administrator_reads_no_household(app, ground):
    await do("register_household", a_door(), "lan")

    async with signed_in(app, "min") as client:
        phone = Phone(client)
        await phone.pull()

    assert {kind for kind, rows in phone.rows.items() if rows} <= {"community", "grid"}


async def test_nobody_gets_nothing(app, ground):
    async with signed_in(app, "nobody") as client:
        phone = Phone(client)
        await phone.pull()

    assert not any(phone.rows.values())


async def test_another_tenant_gets_nothing_of_it(app, ground):
    async with signed_in(app, "zhou") as client:
        phone = Phone(client)
        await phone.pull()
        outside = await client.get("/api/sync/pull", params={"grids": GRID_1})

    assert not any(phone.rows.values())
    assert outside.status_code == 404


async def test_a_phone_may_subscribe_to_some_of_its_grids(app, ground):
    await do("register_premises", some_premises(grid_code=NEXT_GRID))
    async with signed_in(app, "dai") as client:
        dai = Phone(client)
        await dai.pull(grids=f"{NEXT_GRID},{GRID_2}")

    assert {row["code"] for row in dai.held("grid").values()} == {NEXT_GRID, GRID_2}
    assert dai.held("building") == {}
    assert len(dai.held("premises")) == 1
    assert {row["code"] for row in dai.held("community").values()} == {HEPING, f"{TENANT}003"}


async def test_only_the_kinds_asked_for_come(lan):
    await lan.pull(kinds="grid")

    assert {kind for kind, rows in lan.rows.items() if rows} == {"grid"}


@pytest.mark.parametrize("grids", [",".join([GRID_1] * 21), "45", "x" * 15, f"{GRID_1}0"])
async def test_a_list_of_grids_of_another_form_is_malformed(lan, grids):
    answer = await lan.client.get("/api/sync/pull", params={"grids": grids})

    assert (answer.status_code, answer.json()["type"]) == (400, "/problems/malformed")


@pytest.mark.parametrize(
    "cursor",
    [
        "",
        "x",
        "e30",
        base64.b64encode(b"[" * 500).decode()[:900],
        base64.b64encode(b'["450299001",-1,0,"x"]').decode(),
        "\u4e2d",
    ],
)
async def test_a_cursor_that_we_never_gave_is_stale(lan, cursor):
    answer = await lan.client.get("/api/sync/pull", params={"cursor": cursor})

    assert (answer.status_code, answer.json()["type"]) == (409, "/problems/cursor-stale")


async def test_a_changed_posting_makes_the_cursor_stale_and_the_phone_starts_afresh(lan, database):
    await lan.pull()
    await database.execute("UPDATE posting SET place_code = $1 WHERE place_code = $2", NEXT_GRID, GRID_1)
    remembered.forget()

    stale = await lan.client.get("/api/sync/pull", params={"cursor": lan.cursor})
    await lan.pull()

    assert stale.status_code == 409
    assert [row["code"] for row in lan.held("grid").values()] == [NEXT_GRID]


async def test_a_cursor_from_a_future_that_a_restore_has_undone_is_stale(lan, database):
    await do("register_household", a_door(), "lan")
    await lan.pull()
    await database.execute("DELETE FROM change WHERE kind = 'household'")

    assert (await lan.client.get("/api/sync/pull", params={"cursor": lan.cursor})).status_code == 409


async def test_pages_bring_everything_once_and_what_happens_between_them_too(lan, monkeypatch):
    for module in (scan, import_module("backend.sync.queries.pull")):
        monkeypatch.setattr(module, "PAGE_ROWS", 3)
    made = [a_door(room=f"30{number}") for number in range(8)]
    for door in made:
        await do("register_household", door, "lan")
    first = (await lan.client.get("/api/sync/pull")).json()
    lan._keep(first)
    await do(
        "retire_place",
        {"place_kind": "household", "place_id": made[0]["id"], "retired_on": "2026-03-01", "reason": "拆"},
    )
    await do("mark_needs_help", {"household_id": made[7]["id"], "needs_help": True}, "lan")

    pages = await lan.pull()

    assert first["more"]
    assert len(pages) > 2
    assert not any(page["fresh"] for page in pages)
    assert set(lan.held("household")) == {str(door["id"]) for door in made[1:]}
    assert lan.held("household")[str(made[7]["id"])]["needs_help"]


async def test_a_large_answer_is_compressed_and_tells_the_time(lan, frozen_clock):
    await do("register_building", a_building(id=(second := new_id()), name="4栋"))
    doors = [{"id": new_id(), "unit": "1单元", "floor": 1, "room": str(room), "use": "dwelling"} for room in range(200)]
    await do("register_households", {"building_id": second, "households": doors})

    answer = await lan.client.get("/api/sync/pull", headers={"accept-encoding": "gzip"})
    plain = await lan.client.get("/api/sync/pull", headers={"accept-encoding": "identity"})

    assert answer.headers["content-encoding"] == "gzip"
    assert "content-encoding" not in plain.headers
    assert answer.json() == plain.json()
    assert len(answer.json()["rows"]["household"]) == 200
    assert answer.json()["server_time"].startswith("2026-03-02T01:00:00")
    assert len(gzip.compress(plain.content, 6)) < len(plain.content) / 5


async def test_an_import_of_grids_reaches_the_phones_below(lan):
    await lan.pull()
    await do(
        "import_grids",
        an_import(f"{TENANT}003", (f"{TENANT}003003", square(2))),
    )

    (page,) = await lan.pull()

    assert page["rows"]["grid"] == []
