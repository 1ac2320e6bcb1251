"""A hazard into which others were joined is voided only by somebody who was told of them."""

import asyncio
from typing import Any
from uuid import UUID

import pytest

from backend import database
from backend.ids import new_id
from tests import cast as the_cast
from tests.backend.hazards.conftest import World
from tests.backend.hazards.twice import Two, at_the_ktv, refused


@pytest.fixture
async def two(world: World) -> Two:
    """Two reports of the KTV's locked exit."""
    return await at_the_ktv(world)


async def void(two: Two, *told_of: UUID, by: str = "jing", **more: Any) -> None:
    """Void the one that stays."""
    given = {"reason": "误报", "told_of": list(told_of)} | more
    await two.world.do("void_hazard", by, **given)


async def test_who_was_told_of_none_of_them_is_refused_with_their_numbers(two: Two) -> None:
    third = await two.report_again()
    await two.join()
    await two.join(one=third)
    for hazard_id, number in ((two.other, "K002-0002"), (third, "K003-0003")):
        await database.execute("UPDATE hazard SET number = $2 WHERE id = $1", hazard_id, number)

    told = await refused("others-joined", two.world, void(two))
    assert told.detail("zh").startswith("K002-0002、K003-0003 已并入这一条")
    told = await refused("others-joined", two.world, void(two, two.other))

    assert told.detail("zh").startswith("K003-0003 已并入这一条")


async def test_who_was_told_voids_it_and_the_history_names_what_ended_with_it(two: Two) -> None:
    await two.join()
    joined = await two.world.row(two.other)

    await void(two, two.other)

    row = await two.world.row()
    assert (row.stage, row.duplicate_of) == ("voided", None)
    last = the_cast.as_json(row.events)[-1]
    assert (last["action"], last["given"]["joined_numbers"]) == ("void_hazard", [joined.number])
    assert await two.world.row(two.other) == joined


async def test_a_hazard_without_joined_ones_is_voided_as_ever(two: Two) -> None:
    await void(two)

    row = await two.world.row()
    assert row.stage == "voided"
    assert "joined_numbers" not in the_cast.as_json(row.events)[-1]["given"]


async def test_a_joining_that_its_author_withdrew_before_it_was_sent_does_not_hinder(two: Two) -> None:
    await void(two, new_id())

    assert (await two.world.row()).stage == "voided"


async def test_whose_step_it_is_not_learns_that_and_no_numbers(two: Two) -> None:
    await two.join()

    await refused("not-your-step", two.world, void(two, by="qin"))
    await refused("not-found", two.world, void(two, by="zhou"))


async def test_the_words_of_the_step_come_before_those_of_the_joined(two: Two) -> None:
    await two.join()

    await refused("reason-needed", two.world, void(two, reason=" "))
    await refused("already-joined", two.world, two.world.do("void_hazard", "jing", hazard_id=two.other, reason="误报"))


async def test_joining_and_voiding_at_once_never_voids_what_its_author_was_not_told_of(two: Two) -> None:
    done = await asyncio.gather(two.join(), void(two), return_exceptions=True)

    codes = {getattr(each, "code", each) for each in done}
    assert codes in ({None, "others-joined"}, {None, "kept-has-ended"}), done
    kept, other = await two.world.row(), await two.world.row(two.other)
    assert sorted([kept.stage, other.stage]) == ["registered", "voided"]
