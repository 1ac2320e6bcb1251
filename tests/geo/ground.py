"""Make ground for tests: lattices of grids with crooked, exactly shared corners, near Liuzhou."""

from __future__ import annotations

import numpy as np
import shapely

from geo import Grid
from geo.coverage import rounded

WEST, SOUTH, CELL = 109.40, 24.30, 0.004


def crooked_grids(columns: int, rows: int, seed: int = 7, bends: int = 0) -> list[Grid]:
    """Return grids that tile a block: corners pushed about by up to a third of a cell.

    Each edge bows in `bends` extra corners, which both its grids share to the bit.
    """
    rng = np.random.default_rng(seed)
    corners = np.stack(np.meshgrid(np.arange(columns + 1), np.arange(rows + 1), indexing="ij"), axis=-1)
    corners = np.array([WEST, SOUTH]) + (corners + rng.uniform(-0.3, 0.3, corners.shape)) * CELL
    shapes = rounded(
        [
            shapely.Polygon(_outline([corners[i + di, j + dj] for di, dj in ((0, 0), (1, 0), (1, 1), (0, 1))], bends))
            for i in range(columns)
            for j in range(rows)
        ]
    )
    return [Grid(f"450299001001{i:03}", shape) for i, shape in enumerate(shapes, start=1)]


def _outline(corners: list[np.ndarray], bends: int) -> np.ndarray:
    edges = [_bowed(a, b, bends)[:-1] for a, b in zip(corners, corners[1:] + corners[:1], strict=True)]
    return np.concatenate(edges)


def _bowed(a: np.ndarray, b: np.ndarray, bends: int) -> np.ndarray:
    """Return the corners from a to b, worked out in one direction so that b to a gives the same."""
    if tuple(a) > tuple(b):
        return _bowed(b, a, bends)[::-1]
    t = np.linspace(0, 1, bends + 2)[:, None]
    across = (b - a)[::-1] * [-1, 1]
    return a + t * (b - a) + 0.08 * np.sin(t * np.pi) * np.sin(7 * t) * across


def block(west: float, south: float, east: float, north: float, code: str = "g") -> Grid:
    """Return one rectangular grid."""
    return Grid(code, shapely.box(west, south, east, north))
