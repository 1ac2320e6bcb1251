"""The reference system is stated; where a file or its numbers say otherwise, that is said."""

import pytest
from pyproj import CRS, Transformer

from geo.errors import UnknownReferenceSystem
from geo.geojson import FaultyFeatures, Reason, read_document
from geo.systems import contradiction, declared, hint, system_named

ESRI = (
    'PROJCS["CGCS2000_3_Degree_GK_CM_108E",GEOGCS["GCS_China_Geodetic_Coordinate_System_2000",'
    'DATUM["D_China_2000",SPHEROID["CGCS2000",6378137.0,298.257222101]],PRIMEM["Greenwich",0.0],'
    'UNIT["Degree",0.0174532925199433]],PROJECTION["Gauss_Kruger"],PARAMETER["False_Easting",500000.0],'
    'PARAMETER["False_Northing",0.0],PARAMETER["Central_Meridian",108.0],PARAMETER["Scale_Factor",1.0],'
    'PARAMETER["Latitude_Of_Origin",0.0],UNIT["Meter",1.0]]'
)
XIAN80 = ESRI.replace("China_Geodetic_Coordinate_System_2000", "Xian_1980").replace("China_2000", "Xian_1980").replace(
    "CGCS2000", "Xian_1980"
)  # fmt: skip


@pytest.mark.parametrize(
    ("given", "name", "datum"),
    [
        ("wgs84", "wgs84", "wgs84"), ("EPSG:4326", "wgs84", "wgs84"), ("4490", "cgcs2000", "cgcs2000"),
        ("GCJ02", "gcj02", "gcj02"), ("bd09", "bd09", "bd09"), ("epsg:4545", "EPSG:4545", "cgcs2000"),
    ],
)  # fmt: skip
def test_a_system_is_known_by_its_names(given: str, name: str, datum: str) -> None:
    system = system_named(given)

    assert (system.name, system.datum.value) == (name, datum)


@pytest.mark.parametrize("given", [None, "", "unknown", "EPSG:3857", "4512", "4555", "2383", "EPSG:45455", "utm"])
def test_an_unknown_system_is_refused_in_both_languages(given: str | None) -> None:
    with pytest.raises(UnknownReferenceSystem) as refused:
        system_named(given)

    assert refused.value.zh
    assert refused.value.en


@pytest.mark.parametrize("epsg", [4513, 4528, 4533, 4534, 4545, 4554])
@pytest.mark.parametrize("dialect", ["WKT1_GDAL", "WKT1_ESRI", "WKT2_2019"])
def test_a_zone_is_recognised_in_every_dialect(epsg: int, dialect: str) -> None:
    says = declared(CRS.from_epsg(epsg).to_wkt(dialect))

    assert says is not None
    assert [zone.epsg for zone in says.zones] == [epsg]


@pytest.mark.parametrize("epsg", [4326, 4490])
@pytest.mark.parametrize("dialect", ["WKT1_GDAL", "WKT1_ESRI", "WKT2_2019"])
def test_degrees_are_recognised_in_every_dialect(epsg: int, dialect: str) -> None:
    says = declared(CRS.from_epsg(epsg).to_wkt(dialect))

    assert says is not None
    assert says.is_degrees
    assert not says.zones


@pytest.mark.parametrize(
    ("stated", "said", "agree"),
    [
        ("wgs84", None, True), ("EPSG:4545", "", True), ("gcj02", "EPSG:4326", True), ("bd09", "EPSG:4490", True),
        ("wgs84", "OGC:CRS84", True), ("EPSG:4545", ESRI, True), ("EPSG:4545", "urn:ogc:def:crs:EPSG::4545", True),
        ("EPSG:4524", ESRI, False), ("wgs84", ESRI, False), ("EPSG:4545", "EPSG:4326", False),
        ("EPSG:4545", XIAN80, False), ("wgs84", "EPSG:3857", False), ("EPSG:4545", "EPSG:32649", False),
    ],
)  # fmt: skip
def test_a_file_that_says_otherwise_is_heard(stated: str, said: str | None, agree: bool) -> None:
    found = contradiction(system_named(stated), declared(said))

    assert (found is None) == agree
    if found is not None:
        assert stated in found[0]
        assert stated in found[1]


@pytest.mark.parametrize(
    ("numbers", "says"),
    [
        ((109.4, 24.3), "degrees"), ((36_642_000.0, 2_690_000.0), "EPSG:4524"), ((2_690_000.0, 642_000.0), "northing"),
        ((642_000.0, 2_690_000.0), "without a zone"),
    ],
)  # fmt: skip
def test_what_odd_numbers_seem_to_be_is_guessed(numbers: tuple[float, float], says: str) -> None:
    guess = hint(*numbers)

    assert guess is not None
    assert says in guess[1]
    assert guess[0]


@pytest.mark.parametrize("numbers", [(1e9, 1e9), (0.0, 91.0), (float("nan"), 24.0)])
def test_nothing_is_guessed_of_nonsense(numbers: tuple[float, float]) -> None:
    assert hint(*numbers) is None


def a_square(epsg: int) -> dict:
    """Return a square near Liuzhou drawn in a zone."""
    by = Transformer.from_crs("EPSG:4490", f"EPSG:{epsg}", always_xy=True)
    ring = [[109.40, 24.30], [109.41, 24.30], [109.41, 24.31], [109.40, 24.31], [109.40, 24.30]]
    drawn = [list(by.transform(*each)) for each in ring]
    shape = {"type": "Polygon", "coordinates": [drawn]}
    return {"type": "FeatureCollection", "features": [{"type": "Feature", "properties": {}, "geometry": shape}]}


@pytest.mark.parametrize("epsg", [4524, 4545])
def test_a_square_in_metres_is_read_into_degrees(epsg: int) -> None:
    (feature,) = read_document(a_square(epsg), f"EPSG:{epsg}")

    assert feature.shape.bounds == pytest.approx((109.40, 24.30, 109.41, 24.31), abs=1e-11)


def test_a_feature_in_another_zone_is_refused_with_its_number_and_numbers() -> None:
    document = a_square(4524)

    with pytest.raises(FaultyFeatures) as refused:
        read_document(document, "EPSG:4545")

    (fault,) = refused.value.faults
    assert (fault.feature, fault.reason) == (1, Reason.OUT_OF_ZONE)
    assert list(fault.numbers) == document["features"][0]["geometry"]["coordinates"][0][0]
