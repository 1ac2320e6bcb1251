"""GeoJSON is read strictly; what is wrong is named by feature, and repaired only when agreed."""

import json

import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from geo import Crs, LonLat, metres
from geo.crs import to_gcj02
from geo.errors import BadGeoJSON, UnknownReferenceSystem
from geo.geojson import FaultyFeatures, Feature, Reason, Repair, feature, feature_collection, read, read_document
from tests.geo.ground import crooked_grids

SQUARE = [[109.40, 24.30], [109.41, 24.30], [109.41, 24.31], [109.40, 24.31], [109.40, 24.30]]
BOW = [[109.40, 24.30], [109.42, 24.32], [109.42, 24.30], [109.40, 24.33], [109.40, 24.30]]


def a_feature(*rings: list, **members: object) -> dict:
    return {"type": "Feature", "properties": {}, "geometry": {"type": "Polygon", "coordinates": list(rings)}, **members}


def a_collection(*features: object, **members: object) -> dict:
    return {"type": "FeatureCollection", "features": list(features), **members}


def the_fault(document: dict, crs: str = "wgs84") -> tuple[int, Reason, Repair | None]:
    with pytest.raises(FaultyFeatures) as caught:
        read_document(document, crs)
    (fault,) = caught.value.faults
    assert fault.zh
    assert fault.en
    return fault.feature, fault.reason, fault.repair


def test_polygons_come_with_their_number_id_and_properties() -> None:
    written = a_collection(a_feature(SQUARE, id="g1", properties={"code": "450299001001001", "name": "一网格"}))

    (found,) = read(json.dumps(written), "wgs84")

    assert isinstance(found, Feature)
    assert (found.number, found.id, found.properties["name"], found.repaired) == (1, "g1", "一网格", ())
    assert found.shape.equals(shapely.Polygon(SQUARE))


def test_a_single_feature_and_a_byte_order_mark_are_read() -> None:
    assert len(read(b"\xef\xbb\xbf" + json.dumps(a_feature(SQUARE)).encode(), Crs.CGCS2000)) == 1


@given(st.integers(0, 500))
@settings(max_examples=15, deadline=None)
def test_what_is_written_is_read_back_the_same(seed: int) -> None:
    grids = crooked_grids(3, 3, seed, bends=2)
    written = feature_collection(feature(grid.shape, {"code": grid.code}) for grid in grids)

    found = read(json.dumps(written), "wgs84")

    assert [f.properties["code"] for f in found] == [grid.code for grid in grids]
    assert all(f.shape.equals(grid.shape) for f, grid in zip(found, grids, strict=True))


def test_shifted_coordinates_come_back_to_wgs84() -> None:
    shifted = [to_gcj02(LonLat(*corner)) for corner in SQUARE]

    (found,) = read_document(a_collection(a_feature([[g.lon, g.lat] for g in shifted])), "gcj02")

    west, south, _, _ = found.shape.bounds
    assert metres(LonLat(west, south), LonLat(109.40, 24.30)) < 0.01


@pytest.mark.parametrize("crs", [None, "", "unknown", "EPSG:2383"])
def test_a_file_without_a_known_reference_system_is_refused(crs: str | None) -> None:
    with pytest.raises(UnknownReferenceSystem):
        read_document(a_collection(a_feature(SQUARE)), crs)


@pytest.mark.parametrize("name", ["urn:ogc:def:crs:EPSG::4549", "EPSG:3857", 4326, None])
def test_a_file_that_names_projected_metres_is_refused(name: object) -> None:
    with pytest.raises(UnknownReferenceSystem):
        read_document(a_collection(a_feature(SQUARE), crs={"type": "name", "properties": {"name": name}}), "wgs84")


def test_a_file_that_names_degrees_is_read() -> None:
    named = {"type": "name", "properties": {"name": "urn:ogc:def:crs:OGC:1.3:CRS84"}}

    assert len(read_document(a_collection(a_feature(SQUARE), crs=named), "wgs84")) == 1


@pytest.mark.parametrize(
    ("ring", "reason", "repair"),
    [
        (SQUARE[::-1], Reason.WRONG_WINDING, Repair.WIND),
        (SQUARE[:-1], Reason.NOT_CLOSED, Repair.CLOSE),
        ([[*p, 90.0] for p in SQUARE], Reason.HAS_HEIGHT, Repair.DROP_HEIGHT),
        (BOW, Reason.SELF_CROSSING, Repair.UNTANGLE),
    ],
)
def test_a_repair_is_proposed_and_made_only_when_agreed(ring: list, reason: Reason, repair: Repair) -> None:
    document = a_collection(a_feature(SQUARE), a_feature(ring))

    assert the_fault(document) == (2, reason, repair)
    _, found = read_document(document, "wgs84", accept=set(Repair))

    assert repair in found.repaired
    assert shapely.is_valid(found.shape)
    assert found.shape.area > 0


