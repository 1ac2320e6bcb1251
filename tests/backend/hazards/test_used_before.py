"""Photos that were used before: the hint stands on the hazard, for the house, not where pictures only resemble."""

import io
import random
from itertools import combinations
from typing import Any

import pytest
from PIL import Image

import media
from backend.demo.motifs import MOTIFS
from backend.demo.pictures import picture
from backend.ids import new_id
from backend.photos.rules import LIKE_ELSEWHERE_BITS, LIKE_PAIR_BITS, tells_apart
from tests.backend.hazards.conftest import AFTER, World
from tests.backend.hazards.evidence import hashed, send
from tests.cast import signed_in

FLUE = picture("flue", after=False, seed=1)


def recoded(photo: bytes, quality: int = 50) -> bytes:
    """Return the same picture as a messenger would pass it on."""
    out = io.BytesIO()
    Image.open(io.BytesIO(photo)).resize((640, 480)).save(out, "JPEG", quality=quality)
    return out.getvalue()


async def used(app: Any, hazard_id: object, who: str = "guo") -> list[dict[str, Any]]:
    """Return the hints on a hazard as somebody sees them."""
    async with signed_in(app, who) as desk:
        found: list[dict[str, Any]] = (await desk.get(f"/api/hazards/{hazard_id}")).json()["hazard"]["used_photos"]
    return found


async def report(app: Any, world: World, photo: bytes, **changed: Any) -> Any:
    """Report a hazard with a photo that has arrived and was hashed; return the hazard's id."""
    world.hazard_id = new_id()
    async with signed_in(app, "lan") as phone:
        name = await send(phone, photo)
    await hashed(photo)
    await world.report(**({"photos": [{"sha256": name, "role": "before"}]} | changed))
    return world.hazard_id


def at_home(world: World) -> dict[str, Any]:
    return {"place_kind": "household", "place_id": world.home, "category": "household"}


async def test_the_same_photo_at_another_place_is_told_on_the_later_hazard(app: Any, world: World) -> None:
    first = await report(app, world, FLUE)
    second = await report(app, world, FLUE, **at_home(world))

    [hint] = await used(app, second)
    assert (hint["why"], hint["distance"], hint["sha256"]) == ("elsewhere", 0, hint["like_sha256"])
    assert await used(app, first) == []


async def test_a_recoded_copy_is_found_whichever_is_hashed_last(app: Any, world: World) -> None:
    copy = recoded(FLUE)
    await report(app, world, FLUE)
    second = await report(app, world, copy, **at_home(world))

    [hint] = await used(app, second)
    assert hint["why"] == "elsewhere"
    assert 0 <= hint["distance"] <= LIKE_ELSEWHERE_BITS
    assert hint["sha256"] != hint["like_sha256"]


async def test_the_hazards_own_picture_does_not_show_its_repair(app: Any, world: World) -> None:
    hazard = await report(app, world, FLUE)
    await world.do("dispatch_hazard", "qin", due_on="2026-03-09", measures="改", responsible_unit="KTV",
                   notice={"delivered": "in_person", "signed": "signed"})  # fmt: skip
    await world.do("start_rectification", "wu", receipt="signed")
    async with signed_in(app, "wu") as unit:
        name = await send(unit, FLUE)
    await world.do("submit_rectification", "wu", description="已改", photos=[{"sha256": name, "role": "after"}])

    assert [hint["why"] for hint in await used(app, hazard)] == ["before_and_after"]
    assert await used(app, hazard, "wu") == []


async def test_the_hint_comes_to_phones_when_the_hash_is_made_later(app: Any, world: World, database: Any) -> None:
    copy = recoded(FLUE)
    await report(app, world, FLUE)
    world.hazard_id = new_id()
    async with signed_in(app, "lan") as phone:
        name = await send(phone, copy)
        await world.report(photos=[{"sha256": name, "role": "before"}], **at_home(world))
        cursor = (await phone.get("/api/sync/pull")).json()["cursor"]
        await hashed(copy)
        rows = (await phone.get(f"/api/sync/pull?cursor={cursor}")).json()["rows"]["hazard"]
    assert [row["id"] for row in rows if row["used_photos"]] == [str(world.hazard_id)]


async def pulled_after(work: Any, phone: Any) -> list[dict[str, Any]]:
    """Return the hazards that a phone which is up to date hears of by some work."""
    cursor = (await phone.get("/api/sync/pull")).json()["cursor"]
    await work
    rows: list[dict[str, Any]] = (await phone.get(f"/api/sync/pull?cursor={cursor}")).json()["rows"].get("hazard", [])
    return rows


