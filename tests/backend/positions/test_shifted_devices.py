"""GET /api/positions: whether a phone's positions are shifted, told to its holder and the desk, and of nothing else."""

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from backend import clock, database
from backend.hazards.commands import MUTATIONS as HAZARDS
from backend.positions.queries import Verdicts, verdicts
from backend.positions.rules import LOOKS_BACK, wind
from geo import LonLat
from geo.crs import to_bd09, to_gcj02
from tests import cast as the_cast
from tests.backend.visits.conftest import FIX, World
from tests.cast import signed_in

KTV_AT = LonLat(109.406, 24.326)
BUILDINGS = (LonLat(109.405, 24.325), LonLat(109.415, 24.325), LonLat(109.425, 24.325))
FIELDS = {"speaks", "metres", "towards", "places", "fixes", "since_on"}


def fix_at(place: LonLat, says: Any = to_gcj02, **changed: Any) -> dict[str, Any]:
    """Return the fix of a phone that stands there and speaks another datum."""
    said = says(place)
    return {**FIX, "lon": said.lon, "lat": said.lat, "accuracy_m": 20.0, **changed}


async def code_of(device_id: UUID) -> str:
    return str(await database.fetch_value("SELECT code FROM device WHERE id = $1", device_id))


async def rounds(world: World, code: str, says: Any = to_gcj02, **changed: Any) -> None:
    """Let a phone be at three doors in three buildings."""
    walkers = (("lan", world.door), ("qin", world.other_door), ("bo", world.far_door))
    for (by, door), place in zip(walkers, BUILDINGS, strict=True):
        visit = world.a_visit(place_id=door, fix=fix_at(place, says, **changed))
        await world.do("record_visit", visit, by=by, code=code)


@pytest.fixture
async def phone(app: Any, world: World) -> Any:
    """Lan's phone, signed in."""
    async with signed_in(app, "lan") as client:
        yield client


async def test_a_shifted_phone_is_told_how_far_and_which_way(app: Any, world: World, phone: Any) -> None:
    await rounds(world, await code_of(phone.device_id))

    shift = (await phone.get("/api/positions/mine")).json()["shift"]

    assert set(shift) == FIELDS
    assert shift["speaks"] == "gcj02"
    assert shift["metres"] == pytest.approx(554, abs=5)
    assert (shift["towards"], shift["places"], shift["fixes"]) == ("se", 3, 3)
    assert shift["since_on"] == "2026-03-02"


async def test_the_desk_reads_whose_phone_it_is_and_nothing_of_where(app: Any, world: World, phone: Any) -> None:
    code = await code_of(phone.device_id)
    await rounds(world, code, to_bd09)

    async with signed_in(app, "dai") as desk:
        told = (await desk.get("/api/positions/devices")).json()

    (device,) = told["devices"]
    assert set(device) == {"code", "label", "person_name", "shift"}
    assert set(device["shift"]) == FIELDS
    assert (device["code"], device["person_name"], device["shift"]["speaks"]) == (code, world.cast["lan"].name, "bd09")
    assert (told["right"], told["more"]) == (0, False)


async def test_a_phone_that_is_right_is_only_counted(app: Any, world: World, phone: Any) -> None:
    await rounds(world, await code_of(phone.device_id), lambda place: place)

    async with signed_in(app, "dai") as desk:
        told = (await desk.get("/api/positions/devices")).json()

    assert told == {"devices": [], "right": 1, "more": False}
    assert (await phone.get("/api/positions/mine")).json() == {"shift": None}


async def test_a_phone_of_which_nothing_is_proven_is_not_mentioned(app: Any, world: World, phone: Any) -> None:
    """Visits that were all written down in one spot are nobody's business here."""
    code = await code_of(phone.device_id)
    await rounds(world, code, lambda _: LonLat(109.41, 24.31))

    async with signed_in(app, "dai") as desk:
        told = (await desk.get("/api/positions/devices")).json()

    assert told == {"devices": [], "right": 0, "more": False}


@pytest.mark.parametrize(
    "changed", [{"accuracy_m": 500.0}, {"source": "manual"}, {"crs": "gcj02"}], ids=["coarse", "by hand", "honest"]
)
async def test_what_proves_nothing_is_not_counted(world: World, phone: Any, changed: dict[str, Any]) -> None:
    await rounds(world, await code_of(phone.device_id), **changed)

    assert (await phone.get("/api/positions/mine")).json() == {"shift": None}


async def test_reports_at_places_count_beside_visits(world: World, phone: Any) -> None:
    code = await code_of(phone.device_id)
    for by, door, place in (("lan", world.door, BUILDINGS[0]), ("qin", world.other_door, BUILDINGS[1])):
        await world.do("record_visit", world.a_visit(place_id=door, fix=fix_at(place)), by=by, code=code)
    report = {
        "hazard_id": UUID(int=5), "place_kind": "premises", "place_id": world.ktv, "track": "patrol",
        "category": "assembly", "what": ["安全出口上锁"], "description": "", "grade": "general", "advice": "立即开锁",
        "proposed_due_days": 3, "photos": [{"sha256": "ab" * 32, "role": "before"}], "fix": fix_at(KTV_AT),
        "location_note": "",
    }  # fmt: skip
    await the_cast.perform(HAZARDS, "report_hazard", report, world.cast["lan"], code=code)

    shift = (await phone.get("/api/positions/mine")).json()["shift"]

    assert (shift["speaks"], shift["places"]) == ("gcj02", 3)


async def test_nothing_is_changed_by_what_is_noticed(app: Any, world: World, phone: Any) -> None:
    await rounds(world, await code_of(phone.device_id))
    before = await database.fetch("SELECT id, fix::text, grid_code FROM visit ORDER BY id")
    revision = await database.fetch_value("SELECT max(revision) FROM change")

    await phone.get("/api/positions/mine")

    assert await database.fetch("SELECT id, fix::text, grid_code FROM visit ORDER BY id") == before
    assert await database.fetch_value("SELECT max(revision) FROM change") == revision


async def test_another_phone_and_an_old_fault_are_not_mixed_in(world: World, phone: Any) -> None:
    await rounds(world, "ZZZZ")
    assert (await phone.get("/api/positions/mine")).json() == {"shift": None}

    code = await code_of(phone.device_id)
    await rounds(world, code)
    assert set((await verdicts([code], clock.now())).shifted) == {code}
    assert await verdicts([code], clock.now() + LOOKS_BACK + timedelta(days=1)) == Verdicts({}, 0)


async def test_who_may_not_see_devices_is_refused_with_the_reason(app: Any, world: World, phone: Any) -> None:
    answer = await phone.get("/api/positions/devices")

    assert answer.status_code == 403
    assert answer.json()["type"] == "/problems/not-your-role"


async def test_a_community_sees_its_own_phones_only(app: Any, world: World, phone: Any) -> None:
    async with signed_in(app, "bo") as other, signed_in(app, "qin") as desk:
        await rounds(world, await code_of(other.device_id))
        assert (await desk.get("/api/positions/devices")).json()["devices"] == []

        await rounds(world, await code_of(phone.device_id))
        assert len((await desk.get("/api/positions/devices")).json()["devices"]) == 1


@pytest.mark.parametrize(
    ("east_m", "north_m", "word"),
    [
        (0, 9, "n"),
        (9, 9, "ne"),
        (9, 0, "e"),
        (467, -297, "se"),
        (0, -9, "s"),
        (-1, -1, "sw"),
        (-9, 0, "w"),
        (-2, 9, "n"),
    ],
)
def test_directions_are_eight_winds(east_m: float, north_m: float, word: str) -> None:
    assert wind(east_m, north_m) == word
