"""Hostile GeoJSON is refused, in bounded time."""

import json
import math
import time

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from geo.errors import BadGeoJSON, GeoError, TooMuchGeoJSON
from geo.geojson import FaultyFeatures, Limits, Reason, feature_collection, geometry, read, read_document

SQUARE = [[109.40, 24.30], [109.41, 24.30], [109.41, 24.31], [109.40, 24.31], [109.40, 24.30]]


def polygon(coordinates: object, properties: object = None) -> dict:
    return {
        "type": "Feature",
        "properties": properties,
        "geometry": {"type": "Polygon", "coordinates": coordinates},
    }


@pytest.mark.parametrize(
    "text",
    [
        b"",
        b"{",
        b"\xff\xfe{}",
        b'{"type": "FeatureCollection", "features": [NaN]}',
        b'{"type": "FeatureCollection", "features": [-Infinity]}',
        b'{"type": "FeatureCollection", "type": "Feature", "features": []}',
        b"[" * 1_000_000,
        b'{"a":' * 1_000_000,
        b'{"type":"FeatureCollection","features":[' + b"9" * 5_000 + b"]}",
    ],
    ids=["empty", "cut", "utf16", "nan", "infinity", "repeated", "deep lists", "deep objects", "long number"],
)
def test_text_that_is_no_json_is_refused(text: bytes) -> None:
    with pytest.raises(BadGeoJSON):
        read(text, "wgs84")


def test_a_number_too_large_for_a_float_is_out_of_range() -> None:
    text = json.dumps({"type": "FeatureCollection", "features": [polygon([SQUARE])]}).replace("109.41", "1e999")

    with pytest.raises(FaultyFeatures) as caught:
        read(text, "wgs84")

    assert caught.value.faults[0].reason is Reason.OUT_OF_RANGE


def test_too_many_bytes_features_or_vertices_are_refused() -> None:
    document = feature_collection([polygon([SQUARE])] * 3)

    for limits in (Limits(size_bytes=100), Limits(features=2), Limits(vertices=14)):
        with pytest.raises(TooMuchGeoJSON):
            read(json.dumps(document), "wgs84", limits=limits)
    assert len(read(json.dumps(document), "wgs84", limits=Limits(features=3, vertices=15))) == 3


@pytest.mark.parametrize("properties", [[], 7, {str(i): i for i in range(101)}, json.loads("[" * 40 + "]" * 40)])
def test_properties_that_are_no_small_object_are_refused(properties: object) -> None:
    with pytest.raises(FaultyFeatures) as caught:
        read_document(feature_collection([polygon([SQUARE], properties)]), "wgs84")

    assert caught.value.faults[0].reason is Reason.BAD_PROPERTIES


def test_deeply_nested_properties_are_refused() -> None:
    nested: object = 1
    for _ in range(40):
        nested = {"a": nested}

    with pytest.raises(FaultyFeatures):
        read_document(feature_collection([polygon([SQUARE], {"deep": nested})]), "wgs84")


def test_a_file_of_nothing_but_faults_stops_at_the_limit() -> None:
    with pytest.raises(FaultyFeatures) as caught:
        read_document(feature_collection([polygon([])] * 500), "wgs84", limits=Limits(fault_count=20))

    assert len(caught.value.faults) == 20


def test_a_million_vertices_are_read_within_seconds() -> None:
    turn = np.linspace(0, 2 * math.pi, 1_000_000)[:-1]
    ring = np.column_stack([109.4 + 0.1 * np.cos(turn), 24.3 + 0.1 * np.sin(turn)])
    document = feature_collection([polygon([[*ring.tolist(), ring[0].tolist()]])])
    started = time.process_time()

    (found,) = read_document(document, "wgs84")

    assert shapely.get_num_coordinates(found.shape) == 1_000_000
    assert time.process_time() - started < 15


def test_a_comb_of_crossing_teeth_is_refused_within_seconds() -> None:
    x = np.linspace(109.4, 109.5, 100_000)
    teeth = np.column_stack([x, np.where(np.arange(100_000) % 2, 24.3, 24.4)])
    back = np.column_stack([x[::-1], np.where(np.arange(100_000) % 2, 24.31, 24.39)])
    ring = [*teeth.tolist(), *back.tolist(), teeth[0].tolist()]
    started = time.process_time()

    with pytest.raises(FaultyFeatures):
        read_document(feature_collection([polygon([ring])]), "wgs84")

    assert time.process_time() - started < 15


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=5), inner, max_size=4),
    max_leaves=12,
)


@given(json_values, st.sampled_from(["coordinates", "geometry", "feature", "document", "properties", "crs"]))
@settings(max_examples=200, deadline=None)
def test_any_value_anywhere_is_read_or_refused_and_never_breaks(value: object, where: str) -> None:
    feature = polygon([SQUARE], {})
    document: object = feature_collection([feature])
    if where == "coordinates":
        feature["geometry"]["coordinates"] = value
    elif where in ("geometry", "properties"):
        feature[where] = value
    elif where == "crs":
        document["crs"] = value
    else:
        document = value if where == "document" else feature_collection([value])

    try:
        read_document(document, "wgs84")
    except GeoError as error:
        refused = error
    else:
        refused = None

    assert refused is None or refused.zh


def test_written_rings_run_as_rfc_7946_wants_with_seven_decimals() -> None:
    clockwise = shapely.Polygon([(0, 0), (0, 1 / 3), (1 / 3, 1 / 3), (1 / 3, 0)], [])

    written = geometry(clockwise)

    ring = written["coordinates"][0]
    assert shapely.is_ccw(shapely.LinearRing(ring))
    assert max(max(position) for position in ring) == 0.3333333
