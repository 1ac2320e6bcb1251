"""A device that speaks another datum is known by many fixes at several places, and by nothing less."""

import json
import math
import random
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from geo import LonLat
from geo.crs import Gcj02, from_gcj02, to_bd09, to_gcj02
from geo.distance import DEGREE_M
from geo.points import Degrees
from geo.shifted import NEAR_M, WHERE, Sighting, Speaks, fit, spoken

LIUZHOU = LonLat(109.40, 24.32)
VECTORS = json.loads((Path(__file__).parent.parent / "vectors" / "datums.json").read_text())
NOON = datetime(2026, 3, 2, 4, tzinfo=UTC)
SAYS = {
    Speaks.WGS84: lambda at: at,
    Speaks.GCJ02: to_gcj02,
    Speaks.BD09: to_bd09,
    Speaks.CORRECTED_TWICE: lambda at: from_gcj02(Gcj02(at.lon, at.lat)),
}
speech = st.sampled_from(list(Speaks))
SHIFTED = [Speaks.GCJ02, Speaks.BD09, Speaks.CORRECTED_TWICE]


def moved(at: Degrees, east_m: float, north_m: float) -> LonLat:
    return LonLat(at.lon + east_m / (DEGREE_M * math.cos(math.radians(at.lat))), at.lat + north_m / DEGREE_M)


