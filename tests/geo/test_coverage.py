"""Grids tile their ground, or the report says where they do not."""

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from geo import Grid, area_m2
from geo.coverage import cleaned, report, rounded, simplified
from tests.geo.ground import CELL, crooked_grids

GRIDS = crooked_grids(4, 4)


def moved(grid: Grid, east: float, north: float) -> Grid:
    return Grid(grid.code, shapely.transform(grid.shape, lambda xy: xy + np.array([east, north])))


def with_corner_moved(grid: Grid, corner: int, east: float, north: float) -> Grid:
    xy = shapely.get_coordinates(grid.shape)[:-1]
    xy[corner] += [east, north]
    return Grid(grid.code, rounded([shapely.Polygon(xy)])[0])


@given(st.integers(0, 1000), st.integers(1, 5), st.integers(1, 5))
@settings(max_examples=25, deadline=None)
def test_grids_with_shared_corners_are_clean(seed: int, columns: int, rows: int) -> None:
    assert report(crooked_grids(columns, rows, seed, bends=3)).is_clean


def test_no_grids_at_all_are_clean() -> None:
    assert report([]).is_clean


def test_the_order_of_the_grids_does_not_change_the_report() -> None:
    grids = [*GRIDS[:5], moved(GRIDS[5], CELL / 10, 0), *GRIDS[6:]]

    assert report(grids) == report(grids[::-1])


def test_a_moved_grid_overlaps_one_neighbour_and_leaves_a_gap() -> None:
    grids = [*GRIDS[:5], moved(GRIDS[5], CELL / 10, 0), *GRIDS[6:]]

    found = report(grids)

    pair = next(flaw for flaw in found.overlaps if flaw.codes == (GRIDS[5].code, GRIDS[9].code))
    shared = shapely.intersection(grids[5].shape, grids[9].shape)
    assert pair.area_m2 == pytest.approx(area_m2(shared), rel=1e-3)
    assert shared.contains(shapely.Point(pair.place.lon, pair.place.lat))
    assert any({GRIDS[1].code, GRIDS[5].code} <= set(gap.codes) for gap in found.gaps)
    assert not found.is_clean


def test_a_missing_grid_is_a_gap_of_its_size_between_its_neighbours() -> None:
    found = report([*GRIDS[:5], *GRIDS[6:]])

    (gap,) = found.gaps
    assert gap.area_m2 == pytest.approx(area_m2(GRIDS[5].shape), rel=1e-3)
    assert GRIDS[5].code not in gap.codes
    assert len(gap.codes) == 8


def test_a_grid_within_another_is_an_overlap_of_its_own_size() -> None:
    inner = Grid("inner", GRIDS[5].shape.buffer(-CELL / 10))

    (overlap,) = report([*GRIDS, inner]).overlaps

    assert overlap.codes == (GRIDS[5].code, "inner")
    assert overlap.area_m2 == pytest.approx(area_m2(inner.shape), rel=1e-3)


def test_a_narrow_wedge_open_to_the_outside_is_found() -> None:
    left = Grid("l", shapely.Polygon([(109.40, 24.30), (109.41, 24.30), (109.40996, 24.31), (109.40, 24.31)]))
    right = Grid("r", shapely.box(109.41, 24.30, 109.42, 24.31))

    (gap,) = report([left, right]).gaps

    assert gap.codes == ("l", "r")
    assert gap.area_m2 == pytest.approx(0.5 * 4.05 * 1112, rel=0.02)
    assert 1 < gap.width_m < 4.05


def a_notch(degrees: float, step_m: float) -> list[Grid]:
    """Return two grids that share an edge, and above it part at that angle along 400 m."""
    half = np.radians(degrees / 2)
    along = np.arange(0, 400 + step_m, step_m)
    right = np.column_stack([along * np.sin(half), along * np.cos(half)])
    left = right * [-1, 1]
    outlines = [
        [(-500, -300), (0, -300), *left, (-500, left[-1, 1])],
        [(0, -300), (500, -300), (500, right[-1, 1]), *right[::-1]],
    ]
    shapes = rounded([shapely.Polygon(np.array(xy) * 9e-6 + [109.4, 24.3]) for xy in outlines])
    return [Grid(code, shape) for code, shape in zip("ab", shapes, strict=True)]


@pytest.mark.parametrize("step_m", [3, 40, 400])
@pytest.mark.parametrize("degrees", [0.2, 1, 5])
def test_grids_that_part_at_a_sharp_angle_have_a_gap(degrees: float, step_m: float) -> None:
    found = report(a_notch(degrees, step_m))

    assert [flaw.codes for flaw in found.gaps + found.slivers] == [("a", "b")]


