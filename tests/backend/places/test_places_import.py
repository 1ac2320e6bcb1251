"""A surveyor's file comes into force whole or not at all, beside the ground that it was checked against."""

from datetime import date, timedelta

import pytest
import shapely

from backend import clock
from backend.ids import new_id
from backend.places import queries
from backend.places.commands.grid_files import (
    GridFile,
    SurveyAsked,
    import_survey,
    keep_file,
    kept_file,
    progress_of,
    survey_file,
)
from backend.places.reading import Progress
from backend.places.rules import GridFileUnreadable, GroundMoved, NotYet, SurveyGone
from backend.problems import NotFound, NotYourRole
from geo.points import Fix, LonLat
from tests.backend.places import corpus
from tests.backend.places.ground import a_survey, an_import, do, inside, make_ground, square
from tests.cast import HEPING, OTHER_TENANT, TENANT, make_cast

TODAY = date(2026, 3, 2)
NEW = tuple(f"{HEPING}{number:03}" for number in (3, 4))
PLAIN = {"code": "code", "name": "name"}


@pytest.fixture
async def ground(database, frozen_clock):
    await make_cast()
    await make_ground()
    return database


async def survey(grids=corpus.TWO, communities=(HEPING,), heard=None, **changed):
    asked = SurveyAsked(**{"crs": "wgs84", "columns": PLAIN, "effective_on": TODAY, **changed})
    file = GridFile("和平.geojson", corpus.sound(grids))
    tell = heard.append if heard is not None else lambda _: None
    return await survey_file(file, asked, TENANT, communities, clock.now(), tell)


def kinds(found) -> list[str]:
    return [each["kind"] for each in found.report["faults"]]


async def test_a_file_that_fits_comes_into_force_by_one_mutation(ground):
    heard: list[Progress] = []
    found, survey_id = await survey(heard=heard)
    assert found.report["communities"] == {HEPING: 2}
    assert await ground.fetch_value("SELECT count(*) FROM grid") == 2, "a survey changes nothing"

    await do("import_grid_file", {"survey_id": survey_id})

    middle = inside(2)
    assert await queries.grid_of(Fix(LonLat(middle["lon"], middle["lat"]), 1.0), TODAY, TENANT) == NEW[0]
    assert await ground.fetch_value("SELECT count(*) FROM change WHERE kind = 'grid'") == 4
    assert [each.stage for each in heard][-1] == "done"
    assert progress_of(survey_id) == Progress("importing", 2, 2)
    with pytest.raises(SurveyGone):
        await do("import_grid_file", {"survey_id": survey_id})


async def test_grids_of_several_communities_come_in_one_file_and_one_of_them_not_yours_refuses_all(ground):
    other = f"{TENANT}003"
    await make_ground_elsewhere(other)
    survey_id = await a_survey((NEW[0], square(2)), (f"{other}009", square(2, row=1)))

    for login, refused in (("qin", NotFound), ("lan", NotFound), ("jing", NotYourRole)):
        with pytest.raises(refused):
            await do("import_grid_file", {"survey_id": survey_id}, login)
    assert await ground.fetch_value("SELECT count(*) FROM grid") == 4
    await do("import_grid_file", {"survey_id": survey_id})

    assert await ground.fetch_value("SELECT count(*) FROM grid") == 6


async def make_ground_elsewhere(community: str) -> None:
    await do("register_community", {"id": new_id(), "code": community, "name": "中山花园"})
    far = an_import(community, (f"{community}001", square(0, row=9)), (f"{community}002", square(1, row=9)))
    await do("import_grids", far)


async def test_a_survey_is_worth_nothing_once_the_ground_has_moved(ground):
    survey_id = await a_survey()
    await do("import_grids", an_import(HEPING, (f"{HEPING}009", square(9)), effective_on="2026-03-02"))

    with pytest.raises(GroundMoved):
        await do("import_grid_file", {"survey_id": survey_id})

    assert await ground.fetch_value("SELECT count(*) FROM grid") == 3


async def test_a_survey_of_another_subdistrict_does_not_exist(ground):
    survey_id = await a_survey()

    with pytest.raises(SurveyGone):
        async with ground.transaction():
            await import_survey(survey_id, OTHER_TENANT, clock.now(), lambda _: None, lambda _: None)


@pytest.mark.parametrize(
    ("grids", "faults"),
    [
        ([(NEW[0], "重叠", square(1, width=2))], ["overlap"]),
        ([(NEW[0], "一", square(2)), (NEW[0], "二", square(3))], ["property"]),
        ([(f"{HEPING}001", "用过", square(2))], ["property"]),
        ([(f"{TENANT}009001", "没有的社区", square(2))], ["property"]),
        ([(f"{OTHER_TENANT}001001", "别的街道", square(2))], ["property"]),
        ([("45029900100200", "短", square(2))], ["property"]),
        ([(NEW[0], " ", square(2))], ["property"]),
        ([(NEW[0], "长" * 81, square(2))], ["property"]),
        ([(NEW[0], "同", square(2)), (NEW[1], "形", square(2))], ["duplicate"]),
    ],
)
async def test_what_does_not_fit_is_told_and_nothing_can_be_imported(ground, grids, faults):
    found, survey_id = await survey(grids)

    assert kinds(found) == faults
    assert survey_id is None


