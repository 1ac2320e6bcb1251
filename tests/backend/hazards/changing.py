"""Ways to draw the two grids of Heping anew, their plans, and their undoing."""

from datetime import date
from typing import Any
from uuid import UUID

import msgspec

from backend import database
from backend.places.commands.plans import PlanAsked, plan
from tests.backend.places import ground
from tests.cast import GRID_1, GRID_2, HEPING, TENANT

TODAY = date(2026, 3, 2)
NEW = tuple(f"{HEPING}{number:03}" for number in (3, 4, 5))
CHANGE = ground.CHANGE


def at(*places: tuple[float, float]) -> list[dict[str, float]]:
    """Return corners, in squares from the south-west corner of the ground."""
    return [{"lon": round(ground.WEST + x * ground.STEP, 7), "lat": round(ground.SOUTH + y * ground.STEP, 7)}
            for x, y in places]  # fmt: skip


SPLIT: dict[str, Any] = {"kind": "split", "codes": [GRID_1], "line": at((0, 0.3), (1, 0.3))}
MERGE: dict[str, Any] = {"kind": "merge", "codes": [GRID_1, GRID_2], "line": []}
REDRAW: dict[str, Any] = {"kind": "redraw", "codes": [GRID_1, GRID_2], "line": at((0.4, 0), (0.4, 1))}
CARVE: dict[str, Any] = {"kind": "carve", "codes": [], "line": at((0.2, 0.2), (1.2, 0.2), (1.2, 0.8), (0.2, 0.8))}


def called(*codes: str) -> dict[str, Any]:
    """Return names for that many pieces."""
    return {"grids": [{"code": code, "name": "一", "kind": "basic"} for code in codes]}


async def asked(edit: dict[str, Any]) -> Any:
    """Return the plan of an edit, as JSON says it."""
    wish = msgspec.convert({"community_code": HEPING, "edit": edit}, PlanAsked)
    return msgspec.to_builtins(await plan(wish, TENANT, TODAY))


async def a_change(edit: dict[str, Any], /, **changed: Any) -> dict[str, Any]:
    """Return what makes a change as its plan proposes it."""
    told = await asked(edit)
    named = [each["properties"] for each in told["pieces"]["features"]]
    grids = [{"code": each["code"], "name": each["name"] or "农贸市场", "kind": each["kind"]} for each in named]
    return {"id": CHANGE, "community_code": HEPING, "edition": told["edition"], "effective_on": "2026-03-01",
            "edit": edit, "grids": grids, **changed}  # fmt: skip


async def change(edit: dict[str, Any], /, by: str = "dai", **changed: Any) -> None:
    await ground.do("change_grids", await a_change(edit, **changed), by)


async def undo(by: str = "dai", change_id: UUID = CHANGE) -> None:
    await ground.do("undo_grid_change", {"change_id": change_id}, by)


async def grid_rows() -> dict[str, Any]:
    """Return what is stored of every grid, by code."""
    rows = await database.fetch("SELECT code, geometry, shape, effective_on, retired_on, replaced_by FROM grid")
    return {row["code"]: dict(row) for row in rows}
