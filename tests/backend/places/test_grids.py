"""Grids tile their community, are never renumbered, and give their places to the grids that replace them."""

from datetime import date

import pytest
import shapely

from backend.ids import new_id
from backend.places import queries
from backend.places.rules import (
    CodeNotInside,
    GridNotEmpty,
    GridsInvalid,
    NotYet,
    PlaceRetired,
    RetiredBeforeStart,
)
from backend.problems import NotFound, NotYourRole
from geo.points import Fix, LonLat
from tests.backend.places.ground import (
    a_building,
    a_door,
    an_import,
    do,
    drawn,
    inside,
    make_ground,
    some_premises,
    square,
)
from tests.cast import GRID_1, GRID_2, HEPING, NEXT_GRID, TENANT, make_cast

TODAY = date(2026, 3, 2)
NEW = tuple(f"{HEPING}{number:03}" for number in (3, 4))


@pytest.fixture
async def ground(database, frozen_clock):
    await make_cast()
    await make_ground()
    return database


def a_fix(column: float, accuracy_m: float = 5.0) -> Fix:
    middle = inside(0)
    return Fix(LonLat(middle["lon"] + column * 0.002, middle["lat"]), accuracy_m)


async def test_a_fix_is_in_the_grid_of_its_day(ground):
    assert await queries.grid_of(a_fix(0), TODAY, TENANT) == GRID_1
    assert await queries.grid_of(a_fix(1), TODAY, TENANT) == GRID_2
    assert await queries.grid_of(a_fix(5), TODAY, TENANT) is None
    assert await queries.grid_of(a_fix(0), date(2025, 12, 31), TENANT) is None


async def test_a_fix_on_the_line_names_both_grids_and_a_person_picks(ground):
    found = await queries.holding(a_fix(0.5, accuracy_m=30), TODAY, TENANT)

    assert found.verdict == "straddling"
    assert set(found.candidates) == {GRID_1, GRID_2}


async def test_a_grid_that_is_split_gives_its_places_to_its_successors(ground):
    door, premises = a_door(), some_premises()
    await do("register_household", door, "lan")
    await do("register_premises", premises)
    whole = square(0).bounds
    half = whole[0] + 0.001
    west = shapely.box(whole[0], whole[1], half, whole[3])
    east = shapely.box(half, whole[1], whole[2], whole[3])

    await do("retire_grid", {"code": GRID_1, "retired_on": "2026-03-01", "replaced_by": list(NEW)})
    await do("import_grids", an_import(HEPING, (NEW[0], west), (NEW[1], east), effective_on="2026-03-01"))

    now = await ground.fetch_value("SELECT grid_code FROM building")
    assert now in NEW
    assert await ground.fetch_value("SELECT grid_code FROM household") == now
    assert await ground.fetch_value("SELECT grid_code FROM premises") == now
    assert await queries.grid_of(a_fix(0), date(2026, 2, 1), TENANT) == GRID_1
    assert await queries.grid_of(a_fix(-0.25), TODAY, TENANT) == NEW[0]
    moved = await ground.fetch_row("SELECT place_code, left_reach FROM change WHERE id = $1", door["id"])
    assert (moved["place_code"], moved["left_reach"]) == (now, [GRID_1])


@pytest.mark.parametrize(
    ("changed", "kinds"),
    [
        ({"features": drawn((NEW[0], square(1)))}, {"duplicate"}),
        ({"features": drawn((NEW[0], square(1, width=2)))}, {"overlap"}),
        ({"features": drawn((GRID_1, square(2)))}, {"property"}),
        ({"features": drawn((NEXT_GRID, square(2)))}, {"property"}),
        ({"features": drawn((NEW[0], square(2)), (NEW[0], square(3)))}, {"property"}),
        ({"features": {"type": "FeatureCollection", "features": []}}, {"file"}),
        ({"features": {"type": "Point", "coordinates": [1, 2]}}, {"file"}),
        (
            {"features": {"type": "FeatureCollection", "features": [{"type": "Feature", "properties": {},
             "geometry": {"type": "Polygon", "coordinates": [[[0, 0], [1, 1], [1, 0], [0, 1], [0, 0]]]}}]}},
            {"feature"},
        ),
    ],
)  # fmt: skip
async def test_grids_that_do_not_fit_are_refused_with_the_places_to_mend(ground, changed, kinds):
    with pytest.raises(GridsInvalid) as refused:
        await do("import_grids", an_import(**changed))

    assert {fault["kind"] for fault in refused.value.facts["report"]["faults"]} == kinds
    assert await ground.fetch_value("SELECT count(*) FROM grid") == 2


