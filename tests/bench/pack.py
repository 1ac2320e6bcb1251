"""A grid with 500 households and 100 hazards, written as people would have written it."""

from pathlib import Path
from typing import Any
from uuid import UUID

from backend import database, vault
from backend.hazards.commands import MUTATIONS as OF_HAZARDS
from backend.ids import new_id
from backend.people import commands
from tests.backend.places.ground import BUILDING, a_building, do, inside, make_ground
from tests.cast import CAST, make_cast, perform, person

HOUSEHOLDS, HAZARDS = 500, 100


async def fill(connect: dict[str, Any], data: Path) -> str:
    """Return the token of the grid's worker; `data` is the folder of the server that will read what is written."""
    await database.open_pool(**connect)
    try:
        await vault.open_vault(data)
        await make_cast()
        await make_ground()
        doors = [door for number in range(5) for door in await a_hundred_doors(number)]
        for number in range(HAZARDS):
            await perform(OF_HAZARDS, "report_hazard", a_hazard(doors[number * 3], number), await person("lan"))
        async with database.transaction():
            return (await commands.open_session(CAST["lan"].id, None, "bench", enrolled=True)).token
    finally:
        await database.close_pool()


async def a_hundred_doors(number: int) -> list[UUID]:
    building = BUILDING if number == 0 else new_id()
    if number:
        await do("register_building", a_building(id=building, name=f"{number + 3}栋"))
    doors = [
        {"id": new_id(), "unit": f"{1 + n // 50}单元", "floor": 1 + n % 10, "room": f"{1 + n % 10}{n // 10:02}",
         "use": "dwelling", "contact_phone": f"138{n:04}{number:04}"}
        for n in range(HOUSEHOLDS // 5)
    ]  # fmt: skip
    await do("register_households", {"building_id": building, "households": doors})
    return [door["id"] for door in doors]


def a_hazard(door: UUID, number: int) -> dict[str, Any]:
    return {
        "hazard_id": new_id(),
        "place_kind": "household",
        "place_id": door,
        "track": "patrol",
        "category": "household",
        "what": ["烟管未伸出室外", "热水器安装在浴室内"],
        "description": f"第{number}户：烟道式热水器装于浴室，烟管在吊顶内断开，窗户常闭，户主称已使用九年。",
        "grade": "general",
        "advice": "请停用并联系燃气公司更换强排或平衡式热水器，使用时开窗通风。",
        "proposed_due_days": 7,
        "photos": [],
        "no_photo_reason": "refused",
        "fix": {**inside(0), "accuracy_m": 35.0, "crs": "wgs84", "source": "gps", "taken_at": "2026-03-02T01:00:00Z"},
        "location_note": "浴室",
    }