async def test_overlaps_and_gaps_are_told_with_their_place_and_area(ground):
    west, south, east, north = square(2).bounds
    overlapping = shapely.box(west - 0.0005, south, east, north)
    far = shapely.box(east + 0.00002, south, east + 0.002, north)  # two metres of nothing between them

    found, _ = await survey([(NEW[0], "三", overlapping), (NEW[1], "四", far)])

    told = {each["kind"]: each for each in found.report["faults"]}
    assert told["overlap"]["area_m2"] == pytest.approx(50.7 * 222.6, rel=0.02)
    assert shapely.Point(told["overlap"]["at"]).within(shapely.box(west - 0.0005, south, west, north))
    assert told["gap"]["area_m2"] == pytest.approx(2.03 * 222.6, rel=0.02)
    assert shapely.Point(told["gap"]["at"]).within(shapely.box(east, south, east + 0.00002, north))
    assert found.report["agreeable"] == [], "ground that two claim is no slip of the pen"


async def test_slivers_between_new_grids_are_closed_by_agreement_and_the_change_is_told(ground):
    west, south, east, north = square(7).bounds
    slipped = shapely.box(west - 0.000004, south, east, north)  # 40 cm over its neighbour
    grids = [(NEW[0], "三", square(6)), (NEW[1], "四", slipped)]

    asked, nothing = await survey(grids)
    agreed, survey_id = await survey(grids, agreed=["clean"])

    assert (kinds(asked), asked.report["agreeable"], nothing) == (["overlap"], ["clean"], None)
    assert agreed.report["is_clean"], agreed.report
    assert "by at most 90" in agreed.report["notes"][0]["en"], "40 cm by 222 m"
    assert survey_id is not None
    west_of_it, east_of_it = (shapely.from_wkb(grid.wkb) for grid in agreed.grids)
    assert west_of_it.intersection(east_of_it).area == 0


async def test_a_strip_open_at_its_ends_is_told_and_no_repair_is_promised(ground):
    west, south, east, north = square(7).bounds
    slipped = shapely.box(west + 0.000004, south, east, north)

    found, _ = await survey([(NEW[0], "三", square(6)), (NEW[1], "四", slipped)], agreed=["clean"])

    assert (kinds(found), found.report["agreeable"]) == (["gap"], [])


async def test_a_grid_in_force_never_gives_way_to_a_new_one(ground):
    west, south, east, north = square(2).bounds
    grids = [(NEW[0], "三", shapely.box(west - 0.000004, south, east, north))]

    found, survey_id = await survey(grids, agreed=["clean"])

    in_force = [row["shape"] for row in await ground.fetch("SELECT shape FROM grid ORDER BY code")]
    assert [shapely.from_wkb(each).equals(square(at)) for at, each in enumerate(in_force)] == [True, True]
    if survey_id is None:
        assert kinds(found) == ["overlap"]
    else:
        assert shapely.from_wkb(found.grids[0].wkb).intersection(square(1)).area == 0


async def test_a_grid_amid_another_community_is_an_exclave_only_by_agreement(ground):
    other = f"{TENANT}003"
    await make_ground_elsewhere(other)
    grids = [(f"{other}007", "飞地", square(2))]

    asked, _ = await survey(grids, communities=(HEPING, other))
    agreed, survey_id = await survey(grids, communities=(HEPING, other), agreed=["exclave"])

    assert (kinds(asked), asked.report["agreeable"]) == (["outside"], ["exclave"])
    assert agreed.report["is_clean"]
    assert survey_id is not None


async def test_a_file_is_kept_for_its_subdistrict_for_a_day(ground, frozen_clock):
    file = GridFile("和平.zip", b"PK")
    kept = await keep_file(TENANT, file, clock.now())

    assert await kept_file(TENANT, kept) == file
    with pytest.raises(SurveyGone):
        await kept_file(OTHER_TENANT, kept)
    frozen_clock.forward(days=2)
    await keep_file(OTHER_TENANT, file, clock.now())
    with pytest.raises(SurveyGone):
        await kept_file(TENANT, kept)


async def test_of_many_files_the_latest_are_kept(ground):
    ids = [await keep_file(TENANT, GridFile(f"{n}.zip", b"PK"), clock.now() + timedelta(minutes=n)) for n in range(7)]

    assert (await kept_file(TENANT, ids[-1])).name == "6.zip"
    assert await ground.fetch_value("SELECT count(*) FROM grid_file") == 5
    with pytest.raises(SurveyGone):
        await kept_file(TENANT, ids[0])


async def test_a_file_for_tomorrow_or_of_nothing_is_refused(ground):
    with pytest.raises(NotYet):
        await survey(effective_on=date(2026, 3, 3))
    with pytest.raises(GridFileUnreadable) as refused:
        await survey(crs="EPSG:3857")

    assert "3857" in refused.value.detail("zh")
    assert "3857" in refused.value.detail("en")
