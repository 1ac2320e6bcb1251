"""Say what a base map is, who sees it, which tiles it has, and at which address its service has one."""

import hashlib
import math
from dataclasses import dataclass, field
from typing import Final

from geo import BBox

MOST_ZOOM: Final = 20
_MARGIN_DEG: Final = 0.02
"""Tiles of a shifted datum lie up to 700 m from where their numbers say."""


@dataclass(frozen=True, slots=True)
class Layer:
    """One layer of a service: the address of a tile, with blanks. It may hold a key, so it is never printed."""

    template: str = field(repr=False)
    hosts: tuple[str, ...] = ()
    key: str = field(default="", repr=False)
    referer: str = ""
    is_geographic: bool = False
    """Its tiles are squares of degrees, 360/2^z wide, as services in EPSG:4490 cut them; else of Web Mercator."""
    level_offset: int = 0
    """What is added to z for the number by which the service calls that level."""

    def address(self, z: int, x: int, y: int) -> str:
        """Return where the service has a tile; the same tile always comes from the same of several hosts."""
        rows = 2**z // 2 if self.is_geographic else 2**z
        blanks = {"z": z + self.level_offset, "x": x, "y": y, "-y": rows - 1 - y, "key": self.key}
        if self.hosts:
            blanks["s"] = self.hosts[(x + y) % len(self.hosts)]
        address = self.template
        for name, value in blanks.items():
            address = address.replace(f"{{{name}}}", str(value))
        return address

    @property
    def folder(self) -> str:
        """What its tiles are kept under: another address is another map, another key is not."""
        cut = f"{self.template} {self.is_geographic} {self.level_offset}"
        return hashlib.sha256(cut.encode()).hexdigest()[:20]


@dataclass(frozen=True, slots=True)
class BaseMap:
    """A base map as the operator described it; `layers` of a service from the ground up, or a `file`."""

    name: str
    title_zh: str
    title_en: str
    attribution: str
    review_number: str
    crs: str
    min_zoom: int
    max_zoom: int
    tile_size: int
    bounds: BBox | None
    places: tuple[str, ...]
    keep_days: int
    layers: tuple[Layer, ...] = ()
    file: str | None = None

    def is_for(self, tenant: str) -> bool:
        """Is it there for the people of a tenant?"""
        return not self.places or any(tenant.startswith(each) or each.startswith(tenant) for each in self.places)

    def has(self, layer: int, z: int, x: int, y: int) -> bool:
        """Is there such a tile in its layers and zooms?"""
        in_zooms = 0 <= layer < len(self.layers) and self.min_zoom <= z <= self.max_zoom
        return in_zooms and 0 <= x < 2**z and 0 <= y < 2**z

    def reaches(self, z: int, x: int, y: int) -> bool:
        """Does a tile touch the ground that the map is for?"""
        if self.bounds is None:
            return True
        west, south, east, north = ground_of(z, x, y)
        box = self.bounds
        return (
            west <= box.east + _MARGIN_DEG
            and east >= box.west - _MARGIN_DEG
            and south <= box.north + _MARGIN_DEG
            and north >= box.south - _MARGIN_DEG
        )


def rows_of_degrees(z: int, y: int) -> range:
    """Return which rows of squares of degrees a row of the usual scheme touches: one or two, of the same columns."""
    _, south, _, north = ground_of(z, 0, y)
    square_deg = 360 / 2**z
    return range(math.floor((90 - north) / square_deg), math.ceil((90 - south) / square_deg))


def lines_of_degrees(z: int, y: int, count: int) -> list[float]:
    """Return where the middle of each line of a tile lies in the rows that it touches, in squares below their top."""
    top, square_deg = rows_of_degrees(z, y).start, 360 / 2**z
    return [(90 - _lat(z, y + (line + 0.5) / count)) / square_deg - top for line in range(count)]


def ground_of(z: int, x: int, y: int) -> tuple[float, float, float, float]:
    """Return west, south, east and north of a tile of the usual scheme, in degrees."""
    return x / 2**z * 360 - 180, _lat(z, y + 1), (x + 1) / 2**z * 360 - 180, _lat(z, y)


def _lat(z: int, row: float) -> float:
    return math.degrees(math.atan(math.sinh(math.pi * (1 - 2 * row / 2**z))))
