"""A hazard that was reported twice is joined to the one that stays: voided, named in both histories, counted once."""

import asyncio
from typing import Any

import pytest

from backend import clock, database
from backend.features import Wanted
from backend.hazards.queries import Asked, counts, features, find_hazards, hazard, past
from backend.hazards.rules import day_of
from backend.ids import new_id
from backend.people.rules import reach
from backend.problems import NotFound
from tests import cast as the_cast
from tests.backend.hazards.conftest import AFTER, BEFORE, DISPATCH, World, arrive
from tests.backend.hazards.scenes import CONFIRMED, SUSPENDED, TRANSFERRED
from tests.backend.hazards.twice import Two, at_the_ktv, refused
from tests.backend.sync.phone import Phone, code_of


@pytest.fixture
async def two(world: World) -> Two:
    """Two reports of the KTV's locked exit."""
    return await at_the_ktv(world)


async def test_both_histories_name_the_other_and_the_joined_one_keeps_what_it_holds(two: Two) -> None:
    kept_before = await two.world.row()

    await two.join()

    joined, kept = await two.world.row(two.other), await two.world.row()
    assert (joined.stage, joined.duplicate_of, joined.joined_to) == ("voided", two.world.hazard_id, kept.number)
    assert (kept.stage, kept.duplicate_of, kept.version) == (kept_before.stage, None, kept_before.version + 1)
    assert [photo.sha256 for photo in joined.photos] == [AFTER["sha256"]]
    gone, came = the_cast.as_json(joined.events)[-1], the_cast.as_json(kept.events)[-1]
    assert (gone["action"], gone["given"]["joined_to"]) == ("void_hazard", kept.number)
    assert (came["action"], came["from_stage"], came["to_stage"]) == ("join_duplicate", "registered", "registered")
    assert came["given"] == {
        "duplicate_id": str(two.other), "duplicate_number": joined.number, "reason": "重复登记",
    }  # fmt: skip
    assert (came["by_name"], came["by_role"]) == (gone["by_name"], "subdistrict_leader")


async def test_it_counts_once_and_is_found_as_voided(two: Two) -> None:
    today = clock.now().date()
    all_of_it = reach(two.world.cast["dai"], today)

    await two.join()

    (count,) = await counts(all_of_it, today)
    assert (count.open, count.closed) == (1, 0)
    found = await find_hazards(Asked(stage=("voided",)), all_of_it, today)
    assert [row.id for row in found.hazards] == [two.other]


async def test_other_systems_read_it_as_voided_with_the_number_of_the_one_that_stays(two: Two) -> None:
    today = clock.now().date()

    await two.join()

    found = await features(Wanted(equal={"open": True}), reach(two.world.cast["dai"], today), today)
    assert [row["id"] for row in found.rows] == [two.world.hazard_id]
    (gone,) = (await features(Wanted(equal={"stage": "voided"}), reach(two.world.cast["dai"], today), today)).rows
    assert (gone["id"], gone["joined_to"]) == (two.other, (await two.world.row()).number)


async def test_no_past_day_counts_it_twice(two: Two) -> None:
    today = day_of(clock.now())

    await two.join()

    then = await past(the_cast.TENANT, reach(two.world.cast["dai"], today), Asked(), today, limit=10)
    assert [(place.open, place.closed) for place in then.places] == [(1, 0)]


async def test_a_voided_hazard_without_a_twin_names_none(two: Two) -> None:
    await two.world.do("void_hazard", "jing", reason="误报")

    row = await two.world.row()
    assert (row.stage, row.duplicate_of, row.joined_to) == ("voided", None, None)


async def test_photos_of_the_joined_one_still_arrive(two: Two) -> None:
    await two.join()

    await arrive(AFTER["sha256"])

    joined = await hazard(two.other)
    assert joined is not None
    assert joined.photos_awaited == 0


async def test_work_that_was_done_offline_on_the_joined_one_is_told_where_to_go(two: Two) -> None:
    await two.join()

    steps = (("note_hazard", "guo", {"note": "仍上锁", "photos": [BEFORE]}), ("dispatch_hazard", "qin", DISPATCH))
    for name, by, given in steps:
        told = await refused("already-joined", two.world, two.world.do(name, by, hazard_id=two.other, **given))
        assert (await two.world.row()).number in told.detail("zh")
        assert (await two.world.row()).number in told.detail("en")


async def test_the_one_that_stays_may_end_later_without_touching_the_joined_one(two: Two) -> None:
    await two.join()
    before = await two.world.row(two.other)

    await two.world.do("void_hazard", "jing", reason="误报", told_of=[two.other])

    assert await two.world.row(two.other) == before


async def test_of_two_leaders_who_join_crosswise_exactly_one_wins(two: Two, app: Any) -> None:
    ids = (two.world.hazard_id, two.other)
    async with the_cast.signed_in(app, "jing") as one, the_cast.signed_in(app, "jing") as another:
        answers = await asyncio.gather(
            *(
                Phone(client).did("void_hazard", {"hazard_id": gone, "reason": "重复", "duplicate_of": kept})
                for client, gone, kept in ((one, *ids), (another, *reversed(ids)))
            )
        )

    assert sorted(answer["outcome"] for answer in answers) == ["applied", "refused"], answers
    assert [code_of(answer) for answer in answers if answer["outcome"] == "refused"] == ["joined-here"]
    assert sorted([(await two.world.row(each)).stage for each in ids]) == ["registered", "voided"]