def places(count: int, middle: LonLat = LIUZHOU, apart_m: float = 150.0) -> list[LonLat]:
    return [moved(middle, apart_m * (i % 4), apart_m * (i // 4)) for i in range(count)]


def sightings(
    at: list[LonLat], speaks: Speaks, *, noise_m: float = 0.0, seed: int = 1, from_at: datetime = NOON
) -> list[Sighting]:
    """Return one fix a day at each place, the first first, each thrown off by up to `noise_m`."""
    chance = random.Random(seed)
    found = []
    for i, place in enumerate(at):
        far, way = chance.uniform(0, noise_m), chance.uniform(0, 2 * math.pi)
        met = moved(SAYS[speaks](place), far * math.cos(way), far * math.sin(way))
        found.append(Sighting(place, met, 20.0, from_at + timedelta(days=i)))
    return found


@given(speech, st.integers(3, 30), st.floats(0, 50), st.integers(0, 10_000))
@settings(max_examples=150, deadline=None)
def test_what_a_device_speaks_is_told_from_three_places_through_noise(
    speaks: Speaks, count: int, noise_m: float, seed: int
) -> None:
    told = spoken(sightings(places(count, apart_m=300.0), speaks, noise_m=noise_m, seed=seed))

    assert told is not None
    assert (told.speaks, told.places) == (speaks, count)


@given(speech, st.floats(75, 130), st.floats(20, 50), st.integers(0, 10_000))
@settings(max_examples=150, deadline=None)
def test_nothing_is_ever_taken_for_another_datum(speaks: Speaks, lon: float, lat: float, seed: int) -> None:
    told = spoken(sightings(places(12, LonLat(lon, lat), 300.0), speaks, noise_m=60.0, seed=seed))

    assert told is None or told.speaks is speaks


@given(st.floats(0, 2 * math.pi), st.floats(0, 3_000), st.integers(0, 10_000))
@settings(max_examples=200, deadline=None)
def test_who_writes_everything_down_in_one_spot_is_told_nothing(way: float, far_m: float, seed: int) -> None:
    """Fixes of an office, wherever it lies from the doors, show no datum; where somebody sat is nobody's business."""
    desk = moved(LIUZHOU, far_m * math.cos(way), far_m * math.sin(way))
    at = places(8, apart_m=60.0)
    chance = random.Random(seed)
    written = [
        Sighting(place, moved(desk, chance.uniform(-15, 15), chance.uniform(-15, 15)), 20.0, NOON + timedelta(hours=i))
        for i, place in enumerate(at)
    ]

    assert spoken(written) is None


@given(st.permutations(list(range(9))), speech)
def test_the_order_in_which_fixes_are_given_changes_nothing(order: list[int], speaks: Speaks) -> None:
    found = sightings(places(9), speaks, noise_m=30.0)

    assert spoken([found[i] for i in order]) == spoken(found)


@pytest.mark.parametrize("speaks", SHIFTED)
def test_two_places_prove_nothing_however_often_they_are_visited(speaks: Speaks) -> None:
    assert spoken(sightings(places(2, apart_m=900.0) * 20, speaks, noise_m=10.0)) is None


def test_doors_of_one_building_are_one_place() -> None:
    assert spoken(sightings([LIUZHOU] * 12, Speaks.GCJ02)) is None


def test_the_measure_is_the_local_shift() -> None:
    told = spoken(sightings(places(6), Speaks.GCJ02))

    assert told is not None
    assert told.metres == pytest.approx(554, abs=5)
    assert (told.east_m > 0, told.north_m < 0) == (True, True)


def test_a_circle_of_a_cell_tower_is_not_asked() -> None:
    coarse = [Sighting(s.known, s.met, 800.0, s.at) for s in sightings(places(9), Speaks.GCJ02)]

    assert spoken(coarse) is None


def test_a_place_drawn_wrong_does_not_turn_the_verdict() -> None:
    found = sightings(places(9, apart_m=300.0), Speaks.WGS84, noise_m=20.0)
    wrong = Sighting(LIUZHOU, moved(LIUZHOU, 900, 900), 20.0, NOON)

    told = spoken([*found, wrong])

    assert told is not None
    assert told.speaks is Speaks.WGS84


def test_since_is_when_it_began_and_a_mended_phone_is_clear_after_three_places() -> None:
    ill = sightings(places(8, apart_m=300.0), Speaks.GCJ02)
    began = NOON - timedelta(days=30)
    before = sightings(places(6, apart_m=300.0), Speaks.WGS84, from_at=began)
    mended = sightings(places(3, apart_m=300.0), Speaks.WGS84, from_at=NOON + timedelta(days=20))

    told = spoken([*before, *ill])
    after = spoken([*before, *ill, *mended])

    assert told is not None
    assert (told.speaks, told.fixes, told.since) == (Speaks.GCJ02, 8, NOON)
    assert after is not None
    assert after.speaks is Speaks.WGS84


def test_one_stray_fix_does_not_end_what_was_spoken() -> None:
    found = sightings(places(8, apart_m=300.0), Speaks.GCJ02)
    stray = sightings([LIUZHOU], Speaks.WGS84, from_at=NOON + timedelta(days=3, hours=2))

    told = spoken([*found, *stray])

    assert told is not None
    assert (told.speaks, told.since) == (Speaks.GCJ02, NOON)


def test_outside_china_there_is_nothing_to_tell() -> None:
    assert spoken(sightings(places(9, LonLat(13.4, 52.5), 300.0), Speaks.WGS84)) is None


def test_no_fixes_tell_nothing() -> None:
    assert spoken([]) is None


@pytest.mark.parametrize("speaks", list(Speaks))
def test_one_fix_at_a_known_place_fits_its_datum(speaks: Speaks) -> None:
    says = SAYS[speaks](LIUZHOU)

    assert fit(LIUZHOU, LonLat(says.lon, says.lat)) is speaks


def test_a_fix_between_the_datums_fits_none() -> None:
    assert fit(LIUZHOU, moved(LIUZHOU, 230, -150)) is None
    assert fit(LIUZHOU, moved(LIUZHOU, 0, NEAR_M + 1)) is None


@pytest.mark.parametrize("case", VECTORS["where"], ids=str)
def test_the_phone_and_the_server_put_places_in_the_same_spots(case: dict[str, list[float]]) -> None:
    lon, lat = (np.array([number]) for number in case["at"])

    for speaks, where in WHERE.items():
        assert [float(each[0]) for each in where(lon, lat)] == pytest.approx(case[speaks.value], abs=1e-8)


@pytest.mark.parametrize("case", VECTORS["fits"], ids=str)
def test_the_phone_and_the_server_fit_one_fix_alike(case: dict[str, Any]) -> None:
    assert fit(LonLat(*case["known"]), LonLat(*case["met"])) == case["fits"]
