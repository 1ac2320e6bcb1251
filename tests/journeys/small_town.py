"""Fill a database with a town small enough for a test: the cast, three grids, two buildings, a KTV and a market."""

from datetime import timedelta
from pathlib import Path
from typing import Any, Final
from uuid import UUID

from backend import clock, database, schema, vault
from backend.demo.hands import Hands
from backend.ids import new_id
from backend.visits.templates import shipped
from tests.backend.places.ground import an_import, inside, square
from tests.cast import GRID_1, HEPING, KTV, NEXT_GRID, TENANT, make_cast

BUILDING: Final = UUID("018f0000-0000-7000-8000-00000000b0a1")
"""和平里 1栋 in lan's grid: 2 units, 3 floors, 2 doors on each; lan has visited none of them."""
OTHER_BUILDING: Final = UUID("018f0000-0000-7000-8000-00000000b0a2")
MARKET: Final = UUID("018f0000-0000-7000-8000-0000000000f2")


def door_id(unit: int, room: str, building: int = 1) -> UUID:
    """Return the id of a door: the same in every run."""
    return UUID(f"018f0000-0000-7000-8000-d{building:01}{unit:02}{int(room):08}")


async def fill(connect: dict[str, Any], folder: Path) -> None:
    """Make the schema, the secret in a data folder, and the town, all through the mutations that are pushed."""
    await database.open_pool(**connect)
    try:
        await schema.migrate()
        await vault.open_vault(folder)
        await make_cast()
        hands = Hands()
        at = clock.now() - timedelta(days=30)
        await hands.write("min", at, *_ground(), *(_published(body) for body in shipped()), *_premises(), *_buildings())
    finally:
        await database.close_pool()


def _ground() -> list[tuple[str, dict[str, Any]]]:
    next_community = NEXT_GRID[:12]
    return [
        ("register_community", {"id": new_id(), "code": HEPING, "name": "和平社区"}),
        ("register_community", {"id": new_id(), "code": next_community, "name": "中山花园社区"}),
        ("import_grids", an_import(HEPING)),
        ("import_grids", an_import(next_community, (NEXT_GRID, square(2)))),
    ]


def _published(body: dict[str, Any]) -> tuple[str, dict[str, Any]]:
    return "publish_checklist", {"id": body["id"], "version": 1, "body": body}


def _premises() -> list[tuple[str, dict[str, Any]]]:
    where = {"grid_code": GRID_1, "address": "和平路 8 号", **inside(0), "contact_phone": "13800000001"}
    ktv = {"id": KTV, "category": "assembly", "name": "和平量贩KTV", "contact_title": "店长", **where}
    market = {"id": MARKET, "category": "market", "name": "和平农贸市场", "contact_title": "市场管理方", **where}
    return [("register_premises", ktv), ("register_premises", market)]


def _buildings() -> list[tuple[str, dict[str, Any]]]:
    made: list[tuple[str, dict[str, Any]]] = []
    for number, (building, grid) in enumerate([(BUILDING, GRID_1), (OTHER_BUILDING, GRID_1)], 1):
        name = {"name": f"和平里 {number}栋", "address": f"{TENANT[-3:]} 和平里", "units": 2, "floors": 3}
        doors = [
            {"id": door_id(unit, room, number), "unit": str(unit), "floor": floor, "room": room, "use": "dwelling"}
            for unit in (1, 2)
            for floor in (1, 2, 3)
            for room in (f"{floor}01", f"{floor}02")
        ]
        made.append(("register_building", {"id": building, "grid_code": grid, **name, **inside(0)}))
        made.append(("register_households", {"building_id": building, "households": doors}))
    return made