async def test_of_many_crosswise_at_the_very_same_moment_one_is_taken(two: Two) -> None:
    ids = (two.world.hazard_id, two.other)

    done = await asyncio.gather(
        *(two.join(one=ids[turn % 2], kept=ids[1 - turn % 2]) for turn in range(6)), return_exceptions=True
    )

    assert [each is None for each in done].count(True) == 1, done
    assert {type(each).__name__ for each in done if each is not None} <= {"AlreadyJoined", "JoinedHere"}
    rows = [await two.world.row(each) for each in ids]
    assert sorted(row.stage for row in rows) == ["registered", "voided"]
    assert [row.version for row in rows] == [2, 2]


async def test_pushed_twice_it_is_joined_once(two: Two, app: Any) -> None:
    async with the_cast.signed_in(app, "jing") as client:
        phone = Phone(client)
        given = {"hazard_id": two.other, "reason": "重复", "duplicate_of": two.world.hazard_id}
        joining = phone.add("void_hazard", given)
        first = await phone.push([joining])
        after = await two.world.everything()
        again = await phone.push([joining])

    assert first[0]["outcome"] == "applied", first
    assert again == first
    assert await two.world.everything() == after


async def test_only_whoever_may_void_may_join(two: Two) -> None:
    for by in ("guo", "qin", "dai"):
        await refused("not-your-step", two.world, two.join(by))
    for stranger in ("zhou", "bo"):
        await refused("not-found", two.world, two.join(stranger))


async def test_a_reason_is_needed(two: Two) -> None:
    given = {"hazard_id": two.other, "duplicate_of": two.world.hazard_id, "reason": " "}
    await refused("reason-needed", two.world, two.world.do("void_hazard", "jing", **given))


async def test_the_one_that_stays_must_be_within_reach(two: Two) -> None:
    await refused("not-found", two.world, two.join(kept=new_id()))
    await database.execute(
        "UPDATE hazard SET place_code = $2, tenant = $3 WHERE id = $1",
        two.world.hazard_id, the_cast.OTHER_GRID, int(the_cast.OTHER_TENANT),
    )  # fmt: skip
    with pytest.raises(NotFound):
        await two.join()


async def test_it_is_not_joined_to_itself(two: Two) -> None:
    await refused("joined-to-itself", two.world, two.join(kept=two.other))


async def test_the_one_that_stays_must_be_open(two: Two) -> None:
    await two.world.do("fix_on_site", "lan", measures="开锁", photos=[BEFORE | {"role": "after"}])

    told = await refused("kept-has-ended", two.world, two.join())

    assert "当场整改" in told.detail("zh")


async def test_there_are_no_chains(two: Two) -> None:
    third = await two.report_again()
    await two.join()

    told = await refused("kept-was-joined", two.world, two.join(one=third, kept=two.other))
    assert (await two.world.row()).number in told.detail("zh")
    told = await refused("holds-joined", two.world, two.join(one=two.world.hazard_id, kept=third))
    assert (await two.world.row(two.other)).number in told.detail("zh")
    await two.join(one=third)

    assert [(await two.world.row(each)).joined_to for each in (two.other, third)] == [
        (await two.world.row()).number
    ] * 2


async def test_what_waits_for_its_review_is_not_joined_but_may_stay(two: Two) -> None:
    for name, by, given in (
        ("dispatch_hazard", "qin", DISPATCH),
        ("start_rectification", "wu", {"receipt": "signed"}),
        ("submit_rectification", "wu", {"description": "已开锁", "photos": [AFTER]}),
    ):
        await two.world.do(name, by, **given)
    ids = (two.world.hazard_id, two.other)

    await refused("wrong-stage", two.world, two.join(one=ids[0], kept=ids[1]))
    await two.join()

    assert (await two.world.row(two.other)).stage == "voided"


@pytest.mark.parametrize("graver", [(CONFIRMED,), (TRANSFERRED, CONFIRMED, SUSPENDED)])
async def test_the_graver_one_stays(two: Two, graver: tuple[Any, ...]) -> None:
    for name, by, given in graver:
        who = "hai" if graver == (CONFIRMED,) else by
        await two.world.do(name, who, **given)

    await refused("must-stay", two.world, two.join(one=two.world.hazard_id, kept=two.other))
    await two.join()

    assert (await two.world.row(two.other)).stage == "voided"


async def test_an_order_of_the_joined_one_is_not_lost_from_sight(two: Two) -> None:
    for hazard_id in (two.world.hazard_id, two.other):
        await two.world.do(CONFIRMED[0], "hai", hazard_id=hazard_id, **CONFIRMED[2])
    await database.execute("UPDATE hazard SET listed = true WHERE id = $1", two.other)

    told = await refused("must-stay", two.world, two.join())

    assert "挂牌" in told.detail("zh")
