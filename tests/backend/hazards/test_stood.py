"""The steps that a past day is drawn from, as memory holds them: how many, which tenants', and after a restore."""

from datetime import date, timedelta

import numpy as np
import pytest

from backend import changes, clock, database
from backend.hazards.queries import Asked, PastNotHeld, past, stood
from backend.hazards.queries.columns import unpacked
from tests import cast as the_cast
from tests.backend.hazards.conftest import World
from tests.backend.hazards.test_past import reach_of


async def test_steps_beyond_what_is_held_are_refused_in_words(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stood, "MOST_STEPS", 2)
    await world.dispatched()
    own = await reach_of("dai")
    assert (await past(the_cast.TENANT, own, Asked(), clock.today(), limit=5)).total == 1
    await world.do("start_rectification", "wu", receipt="signed")
    stood.forget()

    for _ in range(2):
        with pytest.raises(PastNotHeld):
            await past(the_cast.TENANT, own, Asked(), clock.today(), limit=5)


async def test_a_deadline_that_no_number_holds_is_the_last_that_one_does(world: World) -> None:
    await world.report()
    await database.execute("ALTER TABLE hazard_event DISABLE TRIGGER hazard_event_immutable")
    await database.execute("UPDATE hazard_event SET deadline_on = '9999-12-31'")
    await database.execute("ALTER TABLE hazard_event ENABLE TRIGGER hazard_event_immutable")

    (row,) = (await past(the_cast.TENANT, await reach_of("dai"), Asked(), clock.today(), limit=5)).hazards

    assert row.deadline_on == date(2149, 6, 5)


async def test_days_and_tenants_looked_at_longest_ago_make_room(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    await world.in_rectification()
    monkeypatch.setattr(stood, "MOST_DAYS", 2)
    own = await reach_of("dai")
    for days in range(5):
        await past(the_cast.TENANT, own, Asked(), clock.today() - timedelta(days), limit=5)

    assert len(stood._days) == 2


async def test_after_a_backup_was_restored_nothing_of_later_is_left(world: World) -> None:
    await world.report()
    before = await changes.newest(the_cast.TENANT)
    own = await reach_of("dai")
    await past(the_cast.TENANT, own, Asked(), clock.today(), limit=5)
    await world.do("void_hazard", "jing", reason="重复登记")
    assert (await past(the_cast.TENANT, own, Asked(stage=("voided",)), clock.today(), limit=5)).total == 1
    await database.execute("UPDATE hazard SET stage = 'registered', version = version - 1")
    await database.execute("ALTER TABLE hazard_event DISABLE TRIGGER hazard_event_immutable")
    await database.execute("DELETE FROM hazard_event WHERE action = 'void_hazard'")
    await database.execute("ALTER TABLE hazard_event ENABLE TRIGGER hazard_event_immutable")
    await database.execute("UPDATE change SET revision = $1 WHERE kind = 'hazard'", before)

    assert (await past(the_cast.TENANT, own, Asked(stage=("registered",)), clock.today(), limit=5)).total == 1


@pytest.mark.parametrize("last", [9, 9000])
def test_a_hazard_whose_steps_are_not_held_yet_was_not_there(last: int) -> None:
    steps = stood.Steps(*(np.array(each) for each in ((7, last), (10, 10), (1, 2), (0, 0), (30, 40))))
    columns = unpacked(None)._replace(fid=np.array([last + 1, last, 8, 7, 5]))

    then, there = stood.held_as(1, steps).on(date(1970, 2, 1)).of(columns)

    assert there.tolist() == [False, True, False, True, False]
    assert then.stage[there].tolist() == [2, 1]
