from datetime import date
from typing import Any
from uuid import UUID

import msgspec
import pytest

from backend import changes, database
from backend.hazards.rules import AlreadyReported, EvidenceMissing, GradeNotAllowed, NoOrdersForHomes, NotYourStep
from backend.places.rules import PlaceRetired
from backend.problems import Malformed, NotFound, NotYourRole
from tests.backend.hazards.conftest import BEFORE, FIX, World, arrive, perform_whole
from tests.backend.places import ground
from tests.cast import GRID_1, HEPING, KTV, TENANT


async def test_a_report_registers_the_hazard_with_its_first_event(world: World) -> None:
    await world.report()

    row = await world.row()
    assert (row.stage, row.place_code, row.category, row.place_name) == ("registered", GRID_1, "assembly", "好声音KTV")
    assert (row.due_on, row.original_due_on) == (date(2026, 3, 5), None)
    assert (row.number, row.reported_by_name, row.version) == ("X7K2-0001", "兰", 1)
    (event,) = msgspec.json.decode(row.events)
    assert (event["action"], event["by_role"], event["from_stage"]) == ("report_hazard", "grid_worker", None)
    assert event["at"] == "2026-03-02T01:00:00.000Z"


async def test_a_report_waits_for_its_photos_and_says_so(world: World) -> None:
    await world.report()
    assert (await world.row()).photos_awaited == 1

    before = await changes.newest(TENANT)
    await arrive(BEFORE["sha256"])

    row = await world.row()
    assert row.photos_awaited == 0
    assert [photo.arrived for photo in row.photos] == [True]
    assert await changes.newest(TENANT) > before


async def test_the_change_reaches_the_unit_and_whoever_reported_it(world: World) -> None:
    await world.report()

    also = await database.fetch_value("SELECT also FROM change WHERE kind = 'hazard' AND id = $1", world.hazard_id)
    assert set(also) == {f"premises:{KTV}", f"person:{world.cast['lan'].id}"}


async def test_repeating_a_report_is_refused_and_changes_nothing(world: World) -> None:
    await world.report()
    before = await world.everything()

    with pytest.raises(AlreadyReported):
        await world.report()

    assert await world.everything() == before


@pytest.mark.parametrize(
    ("by", "problem"),
    [("zhou", NotFound), ("nobody", NotFound), ("shen", NotYourRole), ("gu", NotYourRole)],
)
async def test_strangers_and_readers_cannot_report_here(world: World, by: str, problem: type[Exception]) -> None:
    with pytest.raises(problem):
        await world.report(by=by)
    assert await database.fetch_value("SELECT count(*) FROM hazard") == 0


async def test_anyone_posted_in_the_subdistrict_may_report_anywhere_in_it(world: World) -> None:
    await world.report(by="bo")

    assert (await world.row()).place_code == GRID_1


REFUSED: list[tuple[dict[str, Any], type[Exception]]] = [
    ({"photos": []}, EvidenceMissing),
    ({"what": [], "description": "  "}, EvidenceMissing),
    ({"grade": "confirmed_major"}, GradeNotAllowed),
    ({"grade": "life_threatening"}, GradeNotAllowed),
    ({"track": "inspection"}, NotYourStep),
    ({"place_id": UUID(int=9)}, NotFound),
    ({"place_id": None}, NotFound),
    ({"place_kind": "none", "fix": None, "place_id": None}, Malformed),
    ({"place_kind": "none"}, Malformed),
    ({"place_kind": "none", "place_id": None, "grid_code": f"{HEPING}999", "fix": None}, NotFound),
]


@pytest.mark.parametrize(("changed", "problem"), REFUSED)
async def test_a_report_that_breaks_a_rule_is_refused(
    world: World, changed: dict[str, Any], problem: type[Exception]
) -> None:
    with pytest.raises(problem):
        await world.report(**changed)
    assert await database.fetch_value("SELECT count(*) FROM photo_mention") == 0


HOSTILE: list[dict[str, Any]] = [
    {"proposed_due_days": "3"},
    {"proposed_due_days": -1},
    {"fix": FIX | {"lon": 181}},
    {"fix": FIX | {"crs": "utm"}},
    {"what": ["x" * 201]},
    {"description": "\x00"},
    {"photos": [{"sha256": "AB", "role": "before"}]},
    {"photos": [BEFORE | {"role": "selfie"}]},
    {"unknown": 1},
]


@pytest.mark.parametrize("changed", HOSTILE)
async def test_fields_of_the_wrong_form_never_reach_the_command(world: World, changed: dict[str, Any]) -> None:
    with pytest.raises(msgspec.ValidationError):
        await world.report(**changed)


async def test_a_home_is_graded_by_danger_and_never_inspected(world: World) -> None:
    graded = world.found_at_home(grade="life_threatening", hazard_id=world.hazard_id, proposed_due_days=0)
    await perform_whole("report_hazard", graded, world.cast["lan"])
    row = await world.row()
    assert (row.grade, row.due_on, row.place_name) == ("life_threatening", date(2026, 3, 2), "3栋 1单元 301")

    inspected = world.found_at_home(track="inspection", hazard_id=UUID(int=1))
    with pytest.raises(NoOrdersForHomes):
        await perform_whole("report_hazard", inspected, world.cast["hai"])


async def test_a_public_spot_belongs_to_the_grid_that_holds_its_position(world: World) -> None:
    await world.report(place_kind="none", place_id=None, category="public_area", location_note="消防通道口")

    row = await world.row()
    assert (row.grid_code, row.category, row.place_name) == (GRID_1, "public_area", "消防通道口")
    assert row.grid_candidates == [GRID_1]


async def test_a_public_spot_outside_all_grids_waits_in_the_subdistricts_queue(world: World) -> None:
    far = FIX | {"lon": 109.9}
    await world.report(place_kind="none", place_id=None, category="public_area", fix=far)

    row = await world.row()
    assert (row.place_code, row.grid_code) == (TENANT, None)


async def test_a_position_of_another_datum_is_stored_in_wgs84(world: World) -> None:
    await world.report(fix=FIX | {"crs": "gcj02"})

    row = await world.row()
    assert row.lon is not None
    # WGS 84 to GCJ-02 moves a point at Liuzhou about 467 m east (domain.md §0.6).
    assert 0.0040 < FIX["lon"] - row.lon < 0.0052  # type: ignore[operator]


async def test_a_hazard_without_a_position_lies_where_its_place_does(world: World) -> None:
    await world.report(fix=None)

    row = await world.row()
    assert row.lon == pytest.approx(109.401)
    assert row.accuracy_m is None


async def test_a_place_that_is_no_longer_in_use_has_no_new_hazards(world: World) -> None:
    retired = {"place_kind": "premises", "place_id": KTV, "retired_on": "2026-03-01", "reason": "停业"}
    await ground.do("retire_place", retired)

    with pytest.raises(PlaceRetired):
        await world.report()
    with pytest.raises(NotFound):
        await world.report(by="zhou")


async def test_only_a_licensed_officer_reports_in_an_inspection(world: World) -> None:
    await world.report(by="hai", track="inspection")

    assert (await world.row()).track == "inspection"
