"""Draw thousands of grids as a surveyor would: neighbours share every corner of their ragged edges."""

import json

import numpy as np
import shapely
from numpy.typing import NDArray

from geo.geojson import feature, feature_collection
from tests.cast import TENANT

WEST, SOUTH, STEP_DEG = 109.0, 24.0, 0.002
STEPS_PER_EDGE = 25
PER_COMMUNITY = 500


def _edge(start: tuple[int, int], end: tuple[int, int]) -> NDArray[np.float64]:
    """Return the corners of an edge between two crossings, the same for both of its sides; its end is left out."""
    forward = start < end
    low, high = (start, end) if forward else (end, start)
    along = np.linspace(0, 1, STEPS_PER_EDGE + 1)[:, None]
    line = np.array(low) + along * (np.array(high) - np.array(low))
    across = np.array([high[1] - low[1], high[0] - low[0]])
    ragged = line + across * np.sin(along * np.pi * 7 + low[0] * 1.3 + low[1] * 0.7) * np.sin(along * np.pi) * 0.08
    drawn = ragged if forward else ragged[::-1]
    return drawn[:-1]


def a_grid(column: int, row: int) -> shapely.Polygon:
    """Return one grid of 100 corners, counter-clockwise, on the lattice of 1e-7 degrees."""
    corners = [(column, row), (column + 1, row), (column + 1, row + 1), (column, row + 1)]
    ring = np.vstack([_edge(corners[i], corners[(i + 1) % 4]) for i in range(4)])
    return shapely.Polygon(np.round(ring * STEP_DEG + (WEST, SOUTH), 7))


def community_codes(count: int) -> list[str]:
    """Return the communities that so many grids need."""
    return [f"{TENANT}{number:03}" for number in range(1, count // PER_COMMUNITY + 2)]


def a_district(count: int, columns: int = 100) -> bytes:
    """Return the GeoJSON of so many grids, numbered by community, that tile their ground."""
    features = []
    for number in range(count):
        row, column = divmod(number, columns)
        code = f"{TENANT}{number // PER_COMMUNITY + 1:03}{number % PER_COMMUNITY + 1:03}"
        features.append(feature(a_grid(column, row), {"code": code, "name": f"第{number}网格"}))
    return json.dumps(feature_collection(features)).encode()
