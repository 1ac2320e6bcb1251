"""An inspection is made by two licensed officers posted there; a patrol by whoever walks."""

from datetime import date
from typing import Any

import pytest

from backend import database
from backend.problems import NotYourRole
from backend.visits import queries
from backend.visits.rules import AnswersInvalid, OfficersMissing, OfficersNotForPatrol
from tests import cast as the_cast


def inspection(world: Any, *logins: str, **changed: Any) -> dict[str, Any]:
    """An inspection of the KTV by these officers, cut short."""
    visit: dict[str, Any] = world.at_ktv(track="inspection", officers=[the_cast.CAST[each].id for each in logins])
    return visit | changed


async def test_two_licensed_officers_judge_what_a_patrol_may_not(world: Any) -> None:
    answers = {"as.kind": "ktv", "as.permit": "hazard"}

    with pytest.raises(AnswersInvalid):
        await world.do("record_visit", world.at_ktv(answers=answers), "hai")
    await world.do("record_visit", inspection(world, "hai", "tao", answers=answers), "hai")

    (row,) = await queries.visits_of(world.ktv, 10)
    assert (row.track, row.hazards) == ("inspection", 1)
    assert row.officers == [the_cast.CAST["hai"].id, the_cast.CAST["tao"].id]


@pytest.mark.parametrize(
    "logins",
    [
        (),
        ("hai",),
        ("hai", "hai"),
        ("tao", "tao"),
        ("hai", "lan"),
        ("hai", "dai"),
        ("hai", "tao", "tao"),
        ("hai", "xiao"),
    ],
)
async def test_other_than_two_officers_is_no_inspection(world: Any, logins: tuple[str, ...]) -> None:
    with pytest.raises(OfficersMissing):
        await world.do("record_visit", inspection(world, *logins), "hai")


async def test_the_author_is_one_of_the_officers(world: Any) -> None:
    await database.execute("UPDATE person SET licence_number = 'GX-1' WHERE id = $1", the_cast.CAST["jing"].id)

    with pytest.raises(OfficersMissing):
        await world.do("record_visit", inspection(world, "tao", "jing"), "hai")


async def test_an_officer_without_a_licence_or_a_posting_does_not_count(world: Any) -> None:
    tao = the_cast.CAST["tao"].id
    await database.execute("UPDATE posting SET to_on = $2 WHERE person_id = $1", tao, date(2026, 2, 1))
    with pytest.raises(OfficersMissing):
        await world.do("record_visit", inspection(world, "hai", "tao"), "hai")

    await database.execute("UPDATE posting SET to_on = NULL WHERE person_id = $1", tao)
    await database.execute("UPDATE person SET licence_number = NULL WHERE id = $1", tao)
    with pytest.raises(OfficersMissing):
        await world.do("record_visit", inspection(world, "hai", "tao"), "hai")


async def test_a_grid_worker_never_inspects(world: Any) -> None:
    with pytest.raises(NotYourRole) as refusal:
        await world.do("record_visit", inspection(world, "lan", "hai"), "lan")

    assert "安全监管员" in refusal.value.facts["roles"]


async def test_a_patrol_names_no_officers(world: Any) -> None:
    with pytest.raises(OfficersNotForPatrol):
        await world.do("record_visit", inspection(world, "hai", "tao", track="patrol"), "hai")
