"""Group points for a zoom level, so that a city's worth of them stays drawable."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from geo.tiles.quads import BITS, columns_rows, interleave

CELLS_LOG2 = 3
"""A tile is 2^3 = 8 cells across: clusters some 64 px apart on a 512 px tile."""

_RIM = 11 / 32
"""So much of a cell stays free on each side of a group's mark: two are 44 of 64 px apart, and one covers no other."""

Ints = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Clusters:
    """Groups in order of place.

    Shapes: arrays as long as there are groups, but `cell_of`, which gives each point its group.
    `quads` are the middles of the points, `counts` how many they are, `first` the position of one
    of them: of the lowest quad, or of the lowest position among equals. Points that stand for many count as many.
    """

    quads: Ints
    counts: Ints
    first: Ints
    cell_of: Ints

    def highest(self, ranks: NDArray[np.integer]) -> Ints:
        """Return the highest rank within each group, for one rank (say, severity) of each point."""
        top = np.full(len(self.counts), np.iinfo(np.int64).min)
        np.maximum.at(top, self.cell_of, ranks.astype(np.int64))
        return top

    def total(self, numbers: NDArray[np.integer]) -> Ints:
        """Return the sum within each group of one number of each point."""
        return np.bincount(self.cell_of, weights=numbers, minlength=len(self.counts)).astype(np.int64)


def group(
    quads: NDArray[np.integer],
    zoom: int,
    counts: NDArray[np.integer] | None = None,
    *,
    cells_log2: int = CELLS_LOG2,
) -> Clusters:
    """Return the points grouped by cells of 1/2^cells_log2 of a tile of that zoom.

    Shapes: `quads` in any order, which does not change the groups. A cell lies in one tile, so
    tiles can be grouped one by one and still agree. `counts`, as long, says how many points each
    stands for; without it each is one.
    """
    places: Ints = np.asarray(quads, dtype=np.int64)
    weights = np.ones(len(places), dtype=np.int64) if counts is None else np.asarray(counts, dtype=np.int64)
    shift = 2 * max(BITS - zoom - cells_log2, 0)
    order = np.argsort(places, kind="stable")
    cells, starts, sizes = np.unique(places[order] >> shift, return_index=True, return_counts=True)
    if not len(cells):
        return Clusters(places, weights, order, places)
    held = np.add.reduceat(weights[order], starts)
    column, row = (np.add.reduceat(line * weights[order], starts) // held for line in columns_rows(places[order]))
    cell_of = np.empty(len(places), dtype=np.int64)
    cell_of[order] = np.repeat(np.arange(len(cells)), sizes)
    return Clusters(interleave(column, row), held, order[starts], cell_of)


def apart(
    column: NDArray[np.integer], row: NDArray[np.integer], counts: NDArray[np.integer], zoom: int
) -> tuple[Ints, Ints]:
    """Return where groups of that zoom are drawn: as near to the middle of their points as leaves each number readable.

    Shapes: all as long as there are groups, in steps of the finest grid. A group of one stays where its point is.
    """
    cell = 1 << max(BITS - zoom - CELLS_LOG2, 0)
    rim = int(cell * _RIM)

    def within(line: NDArray[np.integer]) -> Ints:
        places = np.asarray(line, dtype=np.int64)
        inside = places & (cell - 1)
        moved = places - inside + inside.clip(rim, cell - 1 - rim)
        return np.where(np.asarray(counts) > 1, moved, places)

    return within(column), within(row)
