"""Grids drawn anew: areas add up, nothing is uncovered or claimed twice, shared corners are the same to the bit."""

import math
from collections.abc import Sequence

import numpy as np
import pytest
import shapely
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from geo import Grid, LonLat, coverage
from geo.edits import Edited, carve, merge, redraw, split
from geo.errors import BadEdit
from tests.geo.ground import CELL, block, crooked_grids

SIDE = 4
GRIDS = crooked_grids(SIDE, SIDE, bends=2)
COMMON = settings(max_examples=60, deadline=None)
WEST, EAST, MIDDLE = block(0, 0, 0.002, 0.002, "w"), block(0.002, 0, 0.004, 0.002, "e"), 0.001


def after(grids: Sequence[Grid], edited: Edited) -> list[Grid]:
    """Return the grids as they stand after an edit."""
    kept = [Grid(g.code, edited.noded.get(g.code, g.shape)) for g in grids if g.code not in edited.ended]
    return kept + [Grid(f"new {i}", piece.shape) for i, piece in enumerate(edited.pieces)]


def tiles(grids: Sequence[Grid], edited: Edited) -> None:
    """Let an edit pass that leaves the same ground covered once, with shared corners equal to the bit."""
    before, now = [grid.shape for grid in grids], after(grids, edited)
    shapes = np.array([grid.shape for grid in now], dtype=object)
    assert coverage.report(now).is_clean
    assert shapely.coverage_is_valid(shapes)  # edges match only when their corners are the same to the bit
    assert shapely.is_valid(shapes).all()
    lost = shapely.symmetric_difference(shapely.union_all(before), shapely.coverage_union_all(shapes))
    # An edge bends by half a step of the lattice where it gains a corner: some 5 mm.
    assert shapely.buffer(lost, -1e-7).is_empty
    assert sum(coverage.areas_m2(shapes)) == pytest.approx(sum(coverage.areas_m2(before)), rel=1e-6)
    for code, shape in edited.noded.items():
        old = next(grid.shape for grid in grids if grid.code == code)
        assert code not in edited.ended
        assert set(corners(old)) < set(corners(shape))  # a corner was put in, and none was moved
        assert shapely.buffer(shapely.symmetric_difference(old, shape), -1e-7).is_empty


def corners(shape: shapely.Geometry) -> list[tuple[float, float]]:
    return [tuple(map(float, xy)) for xy in shapely.get_coordinates(shape)]


def across(grid: Grid, angle: float, off: float = 0.0) -> list[LonLat]:
    """Return a line through a grid, past its edges on both sides."""
    x, y = shapely.centroid(grid.shape).coords[0]
    x, y = x - off * math.sin(angle), y + off * math.cos(angle)
    dx, dy = CELL * math.cos(angle), CELL * math.sin(angle)
    return [LonLat(x - dx, y - dy), LonLat(x + dx, y + dy)]


def at(*points: tuple[float, float]) -> list[LonLat]:
    return [LonLat(*point) for point in points]


@COMMON
@given(st.integers(0, len(GRIDS) - 1), st.floats(0, math.pi), st.floats(-0.1, 0.1))
def test_a_split_covers_what_the_grid_covered(which: int, angle: float, off: float) -> None:
    grid = GRIDS[which]
    try:
        edited = split(GRIDS, grid.code, across(grid, angle, off * CELL))
    except BadEdit as refused:
        assume("sliver" not in refused.en and "once" not in refused.en)
        raise

    assert edited.ended == (grid.code,)
    assert [piece.of for piece in edited.pieces] == [(grid.code,)] * 2
    tiles(GRIDS, edited)
    assert edited == split(GRIDS[::-1], grid.code, across(grid, angle, off * CELL))


