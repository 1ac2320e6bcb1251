"""Every place has a number, and every tile is one range of them."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from geo import BBox, LonLat, metres
from geo.errors import BadPoint, BadTile
from geo.tiles import MAX_ZOOM, place_of, quad_of, quads_of, tile_bbox, tile_range
from geo.tiles.quads import columns_rows, interleave

lons, lats = st.floats(-180, 180), st.floats(-85, 85)


@given(st.integers(0, 2**31 - 1), st.integers(0, 2**31 - 1))
def test_interleaving_is_undone(x: int, y: int) -> None:
    quad = interleave(np.array([x]), np.array([y]))

    assert [int(v[0]) for v in columns_rows(quad)] == [x, y]
    assert 0 <= quad[0] < 2**62


def test_quads_follow_the_letter_n() -> None:
    """Known: Morton order of the four quarters is NW, NE, SW, SE when rows grow southwards."""
    corners = [(-90, 45), (90, 45), (-90, -45), (90, -45)]

    assert [quad_of(*corner) >> 60 for corner in corners] == [0, 1, 2, 3]


@given(lons, lats, st.integers(0, MAX_ZOOM))
def test_a_place_lies_in_the_range_of_its_tile_only(lon: float, lat: float, z: int) -> None:
    quad = quad_of(lon, lat)
    x, y = (int(v[0]) >> (31 - z) for v in columns_rows(np.array([quad])))

    first, after = tile_range(z, x, y)

    assert first <= quad < after
    assert tile_range(z, (x + 1) % 2**z, y)[0] == first or not (
        tile_range(z, (x + 1) % 2**z, y)[0] <= quad < tile_range(z, (x + 1) % 2**z, y)[1]
    )


@given(lons, lats)
def test_a_quad_is_right_to_two_centimetres(lon: float, lat: float) -> None:
    column, row = columns_rows(quads_of([lon], [lat]))

    assert metres(place_of(column[0] + 0.5, row[0] + 0.5), LonLat(lon, lat)) < 0.02


def test_liuzhou_lies_in_tile_14_13170_7050() -> None:
    """Known: the slippy map formula of the OpenStreetMap wiki, row = (1 - asinh(tan lat) / π) / 2 · 2^z."""
    first, after = tile_range(14, 13170, 7050)

    assert first <= quad_of(109.40, 24.32) < after
    assert tile_bbox(14, 13170, 7050).holds(LonLat(109.40, 24.32))


def test_the_tile_of_the_world_reaches_85_degrees() -> None:
    assert tile_bbox(0, 0, 0).north == pytest.approx(85.0511287798)
    assert tile_bbox(0, 0, 0, margin=0.5) == tile_bbox(0, 0, 0)


def test_a_margin_widens_a_tile() -> None:
    inner, outer = tile_bbox(14, 13170, 7050), tile_bbox(14, 13170, 7050, margin=0.25)

    assert outer.west < inner.west
    assert outer.north > inner.north
    assert isinstance(outer, BBox)


def test_poles_and_edges_have_quads() -> None:
    assert 0 <= quad_of(-180, 90) < quad_of(180, -90) < 2**62


@pytest.mark.parametrize("tile", [(-1, 0, 0), (25, 0, 0), (3, 8, 0), (3, 0, 8), (3, -1, 0), (0, 1, 0), (10**9, 0, 0)])
def test_a_tile_that_does_not_exist_is_refused(tile: tuple[int, int, int]) -> None:
    with pytest.raises(BadTile):
        tile_range(*tile)


def test_a_place_that_does_not_exist_has_no_quad() -> None:
    with pytest.raises(BadPoint):
        quad_of(float("nan"), 24.0)
