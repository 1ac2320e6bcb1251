"""A fix is a circle: inside a grid, straddling several, or outside all."""

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from geo import BBox, Fix, Grid, GridIndex, LonLat, Verdict, holding, metres_to
from geo.errors import BadCoverage
from tests.geo.ground import CELL, SOUTH, WEST, block, crooked_grids

GRIDS = crooked_grids(6, 5)
INDEX = GridIndex(GRIDS)
LEFT, RIGHT = block(109.40, 24.30, 109.41, 24.31, "a"), block(109.41, 24.30, 109.42, 24.31, "b")
around = st.builds(LonLat, st.floats(WEST - CELL, WEST + 7 * CELL), st.floats(SOUTH - CELL, SOUTH + 6 * CELL))
radii_m = st.sampled_from([0.0, 1.0, 15.0, 80.0, 400.0, 5_000.0])


def test_a_circle_within_one_grid_is_inside_it() -> None:
    found = holding(Fix(LonLat(109.405, 24.305), 50.0), [LEFT, RIGHT])

    assert (found.grid, found.candidates, found.verdict) == ("a", ("a",), Verdict.INSIDE)


def test_a_circle_that_reaches_the_neighbour_straddles_with_the_nearest_first() -> None:
    found = holding(Fix(LonLat(109.4101, 24.305), 30.0), [LEFT, RIGHT])

    assert (found.grid, found.candidates, found.verdict) == ("b", ("b", "a"), Verdict.STRADDLING)


def test_a_circle_outside_that_touches_a_grid_leaves_the_choice_to_a_person() -> None:
    found = holding(Fix(LonLat(109.4201, 24.305), 30.0), [LEFT, RIGHT])

    assert (found.grid, found.candidates, found.verdict) == (None, ("b",), Verdict.STRADDLING)


def test_a_circle_far_from_all_is_outside() -> None:
    found = holding(Fix(LonLat(109.50, 24.305), 30.0), [LEFT, RIGHT])

    assert (found.grid, found.candidates, found.verdict) == (None, (), Verdict.OUTSIDE)


def test_without_any_grids_everything_is_outside() -> None:
    assert holding(Fix(LonLat(109.4, 24.3), 30.0), []).verdict is Verdict.OUTSIDE


@pytest.mark.parametrize("order", [[LEFT, RIGHT], [RIGHT, LEFT]])
def test_a_point_on_a_shared_edge_belongs_to_the_lowest_code(order: list[Grid]) -> None:
    found = holding(Fix(LonLat(109.41, 24.305)), order)

    assert (found.grid, found.verdict) == ("a", Verdict.INSIDE)


def test_a_circle_of_a_whole_country_names_every_grid() -> None:
    found = INDEX.holding(Fix(LonLat(WEST + CELL, SOUTH + CELL), 2_000_000.0))

    assert sorted(found.candidates) == list(INDEX.codes)


@given(around, radii_m, st.randoms(use_true_random=False))
@settings(max_examples=60, deadline=None)
def test_the_order_of_the_grids_never_matters(point: LonLat, accuracy_m: float, random: object) -> None:
    shuffled = list(GRIDS)
    random.shuffle(shuffled)

    assert holding(Fix(point, accuracy_m), shuffled) == INDEX.holding(Fix(point, accuracy_m))


@given(st.integers(0, 500), st.floats(0, 1), st.floats(0, 1))
@settings(max_examples=80, deadline=None)
def test_a_point_of_a_coverage_lies_in_one_grid_or_on_an_edge_of_the_lowest(seed: int, u: float, v: float) -> None:
    grids = crooked_grids(4, 4, seed)
    ground = shapely.union_all([grid.shape for grid in grids])
    west, south, east, north = ground.bounds
    point = shapely.Point(west + u * (east - west), south + v * (north - south))
    holders = [grid for grid in grids if shapely.intersects(grid.shape, point)]

    found = GridIndex(grids).grid_at(LonLat(point.x, point.y))

    assert found == min((grid.code for grid in holders), default=None)
    if len(holders) > 1:
        assert all(grid.shape.boundary.distance(point) == 0 for grid in holders)
    if ground.buffer(-1e-6).contains(point):
        assert holders


@given(around, radii_m.filter(bool))
@settings(max_examples=80, deadline=None)
def test_candidates_are_exactly_the_grids_within_the_circle(point: LonLat, accuracy_m: float) -> None:
    away_m = np.array([metres_to(point, grid.shape) for grid in GRIDS])

    found = INDEX.holding(Fix(point, accuracy_m))

    assert set(found.candidates) == {grid.code for grid, m in zip(GRIDS, away_m, strict=True) if m <= accuracy_m}
    assert [away_m[int(code[-3:]) - 1] for code in found.candidates] == sorted(away_m[away_m <= accuracy_m])


def test_grids_in_a_box_come_in_order_of_code() -> None:
    assert INDEX.grids_in(BBox(WEST - 1, SOUTH - 1, WEST + 1, SOUTH + 1)) == INDEX.codes
    assert INDEX.grids_in(BBox(0, 0, 1, 1)) == ()


@pytest.mark.parametrize(("code", "shape"), [("", LEFT.shape), ("a", shapely.Polygon()), ("a", shapely.Point(1, 1))])
def test_a_grid_without_code_or_ground_is_refused(code: str, shape: shapely.Geometry) -> None:
    with pytest.raises(BadCoverage):
        Grid(code, shape)
