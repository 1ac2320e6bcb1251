"""What one slice tells another reaches people: names of places, the last visit, and hazards that follow their place."""

from typing import Any

import pytest

from backend import database
from backend.ids import new_id
from backend.sync.queries import accepted_rulebooks
from tests.backend.hazards.conftest import AFTER, BEFORE, FIX
from tests.backend.places import ground
from tests.backend.sync.phone import Phone
from tests.cast import CAST, GRID_1, GRID_2, HEPING, KTV, make_cast, signed_in
from tests.journeys.mutation_table import _VISIT

NEW_GRID = f"{HEPING}003"
HOME = "018f0000-0000-7000-8000-00000000d001"


@pytest.fixture
async def here(app: Any, frozen_clock: Any) -> Any:
    """The app, with Heping, a home and the KTV."""
    await make_cast()
    await ground.make_ground()
    await ground.do("register_household", ground.a_door(id=HOME), "lan")
    await ground.do("register_premises", ground.some_premises(id=KTV))
    return app


async def test_me_names_the_places_of_ones_postings_and_the_rulebook(here: Any) -> None:
    async with signed_in(here, "guo") as guo, signed_in(here, "qin") as qin, signed_in(here, "dai") as dai:
        names = {
            each["place_code"]: each["place_name"] for each in (await guo.get("/api/me")).json()["person"]["postings"]
        }
        community = (await qin.get("/api/me")).json()
        subdistrict = (await dai.get("/api/me")).json()

    assert names == {GRID_1: "第1网格", GRID_2: "第2网格"}
    assert community["person"]["postings"][0]["place_name"] == "和平"
    assert subdistrict["person"]["postings"][0]["place_name"] == subdistrict["tenant"]["name"] == "XX街道"
    assert community["rulebook"] == accepted_rulebooks()[0]


async def test_a_place_opened_at_the_desk_tells_its_last_visit(here: Any) -> None:
    async with signed_in(here, "lan") as lan:
        before = (await lan.get(f"/api/households/{HOME}")).json()
        visit = _VISIT | {"visit_id": str(new_id()), "place_id": HOME}
        receipt = await Phone(lan).did("record_visit", visit)
        home = (await lan.get(f"/api/households/{HOME}")).json()
        building = (await lan.get(f"/api/buildings/{ground.BUILDING}")).json()
        premises = (await lan.get(f"/api/premises/{KTV}")).json()

    assert receipt["outcome"] == "applied", receipt
    assert before["last_visit"] is None
    assert home["last_visit"]["id"] == visit["visit_id"]
    assert home["last_visit"]["outcome"] == "no_answer"
    assert building["households"][0]["last_visit"] == home["last_visit"]
    assert premises["last_visit"] is None


def found(hazard_id: str) -> dict[str, Any]:
    return {
        "hazard_id": hazard_id, "place_kind": "premises", "place_id": str(KTV), "track": "patrol",
        "category": "assembly", "what": ["安全出口上锁"], "description": "", "grade": "general", "advice": "立即开锁",
        "proposed_due_days": 3, "photos": [BEFORE], "fix": FIX, "location_note": "",
    }  # fmt: skip


async def test_open_hazards_of_a_split_grid_reach_the_new_worker_and_ended_ones_keep_their_code(here: Any) -> None:
    still_open, ended, outdoors = str(new_id()), str(new_id()), str(new_id())
    async with signed_in(here, "lan") as lan, signed_in(here, "dai") as dai, signed_in(here, "min") as min_:
        lans = Phone(lan)
        await lans.did("report_hazard", found(still_open))
        await lans.did("report_hazard", found(ended))
        street = {"place_kind": "none", "category": "public_area", "grid_code": GRID_1}
        on_the_street = {name: given for name, given in found(outdoors).items() if name != "place_id"} | street
        seen = await lans.did("report_hazard", on_the_street)
        await lans.did("fix_on_site", {"hazard_id": ended, "measures": "已开锁", "photos": [AFTER]})
        await lans.pull()
        had = set(lans.held("hazard"))

        dais = Phone(dai)
        retired = await dais.did("retire_grid", {"code": GRID_1, "retired_on": "2026-03-02", "replaced_by": [NEW_GRID]})
        split = ground.an_import(HEPING, (NEW_GRID, ground.square(0)), effective_on="2026-03-02")
        imported = await dais.did("import_grids", split)
        posting = {"posting_id": str(new_id()), "person_id": str(CAST["bo"].id), "role": "grid_worker"}
        posted = await Phone(min_).did("add_posting", posting | {"place_code": NEW_GRID})
        await lans.pull()

    async with signed_in(here, "bo") as bo:
        bos = Phone(bo)
        await bos.pull()

    assert seen["outcome"] == "applied", seen
    assert {still_open, ended, outdoors} <= had
    assert {retired["outcome"], imported["outcome"], posted["outcome"]} == {"applied"}, (retired, imported, posted)
    assert bos.held("hazard")[still_open]["grid_code"] == NEW_GRID
    assert bos.held("hazard")[outdoors]["grid_code"] == NEW_GRID
    assert ended not in bos.held("hazard")
    assert await database.fetch_value("SELECT grid_code FROM hazard WHERE id = $1::uuid", ended) == GRID_1
    assert still_open not in lans.held("hazard") or lans.held("hazard")[still_open]["grid_code"] == NEW_GRID
