from collections import Counter
from datetime import UTC, date, datetime, timedelta
from typing import Any

import numpy as np
import pytest

from backend import database
from backend.hazards.queries import (
    CATEGORY_CODES,
    EPOCH,
    GRADE_CODES,
    NEVER,
    STAGE_CODES,
    Asked,
    Columns,
    Groups,
    Looked,
    counts,
    find_hazards,
    in_box,
    in_tile,
    open_at,
    rows_for_phone,
    summed,
)
from backend.people.rules import Reach, reach
from geo.tiles import quad_of
from geo.tiles.quads import columns_rows
from tests.backend.hazards.conftest import AFTER, FIX, World
from tests.backend.places.ground import SOUTH, WEST
from tests.cast import GRID_1, HEPING, KTV, OTHER_TENANT, TENANT

TODAY = date(2026, 3, 2)
Tile = tuple[int, int, int]
EVERYWHERE: Tile = (0, 0, 0)


def sees(world: World, login: str) -> Any:
    return reach(world.cast[login], TODAY)


async def drawn(
    world: World,
    login: str,
    where: Tile = EVERYWHERE,
    today: date = TODAY,
    most: int = 10,
    **asked: Any,
) -> Columns | Groups:
    return await in_tile(
        Looked(where, {TENANT: None}, sees(world, login), Asked(**asked), today), most=most, cells_log2=3
    )


async def tile(world: World, login: str, **asked: Any) -> list[tuple[Any, ...]]:
    points = await drawn(world, login, **asked)
    assert isinstance(points, Columns)
    columns = (points.fid, points.quad, points.stage, points.grade, points.category, points.deadline)
    return list(zip(*(each.tolist() for each in columns), strict=True))


def tile_of(zoom: int, quad: int) -> Tile:
    column, row = (int(line[0]) >> (31 - zoom) for line in columns_rows(np.array([quad])))
    return zoom, column, row


async def test_a_tile_reads_numbers_that_name_stage_grade_category_and_deadline(world: World) -> None:
    await world.report()

    ((fid, quad, stage, grade, category, deadline),) = await tile(world, "dai")

    row = await world.row()
    assert (fid, quad) == (row.fid, quad_of(FIX["lon"], FIX["lat"]))  # type: ignore[arg-type]
    assert STAGE_CODES[stage] == "registered"
    assert GRADE_CODES[grade] == "general"
    assert CATEGORY_CODES[category] == "assembly"
    assert EPOCH + timedelta(deadline) == date(2026, 3, 5)


async def test_a_tile_holds_what_the_person_may_see_and_what_was_asked(world: World) -> None:
    await world.report()

    assert {login: len(await tile(world, login)) for login in ("lan", "qin", "wu", "bo", "xiao", "zhou")} == {
        "lan": 1, "qin": 1, "wu": 1, "bo": 0, "xiao": 0, "zhou": 0,
    }  # fmt: skip
    assert len(await tile(world, "dai", stage=("registered", "closed"), grade=("general",))) == 1
    assert await tile(world, "dai", stage=("closed",)) == []
    assert await tile(world, "dai", overdue=True) == []


async def test_a_tile_leaves_out_what_lies_beside_it(world: World) -> None:
    await world.report()
    quad = quad_of(FIX["lon"], FIX["lat"])  # type: ignore[arg-type]
    zoom, column, row = tile_of(24, quad)

    for login in ("dai", "wu"):
        assert len(await tile(world, login, where=(zoom, column, row))) == 1
        for x, y in ((1, 0), (-1, 0), (0, 1), (0, -1)):
            assert not await tile(world, login, where=(zoom, column + x, row + y))


async def test_a_closed_hazard_has_no_deadline_and_a_transferred_one_waits_for_its_reply(world: World) -> None:
    await world.report()
    await world.do(
        "transfer_hazard", "dai", department="fire", receipt_number="1", reply_due_on="2026-03-09", reason="x"
    )
    assert EPOCH + timedelta((await tile(world, "dai"))[0][5]) == date(2026, 3, 9)

    await world.do("reply_transfer", "xiao", result="rectified", verified=True, note="已查", photos=[])
    assert (await tile(world, "dai"))[0][5] == NEVER


async def many_more(count: int) -> None:
    """Scatter copies of the one hazard over the ground."""
    named = await database.fetch_value(
        """SELECT string_agg(column_name, ', ') FROM information_schema.columns
           WHERE table_name = 'hazard' AND is_generated = 'NEVER' AND column_name NOT IN ('id', 'fid', 'quad')"""
    )
    await database.execute(
        f"INSERT INTO hazard (id, quad, {named})"
        f" SELECT gen_random_uuid(), quad + turn::bigint * 1000003, {named}"
        f" FROM hazard, generate_series(1, {count}) AS turn"
    )
    await database.execute("VACUUM ANALYZE hazard")


