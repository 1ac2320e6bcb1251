"""Positions, fixes and boxes cannot be invalid."""

import math
from datetime import UTC, datetime

import pytest

from geo import BBox, Bd09, Crs, Fix, Gcj02, GeoError, LonLat
from geo.errors import BadBox, BadPoint

NO_NUMBERS = [math.nan, math.inf, -math.inf, None, "109.4", True, [109.4], 10**400]


@pytest.mark.parametrize("wrong", [*NO_NUMBERS, 180.0000001, -181])
def test_a_longitude_that_is_no_place_is_refused(wrong: object) -> None:
    with pytest.raises(BadPoint):
        LonLat(wrong, 24.3)


@pytest.mark.parametrize("wrong", [*NO_NUMBERS, 90.0000001, 109.4])
def test_a_latitude_that_is_no_place_is_refused(wrong: object) -> None:
    with pytest.raises(BadPoint):
        LonLat(109.4, wrong)


@pytest.mark.parametrize("wrong", [*NO_NUMBERS, -0.1, 1e9])
def test_an_accuracy_that_is_no_radius_is_refused(wrong: object) -> None:
    with pytest.raises(BadPoint):
        Fix(LonLat(109.4, 24.3), wrong)


def test_the_corners_of_the_map_are_places() -> None:
    assert LonLat(180, -90) == LonLat(180.0, -90.0)


def test_a_position_cannot_be_changed() -> None:
    with pytest.raises(AttributeError):
        LonLat(109.4, 24.3).lon = 0.0


def test_positions_in_different_datums_are_never_equal() -> None:
    assert len({LonLat(109.4, 24.3), Gcj02(109.4, 24.3), Bd09(109.4, 24.3)}) == 3
    assert LonLat(109.4, 24.3) != Gcj02(109.4, 24.3)


def test_the_time_of_a_fix_needs_a_zone() -> None:
    point = LonLat(109.4, 24.3)

    assert Fix(point, 12.0, Crs.GCJ02, taken_at=datetime(2020, 3, 5, tzinfo=UTC)).accuracy_m == 12.0
    with pytest.raises(BadPoint, match="time zone"):
        Fix(point, taken_at=datetime(2020, 3, 5))  # noqa: DTZ001


def test_a_box_is_parsed_west_south_east_north() -> None:
    box = BBox.parse("109.3, 24.2,109.5,24.4")

    assert box.bounds == (109.3, 24.2, 109.5, 24.4)
    assert box.holds(LonLat(109.3, 24.4))
    assert not box.holds(LonLat(109.51, 24.3))


@pytest.mark.parametrize(
    "text",
    [
        "24.2,109.3,24.4,109.5",
        "0," * 100_000,
        "",
        "1,2,3",
        "1,2,3,4,5",
        "a,b,c,d",
        "nan,0,1,1",
        "0,0,inf,1",
        "2,0,1,1",
        "0,2,1,1",
        "0,0,181,1",
        "1_0,0,20,1",
    ],
)
def test_a_text_that_is_no_box_is_refused(text: str) -> None:
    with pytest.raises(BadBox):
        BBox.parse(text)


def test_every_refusal_speaks_chinese_and_english() -> None:
    with pytest.raises(GeoError) as caught:
        LonLat(109.4, math.nan)

    assert "latitude" in str(caught.value)
    assert "纬度" in caught.value.zh
