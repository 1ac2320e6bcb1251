"""Convert between WGS 84, GCJ-02 and BD-09, each a type, so that a mix-up does not type-check.

China's public web maps draw on shifted datums: GCJ-02 (amap, Tencent, WeChat) moves a WGS 84
point by some 100 to 700 m, BD-09 (Baidu) moves GCJ-02 once more. Neither rule is published; the
formulas below are the ones in general use, and agree with the test vectors that the open-source
projects eviltransform (GCJ-02) and coordtransform (BD-09) publish.
CGCS2000 differs from WGS 84 by centimetres and is taken as equal.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

import numpy as np
import shapely
from numpy.typing import NDArray

from geo.errors import UnknownReferenceSystem
from geo.points import Crs, Degrees, LonLat

Floats = NDArray[np.float64]
Pair = tuple[Floats, Floats]
Convert = Callable[[Floats, Floats], Pair]
Shape = TypeVar("Shape", bound=shapely.Geometry)

KRASOVSKY_M = 6_378_245.0
"""Semi-major axis of the 1940 ellipsoid that the GCJ-02 rule is written on."""
ECCENTRICITY_2 = 0.00669342162296594323
BD_TURN = math.pi * 3000.0 / 180.0
ROUNDS = 12
SETTLED_DEG = 1e-10
"""An inverse stops after 12 rounds or at a hundredth of a millimetre; each round gains a thousandfold."""

CHINA = (72.004, 0.8293, 137.8347, 55.8271)
"""The box, in WGS 84 degrees, outside which the shifted datums are equal to WGS 84."""


@dataclass(frozen=True, slots=True, order=True)
class Gcj02(Degrees):
    """A position in GCJ-02 degrees: never stored, only met at the edges."""


@dataclass(frozen=True, slots=True, order=True)
class Bd09(Degrees):
    """A position in BD-09 degrees: never stored, only met at the edges."""


def to_gcj02(point: LonLat) -> Gcj02:
    """Return where GCJ-02 maps draw the point; the same numbers outside China."""
    return Gcj02(*_scalar(_gcj_from_wgs, point))


def from_gcj02(point: Gcj02) -> LonLat:
    """Return the WGS 84 position of a GCJ-02 point, right to a millimetre."""
    return LonLat(*_scalar(_wgs_from_gcj, point))


def to_bd09(point: LonLat) -> Bd09:
    """Return where BD-09 maps draw the point; the same numbers outside China."""
    return Bd09(*_scalar(_bd_from_wgs, point))


def from_bd09(point: Bd09) -> LonLat:
    """Return the WGS 84 position of a BD-09 point, right to a millimetre."""
    return LonLat(*_scalar(_wgs_from_bd, point))


def crs_named(name: str | None) -> Crs:
    """Return the datum of that name.

    Errors: UnknownReferenceSystem when it is missing or not one of the four.
    """
    try:
        return Crs(name or "")
    except ValueError:
        raise UnknownReferenceSystem(
            "say which datum the coordinates are in: wgs84, cgcs2000, gcj02 or bd09",
            "请说明坐标系: wgs84、cgcs2000、gcj02 (高德、腾讯、微信) 或 bd09 (百度)",
        ) from None


def to_wgs84(lon: float, lat: float, crs: Crs) -> LonLat:
    """Return the WGS 84 position of numbers in any datum we know.

    Errors: BadPoint when the numbers are no place.
    """
    given = Degrees(lon, lat)
    inverse = _INVERSE[crs]
    return LonLat(*_scalar(inverse, given)) if inverse else LonLat(given.lon, given.lat)


def in_datum(lon: Floats, lat: Floats, crs: Crs) -> Pair:
    """Return where a datum puts WGS 84 positions; CGCS2000 is taken as equal."""
    forward = _FORWARD[crs]
    return forward(lon, lat) if forward else (lon, lat)


def out_of_datum(lon: Floats, lat: Floats, crs: Crs) -> Pair:
    """Return the WGS 84 positions of numbers in a datum."""
    inverse = _INVERSE[crs]
    return inverse(lon, lat) if inverse else (lon, lat)


def shape_to_wgs84(shape: Shape, crs: Crs) -> Shape:
    """Return the shape with every vertex converted to WGS 84."""
    inverse = _INVERSE[crs]
    if inverse is None:
        return shape
    return shapely.transform(shape, lambda xy: np.column_stack(inverse(xy[:, 0], xy[:, 1])))


def _scalar(convert: Convert, point: Degrees) -> tuple[float, float]:
    lon, lat = convert(np.array([point.lon]), np.array([point.lat]))
    return float(lon[0]), float(lat[0])


def _in_china(lon: Floats, lat: Floats) -> NDArray[np.bool_]:
    west, south, east, north = CHINA
    return (lon >= west) & (lon <= east) & (lat >= south) & (lat <= north)


def _ripples(t: Floats, slow: float, amplitude: float, slowest: float) -> Floats:
    """Return the sines that both components of the shift add along one axis, in metres."""
    waves = 20 * np.sin(t * math.pi) + 40 * np.sin(t / 3 * math.pi)
    far = slow * np.sin(t / 12 * math.pi) + amplitude * np.sin(t / slowest * math.pi)
    return np.asarray((waves + far) * 2 / 3)


def _gcj_from_wgs(lon: Floats, lat: Floats) -> Pair:
    x, y = lon - 105.0, lat - 35.0
    root = np.sqrt(np.abs(x))
    quick = (20 * np.sin(6 * x * math.pi) + 20 * np.sin(2 * x * math.pi)) * 2 / 3
    north_m = -100 + 2 * x + 3 * y + 0.2 * y * y + 0.1 * x * y + 0.2 * root
    north_m += quick + _ripples(y, 160, 320, 30)
    east_m = 300 + x + 2 * y + 0.1 * x * x + 0.1 * x * y + 0.1 * root
    east_m += quick + _ripples(x, 150, 300, 30)
    phi = np.radians(lat)
    curve = 1 - ECCENTRICITY_2 * np.sin(phi) ** 2
    meridian_m = KRASOVSKY_M * (1 - ECCENTRICITY_2) / curve**1.5
    parallel_m = KRASOVSKY_M / np.sqrt(curve) * np.cos(phi)
    inside = _in_china(lon, lat)
    shifted_lon = lon + np.degrees(east_m / np.where(inside, parallel_m, KRASOVSKY_M))
    shifted_lat = lat + np.degrees(north_m / meridian_m)
    return np.where(inside, shifted_lon, lon), np.where(inside, shifted_lat, lat)


def _bd_from_wgs(lon: Floats, lat: Floats) -> Pair:
    x, y = _gcj_from_wgs(lon, lat)
    radius = np.hypot(x, y) + 0.00002 * np.sin(y * BD_TURN)
    angle = np.arctan2(y, x) + 0.000003 * np.cos(x * BD_TURN)
    inside = _in_china(lon, lat)
    shifted_lon = radius * np.cos(angle) + 0.0065
    shifted_lat = radius * np.sin(angle) + 0.006
    return np.where(inside, shifted_lon, lon), np.where(inside, shifted_lat, lat)


def _inverted(forward: Convert) -> Convert:
    """Return the inverse of a shift, by stepping against what is left of it."""

    def inverse(lon: Floats, lat: Floats) -> Pair:
        found_lon, found_lat = lon.copy(), lat.copy()
        for _ in range(ROUNDS):
            met_lon, met_lat = forward(found_lon, found_lat)
            found_lon = np.clip(found_lon + (lon - met_lon), -180.0, 180.0)
            found_lat = np.clip(found_lat + (lat - met_lat), -90.0, 90.0)
            if max(np.abs(lon - met_lon).max(), np.abs(lat - met_lat).max()) < SETTLED_DEG:
                break
        return found_lon, found_lat

    return inverse


_wgs_from_gcj = _inverted(_gcj_from_wgs)
_wgs_from_bd = _inverted(_bd_from_wgs)
_FORWARD: dict[Crs, Convert | None] = {
    Crs.WGS84: None,
    Crs.CGCS2000: None,
    Crs.GCJ02: _gcj_from_wgs,
    Crs.BD09: _bd_from_wgs,
}
_INVERSE: dict[Crs, Convert | None] = {
    Crs.WGS84: None,
    Crs.CGCS2000: None,
    Crs.GCJ02: _wgs_from_gcj,
    Crs.BD09: _wgs_from_bd,
}
