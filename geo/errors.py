"""Every way in which geometry is refused, each worded in Chinese and English.

GeoError
├── BadPoint                  numbers that are no place on Earth, or no accuracy
├── BadBox                    a box that is not "west,south,east,north"
├── BadTile                   a tile that does not exist at its zoom
├── BadCoverage               a grid without a code, or that is not a polygon
├── BadEdit                   a line or polygon by which grids cannot be drawn anew
├── UnknownReferenceSystem    nobody said, or we do not know, which datum the numbers are in
└── BadGeoJSON                text that is not the GeoJSON we read
    ├── TooMuchGeoJSON        more bytes, features or vertices than the limits allow
    └── FaultyFeatures        (in geojson/faults.py) features that cannot be used, each fault with its number
"""

from __future__ import annotations


class GeoError(ValueError):
    """Geometry that cannot be used; `str(error)` is English, `error.zh` Chinese."""

    def __init__(self, en: str, zh: str) -> None:
        super().__init__(en)
        self.en = en
        self.zh = zh


class BadPoint(GeoError):
    """A longitude, latitude or accuracy that is no number or out of range."""


class BadBox(GeoError):
    """A box that is not four numbers in the order west, south, east, north."""


class BadTile(GeoError):
    """A zoom, column or row outside the tile pyramid."""


class BadCoverage(GeoError):
    """A grid that has no code or is not a polygon."""


class BadEdit(GeoError):
    """A line, a polygon or a choice of neighbours by which grids cannot be drawn anew."""


class UnknownReferenceSystem(GeoError):
    """A datum that is missing or that we cannot convert from."""


class BadGeoJSON(GeoError):
    """Text that is not the GeoJSON this library reads."""


class TooMuchGeoJSON(BadGeoJSON):
    """GeoJSON beyond the reader's limits."""
