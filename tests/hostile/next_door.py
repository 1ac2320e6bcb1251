"""Another tenant's ground with one of everything that has an id, and those ids."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

import msgspec

from backend import database
from backend.hazards.commands import MUTATIONS as HAZARDS
from backend.ids import new_id
from backend.people import commands
from backend.people.rules import Person
from backend.visits.commands import MUTATIONS as VISITS
from tests.backend.places import ground
from tests.cast import CAST, OTHER_GRID, OTHER_TENANT, an_act

COMMUNITY = OTHER_GRID[:12]


@dataclass(frozen=True)
class NextDoor:
    """What another tenant has: the ids of its things and the codes of its places."""

    ids: dict[str, UUID]
    codes: dict[str, str]


async def make_next_door(cast: dict[str, Person]) -> NextDoor:
    """Return the ids and codes of a second tenant, made by its own people."""
    ids = {name: new_id() for name in ("community", "building", "home", "premises", "visit", "hazard")}
    await ground.do("register_community", {"id": ids["community"], "code": COMMUNITY, "name": "隔壁"}, "ming")
    far = [(f"{COMMUNITY}{number:03}", ground.square(40 + number)) for number in (1, 2)]
    await ground.do("import_grids", ground.an_import(COMMUNITY, *far), "ming")
    ids["change"] = new_id()
    await ground.do("change_grids", await ground.a_merge(COMMUNITY, id=ids["change"]), "ming")
    await ground.do("undo_grid_change", {"change_id": ids["change"]}, "ming")
    here = {"grid_code": OTHER_GRID, **ground.inside(41)}
    await ground.do("register_building", ground.a_building(id=ids["building"], **here), "ming")
    await ground.do("register_premises", ground.some_premises(id=ids["premises"], **here), "ming")
    await ground.do("register_household", ground.a_door(id=ids["home"], building_id=ids["building"]), "zhou")
    await did(VISITS, "record_visit", a_visit(ids["visit"], ids["home"]), cast["zhou"])
    await did(HAZARDS, "report_hazard", a_hazard(ids["hazard"], ids["premises"]), cast["zhou"])
    async with database.transaction():
        opened = await commands.open_session(CAST["zhou"].id, None, "手机", enrolled=True)
    ids |= {"person": CAST["zhou"].id, "posting": cast["zhou"].postings[0].id, "device": opened.signed_in.device.id}
    ids["grid"] = await database.fetch_value("SELECT id FROM grid WHERE code = $1", OTHER_GRID)
    return NextDoor(ids, {"grid": OTHER_GRID, "community": COMMUNITY, "subdistrict": OTHER_TENANT})


async def did(mutations: Any, name: str, args: dict[str, Any], by: Person) -> None:
    """Do one mutation with its nulls."""
    wanted, command = mutations[name]
    decoded = msgspec.json.decode(msgspec.json.encode(args), type=wanted, strict=True)
    async with database.transaction():
        await command(decoded, an_act(by))


def a_visit(visit_id: UUID, home: UUID) -> dict[str, Any]:
    """Return what records that nobody was at home."""
    return {
        "visit_id": visit_id, "place_kind": "household", "place_id": home, "track": "patrol", "outcome": "no_answer",
        "answers": {}, "item_notes": {}, "note": "", "photos": [], "fix": None,
        "notice": {"delivered": "posted", "signed": "none"},
        "started_at": "2026-03-02T00:40:00Z", "ended_at": "2026-03-02T00:50:00Z",
    }  # fmt: skip


def a_hazard(hazard_id: UUID, premises: UUID) -> dict[str, Any]:
    """Return what reports a general hazard in premises."""
    return {
        "hazard_id": hazard_id, "place_kind": "premises", "place_id": premises, "track": "patrol",
        "category": "assembly", "what": ["出口上锁"], "description": "", "grade": "general", "advice": "开锁",
        "proposed_due_days": 3, "photos": [{"sha256": "ab" * 32, "role": "before"}], "fix": None, "location_note": "",
    }  # fmt: skip
