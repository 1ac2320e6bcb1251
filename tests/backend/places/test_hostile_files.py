"""A hostile file of grids is refused in bounded time and memory, with its reason and the number of its feature."""

import json
import subprocess
import sys

import msgspec
import pytest
import shapely

from backend.places import reading
from backend.places.reading import Answer, Asked, ask
from tests.backend.places import corpus
from tests.backend.places.corpus import collection, ring
from tests.backend.places.wishes import CHINESE, PLAIN, a_wish, faults_of, read_here
from tests.cast import HEPING

PASSWORDS = "/etc/passwd"


SQUARE = [[109.404, 24.3], [109.406, 24.3], [109.406, 24.302], [109.404, 24.302], [109.404, 24.3]]
BOWTIE = [[109.404, 24.3], [109.406, 24.302], [109.406, 24.3], [109.404, 24.302], [109.404, 24.3]]
EVIL = {
    "self-crossing": (ring(*BOWTIE), "untangle"),
    "empty polygon": ({"type": "Polygon", "coordinates": []}, None),
    "null geometry": (None, None),
    "a line": ({"type": "LineString", "coordinates": SQUARE}, None),
    "a geometry collection": ({"type": "GeometryCollection", "geometries": []}, None),
    "3D": (ring(*([*each, 5] for each in SQUARE)), "drop_height"),
    "wrong winding": (ring(*SQUARE[::-1]), "wind"),
    "not closed": (ring(*SQUARE[:-1]), "close"),
    "over the antimeridian": (ring([179.9, 0], [-179.9, 0], [-179.9, 1], [179.9, 1], [179.9, 0]), None),
    "latitude first": (ring(*([y, x] for x, y in SQUARE)), None),
    "beyond the poles": (ring([0, 0], [1, 0], [1, 91], [0, 0]), None),
    "words for numbers": (ring(["a", "b"], ["c", "d"], ["e", "f"], ["a", "b"]), None),
    "two positions": (ring([0, 0], [1, 1]), None),
}


@pytest.mark.parametrize("evil", EVIL)
def test_a_faulty_feature_is_told_by_its_number_with_the_repair_there_is(tmp_path, evil):
    geometry, agree = EVIL[evil]
    content = collection(ring(*([x + 0.01, y] for x, y in SQUARE)), geometry)

    found = read_here(tmp_path, content)

    assert [each for each in faults_of(found) if each[0] != "crs"] == [("feature", 2)]
    (told,) = found.found.report["faults"]
    assert told["agree"] == agree
    assert told["zh"]
    assert told["en"]
    if agree is not None:
        assert found.found.report["agreeable"] == [agree]
        mended = read_here(tmp_path, content, wish=a_wish("wgs84", PLAIN, agree, standing=[]))
        assert mended.found.report["repaired"] == {agree: 1}
        assert mended.found.report["is_clean"], mended.found.report


REFUSED_WHOLE = {
    "NaN": (collection(ring(*SQUARE)).replace(b"24.302", b"NaN", 1), "not a number"),
    "no features": (collection(), "no features"),
    "deep nesting": (b'{"type":"FeatureCollection","features":' + b"[" * 100_000 + b"]" * 100_000 + b"}", "deeply"),
    "not JSON": (b"{'type': 1}", "not JSON"),
    "in GBK": ('{"type":"和平"}'.encode("gbk"), "not JSON in UTF-8"),
    "a million vertices": (
        b'{"type":"FeatureCollection","features":[{"type":"Feature","properties":{"code":1,"name":1},"geometry":{"type":"Polygon",'
        b'"coordinates":[[' + b"[109.404,24.3]," * 1_000_001 + b"[109.404,24.3]]]}}]}", "more than 1000000 positions",
    ),
    "too many features": (collection(*[ring(*SQUARE)] * 5001), "more than 5000 features"),
    "a crs without a name": (collection(ring(*SQUARE), crs={"type": "name"}), "names no reference system"),
}  # fmt: skip


@pytest.mark.parametrize("evil", REFUSED_WHOLE)
def test_a_file_that_is_wrong_as_a_whole_is_refused_in_words(tmp_path, evil):
    content, reason = REFUSED_WHOLE[evil]

    zh, en = read_here(tmp_path, content).refused

    assert reason in en
    assert zh


ARCHIVES = {
    "path traversal": (corpus.with_entry("../../grids.kml"), "outside itself"),
    "an absolute path": (corpus.with_entry("/tmp/grids.kml"), "outside itself"),
    "a drive": (corpus.with_entry("C:\\grids.kml"), "outside itself"),
    "a link": (corpus.with_entry("grids.kml", link=True), "outside itself"),
    "a zip in a zip": (corpus.zipped({"a.zip": corpus.zipped({"grids.kml": b"<kml/>"})}), "another archive"),
    "nothing of use": (corpus.zipped({"readme.txt": b"hello"}), "holds no .shp"),
    "too many entries": (corpus.zipped({f"{n}.kml": b"<" for n in range(400)}), "more than 300"),
    "cut off": (corpus.zipped({"grids.geojson": corpus.sound()})[:-30], "damaged"),
    "no dbf": (corpus.zipped({"grids.shp": b"\x00\x00\x27\x0a" + bytes(96)}), "lacks its .dbf"),
    "a CSV called .shp": (
        corpus.zipped({"grids.shp": b"code,name\n1,2\n", "grids.dbf": b"x"}),
        "not what its name says",
    ),
    "a broken dbf": (corpus.zipped({"grids.shp": b"\x00\x00\x27\x0a" + bytes(96), "grids.dbf": b"x"}), "no table"),
}


