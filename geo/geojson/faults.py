"""What can be wrong with a feature, in words, and what would put it right."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from geo.errors import BadGeoJSON
from geo.points import LonLat


@dataclass(frozen=True, slots=True)
class Limits:
    """The most that the reader takes; the defaults hold any city's grids.

    `nesting` counts objects and lists inside one another, `property_count` is for one feature.
    `fault_count` is how many faults are gathered before the reader gives up.
    """

    size_bytes: int = 32_000_000
    features: int = 5_000
    vertices: int = 1_000_000
    nesting: int = 16
    property_count: int = 100
    fault_count: int = 50


class Repair(StrEnum):
    """What the reader may put right when the person agrees to it."""

    WIND = "wind"
    CLOSE = "close"
    DROP_HEIGHT = "drop_height"
    UNTANGLE = "untangle"


class Reason(StrEnum):
    """Why a feature cannot be used."""

    NOT_A_FEATURE = "not_a_feature"
    BAD_PROPERTIES = "bad_properties"
    NO_GEOMETRY = "no_geometry"
    NOT_A_POLYGON = "not_a_polygon"
    NO_RINGS = "no_rings"
    NOT_NUMBERS = "not_numbers"
    OUT_OF_RANGE = "out_of_range"
    OUT_OF_ZONE = "out_of_zone"
    LATITUDE_FIRST = "latitude_first"
    HAS_HEIGHT = "has_height"
    TOO_SHORT = "too_short"
    NOT_CLOSED = "not_closed"
    WRONG_WINDING = "wrong_winding"
    SELF_CROSSING = "self_crossing"
    ANTIMERIDIAN = "antimeridian"


WORDS: dict[Reason, tuple[str, str, Repair | None]] = {
    Reason.NOT_A_FEATURE: ("it is not a GeoJSON Feature", "不是 GeoJSON 要素 (Feature)", None),
    Reason.BAD_PROPERTIES: ("its properties are not a small object", "属性 (properties) 不正确或太多", None),
    Reason.NO_GEOMETRY: ("it has no geometry", "没有图形, 请先画出范围", None),
    Reason.NOT_A_POLYGON: ("it is not a Polygon or MultiPolygon", "不是面图形 (Polygon 或 MultiPolygon)", None),
    Reason.NO_RINGS: ("a polygon has no ring", "图形里有一个空的面", None),
    Reason.NOT_NUMBERS: ("a position is not two plain numbers", "坐标不是两个数字", None),
    Reason.OUT_OF_RANGE: (
        "a position is outside longitude ±180, latitude ±90: are these projected metres?",
        "坐标超出经度 ±180、纬度 ±90 的范围, 可能是投影坐标 (米)",
        None,
    ),
    Reason.OUT_OF_ZONE: (
        "a position is outside the stated zone: is it another zone, or degrees?",
        "坐标不在所选的分带内, 可能是另一个带或经纬度",
        None,
    ),
    Reason.LATITUDE_FIRST: (
        "latitude seems to come first: write longitude, latitude",
        "经纬度顺序可能颠倒了, 应先写经度、后写纬度",
        None,
    ),
    Reason.HAS_HEIGHT: (
        "its positions carry a third number; agree to drop it",
        "坐标带有第三个数 (高程), 确认后可以去掉",
        Repair.DROP_HEIGHT,
    ),
    Reason.TOO_SHORT: ("a ring has fewer than four positions", "边界少于四个点, 围不成面", None),
    Reason.NOT_CLOSED: (
        "a ring does not end where it began; agree to close it",
        "边界没有首尾相接, 确认后可以自动闭合",
        Repair.CLOSE,
    ),
    Reason.WRONG_WINDING: (
        "a ring runs the wrong way round (outer rings are counter-clockwise); agree to turn it",
        "边界绕向不对 (外圈应为逆时针), 确认后可以自动调转",
        Repair.WIND,
    ),
    Reason.SELF_CROSSING: (
        "its boundary crosses or touches itself; look at the place, or agree to untangle it",
        "边界自己交叉或相碰, 请看标出的位置, 或确认后自动拆开",
        Repair.UNTANGLE,
    ),
    Reason.ANTIMERIDIAN: (
        "it crosses the 180° meridian: cut it there, as RFC 7946 asks",
        "跨越 180° 经线, 请在该处切开",
        None,
    ),
}
"""Each reason in English and Chinese, and the repair that would do."""


@dataclass(frozen=True, slots=True)
class Fault:
    """One feature that cannot be used: its number from 1, why, where, and what would repair it.

    `numbers` are a position as the file has it, where the numbers themselves are the fault.
    """

    feature: int
    reason: Reason
    place: LonLat | None = None
    numbers: tuple[float, float] | None = None

    @property
    def en(self) -> str:
        """The reason in English."""
        return WORDS[self.reason][0]

    @property
    def zh(self) -> str:
        """The reason in Chinese."""
        return WORDS[self.reason][1]

    @property
    def repair(self) -> Repair | None:
        """What the reader would do about it, if `accept` names it."""
        return WORDS[self.reason][2]


class Refused(Exception):
    """A feature is faulty for this reason; it never leaves the reader, which makes a Fault of it."""

    def __init__(self, reason: Reason, place: LonLat | None = None, numbers: tuple[float, float] | None = None) -> None:
        super().__init__(reason)
        self.reason = reason
        self.place = place
        self.numbers = numbers


class FaultyFeatures(BadGeoJSON):
    """GeoJSON with unusable features: `faults` names each by number, with the reason."""

    def __init__(self, faults: Sequence[Fault]) -> None:
        first = faults[0]
        super().__init__(
            f"{len(faults)} fault(s); feature {first.feature}: {first.en}",
            f"共 {len(faults)} 处问题; 第 {first.feature} 个图形: {first.zh}",
        )
        self.faults = tuple(faults)
