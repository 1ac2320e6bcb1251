"""Metres and square metres on the sphere."""

import math

import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from geo import LonLat, area_m2, metres, metres_to, metres_to_edge
from geo.distance import EARTH_M

anywhere = st.builds(LonLat, st.floats(-180, 180), st.floats(-90, 90))
BLOCK = shapely.box(109.40, 24.30, 109.41, 24.31)


def test_a_quarter_of_a_great_circle() -> None:
    assert metres(LonLat(0, 0), LonLat(0, 90)) == pytest.approx(EARTH_M * math.pi / 2)
    assert metres(LonLat(0, 0), LonLat(180, 0)) == pytest.approx(EARTH_M * math.pi)


def test_paris_to_new_york_is_5837_km() -> None:
    """Known: great circle on the mean radius between 48.8566 N 2.3522 E and 40.7128 N 74.0060 W."""
    assert metres(LonLat(2.3522, 48.8566), LonLat(-74.0060, 40.7128)) == pytest.approx(5_837_000, rel=1e-3)


@given(anywhere, anywhere)
def test_distance_is_the_same_both_ways_and_never_more_than_half_way_round(a: LonLat, b: LonLat) -> None:
    assert metres(a, b) == pytest.approx(metres(b, a), abs=1e-6)
    assert 0 <= metres(a, b) <= EARTH_M * math.pi + 1


def test_a_point_inside_is_no_metres_from_the_shape_but_some_from_its_edge() -> None:
    inside = LonLat(109.4001, 24.305)

    assert metres_to(inside, BLOCK) == 0
    assert metres_to_edge(inside, BLOCK) == pytest.approx(metres(inside, LonLat(109.40, 24.305)), rel=1e-4)


def test_metres_to_a_shape_agree_with_the_great_circle() -> None:
    outside = LonLat(109.42, 24.32)

    assert metres_to(outside, BLOCK) == pytest.approx(metres(outside, LonLat(109.41, 24.31)), rel=1e-3)


def test_nothing_is_near_an_empty_shape() -> None:
    assert metres_to(LonLat(0, 0), shapely.Polygon()) == math.inf


def test_the_area_of_an_octant_is_an_eighth_of_the_sphere() -> None:
    octant = shapely.box(0, 0, 90, 90)

    assert area_m2(octant) == pytest.approx(4 * math.pi * EARTH_M**2 / 8, rel=1e-9)


def test_a_small_block_measures_its_sides() -> None:
    width = metres(LonLat(109.40, 24.305), LonLat(109.41, 24.305))
    height = metres(LonLat(109.40, 24.30), LonLat(109.40, 24.31))

    assert area_m2(BLOCK) == pytest.approx(width * height, rel=1e-6)
    assert area_m2(shapely.LineString([(0, 0), (1, 1)])) == 0
