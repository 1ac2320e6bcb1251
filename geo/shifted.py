"""Tell from fixes at known places in which datum a device speaks that says WGS 84.

Some browsers and location services in China hand out GCJ-02 or BD-09 degrees and call them WGS 84; others take the
shift off once too often. Either moves everything a device records by the same few hundred metres, in the same
direction. One fix beside its place proves nothing: only many, at several places, that all are off as a datum would put
them. Nothing here knows whose device it is, and nothing is corrected.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final

import numpy as np
from numpy.typing import NDArray

from geo.crs import Convert, Floats, in_datum, out_of_datum
from geo.distance import DEGREE_M
from geo.points import Crs, LonLat

PLACES_LEAST: Final = 3
"""So many different places must agree; two could both be drawn wrong."""
COARSE_M: Final = 100.0
"""A circle wider than this is a cell tower's and says nothing about a few hundred metres."""
NEAR_M: Final = 120.0
"""A fix fits a datum when it lies so near to where the datum puts its place: the length of a block and a stairwell."""
SHIFT_LEAST_M: Final = 2 * NEAR_M
"""Where GCJ-02 moves less than this, a place's own extent could be taken for it; China has few such spots."""
CLEAR: Final = 2.0
"""The best explanation is so many times nearer than any other, standing still at one spot among them."""
BREAKS: Final = 2
"""So many fixes in a row that fit something else end what a device spoke until then: an update, another browser."""


class Speaks(StrEnum):
    """What the numbers of a device are in that says WGS 84."""

    WGS84 = "wgs84"
    GCJ02 = "gcj02"
    BD09 = "bd09"
    CORRECTED_TWICE = "corrected_twice"


def _as_it_is(lon: Floats, lat: Floats) -> tuple[Floats, Floats]:
    return lon, lat


WHERE: Final[dict[Speaks, Convert]] = {
    Speaks.WGS84: _as_it_is,
    Speaks.GCJ02: lambda lon, lat: in_datum(lon, lat, Crs.GCJ02),
    Speaks.BD09: lambda lon, lat: in_datum(lon, lat, Crs.BD09),
    Speaks.CORRECTED_TWICE: lambda lon, lat: out_of_datum(lon, lat, Crs.GCJ02),
}
"""Where a device that stands at a place says that it stands."""


@dataclass(frozen=True, slots=True)
class Sighting:
    """A fix that was taken at a place whose position is known; `met` as the device said it, `known` in WGS 84."""

    known: LonLat
    met: LonLat
    accuracy_m: float
    at: datetime


@dataclass(frozen=True, slots=True)
class Spoken:
    """What a device speaks, and what that rests on: so many places and fixes, the oldest of them at `since`.

    `east_m` and `north_m` are how far its fixes lie from their places, in the median of the places.
    """

    speaks: Speaks
    east_m: float
    north_m: float
    places: int
    fixes: int
    since: datetime

    @property
    def metres(self) -> float:
        """How far off the device is."""
        return math.hypot(self.east_m, self.north_m)


def fit(known: LonLat, met: LonLat) -> Speaks | None:
    """Return what a device speaks that stands at a known place, by this one fix; None when nothing fits."""
    return _fits(_away(_Arrays.of([(known, met)])))[0]


def spoken(sightings: Sequence[Sighting]) -> Spoken | None:
    """Return what a device speaks, from its newest fixes back to where it last spoke otherwise; None when unproven.

    Shapes: any order; fixes at the same known point count as one place, by their median.
    """
    newest_first = sorted((s for s in sightings if s.accuracy_m <= COARSE_M), key=lambda s: s.at, reverse=True)
    if not newest_first:
        return None
    arrays = _Arrays.of([(s.known, s.met) for s in newest_first])
    last = _last_run(_fits(_away(arrays)))
    run, own = newest_first[:last], arrays.first(last)
    places = own.places()
    if len(places.lon) < PLACES_LEAST or _shift_m(places) < SHIFT_LEAST_M:
        return None
    away = _away(places)
    in_median = {speaks: float(np.median(each)) for speaks, each in away.items()}
    best = min(in_median, key=lambda speaks: in_median[speaks])
    others = [metres for speaks, metres in in_median.items() if speaks is not best] + [_still_m(places)]
    agreeing = [fits is best for fits in _fits(_away(own))]
    is_clear = in_median[best] <= NEAR_M and min(others) >= max(1.0, CLEAR * in_median[best])
    if not is_clear or 4 * sum(agreeing) < 3 * len(agreeing):
        return None
    return Spoken(
        best,
        float(np.median(places.east_m)),
        float(np.median(places.north_m)),
        len(places.lon),
        sum(agreeing),
        min(s.at for s, agrees in zip(run, agreeing, strict=True) if agrees),
    )


