"""Vector tiles: what another decoder reads is what was put in."""

import mapbox_vector_tile
import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from geo.clusters import group
from geo.errors import BadTile
from geo.tiles import Coded, coded, on_mercator, point_layer, polygon_layer, quads_of, tile_bbox, tile_range
from geo.tiles.quads import columns_rows, interleave
from tests.geo.ground import crooked_grids

TILE = (14, 13170, 7050)
EMPTY = (14, 0, 0)


def decoded(tile: bytes) -> dict:
    return mapbox_vector_tile.decode(tile, default_options={"y_coord_down": True})


def points_in(tile: tuple[int, int, int], count: int, seed: int = 1) -> np.ndarray:
    first, after = tile_range(*tile)
    return np.sort(np.random.default_rng(seed).integers(first, after, count))


@given(
    st.sampled_from([(0, 0, 0), (5, 25, 13), TILE, (24, 13_486_000, 7_219_000)]),
    st.integers(1, 50),
    st.integers(0, 2**34),
    st.lists(st.one_of(st.text(max_size=8), st.integers(-(2**40), 2**40), st.booleans()), min_size=1, max_size=300),
)
@settings(max_examples=60, deadline=None)
def test_points_keep_their_place_number_and_properties(
    tile: tuple[int, int, int], count: int, first_id: int, values: list
) -> None:
    quads, ids = points_in(tile, count), np.arange(count) + first_id
    codes = np.arange(count) % len(values)
    levels = np.arange(count) % 3

    layer = decoded(point_layer("hazards", tile, quads, ids, {"stage": Coded(codes, values), "level": coded(levels)}))

    read = layer["hazards"]
    column, row = (v - (corner << (31 - tile[0])) for v, corner in zip(columns_rows(quads), tile[1:], strict=True))
    assert (read["extent"], read["version"]) == (4096, 2)
    assert [f["id"] for f in read["features"]] == ids.tolist()
    assert [f["properties"]["stage"] for f in read["features"]] == [values[c] for c in codes]
    assert [f["properties"]["level"] for f in read["features"]] == levels.tolist()
    across = 4096 / 2 ** (31 - tile[0])
    assert [f["geometry"]["coordinates"] for f in read["features"]] == [
        [int(x * across), int(y * across)] for x, y in zip(column, row, strict=True)
    ]


def test_more_values_and_points_than_one_byte_can_number_survive() -> None:
    count = 20_000
    numbers = np.arange(count)

    layer = decoded(point_layer("p", TILE, points_in(TILE, count), numbers, {"name": coded(numbers)}))

    assert [f["properties"]["name"] for f in layer["p"]["features"]] == numbers.tolist()


def test_points_without_properties_are_drawn() -> None:
    features = decoded(point_layer("p", TILE, points_in(TILE, 3), np.arange(3), {}))["p"]["features"]

    assert [f["properties"] for f in features] == [{}, {}, {}]


def test_clusters_carry_how_many_points_they_stand_for() -> None:
    clusters = group(points_in(TILE, 500), TILE[0])

    layer = point_layer("p", TILE, clusters.quads, clusters.first, {}, point_count=clusters.counts)

    assert sum(f["properties"]["point_count"] for f in decoded(layer)["p"]["features"]) == 500


def test_a_layer_without_points_is_no_bytes() -> None:
    assert point_layer("p", TILE, np.array([], dtype=np.int64), np.array([], dtype=np.int64), {}) == b""


def test_layers_one_after_another_are_one_tile() -> None:
    grids = crooked_grids(4, 4)
    points = point_layer("p", TILE, points_in(TILE, 5), np.arange(5), {})
    polygons = polygon_layer("g", TILE, on_mercator([g.shape for g in grids]), range(16), {})

    assert set(decoded(points + polygons)) == {"p", "g"}


def test_polygons_are_clipped_wound_and_named() -> None:
    grids = crooked_grids(6, 6, bends=4)
    codes = [grid.code for grid in grids]

    layer = polygon_layer(
        "grids", TILE, on_mercator([g.shape for g in grids]), range(36), {"code": codes, "open": list(range(36))}
    )

    features = decoded(layer)["grids"]["features"]
    box = shapely.box(*tile_bbox(*TILE).bounds)
    for found in features:
        drawn = shapely.geometry.shape(found["geometry"])
        west, north, east, south = drawn.bounds
        assert min(west, north) >= -64
        assert max(east, south) <= 4096 + 64
        assert found["properties"] == {"code": codes[found["id"]], "open": found["id"]}
        assert all(shapely.is_ccw(part.exterior) for part in shapely.get_parts(drawn))
    seen = {f["id"] for f in features}
    assert {i for i, grid in enumerate(grids) if shapely.area(shapely.intersection(grid.shape, box)) > 0} <= seen