@pytest.mark.parametrize("evil", ARCHIVES)
def test_an_archive_that_no_honest_program_writes_is_refused(tmp_path, evil):
    content, reason = ARCHIVES[evil]

    zh, en = read_here(tmp_path, content, "grids.zip").refused

    assert reason in en
    assert zh
    assert not (tmp_path.parent / "grids.kml").exists()


@pytest.mark.parametrize(
    ("name", "content", "reason"),
    [
        ("grids.shp", b"\x00\x00\x27\x0a", "alone"), ("grids.shp", b"code,name", "alone"),
        ("grids.gpkg", b"code,name", "not what its name says"), ("grids.kml", b"{}", "not what its name says"),
        ("grids.csv", b"code,name", "none of"), ("grids", b"", "none of"), ("grids.rar", b"Rar!\x1a", "not as a zip"),
        ("grids.geojson", b"Rar!\x1a", "not as a zip"), ("grids.geojson", b"", "not what its name says"),
    ],
)  # fmt: skip
def test_what_is_not_what_its_name_says_is_refused(tmp_path, name, content, reason):
    assert reason in read_here(tmp_path, content, name).refused[1]


@pytest.mark.parametrize("make", [corpus.bomb, corpus.lying_bomb])
async def test_a_zip_bomb_is_refused_before_it_fills_anything(make):
    content = make()

    refused = (await ask(content, Asked("grids.kmz", wish=a_wish()))).refused

    assert len(content) < 1_000_000
    assert refused is not None
    assert "larger than" in refused[1] or "damaged" in refused[1]


@pytest.mark.parametrize(
    "content",
    [
        corpus.kml_of_entities(),
        corpus.deep_kml(),
        b"<kml",
        b"<html><body/></html>",
        corpus.kml_that_reads("/etc/passwd"),
    ],
    ids=["entities in entities", "folders in folders", "cut off", "a web page", "an entity of the disk"],
)
async def test_a_kml_that_wishes_us_ill_is_refused_and_reads_nothing(content):
    found = await ask(content, Asked("grids.kml", wish=a_wish("wgs84", {"code": "Name", "name": "Name"})))

    assert found.refused is not None or found.found.report["faults"]
    assert b"root:" not in msgspec.msgpack.encode(found)


async def test_a_geopackage_of_noise_is_refused():
    found = await ask(b"SQLite format 3\x00" + bytes(range(256)) * 40, Asked("grids.gpkg", wish=a_wish()))

    assert found.refused is not None


async def test_mixed_types_in_a_geopackage_are_told_by_number():
    mixed = [*corpus.TWO, (f"{HEPING}005", "点", shapely.Point(109.4, 24.3)), (f"{HEPING}006", "空", shapely.Polygon())]
    content = corpus.written("gpkg", mixed, crs="EPSG:4490")[".gpkg"]

    found = await ask(content, Asked("grids.gpkg", wish=a_wish("cgcs2000", CHINESE)))

    assert faults_of(found) == [("feature", 3), ("feature", 4)]


async def test_a_file_that_takes_too_long_is_refused_and_its_process_ends(monkeypatch):
    monkeypatch.setattr(reading, "WALL_S", 0.05)

    refused = (await ask(corpus.sound(), Asked("grids.geojson"))).refused

    assert "too long" in refused[1]


def test_a_file_that_needs_more_memory_than_its_process_may_have_is_refused(tmp_path):
    (tmp_path / "upload").write_bytes(b'{"type":"FeatureCollection","features":[' + b"[[]]," * 4_000_000 + b"0]}")
    (tmp_path / "request").write_bytes(msgspec.msgpack.encode(Asked("grids.geojson")))
    tighter = "child.LIMITS = ((child.resource.RLIMIT_AS, 400_000_000),)"
    program = f"from backend.places.reading import child; {tighter}; child.main(child.Path({str(tmp_path)!r}))"

    subprocess.run([sys.executable, "-c", program], cwd=reading.HOUSE, env=reading.ENVIRONMENT, check=True)

    refused = msgspec.msgpack.decode((tmp_path / "answer").read_bytes(), type=Answer).refused
    assert "too much memory" in refused[1]


def test_the_child_knows_four_formats_and_no_others():
    done = subprocess.run(
        [sys.executable, "-c", "import json, pyogrio; print(json.dumps(sorted(pyogrio.list_drivers())))"],
        env=reading.ENVIRONMENT, capture_output=True, text=True, check=True,
    )  # fmt: skip

    assert json.loads(done.stdout) == ["ESRI Shapefile", "GPKG", "LIBKML", "MEM"]