@COMMON
@given(st.integers(0, SIDE - 1), st.integers(0, SIDE - 2), st.booleans())
def test_neighbours_that_merge_cover_what_they_covered(i: int, j: int, upright: bool) -> None:
    a, b = (
        (GRIDS[SIDE * i + j], GRIDS[SIDE * i + j + 1]) if upright else (GRIDS[SIDE * j + i], GRIDS[SIDE * j + SIDE + i])
    )
    edited = merge(GRIDS, [b.code, a.code])

    assert edited.ended == (a.code, b.code)
    assert set(edited.pieces[0].of) == {a.code, b.code}
    assert not edited.noded
    tiles(GRIDS, edited)


@COMMON
@given(st.integers(0, SIDE - 2), st.integers(0, SIDE - 1), st.floats(-0.3, 0.3))
def test_a_border_that_is_drawn_anew_leaves_nobody_without_ground(i: int, j: int, turn: float) -> None:
    a, b = GRIDS[SIDE * i + j], GRIDS[SIDE * i + SIDE + j]
    whole = Grid("both", shapely.union_all([a.shape, b.shape]))
    try:
        edited = redraw(GRIDS, [a.code, b.code], across(whole, math.pi / 2 + turn, CELL / 8))
    except BadEdit as refused:
        assume("sliver" not in refused.en and "once" not in refused.en)
        raise

    assert edited.ended == (a.code, b.code)
    assert len(edited.pieces) == 2
    tiles(GRIDS, edited)


@COMMON
@given(st.floats(0.8, 3.2), st.floats(0.8, 3.2), st.floats(0.1, 0.7), st.integers(3, 12))
def test_a_carved_site_takes_its_ground_from_every_grid_it_lies_in(x: float, y: float, size: float, n: int) -> None:
    centre = np.array([109.40 + x * CELL, 24.30 + y * CELL])
    turns = np.linspace(0, 2 * math.pi, n, endpoint=False)
    ring = [LonLat(*(centre + size * CELL * np.array([math.cos(t), math.sin(t)]))) for t in turns]
    try:
        edited = carve(GRIDS, ring)
    except BadEdit as refused:
        assume(not any(word in refused.en for word in ("sliver", "apart", "outside")))
        raise

    site, *left = edited.pieces
    assert site.is_carved
    assert not any(piece.is_carved for piece in left)
    assert set(site.of) == set(edited.ended)
    assert [piece.of for piece in left] == [(code,) for code in edited.ended if (code,) in {p.of for p in left}]
    drawn = shapely.Polygon([(each.lon, each.lat) for each in ring])
    assert coverage.areas_m2([site.shape])[0] == pytest.approx(coverage.areas_m2([drawn])[0], rel=0.01)
    tiles(GRIDS, edited)


def test_a_line_drawn_roughly_to_the_edge_ends_on_it_and_its_neighbour_gets_the_corner() -> None:
    edited = split([WEST, EAST], "w", at((0.000001, 0.001), (0.001999, 0.0010003)))

    assert [shapely.get_num_coordinates(piece.shape) for piece in edited.pieces] == [5, 5]
    assert (0.002, 0.0010003) in corners(edited.noded["e"])
    tiles([WEST, EAST], edited)


def test_a_line_from_corner_to_corner_gives_nobody_a_new_corner() -> None:
    edited = split([WEST, EAST], "w", at((0, 0), (0.002, 0.002)))

    assert not edited.noded
    assert {xy for piece in edited.pieces for xy in corners(piece.shape)} == set(corners(WEST.shape))


def test_a_site_in_the_middle_leaves_a_grid_with_a_hole() -> None:
    edited = carve([WEST, EAST], at((0.0005, 0.0005), (0.0015, 0.0005), (0.0015, 0.0015), (0.0005, 0.0015)))

    assert edited.ended == ("w",)
    assert len(shapely.get_rings(edited.pieces[1].shape)) == 2
    tiles([WEST, EAST], edited)


def test_a_grid_may_become_a_site_whole() -> None:
    edited = carve([WEST, EAST], at((0, 0), (0.002, 0), (0.002, 0.002), (0, 0.002)))

    assert edited.ended == ("w",)
    assert [piece.is_carved for piece in edited.pieces] == [True]
    assert edited.pieces[0].shape.equals(WEST.shape)


