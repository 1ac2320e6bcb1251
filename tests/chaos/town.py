"""Fill a database with many small grids, one for each run: four people, a building, two doors and a market in each."""

import io
from base64 import b64encode
from datetime import timedelta
from pathlib import Path
from typing import Any, Final
from uuid import UUID

import numpy as np
from PIL import Image

from backend import clock, database, schema, vault
from backend.demo.hands import Hands, Mutation
from backend.ids import new_id
from backend.visits.templates import shipped
from tests.backend.places.ground import an_import, inside, square
from tests.cast import PASSWORD, TENANT, make_cast

SLOTS: Final = 90
PICTURES: Final = 8
ROLES: Final = {
    "worker": "grid_worker", "colleague": "grid_worker", "reviewer": "community_admin", "leader": "subdistrict_leader",
}  # fmt: skip
DESK: Final = {"login": "dai", "password": PASSWORD}
"""The dispatcher decides about held records."""


def slot(index: int) -> dict[str, Any]:
    """Return the ground of a run, and who works on it."""
    community = f"{TENANT}{index + 500}"
    people = {role: {"login": f"{role}-{index}", "password": PASSWORD} for role in ROLES}
    made = {"community": community, "grid": f"{community}001", "people": people, "pictures": pictures(index)}
    return made | {"building": _id(index, 1), "premises": _id(index, 2), "doors": [_id(index, 3), _id(index, 4)]}


def _id(index: int, number: int) -> str:
    return str(UUID(f"018f0000-0000-7000-8000-c{number:03}{index:08}"))


def pictures(index: int) -> list[str]:
    """Return the small JPEGs, in base64, of which a run's photos are made: no run's look like another's."""
    chance = np.random.default_rng(index)
    return [_picture(chance) for _ in range(PICTURES)]


def _picture(chance: np.random.Generator) -> str:
    out = io.BytesIO()
    coarse = Image.fromarray(chance.integers(0, 255, (8, 9, 3), dtype=np.uint8))
    coarse.resize((48, 36), Image.Resampling.BICUBIC).save(out, "JPEG")
    return b64encode(out.getvalue()).decode()


async def fill(connect: dict[str, Any], folder: Path) -> None:
    """Make schema and grids in an empty database, all through the mutations that phones and desks push."""
    await database.open_pool(**connect)
    try:
        await schema.migrate()
        await vault.open_vault(folder)
        await make_cast()
        hands = Hands()
        made = [_checklist(), *(mutation for index in range(SLOTS) for mutation in _ground(index))]
        await hands.write("min", clock.now() - timedelta(days=30), *made)
        sql = "UPDATE person SET password_hash = (SELECT password_hash FROM person WHERE login = 'lan')"
        await database.execute(f"{sql} WHERE password_hash IS NULL")
    finally:
        await database.close_pool()


def _checklist() -> Mutation:
    """The smallest that ships: every phone pulls it."""
    body = min(shipped(), key=lambda each: len(str(each)))
    return "publish_checklist", {"id": body["id"], "version": 1, "body": body}


def _ground(index: int) -> list[Mutation]:
    here = slot(index)
    community, grid = here["community"], here["grid"]
    column, row = index % 30, 5 + index // 30
    doors = [
        {"id": door, "unit": "1", "floor": 1, "room": f"10{number}", "use": "dwelling"}
        for number, door in enumerate(here["doors"], 1)
    ]
    where = {"grid_code": grid, "name": f"{index} 号", "address": "和平路", **inside(column, row)}
    more = {"category": "market", "contact_title": "店长", "contact_phone": "13800000001"}
    return [
        ("register_community", {"id": new_id(), "code": community, "name": f"社区{index}"}),
        ("import_grids", an_import(community, (grid, square(column, row)))),
        ("register_building", {"id": here["building"], "units": 1, "floors": 6, **where}),
        ("register_households", {"building_id": here["building"], "households": doors}),
        ("register_premises", {"id": here["premises"], **where, **more}),
        *(_person(index, role, here) for role in ROLES),
    ]


def _person(index: int, role: str, here: dict[str, Any]) -> Mutation:
    code = {"community_admin": here["community"], "subdistrict_leader": TENANT}.get(ROLES[role], here["grid"])
    given = {"name": f"{role}{index}", "login": here["people"][role]["login"], "role": ROLES[role], "place_code": code}
    return "invite_person", {"person_id": new_id(), **given}
