"""A photo with a painted-over copy: the house sees both, the responsible unit and paper only what may leave."""

from typing import Any

import pytest

from backend.demo.pictures import picture
from backend.photos.commands import NamedPhoto
from backend.photos.rules import Leaves, RedactedCopyMissing, Role, why_not_name
from tests.backend.hazards.conftest import World
from tests.backend.hazards.evidence import send, status
from tests.cast import signed_in

ORIGINAL, COPY, OTHER = (picture("flue", after=after, seed=seed) for after, seed in ((False, 1), (True, 1), (False, 2)))


async def a_hazard(app: Any, world: World, leaves: str = "redacted") -> tuple[str, str]:
    """Report a hazard in the KTV with a photo of which the redacted copy may leave; return both names."""
    async with signed_in(app, "lan") as phone:
        original = await send(phone, ORIGINAL)
        copy = await send(phone, COPY, redacts=original)
    named = {"sha256": original, "role": "before", "redacted": copy, "leaves": leaves}
    await world.report(photos=[named])
    return original, copy


@pytest.mark.parametrize("who", ["lan", "guo", "qin", "dai", "hai", "jing", "shen"])
async def test_the_house_sees_the_original_and_the_copy(app: Any, world: World, who: str) -> None:
    original, copy = await a_hazard(app, world)
    async with signed_in(app, who) as desk:
        row = (await desk.get(f"/api/hazards/{world.hazard_id}")).json()["hazard"]
        assert [await status(desk, name) for name in (original, copy)] == [200, 200]
        assert await status(desk, original, "stamped") == 409
        assert await status(desk, copy, "stamped") == 200
    assert [(photo["sha256"], photo["leaves"], photo["redacts"]) for photo in row["photos"]] == [
        (original, False, None),
        (copy, True, original),
    ]


async def test_the_responsible_unit_sees_the_copy_only(app: Any, world: World) -> None:
    original, copy = await a_hazard(app, world)
    async with signed_in(app, "wu") as unit:
        row = (await unit.get(f"/api/hazards/{world.hazard_id}")).json()["hazard"]
        listed = (await unit.get("/api/hazards")).json()["hazards"]
        pulled = (await unit.get("/api/sync/pull")).json()["rows"]["hazard"]
        for size in ("original", "screen", "thumb", "stamped"):
            assert await status(unit, original, size) == 404
        assert await status(unit, copy) == 200
    for shown in (row, listed[0], pulled[0]):
        assert [photo["sha256"] for photo in shown["photos"]] == [copy]


async def test_an_original_that_may_leave_does_and_its_copy_stays(app: Any, world: World) -> None:
    original, copy = await a_hazard(app, world, leaves="original")
    async with signed_in(app, "wu") as unit:
        assert [await status(unit, name) for name in (original, copy)] == [200, 404]


async def test_what_one_record_keeps_in_the_house_leaves_by_no_other(app: Any, world: World) -> None:
    original, _ = await a_hazard(app, world)
    await world.do("note_hazard", "lan", note="又拍", photos=[{"sha256": original, "role": "item"}])
    async with signed_in(app, "wu") as unit:
        assert await status(unit, original) == 404


async def test_others_see_neither(app: Any, world: World) -> None:
    names = await a_hazard(app, world)
    for who in ("bo", "xiao", "min", "nobody", "zhou"):
        async with signed_in(app, who) as stranger:
            assert [await status(stranger, name) for name in names] == [404, 404]


async def test_only_the_copy_leaving_needs_a_copy(app: Any, world: World) -> None:
    with pytest.raises(RedactedCopyMissing):
        await world.report(photos=[{"sha256": "ab" * 32, "role": "before", "leaves": "redacted"}])


def test_a_copy_is_no_original_of_the_same_record() -> None:
    one, other = "ab" * 32, "cd" * 32
    assert why_not_name([(one, other, Leaves.REDACTED)]) is None
    assert isinstance(why_not_name([(one, one, Leaves.REDACTED)]), RedactedCopyMissing)
    assert isinstance(
        why_not_name([(one, other, Leaves.REDACTED), (other, None, Leaves.ORIGINAL)]), RedactedCopyMissing
    )
    assert NamedPhoto(one, Role.BEFORE).leaves is Leaves.ORIGINAL
