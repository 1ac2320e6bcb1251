"""Points are grouped for a zoom level."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from geo import metres
from geo.clusters import CELLS_LOG2, apart, group
from geo.tiles import place_of, quads_of, tile_range
from geo.tiles.quads import columns_rows, interleave

places = st.lists(st.tuples(st.floats(109.3, 109.5), st.floats(24.2, 24.4)), max_size=60)


def quads(found: list[tuple[float, float]]) -> np.ndarray:
    lon, lat = np.array(found).reshape(-1, 2).T
    return quads_of(lon, lat)


@given(places, st.integers(0, 24))
@settings(max_examples=80, deadline=None)
def test_every_point_is_counted_once(found: list[tuple[float, float]], zoom: int) -> None:
    points = quads(found)

    clusters = group(points, zoom)

    assert clusters.counts.sum() == len(points)
    assert np.array_equal(np.bincount(clusters.cell_of, minlength=len(clusters.counts)), clusters.counts)
    assert np.array_equal(clusters.cell_of[clusters.first], np.arange(len(clusters.counts)))


@given(places, st.integers(0, 24), st.randoms(use_true_random=False))
@settings(max_examples=60, deadline=None)
def test_the_order_of_the_points_does_not_change_the_groups(
    found: list[tuple[float, float]], zoom: int, random: object
) -> None:
    shuffled = list(found)
    random.shuffle(shuffled)

    a, b = group(quads(found), zoom), group(quads(shuffled), zoom)

    assert np.array_equal(a.quads, b.quads)
    assert np.array_equal(a.counts, b.counts)


@given(places.filter(bool), st.integers(1, 20))
@settings(max_examples=60, deadline=None)
def test_a_group_stays_in_the_tile_of_its_points(found: list[tuple[float, float]], zoom: int) -> None:
    points = quads(found)
    clusters = group(points, zoom)
    x, y = (int(v[0]) >> (31 - zoom) for v in columns_rows(points[:1]))
    first, after = tile_range(zoom, x, y)

    inside = (points >= first) & (points < after)

    shown = (clusters.quads >= first) & (clusters.quads < after)
    assert clusters.counts[shown].sum() == inside.sum()


def test_a_group_lies_in_the_middle_of_its_points() -> None:
    points = quads([(109.4001, 24.3001), (109.4003, 24.3003)])

    clusters = group(points, 5)

    column, row = columns_rows(clusters.quads)
    middle = place_of(column[0], row[0])
    assert clusters.counts.tolist() == [2]
    assert (middle.lon, middle.lat) == (pytest.approx(109.4002, abs=3e-7), pytest.approx(24.3002, abs=3e-7))


def test_a_group_knows_the_highest_rank_within_it() -> None:
    points = quads([(109.4001, 24.3001), (109.4003, 24.3003), (109.49, 24.39)])

    clusters = group(points, 12)

    assert sorted(clusters.highest(np.array([2, 5, 1])).tolist()) == [1, 5]


def test_close_zooms_leave_points_apart() -> None:
    points = interleave(np.array([5, 6]), np.array([5, 5]))

    assert group(points, 28).counts.tolist() == [1, 1]
    assert metres(place_of(5, 5), place_of(6, 5)) < 0.02


@given(places.filter(bool), st.integers(1, 12))
@settings(max_examples=80, deadline=None)
def test_groups_are_drawn_apart_each_in_its_own_cell(found: list[tuple[float, float]], zoom: int) -> None:
    points = quads([each for each in found for _ in range(2)])
    cell = 1 << (31 - zoom - CELLS_LOG2)
    made = group(points, zoom)
    middles = columns_rows(made.quads)

    drawn = apart(*middles, made.counts, zoom)

    for line, middle in zip(drawn, middles, strict=True):
        assert np.array_equal(line // cell, middle // cell)
    for one in range(len(made.counts)):
        gaps = [np.abs(line - line[one]) for line in drawn]
        assert np.all(np.delete(np.maximum(*gaps), one) >= cell * 44 / 64 - 2)


def test_a_single_point_is_drawn_where_it_is_and_a_group_as_near_as_its_number_can_be_read() -> None:
    zoom, cell = 10, 1 << (31 - 10 - CELLS_LOG2)
    column, row = np.array([0, 0, cell // 2]), np.array([0, cell - 1, cell // 2])

    shown = apart(column, row, np.array([1, 2, 9]), zoom)

    assert shown[0].tolist() == [0, int(cell * 11 / 32), cell // 2]
    assert shown[1].tolist() == [0, cell - 1 - int(cell * 11 / 32), cell // 2]
