"""Turn Gauss-Krüger metres of CGCS2000 (EPSG 4513-4554, zones 3° wide) into degrees."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

SEMI_MAJOR_M = 6_378_137.0
FLATTENING = 1 / 298.257222101
FALSE_EASTING_M = 500_000.0
FIRST_PREFIXED, FIRST_PLAIN, ZONES_COUNT = 4513, 4534, 21
FIRST_NUMBER, FIRST_MERIDIAN_DEG, WIDTH_DEG = 25, 75, 3

HALF_WIDTH_M = 250_000.0
"""How far from its meridian a zone is believed: a zone is at most 167 km to either side, and its neighbours' maps
overlap; further away a neighbouring zone, or another system, is what the numbers are in."""
NORTHING_M = (300_000.0, 6_000_000.0)
"""Northings of China, from Zengmu Ansha (3° 58′) to Mohe (53° 34′), with something to spare."""

N = FLATTENING / (2 - FLATTENING)
RECTIFYING_M = SEMI_MAJOR_M / (1 + N) * (1 + N**2 / 4 + N**4 / 64)
BETA = (
    N / 2 - 2 * N**2 / 3 + 37 * N**3 / 96 - N**4 / 360,
    N**2 / 48 + N**3 / 15 - 437 * N**4 / 1440,
    17 * N**3 / 480 - 37 * N**4 / 840,
    4397 * N**4 / 161280,
)
DELTA = (
    2 * N - 2 * N**2 / 3 - 2 * N**3 + 116 * N**4 / 45,
    7 * N**2 / 3 - 8 * N**3 / 5 - 227 * N**4 / 45,
    56 * N**3 / 15 - 136 * N**4 / 35,
    4279 * N**4 / 630,
)
"""Krüger's series in the third flattening, to its fourth power. Source: Krüger, 1912; Karney, 2011, eq. 36."""


@dataclass(frozen=True, slots=True)
class Zone:
    """A zone by its EPSG code; `number` is 25-45, and `prefixed` says that eastings begin with it (36 500 000)."""

    epsg: int
    number: int
    prefixed: bool

    @property
    def meridian_deg(self) -> int:
        """The longitude down its middle."""
        return FIRST_MERIDIAN_DEG + WIDTH_DEG * (self.number - FIRST_NUMBER)

    @property
    def false_easting_m(self) -> float:
        """The easting of its middle."""
        return FALSE_EASTING_M + (self.number * 1_000_000.0 if self.prefixed else 0.0)

    def holds(self, easting_m: Floats, northing_m: Floats) -> NDArray[np.bool_]:
        """Return, by position, whether the numbers can be of this zone; NaN never is."""
        low, high = NORTHING_M
        near = np.abs(easting_m - self.false_easting_m) <= HALF_WIDTH_M
        return np.asarray(near & (northing_m >= low) & (northing_m <= high))


ZONES: dict[int, Zone] = {
    first + i: Zone(first + i, FIRST_NUMBER + i, prefixed)
    for first, prefixed in ((FIRST_PREFIXED, True), (FIRST_PLAIN, False))
    for i in range(ZONES_COUNT)
}
"""By EPSG code: 4513-4533 with the zone in front of the easting, 4534-4554 without."""


def to_degrees(zone: Zone, easting_m: Floats, northing_m: Floats) -> tuple[Floats, Floats]:
    """Return longitudes and latitudes, right to a hundredth of a millimetre within the zone."""
    xi, eta = northing_m / RECTIFYING_M, (easting_m - zone.false_easting_m) / RECTIFYING_M
    xi_sphere, eta_sphere = xi.copy(), eta.copy()
    for j, beta in enumerate(BETA, start=1):
        xi_sphere -= beta * np.sin(2 * j * xi) * np.cosh(2 * j * eta)
        eta_sphere -= beta * np.cos(2 * j * xi) * np.sinh(2 * j * eta)
    chi = np.arcsin(np.sin(xi_sphere) / np.cosh(eta_sphere))
    east = np.arctan2(np.sinh(eta_sphere), np.cos(xi_sphere))
    phi = chi + sum(delta * np.sin(2 * j * chi) for j, delta in enumerate(DELTA, start=1))
    return np.degrees(east) + zone.meridian_deg, np.degrees(phi)
