"""A visit is corrected by a new version with its reason; the old one stays readable."""

from typing import Any

import asyncpg
import pytest

from backend import database
from backend.ids import new_id
from backend.problems import NotFound, NotYourRole
from backend.visits import queries
from backend.visits.rules import AlreadyCorrected, AnswersInvalid, PersonalNumberInText, TrackFixed
from tests import cast as the_cast


@pytest.fixture
async def recorded(world: Any) -> dict[str, Any]:
    """Lan's visit to the first door, where nobody answered."""
    visit: dict[str, Any] = world.a_visit()
    await world.do("record_visit", visit)
    return visit


def corrected(world: Any, visit: dict[str, Any], **changed: Any) -> dict[str, Any]:
    """The same visit, said to have been declined, because the wrong button was pressed."""
    new = {"visit_id": new_id(), "corrects": visit["visit_id"], "reason": "点错了", "outcome": "declined"}
    return {**visit, **new, **changed}


async def test_the_new_version_counts_and_the_old_one_names_it(world: Any, recorded: dict[str, Any]) -> None:
    correction = corrected(world, recorded)

    await world.do("correct_visit", correction)

    new, old = await queries.one_visit(correction["visit_id"]), await queries.one_visit(recorded["visit_id"])
    assert new is not None
    assert old is not None
    assert (old.outcome, old.corrected_by) == ("no_answer", correction["visit_id"])
    assert (new.outcome, new.corrects, new.reason) == ("declined", recorded["visit_id"], "点错了")
    assert (await queries.last_visits("household", [world.door]))[world.door].id == correction["visit_id"]


async def test_a_correction_is_validated_like_a_visit(world: Any, recorded: dict[str, Any]) -> None:
    with pytest.raises(PersonalNumberInText):
        await world.do("correct_visit", corrected(world, recorded, reason="打13800138000问的"))
    with pytest.raises(AnswersInvalid):
        given = {"checklist_id": "co.household", "checklist_version": 1, "answers": {"co.nothing": 1}}
        await world.do("correct_visit", corrected(world, recorded, **given))

    old = await queries.one_visit(recorded["visit_id"])
    assert old is not None
    assert old.corrected_by is None


async def test_only_the_newest_version_is_corrected(world: Any, recorded: dict[str, Any]) -> None:
    first = corrected(world, recorded)
    await world.do("correct_visit", first)

    with pytest.raises(AlreadyCorrected) as refusal:
        await world.do("correct_visit", corrected(world, recorded))
    await world.do("correct_visit", corrected(world, first, outcome="vacant"))

    assert refusal.value.facts["current"] == str(first["visit_id"])
    assert len(await queries.visits_of(world.door, 10)) == 3


async def test_strangers_correct_nothing(world: Any, recorded: dict[str, Any]) -> None:
    for login in ("bo", "zhou", "nobody"):
        with pytest.raises(NotFound):
            await world.do("correct_visit", corrected(world, recorded), login)


async def test_a_visit_that_does_not_exist_is_not_corrected(world: Any, recorded: dict[str, Any]) -> None:
    with pytest.raises(NotFound):
        await world.do("correct_visit", corrected(world, recorded, corrects=new_id()))


async def test_others_who_lead_the_work_there_may_correct_it_and_the_rest_not(
    world: Any, recorded: dict[str, Any]
) -> None:
    with pytest.raises(NotYourRole):
        await world.do("correct_visit", corrected(world, recorded), "dai")

    await world.do("correct_visit", corrected(world, recorded), "qin")

    new = (await queries.visits_of(world.door, 1))[0]
    assert new.recorded_by_name == "琴"


async def test_a_patrol_never_becomes_an_inspection(world: Any) -> None:
    visit = world.at_ktv()
    await world.do("record_visit", visit, "hai")
    officers = [world.cast["hai"].id, world.cast["tao"].id]

    with pytest.raises(TrackFixed):
        changed = corrected(world, visit, outcome="entered", track="inspection", officers=officers)
        await world.do("correct_visit", changed, "hai")


async def test_a_visit_recorded_at_the_wrong_door_moves(world: Any, recorded: dict[str, Any]) -> None:
    earlier = world.a_visit(ended_at="2026-03-01T00:50:00Z", outcome="vacant")
    await world.do("record_visit", earlier)

    correction = corrected(world, recorded, place_id=world.second_door)
    await world.do("correct_visit", correction)

    last = await queries.last_visits("household", [world.door, world.second_door])
    assert last[world.door].id == earlier["visit_id"]
    assert last[world.second_door].id == correction["visit_id"]
    here = {row["id"]: row["gone"] for row in await database.fetch("SELECT id, gone FROM change WHERE kind = 'visit'")}
    assert here == {recorded["visit_id"]: True, earlier["visit_id"]: False, correction["visit_id"]: False}


async def test_the_database_itself_lets_no_version_change(world: Any, recorded: dict[str, Any]) -> None:
    for sql in ("UPDATE visit SET outcome = 'entered'", "DELETE FROM visit"):
        with pytest.raises(asyncpg.RaiseError):
            await database.execute(sql)

    assert the_cast.as_json(await queries.visits_of(world.door, 5))[0]["outcome"] == "no_answer"