def test_a_polygon_covers_the_ground_that_it_should() -> None:
    """Known: the quarter of the world east of Greenwich and north of the equator is a quarter tile."""
    quarter = on_mercator([shapely.Polygon([(0, 0), (180, 0), (180, 85.0511287798066), (0, 85.0511287798066)])])

    (found,) = decoded(polygon_layer("q", (0, 0, 0), quarter, [9], {}))["q"]["features"]

    corners = {tuple(corner) for corner in found["geometry"]["coordinates"][0]}
    assert corners == {(2048, 0), (4096, 0), (4096, 2048), (2048, 2048)}


def test_holes_stay_holes() -> None:
    z, x, y = TILE
    sixteenth = shapely.box(*tile_bbox(z + 2, 4 * x + 1, 4 * y + 2).bounds)
    holed = shapely.difference(shapely.box(*tile_bbox(*TILE).bounds), sixteenth)

    (found,) = decoded(polygon_layer("h", TILE, on_mercator([holed]), [1], {}))["h"]["features"]

    assert len(found["geometry"]["coordinates"]) == 2
    assert shapely.geometry.shape(found["geometry"]).area == pytest.approx(4096**2 * 15 / 16, rel=1e-3)


@given(st.integers(0, 10_000))
@settings(max_examples=30, deadline=None)
def test_shapes_of_any_parts_and_holes_keep_their_ground(seed: int) -> None:
    rng = np.random.default_rng(seed)
    west, south, east, north = tile_bbox(*TILE).bounds
    shapes = []
    for _ in range(rng.integers(1, 6)):
        x, y = rng.uniform([west, south], [east, north], (rng.integers(1, 8), 2)).T
        spots = shapely.union_all(shapely.buffer(shapely.points(x, y), rng.uniform(1e-6, 0.004)))
        shapes.append(shapely.difference(spots, shapely.buffer(shapely.Point(x[0], y[0]), 0.001)))
    flat = on_mercator(shapes)
    corner, size = (np.array(TILE[1:]) << 17), 1 << 17

    layer = polygon_layer("s", TILE, flat, range(len(flat)), {})

    for found in decoded(layer)["s"]["features"] if layer else []:
        local = shapely.transform(flat[found["id"]], lambda xy: (xy - corner) * 4096 / size)
        clipped = shapely.clip_by_rect(local, -64, -64, 4160, 4160)
        drawn = shapely.geometry.shape(found["geometry"])
        assert abs(drawn.area - clipped.area) <= 2 * shapely.length(clipped) + 50


def test_polygons_outside_the_tile_or_smaller_than_a_dot_are_left_out() -> None:
    grids = on_mercator([grid.shape for grid in crooked_grids(2, 2)])

    assert polygon_layer("g", EMPTY, grids, range(4), {}) == b""
    assert polygon_layer("g", (0, 0, 0), grids, range(4), {}) == b""
    assert polygon_layer("g", TILE, np.array([], dtype=object), [], {}) == b""


def test_a_tile_that_does_not_exist_is_refused() -> None:
    with pytest.raises(BadTile):
        point_layer("p", (3, 8, 0), interleave(np.array([1]), np.array([1])), np.arange(1), {})
    with pytest.raises(BadTile):
        polygon_layer("g", (3, 8, 0), on_mercator([shapely.box(0, 0, 1, 1)]), [1], {})


def test_quads_found_by_their_range_are_those_in_the_tile() -> None:
    box = tile_bbox(*TILE)
    rng = np.random.default_rng(3)
    lon, lat = (
        rng.uniform(box.west - 0.02, box.east + 0.02, 2_000),
        rng.uniform(box.south - 0.02, box.north + 0.02, 2_000),
    )
    quads = quads_of(lon, lat)
    first, after = tile_range(*TILE)

    within = (lon >= box.west) & (lon < box.east) & (lat > box.south) & (lat <= box.north)

    assert np.array_equal((quads >= first) & (quads < after), within)