async def test_phones_hear_what_a_photo_looks_like_and_of_a_bare_wall_nothing(app: Any, world: World) -> None:
    wall = io.BytesIO()
    Image.new("RGB", (800, 600), "#c9c2b4").save(wall, "JPEG")
    async with signed_in(app, "lan") as phone:
        for number, (photo, told) in enumerate([(FLUE, f"{media.perceptual(FLUE):016x}"), (wall.getvalue(), None)]):
            world.hazard_id = new_id()
            await world.report(photos=[{"sha256": await send(phone, photo), "role": "before"}])
            heard = await pulled_after(hashed(photo), phone)
            fresh = (await phone.get("/api/sync/pull")).json()["rows"]["hazard"]
            assert [row["photos"][0]["perceptual"] for row in heard] == [told] * (1 - number)
            assert [row["photos"][0]["perceptual"] for row in fresh if row["id"] == str(world.hazard_id)] == [told]


async def test_a_hash_of_which_nobody_could_be_told_is_made_again(app: Any, world: World, database: Any) -> None:
    async with signed_in(app, "lan") as phone:
        await world.report(photos=[{"sha256": await send(phone, FLUE), "role": "before"}])
        await database.execute("ALTER TABLE change ADD CONSTRAINT nobody_is_told CHECK (false) NOT VALID")
        with pytest.raises(Exception, match="nobody_is_told"):
            await hashed(FLUE)
        await database.execute("ALTER TABLE change DROP CONSTRAINT nobody_is_told")
        assert [row["id"] for row in await pulled_after(hashed(FLUE), phone)] == [str(world.hazard_id)]


async def test_another_picture_a_later_one_of_the_same_place_and_a_wall_tell_nothing(app: Any, world: World) -> None:
    await report(app, world, FLUE)
    assert await used(app, await report(app, world, FLUE)) == []
    assert await used(app, await report(app, world, picture("flue", after=False, seed=2), **at_home(world))) == []
    wall = io.BytesIO()
    Image.new("RGB", (800, 600), "#c9c2b4").save(wall, "JPEG")
    await report(app, world, wall.getvalue())
    assert await used(app, await report(app, world, recoded(wall.getvalue()), **at_home(world))) == []
    assert AFTER["role"] == "after"


async def test_the_search_runs_over_the_four_quarters_of_the_hash(app: Any, world: World, database: Any) -> None:
    chance = random.Random(5)
    rows = [(f"{number:064x}", chance.getrandbits(64) - (1 << 63)) for number in range(4000)]
    await database.execute_many(
        "INSERT INTO photo (sha256, tenant, person_id, device_id, size_bytes, kind, width, height, seal,"
        " perceptual_hash, received_at) VALUES ($1, 450299001, gen_random_uuid(), gen_random_uuid(), 1, 'jpeg', 1, 1,"
        " '', $2, now())", rows,
    )  # fmt: skip
    await database.execute("ANALYZE photo")
    value = rows[7][1]
    plan = await database.fetch(
        "EXPLAIN SELECT sha256 FROM photo WHERE tenant = 450299001 AND perceptual_hash IS NOT NULL AND ("
        + " OR ".join(f"((perceptual_hash >> {16 * q}) & 65535) = {value >> 16 * q & 65535}" for q in range(4))
        + ")"
    )
    said = "\n".join(row[0] for row in plan)
    assert said.count("Bitmap Index Scan on photo_quarter") == 4, said


DRAWN = [
    (motif, after, seed, media.perceptual(picture(motif, after=after, seed=seed)))
    for motif in sorted(MOTIFS)
    for after in (False, True)
    for seed in range(4)
]


def test_drawings_of_different_things_are_not_taken_for_one_another() -> None:
    near = [
        (one, other)
        for one, other in combinations(DRAWN, 2)
        if one[0] != other[0] and media.hamming(one[3], other[3]) <= LIKE_ELSEWHERE_BITS
    ]
    assert near == []


def test_few_drawings_of_the_same_thing_in_two_homes_are_taken_for_one() -> None:
    pairs = [(a, b) for a, b in combinations(DRAWN, 2) if a[:2] == b[:2]]
    near = [pair for pair in pairs if media.hamming(pair[0][3], pair[1][3]) <= LIKE_ELSEWHERE_BITS]
    assert len(near) <= len(pairs) // 50, near


def test_before_and_after_of_a_repair_are_seldom_taken_for_one_picture() -> None:
    pairs = [(a, b) for a, b in combinations(DRAWN, 2) if a[0] == b[0] and a[2] == b[2] and a[1] != b[1]]
    near = [pair for pair in pairs if media.hamming(pair[0][3], pair[1][3]) <= LIKE_PAIR_BITS]
    assert len(near) <= len(pairs) // 20, near


@pytest.mark.parametrize("value", [0, -1, 1, 0b11111])
def test_a_hash_of_a_bare_wall_tells_nothing(value: int) -> None:
    assert not tells_apart(value)
    assert tells_apart(0x0F0F_3C3C_1234_7788)
