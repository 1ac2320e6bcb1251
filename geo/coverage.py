"""Grids tile a community: find overlaps, gaps and slivers; simplify without opening cracks."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Literal

import numpy as np
import shapely
from numpy.typing import NDArray

from geo.distance import DEGREE_M
from geo.flaws import Flaw, find_flaws
from geo.grids import Grid
from geo.points import LonLat
from geo.validity import fault_of

DECIMALS = 7
"""Coordinates are kept to 1e-7 degrees (about 1 cm), so that neighbours share bit-identical corners."""
GAP_WIDTH_M = 10.0
"""A strip between two grids is a gap if it is narrower than this or closed all round."""
SLIVER_WIDTH_M = 1.0
"""A thinner overlap or gap is a drawing slip that `cleaned` repairs; a wider one needs a person."""

Shapes = Sequence[shapely.Geometry] | NDArray[np.object_]


@dataclass(frozen=True, slots=True)
class Invalid:
    """A grid whose rings are not a polygon; `reason` in English, at `place` where that is known."""

    code: str
    reason: str
    place: LonLat | None


@dataclass(frozen=True, slots=True)
class Duplicate:
    """Grids that repeat a code or, corner for corner, a geometry."""

    kind: Literal["code", "geometry"]
    codes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Report:
    """All that keeps grids from tiling their ground; clean when every list is empty.

    `slivers` are overlaps and gaps narrower than SLIVER_WIDTH_M.
    """

    invalid: tuple[Invalid, ...]
    duplicates: tuple[Duplicate, ...]
    overlaps: tuple[Flaw, ...]
    gaps: tuple[Flaw, ...]
    slivers: tuple[Flaw, ...]

    @property
    def is_clean(self) -> bool:
        """Do the grids tile their ground?"""
        return not (self.invalid or self.duplicates or self.overlaps or self.gaps or self.slivers)


def rounded(shapes: Shapes) -> NDArray[np.object_]:
    """Return the shapes on the 1e-7 degree lattice; corners shared before are shared after."""
    return np.asarray(shapely.transform(np.asarray(shapes, dtype=object), lambda xy: np.round(xy, DECIMALS)))


def cleaned(shapes: Shapes, gap_width_m: float = SLIVER_WIDTH_M) -> NDArray[np.object_]:
    """Return the shapes as a coverage: overlaps given to one side, narrower gaps closed.

    A proposal to look at, never applied unseen. Shapes: in the order given; on the lattice.
    """
    lattice = rounded(shapes)
    width_deg = gap_width_m / (DEGREE_M * _shrink(lattice))
    return rounded(shapely.coverage_clean(lattice, gap_width=width_deg))  # type: ignore[attr-defined]  # newer than its stubs


def areas_m2(shapes: Shapes) -> NDArray[np.float64]:
    """Return the area of each shape on a plane true at the middle latitude of them all."""
    plane = np.array([_shrink(np.asarray(shapes, dtype=object)), 1.0]) * DEGREE_M
    flat = shapely.transform(np.asarray(shapes, dtype=object), lambda xy: xy * plane)
    return np.asarray(shapely.area(flat))


def simplified(shapes: Shapes, tolerance_m: float) -> NDArray[np.object_]:
    """Return the shapes with corners dropped that matter less than the tolerance.

    Shared edges stay shared: no crack opens between neighbours. Shapes: a clean coverage, in the
    order given. Source: Visvalingam and Whyatt, 1993, as in `shapely.coverage_simplify`.
    """
    lattice = rounded(shapes)
    if not shapely.coverage_is_valid(lattice):
        lattice = cleaned(lattice, gap_width_m=0.0)  # gives neighbours the corners that only one of them has
    plane = np.array([_shrink(lattice), 1.0])
    flat = shapely.transform(lattice, lambda xy: xy * plane)
    coarse = shapely.coverage_simplify(flat, tolerance_m / DEGREE_M)
    return rounded(shapely.transform(coarse, lambda xy: xy / plane))


def report(grids: Sequence[Grid], gap_width_m: float = GAP_WIDTH_M) -> Report:
    """Return every flaw of the grids as a tiling; slow (seconds for 5,000), so a job, not a request.

    Shapes: order does not matter. Coordinates are rounded first, because edges match only when
    their corners are bit-identical.
    """
    in_order = sorted(grids, key=lambda grid: grid.code)
    shapes = rounded([grid.shape for grid in in_order])
    codes = [grid.code for grid in in_order]
    sound = np.asarray(shapely.is_valid(shapes) & ~shapely.is_empty(shapes))
    invalid = tuple(_fault(codes[i], shapes[i]) for i in np.flatnonzero(~sound))
    duplicates, repeats = _duplicates(codes, shapes)
    kept = np.array([i for i in np.flatnonzero(sound) if i not in repeats], dtype=np.intp)
    flaws = find_flaws([codes[i] for i in kept], shapes[kept], gap_width_m) if kept.size else []
    wide = [flaw for flaw in flaws if flaw.width_m >= SLIVER_WIDTH_M]
    return Report(
        invalid,
        duplicates,
        overlaps=tuple(flaw for flaw in wide if flaw.kind == "overlap"),
        gaps=tuple(flaw for flaw in wide if flaw.kind == "gap"),
        slivers=tuple(flaw for flaw in flaws if flaw.width_m < SLIVER_WIDTH_M),
    )


def _fault(code: str, shape: shapely.Geometry) -> Invalid:
    reason, place = fault_of(shape)
    return Invalid(code, "nothing is left of it after rounding" if shapely.is_empty(shape) else reason, place)


def _shrink(shapes: NDArray[np.object_]) -> float:
    """Return how much shorter a degree of longitude is than one of latitude, amid the shapes."""
    _, south, _, north = shapely.total_bounds(shapes)
    return max(math.cos(math.radians((south + north) / 2)), 1e-6)


def _duplicates(codes: list[str], shapes: NDArray[np.object_]) -> tuple[tuple[Duplicate, ...], set[int]]:
    """Return repeated codes and geometries, and the positions that repeat an earlier geometry."""
    twice = [code for code, same in groupby(codes) if len(list(same)) > 1]
    found = [Duplicate("code", (code,)) for code in twice]
    drawn: dict[bytes, list[int]] = {}
    for i, form in enumerate(shapely.to_wkb(shapely.normalize(shapes))):
        drawn.setdefault(form, []).append(i)
    same_ground = [same for same in drawn.values() if len(same) > 1]
    found += [Duplicate("geometry", tuple(codes[i] for i in same)) for same in same_ground]
    return tuple(found), {i for same in same_ground for i in same[1:]}
