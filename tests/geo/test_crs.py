"""Datums convert there and back, and shift by what is known."""

import math

import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from geo import Bd09, Crs, Gcj02, LonLat, crs_named, metres, to_wgs84
from geo.crs import from_bd09, from_gcj02, shape_to_wgs84, to_bd09, to_gcj02
from geo.errors import BadPoint, UnknownReferenceSystem

LIUZHOU = LonLat(109.40, 24.32)
china = st.builds(LonLat, st.floats(73.0, 135.0), st.floats(3.0, 54.0))


def shift_m(point: LonLat, shifted: Gcj02 | Bd09) -> float:
    return metres(point, LonLat(shifted.lon, shifted.lat))


def test_at_liuzhou_gcj02_lies_554_m_to_the_south_east() -> None:
    """Known: domain survey, 467 m east and 297 m south; on the ellipsoid, hence ±2 m here."""
    shifted = to_gcj02(LIUZHOU)

    assert shift_m(LIUZHOU, shifted) == pytest.approx(554, abs=1)
    assert metres(LIUZHOU, LonLat(shifted.lon, LIUZHOU.lat)) == pytest.approx(467, abs=1)
    assert metres(LIUZHOU, LonLat(LIUZHOU.lon, shifted.lat)) == pytest.approx(297, abs=2)
    assert shifted.lon > LIUZHOU.lon
    assert shifted.lat < LIUZHOU.lat


def test_at_liuzhou_bd09_lies_1181_m_away() -> None:
    assert shift_m(LIUZHOU, to_bd09(LIUZHOU)) == pytest.approx(1181, abs=1)


@pytest.mark.parametrize(
    ("lon", "lat", "gcj_lon", "gcj_lat"),
    [
        (121.5272106, 31.1774276, 121.531541859215, 31.17530398364597),
        (113.912316, 22.543847, 113.9171764808363, 22.540796131694766),
        (116.377817, 39.911954, 116.38404722455657, 39.91334545536069),
    ],
    ids=["Shanghai", "Shenzhen", "Beijing"],
)
def test_gcj02_agrees_with_the_published_vectors(lon: float, lat: float, gcj_lon: float, gcj_lat: float) -> None:
    """Known: the test vectors of the open-source project eviltransform."""
    shifted = to_gcj02(LonLat(lon, lat))

    assert (shifted.lon, shifted.lat) == (pytest.approx(gcj_lon, abs=1e-9), pytest.approx(gcj_lat, abs=1e-9))


def test_bd09_agrees_with_the_published_vector() -> None:
    """Known: the test vector of the open-source project coordtransform, in Beijing."""
    shifted = to_bd09(from_gcj02(Gcj02(116.404, 39.915)))

    assert shifted.lon == pytest.approx(116.41036949371029, abs=1e-9)
    assert shifted.lat == pytest.approx(39.92133699351021, abs=1e-9)


@given(china)
def test_there_and_back_returns_within_a_centimetre(point: LonLat) -> None:
    assert metres(from_gcj02(to_gcj02(point)), point) < 0.01
    assert metres(from_bd09(to_bd09(point)), point) < 0.01


@given(st.floats(-180, 180), st.floats(-90, 90), st.sampled_from(Crs))
def test_every_place_on_earth_converts_to_a_place(lon: float, lat: float, crs: Crs) -> None:
    found = to_wgs84(lon, lat, crs)

    assert math.isfinite(found.lon)
    assert metres(found, LonLat(lon, lat)) < 2_000


@pytest.mark.parametrize("place", [LonLat(2.35, 48.86), LonLat(-74.0, 40.7), LonLat(139.77, 35.68), LonLat(0, -90)])
def test_outside_china_nothing_shifts(place: LonLat) -> None:
    assert shift_m(place, to_gcj02(place)) == 0
    assert shift_m(place, to_bd09(place)) == 0
    assert to_wgs84(place.lon, place.lat, Crs.BD09) == place


def test_cgcs2000_is_taken_as_wgs84() -> None:
    assert to_wgs84(109.4, 24.32, Crs.CGCS2000) == LIUZHOU


def test_numbers_that_are_no_place_are_refused_in_any_datum() -> None:
    for crs in Crs:
        with pytest.raises(BadPoint):
            to_wgs84(math.nan, 24.0, crs)


@pytest.mark.parametrize("name", [None, "", "unknown", "WGS84", "epsg:4326"])
def test_a_datum_we_do_not_know_is_refused_by_name(name: str | None) -> None:
    with pytest.raises(UnknownReferenceSystem, match="gcj02"):
        crs_named(name)


def test_a_shape_is_converted_corner_by_corner() -> None:
    corners = [(109.4, 24.3), (109.41, 24.3), (109.41, 24.31)]
    shifted = shapely.Polygon([(g.lon, g.lat) for g in (to_gcj02(LonLat(*corner)) for corner in corners)])

    back = shapely.get_coordinates(shape_to_wgs84(shifted, Crs.GCJ02))

    assert np.allclose(back[:3], corners, atol=1e-9)
    assert (back[0] == back[-1]).all()