def test_the_place_of_a_crossing_is_told() -> None:
    with pytest.raises(FaultyFeatures) as caught:
        read_document(a_collection(a_feature(BOW)), "wgs84")

    place = caught.value.faults[0].place
    assert 109.40 <= place.lon <= 109.42
    assert 24.30 <= place.lat <= 24.33


@pytest.mark.parametrize(
    ("geometry", "reason"),
    [
        (None, Reason.NO_GEOMETRY),
        ({"type": "Point", "coordinates": [109.4, 24.3]}, Reason.NOT_A_POLYGON),
        ({"type": "GeometryCollection", "geometries": []}, Reason.NOT_A_POLYGON),
        ([1, 2], Reason.NOT_A_POLYGON),
        ({"type": "Polygon", "coordinates": []}, Reason.NO_RINGS),
        ({"type": "MultiPolygon", "coordinates": []}, Reason.NO_RINGS),
        ({"type": "Polygon"}, Reason.NO_RINGS),
        ({"type": "Polygon", "coordinates": [[]]}, Reason.TOO_SHORT),
        ({"type": "Polygon", "coordinates": [SQUARE[:2]]}, Reason.TOO_SHORT),
        ({"type": "Polygon", "coordinates": [[SQUARE[0]] * 4]}, Reason.SELF_CROSSING),
        ({"type": "Polygon", "coordinates": [[p[::-1] for p in SQUARE]]}, Reason.LATITUDE_FIRST),
        ({"type": "Polygon", "coordinates": [[[430_000.0, 2_690_000.0]] * 4]}, Reason.OUT_OF_RANGE),
        ({"type": "Polygon", "coordinates": [[[10**400, 24.3]] * 4]}, Reason.OUT_OF_RANGE),
        ({"type": "Polygon", "coordinates": [[["109.4", "24.3"]] * 4]}, Reason.NOT_NUMBERS),
        ({"type": "Polygon", "coordinates": [[[True, False]] * 4]}, Reason.NOT_NUMBERS),
        ({"type": "Polygon", "coordinates": [[[109.4]] * 4]}, Reason.NOT_NUMBERS),
        ({"type": "Polygon", "coordinates": [[[109.4, 24.3, 1, 2]] * 4]}, Reason.NOT_NUMBERS),
        ({"type": "Polygon", "coordinates": [[[109.4, None]] * 4]}, Reason.NOT_NUMBERS),
        ({"type": "Polygon", "coordinates": ["ring"]}, Reason.NOT_NUMBERS),
        ({"type": "Polygon", "coordinates": [[179, 0]]}, Reason.NOT_NUMBERS),
        ({"type": "Polygon", "coordinates": [[[179, 0], [-179, 0], [-179, 1], [179, 0]]]}, Reason.ANTIMERIDIAN),
    ],
)
def test_a_geometry_that_cannot_be_used_is_named_with_its_reason(geometry: object, reason: Reason) -> None:
    broken = {"type": "Feature", "properties": {}, "geometry": geometry}

    assert the_fault(a_collection(a_feature(SQUARE), broken))[:2] == (2, reason)


@pytest.mark.parametrize(
    "wrong", [7, None, "Feature", {"type": "Polygon", "coordinates": [SQUARE]}, a_feature(id=True)]
)
def test_what_is_not_a_feature_is_named(wrong: object) -> None:
    assert the_fault(a_collection(wrong))[:2] == (1, Reason.NOT_A_FEATURE)


def test_a_hole_outside_its_polygon_is_refused() -> None:
    hole = [[x + 1, y] for x, y in SQUARE[::-1]]

    assert the_fault(a_collection(a_feature(SQUARE, hole)))[1] is Reason.SELF_CROSSING


def test_every_faulty_feature_is_named_at_once() -> None:
    with pytest.raises(FaultyFeatures) as caught:
        read_document(a_collection(a_feature(SQUARE[::-1]), a_feature(SQUARE), a_feature(BOW)), "wgs84")

    assert [fault.feature for fault in caught.value.faults] == [1, 3]
    assert "2" in caught.value.zh


@pytest.mark.parametrize(
    "document", [[], 7, None, {}, {"type": "Topology"}, a_collection(), {"type": "FeatureCollection"}]
)
def test_what_is_not_a_collection_of_features_is_refused(document: object) -> None:
    with pytest.raises(BadGeoJSON):
        read_document(document, "wgs84")
