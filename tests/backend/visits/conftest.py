"""A ground of two grids in Heping and one next door, doors, premises and checklists, all made by mutations."""

from dataclasses import dataclass
from datetime import UTC, datetime
from types import ModuleType
from typing import Any
from uuid import UUID

import msgspec
import pytest

from backend import database
from backend.ids import new_id
from backend.people.rules import Person
from backend.places.commands import MUTATIONS as PLACES
from backend.visits import templates
from backend.visits.commands import MUTATIONS
from tests import cast as the_cast

SQUARES = {the_cast.GRID_1: 109.40, the_cast.GRID_2: 109.41, the_cast.NEXT_GRID: 109.42}


@pytest.fixture
def slices() -> tuple[str, ...]:
    """The slices a visit needs, and no more."""
    return ("people", "places", "photos", "visits", "sync")


def _feature(code: str, west: float) -> dict[str, Any]:
    ring = [[west, 24.32], [west + 0.01, 24.32], [west + 0.01, 24.33], [west, 24.33], [west, 24.32]]
    return {
        "type": "Feature",
        "properties": {"code": code, "name": f"第{int(code[-3:])}网格", "kind": "basic"},
        "geometry": {"type": "Polygon", "coordinates": [ring]},
    }


@dataclass
class World:
    """What stands in the database, and the ways to act in it."""

    cast: dict[str, Person]
    door: UUID
    second_door: UUID
    other_door: UUID
    far_door: UUID
    ktv: UUID

    async def do(self, name: str, args: Any, by: str = "lan", **act: Any) -> None:
        """Do one mutation of this slice as push does, nulls included."""
        wanted, command = MUTATIONS[name]
        decoded = msgspec.json.decode(msgspec.json.encode(args), type=wanted, strict=True)
        async with database.transaction():
            await command(decoded, the_cast.an_act(self.cast[by], **act))

    def a_visit(self, **changed: Any) -> dict[str, Any]:
        """A visit to the first door where nobody answered, unless told otherwise."""
        return {
            "visit_id": new_id(),
            "place_kind": "household",
            "place_id": self.door,
            "track": "patrol",
            "outcome": "no_answer",
            "answers": {},
            "item_notes": {},
            "note": "",
            "photos": [],
            "notice": {"delivered": "posted", "signed": "none"},
            "started_at": datetime(2026, 3, 2, 0, 40, tzinfo=UTC),
            "ended_at": datetime(2026, 3, 2, 0, 50, tzinfo=UTC),
            "fix": FIX,
            **changed,
        }

    def at_home(self, **changed: Any) -> dict[str, Any]:
        """A finished visit to an all-electric home with one unflued heater."""
        whole = {
            "outcome": "entered",
            "checklist_id": "co.household",
            "checklist_version": 1,
            "answers": AT_HOME,
            "notice": {"delivered": "in_person", "signed": "signed", "signature": "M0 0 L9 9"},
        }
        return self.a_visit(**{**whole, **changed})

    def at_ktv(self, **changed: Any) -> dict[str, Any]:
        """A patrol of the KTV that was cut short, and says so."""
        whole = {
            "place_kind": "premises",
            "place_id": self.ktv,
            "outcome": "entered",
            "checklist_id": "ws.assembly",
            "checklist_version": 1,
            "answers": {"as.kind": "ktv", "as.level": "ground", "as.exit": "hazard"},
            "note": "营业高峰，只看了出口",
        }
        return self.a_visit(**{**whole, **changed})


FIX = {
    "lon": 109.405,
    "lat": 24.325,
    "accuracy_m": 28.0,
    "crs": "wgs84",
    "source": "gps",
    "taken_at": "2026-03-02T00:49:00Z",
}
AT_HOME: dict[str, Any] = {
    "co.visit.occupancy": "owner",
    "co.visit.sources": ["heater"],
    "co.heater.type": "direct",
    "co.heater.location": "ventilated",
    "co.heater.age": 3,
    "co.heater.soot": "ok",
    "co.heater.install": "ok",
    "co.vent.window": "ok",
    "co.vent.shared_flue": "na",
    "co.engine.vehicle": "knows",
    "co.gas.hose": "ok",
    "co.alarm.present": "none",
}


@pytest.fixture
async def cast(database: ModuleType, frozen_clock: Any) -> dict[str, Person]:
    """Everybody, by login."""
    return await the_cast.make_cast()


async def _ground(cast: dict[str, Person]) -> None:
    for community in (the_cast.HEPING, the_cast.NEXT_GRID[:12]):
        await the_cast.perform(
            PLACES, "register_community", {"id": new_id(), "code": community, "name": "社区"}, cast["dai"]
        )
        features = [_feature(code, west) for code, west in SQUARES.items() if code.startswith(community)]
        collection = {"type": "FeatureCollection", "features": features}
        ground = {"community_code": community, "crs": "wgs84", "effective_on": "2026-01-01", "features": collection}
        await the_cast.perform(PLACES, "import_grids", ground, cast["dai"])


async def _building(cast: dict[str, Person], grid_code: str, rooms: list[str]) -> list[UUID]:
    building, ids = new_id(), [new_id() for _ in rooms]
    place = {"id": building, "grid_code": grid_code, "name": "3栋", "address": "和平路5号", "units": 2, "floors": 6}
    position = {"lon": SQUARES[grid_code] + 0.005, "lat": 24.325}
    await the_cast.perform(PLACES, "register_building", place | position, cast["dai"])
    doors = [
        {"id": door, "unit": "2单元", "floor": 6, "room": room, "use": "dwelling"}
        for door, room in zip(ids, rooms, strict=True)
    ]
    await the_cast.perform(PLACES, "register_households", {"building_id": building, "households": doors}, cast["dai"])
    return ids


_TABLES = ("community", "grid", "grid_edition", "building", "household", "premises", "checklist", "change")
_kept: dict[str, str] = {}
_doors: list[UUID] = []


async def _make(cast: dict[str, Person]) -> None:
    await _ground(cast)
    _doors[:] = await _building(cast, the_cast.GRID_1, ["601", "602"])
    _doors.extend(await _building(cast, the_cast.GRID_2, ["101"]))
    _doors.extend(await _building(cast, the_cast.NEXT_GRID, ["101"]))
    premises = {"id": the_cast.KTV, "grid_code": the_cast.GRID_1, "category": "assembly", "name": "金嗓子KTV"}
    where = {"address": "和平路8号", "lon": 109.406, "lat": 24.326, "contact_title": "值班经理"}
    await the_cast.perform(PLACES, "register_premises", premises | where, cast["dai"])
    for body in templates.shipped():
        published = {"id": body["id"], "version": 1, "body": body}
        await the_cast.perform(MUTATIONS, "publish_checklist", published, cast["min"])
    for table in _TABLES:
        _kept[table] = str(await database.fetch_value(f"SELECT json_agg(t)::text FROM {table} t"))


@pytest.fixture
async def world(cast: dict[str, Person]) -> World:
    """The ground with its doors, the KTV, and the shipped checklists as version 1.

    The first time in a process it is made by mutations; later the rows that these left are put back.
    """
    if not _kept:
        await _make(cast)
    else:
        for table in _TABLES:
            sql = f"INSERT INTO {table} SELECT * FROM json_populate_recordset(NULL::{table}, $1::json)"
            await database.execute(sql, _kept[table])
        await database.execute("SELECT setval('revision_seq', max(revision)) FROM change")
    return World(cast, *_doors, the_cast.KTV)
