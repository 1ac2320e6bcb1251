"""Tiles and lookups, against the usual encoder and at two sizes of district."""

from collections.abc import Callable

import mapbox_vector_tile
import numpy as np
import pytest
import shapely

from geo import Fix, Grid, GridIndex, LonLat
from geo.coverage import report, simplified
from geo.tiles import Coded, coded, on_mercator, point_layer, polygon_layer, tile_range
from geo.tiles.quads import columns_rows
from tests.bench.table import fastest_s, row

TILE = (14, 13170, 7050)
STAGES = ["registered", "dispatched", "in_rectification", "submitted", "closed", "transferred", "voided"]
GRADES = ["general", "suspected_major", "confirmed_major"]


def lattice(side: int, vertices: int) -> list[Grid]:
    """Return side × side square grids of about so many vertices, in one block."""
    column, line = (v.ravel() * 0.004 for v in np.meshgrid(np.arange(side), np.arange(side)))
    boxes = shapely.box(100 + column, 20 + line, 100.004 + column, 20.004 + line)
    shapes = shapely.segmentize(boxes, 0.016 / vertices)
    return [Grid(f"{i:06}", shape) for i, shape in enumerate(shapes)]


def test_a_tile_of_10_000_points() -> None:
    count = 10_000
    rng = np.random.default_rng(1)
    first, after = tile_range(*TILE)
    quads = np.sort(rng.integers(first, after, count))
    stage, grade, due = (rng.integers(0, top, count) for top in (len(STAGES), len(GRADES), 300))
    ids = np.arange(count)
    column, line = (((v & ((1 << 17) - 1)) >> 5).tolist() for v in columns_rows(quads))
    features = [
        {
            "geometry": {"type": "Point", "coordinates": [x, y]},
            "properties": {"stage": STAGES[s], "grade": GRADES[g], "due_in": d},
            "id": i,
        }
        for x, y, s, g, d, i in zip(
            column, line, stage.tolist(), grade.tolist(), due.tolist(), ids.tolist(), strict=True
        )
    ]

    def ours() -> bytes:
        properties = {"stage": Coded(stage, STAGES), "grade": Coded(grade, GRADES), "due_in": coded(due)}
        return point_layer("hazards", TILE, quads, ids, properties)

    def theirs() -> bytes:
        return mapbox_vector_tile.encode(
            {"name": "hazards", "features": features}, default_options={"y_coord_down": True}
        )

    ours_s, theirs_s = fastest_s(ours, theirs, rounds=5)

    assert features_of(ours()) == features_of(theirs())
    ratio = theirs_s / ours_s
    against = f"mapbox-vector-tile {theirs_s * 1e3:.0f} ms"
    row("Tile of 10,000 points", f"{ours_s * 1e3:.1f} ms", against, ratio, "≥ 20×")
    assert ratio >= 20


def features_of(tile: bytes) -> list[dict]:
    (layer,) = mapbox_vector_tile.decode(tile, default_options={"y_coord_down": True}).values()
    return layer["features"]


@pytest.mark.parametrize(("side", "vertices"), [(71, 120), (316, 64)])
def test_looking_up_a_grid(side: int, vertices: int) -> None:
    grids = lattice(side, vertices)
    index = GridIndex(grids)
    bare = shapely.STRtree([grid.shape for grid in grids])
    rng = np.random.default_rng(2)
    places = [LonLat(100 + x, 20 + y) for x, y in rng.random((2_000, 2)) * side * 0.004]

    def each(question: Callable[[LonLat], object]) -> Callable[[], object]:
        return lambda: [question(place) for place in places]

    times = fastest_s(
        each(lambda place: bare.query(shapely.Point(place.lon, place.lat), predicate="within")),
        each(index.grid_at),
        each(lambda place: index.holding(Fix(place))),
        each(lambda place: index.holding(Fix(place, 30.0))),
    )
    bare_us, point_us, fix_us, circle_us = (seconds / len(places) * 1e6 for seconds in times)

    size, against = f"{len(grids):,} grids of {vertices} corners", f"Shapely's bare query {bare_us:.1f} µs"
    row(f"Grid of a point, {size}", f"{point_us:.1f} µs", against, point_us / bare_us, "≤ 2× (aim 20 µs)")
    row(f"Holding of a fix without accuracy, {size}", f"{fix_us:.1f} µs", against, fix_us / bare_us)
    row(f"Holding of a fix ±30 m, {size}", f"{circle_us:.1f} µs", against, circle_us / bare_us)
    assert point_us <= 2 * bare_us


def test_a_tile_of_5_000_grids() -> None:
    grids = lattice(71, 120)
    shapes = on_mercator([grid.shape for grid in grids])
    codes = [grid.code for grid in grids]

    def tile(z: int, x: int, y: int) -> Callable[[], object]:
        return lambda: polygon_layer("grids", (z, x, y), shapes, range(len(codes)), {"code": codes})

    wide_s, near_s = fastest_s(tile(8, 199, 113), tile(12, 3186, 1813), rounds=3)

    row("Tile of grids, zoom 8, most of 5,041", f"{wide_s * 1e3:.0f} ms")
    row("Tile of grids, zoom 12, some 400 of 5,041", f"{near_s * 1e3:.0f} ms")


def test_checking_and_simplifying_5_000_grids() -> None:
    grids = lattice(71, 120)
    shapes = [grid.shape for grid in grids]

    check_s, simplify_s = fastest_s(lambda: report(grids), lambda: simplified(shapes, 5.0), rounds=1)

    row("Coverage report, 5,041 grids of 120 corners", f"{check_s:.1f} s")
    row("Simplifying the same without cracks", f"{simplify_s:.1f} s")
