"""A small ground for tests: grids as squares that touch, a building in the first, and the acts that make them."""

import json
from datetime import date
from typing import Any
from uuid import UUID

import shapely

from backend import clock
from backend.ids import new_id
from backend.places.commands import MUTATIONS
from backend.places.commands.grid_files import keep_survey
from backend.places.queries import edition
from backend.places.reading import Surveyed
from geo.geojson import feature, feature_collection, geometry
from tests.cast import GRID_1, HEPING, TENANT, perform, person

WEST, SOUTH, STEP = 109.40, 24.30, 0.002
"""Somewhere near Liuzhou; a grid is about 200 m wide."""

BUILDING = UUID("018f0000-0000-7000-8000-00000000b001")
CHANGE = UUID("018f0000-0000-7000-8000-00000000cc01")


def square(column: int, row: int = 0, width: int = 1) -> shapely.Polygon:
    """Return the square of a column and row, counter-clockwise as RFC 7946 wants it."""
    west, south = WEST + column * STEP, SOUTH + row * STEP
    return shapely.box(round(west, 7), round(south, 7), round(west + width * STEP, 7), round(south + STEP, 7))


def inside(column: int, row: int = 0) -> dict[str, float]:
    """Return the middle of a square."""
    return {"lon": WEST + (column + 0.5) * STEP, "lat": SOUTH + (row + 0.5) * STEP}


def drawn(*grids: tuple[str, shapely.Polygon]) -> dict[str, Any]:
    """Return the FeatureCollection of codes and shapes."""
    return feature_collection(
        feature(shape, {"code": code, "name": f"第{int(code[-3:])}网格", "kind": "basic"}) for code, shape in grids
    )


def an_import(community: str = HEPING, *grids: tuple[str, shapely.Polygon], **changed: Any) -> dict[str, Any]:
    """Return what imports grids into a community: two squares side by side unless others are given."""
    shapes = grids or ((f"{community}001", square(0)), (f"{community}002", square(1)))
    return {
        "community_code": community,
        "crs": "wgs84",
        "effective_on": "2026-01-01",
        "features": drawn(*shapes),
        **changed,
    }


def a_building(**changed: Any) -> dict[str, Any]:
    """Return what registers a building in the first grid of Heping."""
    return {
        "id": BUILDING,
        "grid_code": GRID_1,
        "name": "3栋",
        "address": "和平路 12 号",
        "units": 2,
        "floors": 7,
        **inside(0),
        **changed,
    }


def a_door(**changed: Any) -> dict[str, Any]:
    """Return what registers a household of that building."""
    return {
        "id": new_id(),
        "building_id": BUILDING,
        "unit": "1单元",
        "floor": 3,
        "room": "301",
        "use": "dwelling",
        **changed,
    }


def some_premises(**changed: Any) -> dict[str, Any]:
    """Return what registers a KTV in the first grid of Heping."""
    return {
        "id": new_id(),
        "grid_code": GRID_1,
        "category": "assembly",
        "name": "好声音KTV",
        "address": "和平路 20 号",
        "contact_title": "值班经理",
        "contact_phone": "13812342107",
        **inside(0),
        **changed,
    }


async def do(name: str, args: dict[str, Any], by: str = "dai") -> None:
    """Do one of this slice's mutations as a member of the cast."""
    await perform(MUTATIONS, name, args, await person(by))


async def make_ground(community: str = HEPING, name: str = "和平", by: str = "dai") -> None:
    """Make a community with two grids and, in Heping, a building."""
    await do("register_community", {"id": new_id(), "code": community, "name": name}, by)
    await do("import_grids", an_import(community), by)
    if community == HEPING:
        await do("register_building", a_building(), by)


async def a_merge(community: str = HEPING, **changed: Any) -> dict[str, Any]:
    """Return what makes one grid of the two that a community was made with."""
    return {
        "id": CHANGE,
        "community_code": community,
        "edition": await edition(community[:9]),
        "effective_on": "2026-03-01",
        "edit": {"kind": "merge", "codes": [f"{community}001", f"{community}002"], "line": []},
        "grids": [{"code": f"{community}009", "name": "大网格", "kind": "basic"}],
        **changed,
    }


async def a_survey(*grids: tuple[str, shapely.Polygon], effective_on: date = date(2026, 3, 2)) -> UUID:
    """Return the survey of grids that fit: one beside the two of Heping unless others are given."""
    shapes = grids or ((f"{HEPING}003", square(2)),)
    surveyed = [
        Surveyed(code, f"第{int(code[-3:])}网格", "basic", shapely.to_wkb(shape), json.dumps(geometry(shape)))
        for code, shape in shapes
    ]
    return await keep_survey("和平.zip", effective_on, TENANT, await edition(TENANT), surveyed, clock.now())
