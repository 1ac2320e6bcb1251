"""Files of grids are read as they are meant: in any of the formats, encodings and reference systems."""

import asyncio
import json

import pytest
import shapely

from backend.places.reading import Asked, ask
from geo.crs import to_gcj02
from geo.points import LonLat
from tests.backend.places import corpus
from tests.backend.places.ground import square
from tests.backend.places.wishes import CHINESE, CUT, a_wish, faults_of, read_here
from tests.cast import HEPING


@pytest.fixture(scope="module")
def gbk() -> dict[str, bytes]:
    return corpus.written("shp", encoding="GBK")


@pytest.mark.parametrize(
    ("leave_out", "said_by", "name"),
    [((), "cpg", "GBK"), ((".cpg",), "bytes", "GBK"), ((".cpg", ".shx", ".prj"), "bytes", "GBK")],
)
async def test_a_shapefile_in_gbk_is_read_with_and_without_its_cpg(gbk, leave_out, said_by, name):
    content = corpus.shapefile(gbk, leave_out)

    look = (await ask(content, Asked("柳州.zip"))).look
    found = (await ask(content, Asked("柳州.zip", wish=a_wish("cgcs2000", CHINESE)))).found

    assert (look.encoding, look.encoding_said_by, look.features) == (name, said_by, 2)
    assert look.columns == CHINESE
    assert [field.samples for field in look.fields] == [[code for code, _, _ in corpus.TWO],
                                                         [name for _, name, _ in corpus.TWO]]  # fmt: skip
    assert found.report["is_clean"], found.report
    assert [(grid.code, grid.name) for grid in found.grids] == [(code, name) for code, name, _ in corpus.TWO]
    for grid, (_, _, shape) in zip(found.grids, corpus.TWO, strict=True):
        assert shapely.from_wkb(grid.wkb).equals(shape)


@pytest.mark.parametrize(
    ("kind", "name", "columns"), [("gpkg", "g.gpkg", CHINESE), ("kml", "g.kml", CHINESE), ("kml", "g.kmz", CHINESE)]
)
async def test_geopackage_kml_and_kmz_are_read(kind, name, columns):
    content = corpus.written(kind, crs="EPSG:4326")[f".{kind}"]
    if name.endswith("kmz"):
        content = corpus.zipped({"doc.kml": content, "files/picture.png": b"x"})

    found = (await ask(content, Asked(name, wish=a_wish("wgs84", columns)))).found

    assert found.report["is_clean"], found.report
    assert [(grid.code, grid.name) for grid in found.grids] == [(code, name) for code, name, _ in corpus.TWO]


async def test_metres_of_a_zone_are_read_and_another_zone_is_contradicted():
    from pyproj import Transformer

    by = Transformer.from_crs("EPSG:4490", "EPSG:4545", always_xy=True)
    metres = [
        (code, name, shapely.transform(shape, by.transform, interleaved=False)) for code, name, shape in corpus.TWO
    ]
    content = corpus.shapefile(corpus.written("shp", metres, crs="EPSG:4545"))

    look = (await ask(content, Asked("g.zip"))).look
    right = (await ask(content, Asked("g.zip", wish=a_wish("EPSG:4545", CUT)))).found
    wrong = await ask(content, Asked("g.zip", wish=a_wish("EPSG:4546", CUT)))
    unsaid = corpus.shapefile(corpus.written("shp", metres, crs=None))
    degrees = await ask(unsaid, Asked("g.zip", wish=a_wish("wgs84", CUT)))

    assert (look.crs, look.columns) == ("EPSG:4545", CUT)
    assert right.report["is_clean"], right.report
    assert shapely.from_wkb(right.grids[0].wkb).bounds == pytest.approx(square(2).bounds, abs=1.01e-7)
    assert faults_of(wrong) == [("crs", None)]
    assert faults_of(degrees) == [("crs", None), ("feature", 1), ("feature", 2)]
    assert "米" not in degrees.found.report["faults"][0]["zh"]


def test_gcj02_is_shifted_back(tmp_path):
    west, south, east, north = square(2).bounds
    low, high = to_gcj02(LonLat(west, south)), to_gcj02(LonLat(east, north))
    shifted = shapely.box(low.lon, low.lat, high.lon, high.lat)

    found = read_here(
        tmp_path, corpus.sound([(f"{HEPING}003", "三", shifted)]), wish=a_wish("gcj02", standing=[])
    ).found

    assert shapely.from_wkb(found.grids[0].wkb).bounds == pytest.approx(square(2).bounds, abs=2e-7)


async def test_heights_in_a_shapefile_are_dropped_only_by_agreement():
    high = [(code, name, shapely.force_3d(shape, 7.0)) for code, name, shape in corpus.TWO]
    content = corpus.shapefile(corpus.written("shp", high))

    asked = await ask(content, Asked("g.zip", wish=a_wish("cgcs2000", CUT)))
    agreed = await ask(content, Asked("g.zip", wish=a_wish("cgcs2000", CUT, "drop_height")))

    assert [each["agree"] for each in asked.found.report["faults"]] == ["drop_height"] * 2
    assert agreed.found.report["is_clean"], agreed.found.report
    assert agreed.found.report["repaired"] == {"drop_height": 2}


def test_a_column_that_the_file_has_not_is_named(tmp_path):
    told = read_here(tmp_path, corpus.sound(), wish=a_wish("wgs84", {"code": "bm", "name": "name"})).found.report

    assert [(each["kind"], "bm" in each["zh"], "bm" in each["en"]) for each in told["faults"]] == [
        ("columns", True, True)
    ]


async def test_files_are_read_one_after_another_and_progress_is_told():
    heard: list[str] = []
    await asyncio.gather(*(ask(corpus.sound(), Asked("g.geojson", wish=a_wish()), lambda p: heard.append(p.stage))
                           for _ in range(2)))  # fmt: skip

    one = ["unpacking", "reading", "reading", "checking"]
    assert heard == ["waiting", "waiting", *one, *one]


def test_a_preview_names_its_shapes_by_their_number_in_the_file(tmp_path):
    content = corpus.collection(None, corpus.ring(*square(2).exterior.coords[::-1]))

    told = read_here(tmp_path, content, wish=a_wish("wgs84", {"code": "code", "name": "name"}, "wind"))

    drawn = json.loads(told.found.preview)["features"]
    assert [each["properties"]["code"] for each in drawn] == ["2"]
    assert faults_of(told) == [("feature", 1)]
