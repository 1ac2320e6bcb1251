import pytest

from backend.hazards.queries import recurrence_candidates
from backend.hazards.rules import AlreadyReported
from backend.ids import new_id
from tests.backend.hazards.conftest import World, perform_whole


async def test_a_hazard_that_came_back_is_a_new_one_that_names_the_old(world: World) -> None:
    await world.submitted()
    await world.do("pass_reinspection", "guo", note="出口已开", photos=[])
    again = new_id()

    await world.do("look_back", "qin", result="came_back", note="又锁上了", recurrence_id=again)

    old, new = await world.row(), await world.row(again)
    assert (old.stage, new.stage) == ("closed", "registered")
    assert new.recurrence_of == world.hazard_id
    assert (new.place_id, new.category, new.what) == (old.place_id, old.category, old.what)
    assert (new.reported_by_name, new.version, new.photos_awaited) == ("琴", 1, 0)


async def test_a_recurrence_cannot_take_the_id_of_another_hazard(world: World) -> None:
    await world.submitted()
    await world.do("pass_reinspection", "guo", note="出口已开", photos=[])
    before = await world.everything()

    with pytest.raises(AlreadyReported):
        await world.do("look_back", "qin", result="came_back", note="又锁上了", recurrence_id=world.hazard_id)

    assert await world.everything() == before


async def test_an_earlier_closed_hazard_of_the_same_item_is_suggested_and_nothing_follows(world: World) -> None:
    await world.report(item_id="as.exit")
    await world.do("fix_on_site", "lan", measures="开锁", photos=[{"sha256": "cd" * 32, "role": "after"}])
    other, same = new_id(), new_id()
    for hazard_id, item in ((other, "as.kind"), (same, "as.exit")):
        report = world.found(item_id=item, hazard_id=hazard_id)
        await perform_whole("report_hazard", report, world.cast["lan"])

    assert await recurrence_candidates(same) == [world.hazard_id]
    assert await recurrence_candidates(other) == []
    assert (await world.row(same)).recurrence_of is None
