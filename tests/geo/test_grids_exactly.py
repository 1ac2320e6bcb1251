"""Where a circle lies agrees with Shapely's own answer: on edges, at corners, in holes, over the smallest slivers."""

import math

import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from geo import Fix, Grid, GridIndex, LonLat, Verdict
from geo.distance import DEGREE_M
from tests.geo.ground import block, crooked_grids

LATTICE = 1e-7
TIE_M = 1e-6
"""Two ways to work out one distance may differ by this much at the very rim of a circle."""
MARKET = shapely.box(109.404, 24.304, 109.406, 24.306)
AROUND = Grid("a", shapely.box(109.40, 24.30, 109.41, 24.31).difference(MARKET))
GROUNDS = (
    crooked_grids(4, 3),
    crooked_grids(3, 3, seed=11, bends=3),
    [AROUND, Grid("b", MARKET)],
    [AROUND],
    # One step of the lattice wide: a centimetre of ground is ground.
    [
        block(109.40, 24.30, 109.405, 24.31, "a"),
        block(109.405, 24.30, 109.405 + LATTICE, 24.31, "b"),
        block(109.405 + LATTICE, 24.30, 109.41, 24.31, "c"),
    ],
    [Grid("a", shapely.MultiPolygon([shapely.box(109.4 + w, 24.30, 109.402 + w, 24.31) for w in (0, 0.008)]))],
)  # fmt: skip


def away_m(point: LonLat, shape: shapely.Geometry) -> float:
    """Return the metres to a shape on a flat plane at the point, by Shapely alone."""
    wide = DEGREE_M * math.cos(math.radians(point.lat))
    flat = shapely.affinity.affine_transform(shape, [wide, 0, 0, DEGREE_M, -point.lon * wide, -point.lat * DEGREE_M])
    return float(flat.distance(shapely.Point(0, 0)))


@st.composite
def fixes(draw: st.DrawFn) -> tuple[list[Grid], Fix]:
    """Return a ground, and a circle at a corner, on an edge, within a centimetre of one, or anywhere."""
    grids = draw(st.sampled_from(GROUNDS))
    rings = shapely.get_coordinates(draw(st.sampled_from(grids)).shape)
    lon, lat = rings[draw(st.integers(0, len(rings) - 2))]
    how = draw(st.sampled_from(["corner", "edge", "near", "anywhere"]))
    if how == "edge":
        after = rings[draw(st.integers(0, len(rings) - 1))]
        along = draw(st.floats(0, 1))
        lon, lat = lon + along * (after[0] - lon), lat + along * (after[1] - lat)
    reach = {"near": 2 * LATTICE, "anywhere": 0.01}.get(how, 0.0)
    lon, lat = lon + draw(st.floats(-reach, reach)), lat + draw(st.floats(-reach, reach))
    accuracy_m = draw(st.sampled_from([0.0, 0.005, 1.0, 20.0, 100.0, 1_000.0]))
    return grids, Fix(LonLat(float(lon), float(lat)), accuracy_m)


@given(fixes())
@settings(max_examples=400, deadline=None)
def test_a_circle_touches_what_shapely_says_it_touches(drawn: tuple[list[Grid], Fix]) -> None:
    grids, fix = drawn
    away = {grid.code: away_m(fix.point, grid.shape) for grid in grids}
    centre = shapely.Point(fix.point.lon, fix.point.lat)
    holders = [grid.code for grid in grids if grid.shape.intersects(centre)]

    found = GridIndex(grids).holding(fix)

    assert found.grid == min(holders, default=None)
    if fix.accuracy_m:
        surely = {code for code, metres in away.items() if metres <= fix.accuracy_m - TIE_M}
        perhaps = {code for code, metres in away.items() if metres <= fix.accuracy_m + TIE_M}
        assert surely <= set(found.candidates) <= perhaps | set(holders)
    if found.verdict is Verdict.INSIDE:
        assert found.candidates == (found.grid,)
    assert (found.verdict is Verdict.OUTSIDE) == (not found.candidates)


def test_a_hole_is_not_the_grid_around_it() -> None:
    middle = LonLat(109.405, 24.305)

    assert GridIndex([AROUND]).holding(Fix(middle, 50.0)).verdict is Verdict.OUTSIDE
    assert GridIndex([AROUND]).holding(Fix(middle, 150.0)).candidates == ("a",)
    assert GridIndex([AROUND, Grid("b", MARKET)]).holding(Fix(middle, 50.0)).verdict is Verdict.INSIDE


@pytest.mark.parametrize("offset_deg", [0.0, LATTICE / 2, LATTICE])
def test_a_sliver_of_a_centimetre_is_a_candidate_of_its_own(offset_deg: float) -> None:
    found = GridIndex(GROUNDS[4]).holding(Fix(LonLat(109.405 + offset_deg, 24.305), 5.0))

    assert set(found.candidates) == {"a", "b", "c"}
    assert found.verdict is Verdict.STRADDLING