async def test_a_tile_is_read_from_the_index_alone(world: World) -> None:
    await world.report()
    await many_more(3000)

    plan = await database.fetch(
        "EXPLAIN SELECT fid, quad, stage_code, grade_code, category_code, deadline_day FROM hazard"
        " WHERE tenant = 450299001 AND quad >= $1 AND quad < $1 + 100000000 AND quad IS NOT NULL"
        " AND place_code >= '450299001' AND place_code < '450299002'",
        quad_of(FIX["lon"], FIX["lat"]),  # type: ignore[arg-type]
    )

    assert "Index Only Scan using hazard_tile_ix" in "\n".join(row[0] for row in plan)


@pytest.mark.parametrize("login", ["dai", "wu"])  # from memory, and from the index by the key of a unit
async def test_the_groups_of_a_tile_hold_what_its_points_say(world: World, login: str) -> None:
    await world.report()
    await many_more(3000)
    if login == "wu":
        await database.execute(
            """INSERT INTO change (kind, id, tenant, place_code, also, revision)
               SELECT 'hazard', id, tenant, place_code, $1, nextval('revision_seq') FROM hazard
               WHERE id NOT IN (SELECT id FROM change)""",
            [f"premises:{KTV}"],
        )
    where = tile_of(16, quad_of(FIX["lon"], FIX["lat"]))  # type: ignore[arg-type]
    late = TODAY + timedelta(4)

    points = await drawn(world, login, where, late, most=5000)
    groups = await drawn(world, login, where, late, most=0)

    assert isinstance(points, Columns)
    assert isinstance(groups, Groups)
    held = Counter((points.quad >> 2 * (31 - 19)).tolist())
    assert 1 < len(held) < points.quad.size
    assert groups.held.tolist() == [held[cell] for cell in sorted(held)]
    assert groups.overdue.tolist() == groups.held.tolist()
    assert set(groups.grade.tolist()) == {GRADE_CODES.index("general")}


async def test_a_box_gives_those_inside_it(world: World) -> None:
    await world.report()
    around = (WEST, SOUTH, WEST + 0.002, SOUTH + 0.002)
    elsewhere = (WEST + 0.002, SOUTH, WEST + 0.004, SOUTH + 0.002)

    (row,) = await in_box(around, sees(world, "dai"), Asked(), TODAY, limit=10)

    assert (row["id"], row["stage"]) == (world.hazard_id, "registered")
    assert await in_box(elsewhere, sees(world, "dai"), Asked(), TODAY, limit=10) == []
    assert await in_box(around, sees(world, "zhou"), Asked(), TODAY, limit=10) == []


async def test_counts_leave_voided_hazards_out_and_keep_waiting_evidence_apart(world: World) -> None:
    await world.report()
    await world.do("fix_on_site", "lan", measures="开锁", photos=[AFTER])

    found = await counts(sees(world, "dai"), TODAY)
    (grid,) = found
    assert (grid.place_code, grid.open, grid.closed, grid.counted_closed) == (GRID_1, 0, 1, 0)
    assert await counts(sees(world, "lan"), TODAY) == found  # who sees a grid asks in another way
    (community,) = summed([grid, grid], 12).values()
    assert (community.place_code, community.closed, community.counted_closed) == (HEPING, 2, 0)


async def test_a_voided_hazard_is_in_no_count(world: World) -> None:
    await world.report()
    await world.do("void_hazard", "jing", reason="重复")

    assert await counts(sees(world, "dai"), TODAY) == []


async def test_a_place_knows_its_open_hazards(world: World) -> None:
    await world.report()

    found = await open_at([KTV, world.home])

    assert set(found) == {KTV}
    assert found[KTV].open == 1


async def test_a_phone_forgets_a_hazard_two_months_after_its_end(world: World, frozen_clock: Any) -> None:
    await world.report()
    await world.do("fix_on_site", "lan", measures="开锁", photos=[AFTER])
    assert len(await rows_for_phone("hazard", [world.hazard_id], world.cast["lan"])) == 1

    frozen_clock.at = datetime(2026, 5, 10, tzinfo=UTC)

    assert await rows_for_phone("hazard", [world.hazard_id], world.cast["lan"]) == []


async def test_who_sees_one_subdistrict_whole_keeps_what_is_seen_by_a_key_in_another(world: World) -> None:
    await world.report()  # at the KTV
    by_key = Reach((OTHER_TENANT,), frozenset(), frozenset({f"premises:{KTV}"}), (OTHER_TENANT, TENANT))

    found = await find_hazards(Asked(), by_key, TODAY)

    assert ([row.id for row in found.hazards], found.total) == ([world.hazard_id], 1)
    assert [(each.place_code, each.open) for each in await counts(by_key, TODAY)] == [(GRID_1, 1)]
