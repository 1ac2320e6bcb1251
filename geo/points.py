"""Positions, fixes and boxes: values that cannot be invalid."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from geo.errors import BadBox, BadPoint

MAX_ACCURACY_M = 20_037_508.0
"""Half the equator: no circle on Earth is wider."""


class Crs(StrEnum):
    """The datum that numbers are in, as spelled on the wire."""

    WGS84 = "wgs84"
    CGCS2000 = "cgcs2000"
    GCJ02 = "gcj02"
    BD09 = "bd09"


class Source(StrEnum):
    """What made a fix, as spelled on the wire."""

    GPS = "gps"
    NETWORK = "network"
    MANUAL = "manual"


def number(value: object, name_en: str, name_zh: str, limit: float) -> float:
    """Return `value` as a float within ±`limit`.

    Errors: BadPoint for text, booleans, NaN, infinities and anything beyond the limit.
    """
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        raise BadPoint(f"{name_en} must be a number", f"{name_zh}必须是数字")
    if not abs(value) <= limit:  # NaN compares false, so it is refused here too
        raise BadPoint(
            f"{name_en} must lie between -{limit:g} and {limit:g}",
            f"{name_zh}必须在 -{limit:g} 到 {limit:g} 之间",
        )
    return float(value)


@dataclass(frozen=True, slots=True, order=True)
class Degrees:
    """A longitude and a latitude in degrees, checked; the subclass says in which datum.

    Errors: BadPoint, so that no instance out of range exists.
    """

    lon: float
    lat: float

    def __post_init__(self) -> None:
        object.__setattr__(self, "lon", number(self.lon, "longitude", "经度", 180.0))
        object.__setattr__(self, "lat", number(self.lat, "latitude", "纬度", 90.0))


@dataclass(frozen=True, slots=True, order=True)
class LonLat(Degrees):
    """A position in WGS 84 degrees, longitude first (CGCS2000 is taken as equal)."""


@dataclass(frozen=True, slots=True)
class Fix:
    """A position as a device reported it: a circle with a datum, a source and a time.

    `point` is already WGS 84; `crs` is the datum the device spoke, kept as evidence.
    `accuracy_m` is the 95 % radius in metres (W3C Geolocation, `accuracy`); 0 means a point
    set by hand. `taken_at` is an aware instant.
    Errors: BadPoint.
    """

    point: LonLat
    accuracy_m: float = 0.0
    crs: Crs = Crs.WGS84
    source: Source = Source.GPS
    taken_at: datetime | None = field(default=None, kw_only=True)

    def __post_init__(self) -> None:
        accuracy_m = number(self.accuracy_m, "accuracy", "定位精度", MAX_ACCURACY_M)
        if accuracy_m < 0:
            raise BadPoint("accuracy cannot be negative", "定位精度不能为负数")
        object.__setattr__(self, "accuracy_m", accuracy_m)
        if self.taken_at is not None and self.taken_at.utcoffset() is None:
            raise BadPoint("the time of a fix needs a time zone", "定位时间必须带时区")


@dataclass(frozen=True, slots=True)
class BBox:
    """A box in WGS 84 degrees that does not cross the antimeridian.

    Errors: BadBox when a corner is no place, or west exceeds east, or south exceeds north.
    """

    west: float
    south: float
    east: float
    north: float

    def __post_init__(self) -> None:
        try:
            low, high = LonLat(self.west, self.south), LonLat(self.east, self.north)
        except BadPoint as error:
            raise BadBox(f"bad box: {error.en}", f"范围不正确: {error.zh}") from None
        if low.lon > high.lon or low.lat > high.lat:
            raise BadBox(
                "a box is west,south,east,north, smaller numbers first",
                "范围应按 西,南,东,北 的顺序填写, 小的在前",
            )
        for name, value in zip(("west", "south", "east", "north"), (low.lon, low.lat, high.lon, high.lat), strict=True):
            object.__setattr__(self, name, value)

    @classmethod
    def parse(cls, text: str) -> BBox:
        """Return the box that "west,south,east,north" describes.

        Errors: BadBox for anything but four plain decimal numbers.
        """
        parts = text.split(",") if len(text) <= 200 else []
        try:
            numbers = [float(part) for part in parts]
        except ValueError:
            numbers = []
        if len(numbers) != 4 or not all(math.isfinite(n) for n in numbers) or "_" in text:
            raise BadBox(
                "a box is four numbers: west,south,east,north",
                "范围应为四个数字: 西,南,东,北",
            )
        return cls(*numbers)

    def holds(self, point: LonLat) -> bool:
        """Is the point in the box or on its edge?"""
        return self.west <= point.lon <= self.east and self.south <= point.lat <= self.north

    @property
    def bounds(self) -> tuple[float, float, float, float]:
        """The four numbers west, south, east, north, as Shapely takes them."""
        return self.west, self.south, self.east, self.north
