"""Tiles from memory: the same as from the index, whatever changed, for everybody and with every filter."""

import asyncio
from datetime import date, timedelta
from typing import Any

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from backend import changes, clock, database
from backend.hazards.queries import STAGE_CODES, Asked, Columns, held
from backend.hazards.queries.columns import Groups, number_of, unpacked, wanted
from backend.hazards.queries.held import MOST_LATE
from backend.hazards.queries.map import Looked, _from_index, in_tile
from backend.hazards.tables import CATEGORY_CODES, GRADE_CODES
from backend.ids import new_id
from backend.people.rules import Reach
from geo.tiles import columns_rows
from geo.tiles.quads import quads_of
from tests import cast as the_cast
from tests.backend.hazard_map.test_map import get, layers, tile_at
from tests.backend.hazards.conftest import FIX, World

PLACES = (the_cast.TENANT, the_cast.GRID_1, the_cast.GRID_2, f"{the_cast.TENANT}099", f"{the_cast.TENANT}099001")
REACHES = (*((code,) for code in (the_cast.TENANT[:6], *PLACES)), (the_cast.GRID_1, PLACES[4]), ("450299999",), ())
FILTERS = (
    Asked(),
    Asked(stage=("registered", "dispatched")),
    Asked(category=("school",), overdue=True),
    Asked(grade=("suspected_major",)),
    Asked(overdue=True),
)


class Writer:
    """Somebody who writes hazards by chance, and notes each as a command does."""

    def __init__(self, seed: int) -> None:
        self.rng = np.random.default_rng(seed)
        self.ids: list[Any] = []

    async def registers(self, count: int) -> None:
        """Write so many new ones, half of them in three spots."""
        spots = self.rng.integers(0, 3, count) * 1e-4
        offsets = np.where(self.rng.random(count) < 0.5, spots, self.rng.random(count) * 0.05)
        rows = [
            (new_id(), quad, *self._words(), place, place)
            for quad, place in zip(
                quads_of(FIX["lon"] + offsets, FIX["lat"] + offsets[::-1]).tolist(),
                self.rng.choice(PLACES, count).tolist(), strict=True,
            )
        ]  # fmt: skip
        async with database.transaction(the_cast.TENANT):
            await database.execute_many(
                """INSERT INTO hazard (id, quad, stage, grade, category, due_on, place_code, grid_code, tenant, number,
                     place_kind, place_name, track, description, advice, reported_at, reported_by, reported_by_name,
                     received_at, location_note, changed_at)
                   VALUES ($1, $2, $3, $4, $5, $6, $7, $8, 450299001, '', 'none', '', 'patrol', '', '', now(),
                     gen_random_uuid(), '', now(), '', now())""",
                rows,
            )
            await changes.touch_many(changes.Touched("hazard", row[0], row[6]) for row in rows)
        self.ids += [row[0] for row in rows]

    async def changes(self, count: int) -> None:
        """Change the stage, the deadline and the place of so many."""
        chosen = [self.ids[each] for each in self.rng.choice(len(self.ids), count, replace=False)]
        async with database.transaction(the_cast.TENANT):
            for each in chosen:
                stage, grade, category, due_on = self._words()
                place = str(self.rng.choice(PLACES))
                await database.execute(
                    "UPDATE hazard SET stage = $2, grade = $3, category = $4, due_on = $5, place_code = $6"
                    " WHERE id = $1",
                    each, stage, grade, category, due_on, place,
                )  # fmt: skip
                await changes.touch("hazard", each, place)

    def _words(self) -> tuple[str, str, str, date | None]:
        stage, grade, category = (str(self.rng.choice(words)) for words in (STAGE_CODES, GRADE_CODES, CATEGORY_CODES))
        days = int(self.rng.integers(-20, 20))
        return stage, grade, category, clock.today() + timedelta(days) if days > -15 else None


def told(found: Columns | Groups) -> list[Any]:
    """Return what of a tile must be alike: everything of single ones, everything of groups but their exact middle."""
    if not found[0].size:
        return []
    if isinstance(found, Columns):
        return sorted(zip(*(each.tolist() for each in found), strict=True))
    return [each.tolist() for each in (found.held, found.overdue, found.grade)]