@dataclass(frozen=True, slots=True)
class _Arrays:
    """Known places, and by how many metres the fixes at them lie to the east and to the north."""

    lon: Floats
    lat: Floats
    east_m: Floats
    north_m: Floats

    @classmethod
    def of(cls, pairs: Sequence[tuple[LonLat, LonLat]]) -> _Arrays:
        """Return the arrays of places and of the fixes that were met at them."""
        known = np.array([(known.lon, known.lat) for known, _ in pairs])
        met = np.array([(met.lon, met.lat) for _, met in pairs])
        lon, lat = known[:, 0], known[:, 1]
        return cls(lon, lat, *_metres_from(lon, lat, met[:, 0], met[:, 1]))

    def first(self, count: int) -> _Arrays:
        return _Arrays(self.lon[:count], self.lat[:count], self.east_m[:count], self.north_m[:count])

    def places(self) -> _Arrays:
        """Return each place once, with the median of its fixes, so that one much-visited door outvotes nobody."""
        spots, which = np.unique(np.column_stack([self.lon, self.lat]), axis=0, return_inverse=True)
        which = which.ravel()
        east = [float(np.median(self.east_m[which == i])) for i in range(len(spots))]
        north = [float(np.median(self.north_m[which == i])) for i in range(len(spots))]
        return _Arrays(spots[:, 0], spots[:, 1], np.array(east), np.array(north))


def _metres_from(lon: Floats, lat: Floats, to_lon: Floats, to_lat: Floats) -> tuple[Floats, Floats]:
    """Return the metres east and north on a plane at each point: right to a thousandth over a few kilometres."""
    return (to_lon - lon) * DEGREE_M * np.cos(np.radians(lat)), (to_lat - lat) * DEGREE_M


def _away(arrays: _Arrays) -> dict[Speaks, NDArray[np.float64]]:
    """Return, for each datum, the metres between the fixes and where it puts their places."""
    away = {}
    for speaks, where in WHERE.items():
        east_m, north_m = _metres_from(arrays.lon, arrays.lat, *where(arrays.lon, arrays.lat))
        away[speaks] = np.hypot(arrays.east_m - east_m, arrays.north_m - north_m)
    return away


def _fits(away: dict[Speaks, NDArray[np.float64]]) -> list[Speaks | None]:
    words, metres = list(away), np.array(list(away.values()))
    nearest, ordered = metres.argmin(axis=0), np.sort(metres, axis=0)
    clear = (ordered[0] <= NEAR_M) & (ordered[1] >= CLEAR * ordered[0]) & (ordered[1] > 1.0)
    return [words[i] if is_clear else None for i, is_clear in zip(nearest, clear, strict=True)]


def _last_run(fits: Sequence[Speaks | None]) -> int:
    """Return how many of the newest fixes belong to what the device speaks now."""
    now = next((one for one in fits if one is not None), None)
    others: list[int] = []
    for i, one in enumerate(fits):
        if one is now:
            others = []
        elif one is not None:
            others.append(i)
        if len(others) == BREAKS:
            return others[0]
    return len(fits)


def _shift_m(places: _Arrays) -> float:
    """Return by how many metres GCJ-02 moves these places, in the median; 0 outside China."""
    east_m, north_m = _metres_from(places.lon, places.lat, *WHERE[Speaks.GCJ02](places.lon, places.lat))
    return float(np.median(np.hypot(east_m, north_m)))


def _still_m(places: _Arrays) -> float:
    """Return how far the fixes of places lie from the middle of all of them: little when written in one spot."""
    per_degree = DEGREE_M * np.cos(np.radians(places.lat))
    east_m = places.lon * per_degree + places.east_m
    north_m = places.lat * DEGREE_M + places.north_m
    return float(np.median(np.hypot(east_m - np.median(east_m), north_m - np.median(north_m))))