def test_the_other_part_of_a_grid_stays_with_the_larger_piece() -> None:
    far = shapely.box(0.01, 0, 0.011, 0.001)
    both = Grid("w", shapely.MultiPolygon([WEST.shape, far]))
    edited = split([both, EAST], "w", at((0.0005, 0), (0.0005, 0.002)))

    assert [shapely.get_num_geometries(piece.shape) for piece in edited.pieces] == [1, 2]
    tiles([both, EAST], edited)


def test_neighbours_whose_edges_meet_in_a_corner_of_only_one_of_them_are_noded() -> None:
    tall = block(0.002, 0, 0.004, 0.004, "e")
    north = block(0, 0.002, 0.002, 0.004, "n")
    edited = merge([WEST, north, tall], ["w", "n"])

    tiles([WEST, north, tall], edited)


@pytest.mark.parametrize(
    ("edit", "why"),
    [
        (lambda: split([WEST, EAST], "x", at((0, 0), (1, 1))), "not in use"),
        (lambda: split([WEST, EAST], "w", at((0, 0.001), (0.001, 0.001))), "once"),
        (lambda: split([WEST, EAST], "w", at((0, 0.001))), "two points"),
        (lambda: split([WEST, EAST], "w", []), "two points"),
        (lambda: split([WEST, EAST], "w", at((1, 1), (2, 2))), "once"),
        (lambda: split([WEST, EAST], "w", at((0, 0), (0.002, 0), (0.002, 0.002))), "once"),
        (lambda: split([WEST, EAST], "w", at((0, 0.001), (0.002, 0.001), (0.001, 0), (0.001, 0.002))), "once"),
        (lambda: split([WEST, EAST], "w", at((0, 0.00002), (0.002, 0.00002))), "sliver"),
        (lambda: split([WEST, EAST], "w", at((0, 0.000007), (0.0015, 0.000007), (0.0018, 0.002))), "sliver"),
        (lambda: merge([WEST, EAST], ["w"]), "at least 2"),
        (lambda: merge([WEST, EAST], ["w", "w"]), "at least 2"),
        (lambda: merge([WEST, EAST, block(0.004, 0.002, 0.006, 0.004, "c")], ["e", "c"]), "no border"),
        (lambda: merge([WEST, EAST, block(0.008, 0, 0.009, 0.002, "f")], ["w", "e", "f"]), "no border"),
        (lambda: redraw([WEST, EAST], ["w", "e"], at((0.002, 0), (0.002, 0.002))), "as it is"),
        (lambda: redraw([WEST, EAST, block(0.004, 0, 0.006, 0.002)], ["w", "e", "g"], at((0, 0), (1, 1))), "two grids"),
        (lambda: carve([WEST, EAST], at((0, 0), (0.001, 0))), "three corners"),
        (lambda: carve([WEST, EAST], at((0, 0), (0.001, 0.001), (0.001, 0), (0, 0.001))), "cross"),
        (lambda: carve([WEST, EAST], at((-0.001, 0), (0.001, 0), (0.001, 0.001), (-0.001, 0.001))), "outside"),
        (lambda: carve([WEST, EAST], at((1, 1), (1.1, 1), (1.1, 1.1))), "outside"),
        (lambda: carve([], at((1, 1), (1.1, 1), (1.1, 1.1))), "outside"),
        (lambda: carve([WEST, EAST], at((0, 0.0005), (0.002, 0.0005), (0.002, 0.001), (0, 0.001))), "apart"),
        (lambda: carve([WEST, EAST], at((0.0005, 0.00001), (0.001, 0.00001), (0.001, 0.001))), "sliver"),
        (lambda: carve([WEST, EAST], at((0.0005, 0.000007), (0.001, 0.000007), (0.001, 0.001))), "sliver"),
    ],
)
def test_what_would_leave_slivers_gaps_or_pieces_is_refused_with_the_reason(edit, why: str) -> None:
    with pytest.raises(BadEdit, match=why) as refused:
        edit()

    assert refused.value.zh
