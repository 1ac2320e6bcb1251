"""Decide where what lies in an ended grid belongs: a pure answer, the same before a change as after it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple
from uuid import UUID

import shapely

from geo.distance import metres_to
from geo.grids import Grid, GridIndex
from geo.points import LonLat


class Left(NamedTuple):
    """Something that lies in a grid, at a position (WGS 84) if one is known."""

    id: UUID
    grid_code: str
    lon: float | None
    lat: float | None


@dataclass(frozen=True, slots=True)
class Ended:
    """A grid that ended: the ground it had, and the codes of those that replace it, the likeliest first."""

    shape: shapely.Geometry
    replaced_by: Sequence[str]


class Succession:
    """The grids of a community that ended and those that stand."""

    def __init__(self, ended: Mapping[str, Ended], standing: Sequence[Grid]) -> None:
        self.ended = ended
        self._shapes = {grid.code: grid.shape for grid in standing}
        self._index = GridIndex(standing)

    def now(self, left: Sequence[Left]) -> dict[UUID, str]:
        """Return, by id, where things of ended grids belong.

        What lies in a grid that stands is absent; so is what waits for a successor that is named but not there yet, and
        what no grid replaces.
        """
        found = {each.id: self._now(each) for each in left if each.grid_code in self.ended}
        return {thing: code for thing, code in found.items() if code is not None}

    def _now(self, each: Left) -> str | None:
        """Return the grid under a thing, else the successor that is nearest.

        A thing whose own grid did not hold its position stays with the successors: its own grid won over the position,
        and goes on winning.
        """
        old = self.ended[each.grid_code]
        named = [code for code in old.replaced_by if code in self._shapes]
        if any(code not in self._shapes and code not in self.ended for code in old.replaced_by):
            named = []  # the ground of one that is awaited may be that thing's
        if each.lon is None or each.lat is None:
            return named[0] if named else None
        point = LonLat(each.lon, each.lat)
        under = self._index.grid_at(point)
        if under is not None and (under in named or not named or shapely.intersects_xy(old.shape, each.lon, each.lat)):
            return under
        return min(named, key=lambda code: metres_to(point, self._shapes[code]), default=None)