@pytest.mark.parametrize("step_m", [3, 40, 400])
@pytest.mark.parametrize("degrees", [15, 30, 60, 90, 150, 178])
def test_a_notch_in_the_outline_is_no_gap(degrees: float, step_m: float) -> None:
    assert report(a_notch(degrees, step_m)).is_clean


def test_a_bay_in_the_outline_of_one_grid_is_no_gap() -> None:
    bay = shapely.difference(shapely.box(109.40, 24.30, 109.41, 24.31), shapely.box(109.405, 24.305, 109.40504, 24.32))

    assert report([Grid("bay", bay)]).is_clean


def test_a_hole_in_one_grid_is_a_gap() -> None:
    ring = shapely.difference(shapely.box(109.40, 24.30, 109.41, 24.31), shapely.box(109.404, 24.304, 109.406, 24.306))

    (gap,) = report([Grid("ring", ring)]).gaps

    assert gap.codes == ("ring",)


def test_edges_that_nearly_match_are_slivers_that_cleaning_repairs() -> None:
    grids = [with_corner_moved(GRIDS[0], 2, 2e-6, 0), *GRIDS[1:]]

    found = report(grids)
    repaired = cleaned([grid.shape for grid in grids])

    assert found.slivers
    assert not found.overlaps
    assert not found.gaps
    assert report([Grid(grid.code, shape) for grid, shape in zip(grids, repaired, strict=True)]).is_clean


def test_a_self_crossing_grid_is_named_with_the_place_of_the_crossing() -> None:
    bow = Grid("bow", shapely.Polygon([(109.0, 24.0), (109.02, 24.02), (109.02, 24.0), (109.0, 24.02)]))

    (fault,) = report([*GRIDS, bow]).invalid

    assert fault.code == "bow"
    assert "Self-intersection" in fault.reason
    assert (fault.place.lon, fault.place.lat) == (pytest.approx(109.01), pytest.approx(24.01))


def test_a_grid_smaller_than_the_lattice_is_named() -> None:
    speck = Grid("speck", shapely.box(109.0, 24.0, 109.00000001, 24.00000001))

    assert [fault.code for fault in report([*GRIDS, speck]).invalid] == ["speck"]


def test_repeated_codes_and_geometries_are_named() -> None:
    same_ground = Grid("twin", shapely.reverse(GRIDS[3].shape))
    same_code = Grid(GRIDS[0].code, shapely.box(110.0, 24.0, 110.01, 24.01))

    found = report([*GRIDS, same_ground, same_code])

    assert {(d.kind, d.codes) for d in found.duplicates} == {
        ("code", (GRIDS[0].code,)),
        ("geometry", (GRIDS[3].code, "twin")),
    }
    assert not found.overlaps


@given(st.integers(0, 1000), st.floats(1.0, 200.0))
@settings(max_examples=20, deadline=None)
def test_simplifying_opens_no_crack_and_adds_no_corner(seed: int, tolerance_m: float) -> None:
    fine = rounded([grid.shape for grid in crooked_grids(4, 4, seed, bends=8)])

    coarse = simplified(fine, tolerance_m)

    assert shapely.coverage_is_valid(coarse)
    assert shapely.get_num_coordinates(coarse).sum() <= shapely.get_num_coordinates(fine).sum()
    assert not [ring for part in shapely.get_parts(shapely.union_all(coarse)) for ring in part.interiors]


def test_simplifying_opens_no_crack_where_only_one_neighbour_has_a_corner() -> None:
    whole = shapely.Polygon([(109.40, 24.30), (109.41, 24.302), (109.41, 24.312), (109.40, 24.31)])
    lower = shapely.Polygon([(109.40, 24.30), (109.40, 24.29), (109.4033, 24.29), (109.4033, 24.30066)])
    right = shapely.Polygon([(109.4033, 24.30066), (109.4033, 24.29), (109.41, 24.29), (109.41, 24.302)])

    coarse = simplified([whole, lower, right], 5.0)

    assert not shapely.coverage_is_valid([whole, lower, right])
    assert shapely.coverage_is_valid(coarse)
    assert len(coarse) == 3


def test_rounding_keeps_shared_corners_bit_identical() -> None:
    left, right = shapely.box(0, 0, 1 / 3, 1), shapely.box(1 / 3, 0, 1, 1)

    a, b = rounded([left, right])

    assert shapely.get_coordinates(a)[:, 0].max() == shapely.get_coordinates(b)[:, 0].min() == np.round(1 / 3, 7)