async def test_a_code_is_never_used_twice_even_after_its_grid_has_ended(ground):
    await do("retire_grid", {"code": GRID_2, "retired_on": "2026-03-01", "replaced_by": []})

    with pytest.raises(GridsInvalid) as refused:
        await do("import_grids", an_import(HEPING, (GRID_2, square(1)), effective_on="2026-03-02"))

    assert refused.value.facts["report"]["reused"] == [GRID_2]


@pytest.mark.parametrize(
    ("name", "args", "by", "refused"),
    [
        ("import_grids", an_import(effective_on="2026-03-03"), "dai", NotYet),
        ("import_grids", an_import(f"{TENANT}003"), "dai", NotFound),
        ("import_grids", an_import(), "lan", NotFound),
        ("import_grids", an_import(), "bo", NotFound),
        ("import_grids", an_import(), "jing", NotYourRole),
        ("retire_grid", {"code": GRID_1, "retired_on": "2026-03-01", "replaced_by": []}, "dai", GridNotEmpty),
        ("retire_grid", {"code": GRID_1, "retired_on": "2026-03-01", "replaced_by": [NEXT_GRID]}, "dai", CodeNotInside),
        (
            "retire_grid",
            {"code": GRID_1, "retired_on": "2025-12-31", "replaced_by": [GRID_2]},
            "dai",
            RetiredBeforeStart,
        ),
        ("retire_grid", {"code": GRID_1, "retired_on": "2026-03-03", "replaced_by": [GRID_2]}, "dai", NotYet),
        ("retire_grid", {"code": f"{HEPING}077", "retired_on": "2026-03-01", "replaced_by": []}, "dai", NotFound),
        ("retire_grid", {"code": GRID_1, "retired_on": "2026-03-01", "replaced_by": []}, "lan", NotYourRole),
    ],
)
async def test_what_may_not_be_done_to_a_grid_is_refused(ground, name, args, by, refused):
    with pytest.raises(refused):
        await do(name, args, by)


async def test_a_grid_ends_once(ground):
    ended = {"code": GRID_2, "retired_on": "2026-03-01", "replaced_by": []}
    await do("retire_grid", ended)

    with pytest.raises(PlaceRetired):
        await do("retire_grid", ended)


async def test_grids_drawn_in_gcj02_are_kept_in_wgs84(ground):
    before = await queries.grid_of(a_fix(3), TODAY, TENANT)

    await do("import_grids", an_import(HEPING, (NEW[0], square(3)), crs="gcj02"))

    assert before is None
    assert await queries.grid_of(a_fix(3), TODAY, TENANT) is None  # GCJ-02 lies about 550 m off
    assert await ground.fetch_value("SELECT count(*) FROM grid") == 3


async def test_a_building_is_not_lost_when_nothing_new_lies_under_it(ground):
    await do("register_building", a_building(id=new_id(), **inside(9)))
    await do("retire_grid", {"code": GRID_1, "retired_on": "2026-03-01", "replaced_by": [GRID_2]})

    codes = await ground.fetch("SELECT DISTINCT grid_code FROM building")
    assert [row["grid_code"] for row in codes] == [GRID_2]


async def test_places_wait_for_a_successor_that_is_named_but_not_imported_yet(ground):
    door = a_door()
    await do("register_household", door, "lan")
    await do("retire_grid", {"code": GRID_1, "retired_on": "2026-03-01", "replaced_by": [GRID_2, NEW[0]]})
    assert await ground.fetch_value("SELECT grid_code FROM building") == GRID_1

    await do("import_grids", an_import(HEPING, (NEW[0], square(0)), effective_on="2026-03-01"))

    assert await ground.fetch_value("SELECT grid_code FROM building") == NEW[0]
    assert await ground.fetch_value("SELECT grid_code FROM household") == NEW[0]