async def agree() -> int:
    """Compare every reach and filter at several zooms, and with SQL's own count; return how many were compared."""
    compared = 0
    today = clock.today()
    for prefixes in REACHES:
        reach = Reach(prefixes, frozenset(), frozenset(), (the_cast.TENANT,))
        for asked in FILTERS:
            for zoom, most in ((9, 0), (14, 40), (17, 1000)):
                z, x, y = map(int, tile_at(zoom).split("/"))
                looked = Looked((z, x, y), {the_cast.TENANT: None}, reach, asked, today)
                mine = await in_tile(looked, most=most, cells_log2=3)
                assert told(mine) == told(await _from_index(looked, most, 3)), (prefixes, asked, zoom)
                compared += 1
            everywhere = Looked((0, 0, 0), {the_cast.TENANT: None}, reach, asked, today)
            found = await in_tile(everywhere, most=10**6, cells_log2=3)
            assert found[0].size == await counted(reach, asked, today)
    return compared


async def counted(reach: Reach, asked: Asked, today: date) -> int:
    return int(
        await database.fetch_value(
            """SELECT count(*) FROM hazard
               WHERE EXISTS (SELECT FROM unnest($1::text[]) AS prefix WHERE starts_with(place_code, prefix))
                 AND (stage = ANY ($2) OR $2 = '{}') AND (category = ANY ($3) OR $3 = '{}')
                 AND (grade = ANY ($4) OR $4 = '{}')
                 AND (NOT $5 OR due_on < $6 AND stage NOT IN ('closed', 'closed_on_site', 'voided', 'transferred'))""",
            list(reach.prefixes), list(asked.stage), list(asked.category), list(asked.grade), asked.overdue, today,
        )
    )  # fmt: skip


@pytest.mark.parametrize("seed", [1, 2])
async def test_memory_says_what_the_index_says_whatever_changes(
    world: World, monkeypatch: pytest.MonkeyPatch, seed: int
) -> None:
    monkeypatch.setattr(held, "MOST_LATE", 60)
    writer = Writer(seed)
    await writer.registers(250)
    assert await agree() == len(REACHES) * len(FILTERS) * 3
    arranged = 0
    for registered, changed in ((3, 5), (20, 20), (30, 10), (1, 55), (70, 0), (0, 2)):
        await writer.registers(registered)
        await writer.changes(changed)
        await agree()
        known = await held.held(the_cast.TENANT)
        assert known is not None
        assert known.revision == await changes.newest(the_cast.TENANT)
        arranged += known.standing is None
    # Small changes are kept beside the rest, larger ones arranged into it: both were seen.
    assert 0 < arranged < 6


async def test_a_group_stands_in_the_middle_of_its_hazards(world: World) -> None:
    await Writer(3).registers(200)
    z, x, y = map(int, tile_at(10).split("/"))
    reach = Reach((the_cast.TENANT,), frozenset(), frozenset(), (the_cast.TENANT,))

    groups = await in_tile(
        Looked((z, x, y), {the_cast.TENANT: None}, reach, Asked(), clock.today()), most=0, cells_log2=3
    )

    assert isinstance(groups, Groups)
    rows = await database.fetch("SELECT quad FROM hazard")
    quads = np.array([row["quad"] for row in rows])
    cells = quads >> 2 * (31 - 13)
    for column, row, count, cell in zip(
        groups.column, groups.row, groups.held, sorted(set(cells.tolist())), strict=True
    ):
        of_cell = quads[cells == cell]
        assert len(of_cell) == count
        assert [int(column), int(row)] == [int(line.sum()) // len(of_cell) for line in columns_rows(of_cell)]


async def test_a_step_is_on_the_very_next_tile(app: Any, world: World) -> None:
    path = f"/api/tiles/hazards/{tile_at(16)}.mvt"
    await world.report()
    stages = []
    for step in (None, "dispatch", "void"):
        if step == "dispatch":
            await world.do("dispatch_hazard", "qin", due_on="2026-03-09", measures="打开安全出口",
                           responsible_unit="好声音KTV", responsible_title="店长",
                           notice={"delivered": "in_person", "signed": "signed"})  # fmt: skip
        if step == "void":
            await world.do("void_hazard", "jing", reason="重复登记")
        (feature,) = layers(await get(app, "dai", path))["hazards"]["features"]
        stages.append(feature["properties"]["stage"])

    assert stages == ["registered", "dispatched", "voided"]


async def test_many_who_look_at_once_load_it_once(world: World) -> None:
    await Writer(4).registers(50)

    found = await asyncio.gather(*(held.held(the_cast.TENANT) for _ in range(8)))

    assert found[0] is not None
    assert all(each is found[0] for each in found)


async def test_while_many_write_and_look_nobody_sees_an_older_revision(world: World) -> None:
    writers = [Writer(seed) for seed in range(20, 24)]
    await held.held(the_cast.TENANT)

    async def writes(writer: Writer) -> None:
        for _ in range(6):
            await writer.registers(4)
            await writer.changes(3)
            newest = await changes.newest(the_cast.TENANT)
            known = await held.held(the_cast.TENANT)
            assert known is not None
            assert known.revision >= newest

    await asyncio.gather(*map(writes, writers))

    assert await agree()


async def test_after_a_backup_was_restored_nothing_of_later_is_left(world: World) -> None:
    writer = Writer(8)
    await writer.registers(20)
    before = await changes.newest(the_cast.TENANT)
    await writer.registers(30)
    await agree()
    await database.execute("DELETE FROM hazard WHERE id = ANY ($1)", writer.ids[20:])
    await database.execute("DELETE FROM change WHERE revision > $1", before)

    known = await held.held(the_cast.TENANT)

    assert known is not None
    assert (known.size, known.revision) == (20, before)
    assert await agree()


async def test_a_tenant_of_too_many_is_read_from_the_index(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(held, "MOST_HELD", 100)
    await Writer(5).registers(120)

    assert await held.held(the_cast.TENANT) is None
    assert await agree()


async def test_what_was_used_longest_ago_makes_room(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    await Writer(6).registers(80)
    monkeypatch.setattr(held, "MOST_HELD", 100)
    first = await held.held(the_cast.TENANT)
    assert first is not None
    held._held["450299002"] = held.Held("450299002", 0, first.base, None, first.late)

    assert await held.held("450299002")
    assert list(held._held) == ["450299002"]


async def test_what_is_new_is_found_without_reading_the_rest(world: World) -> None:
    await Writer(7).registers(3000)
    await database.execute("VACUUM ANALYZE hazard, change")
    async with database.transaction():
        await database.execute("SET LOCAL plan_cache_mode = force_generic_plan")
        await database.execute(f"PREPARE later (int, bigint, int) AS {held._LATER}")
        rows = await database.fetch(f"EXPLAIN EXECUTE later (450299001, 2900, {MOST_LATE + 1})")
        await database.execute("DEALLOCATE later")
    later = "\n".join(row[0] for row in rows)

    assert "revision > $2" in later.split("Index Cond: ")[1], later
    assert "Seq Scan" not in later, later


CODES = (
    st.sampled_from((6, 9, 12, 15))
    .flatmap(lambda n: st.text("0189", min_size=n, max_size=n))
    .map(lambda code: "4" + code[1:])
)


@example(place="450299001", prefix="450299001000", cut=0)  # a community called 000 does not hold its subdistrict
@given(place=CODES, prefix=CODES, cut=st.integers(0, 15))
def test_a_place_is_below_another_as_its_code_begins_with_it(place: str, prefix: str, cut: int) -> None:
    if cut >= 9:
        prefix = (place[:cut] + prefix)[: len(prefix)]
    columns = unpacked(None)._replace(**dict.fromkeys(("quad", "place"), np.array([number_of(place)])))

    mask = wanted(columns, "999999999", Reach((prefix,), frozenset(), frozenset()), Asked(), date(2026, 1, 1))

    assert mask is not None
    assert mask.tolist() == [place.startswith(prefix)]
