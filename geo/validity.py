"""Why a shape is not valid, and where."""

from __future__ import annotations

import re

import shapely

from geo.points import LonLat


def fault_of(shape: shapely.Geometry) -> tuple[str, LonLat | None]:
    """Return why a shape in degrees is not valid, in GEOS' words, and the place where that shows."""
    words = str(shapely.is_valid_reason(shape))
    found = re.fullmatch(r"(.*?)\s*\[(\S+) (\S+)\]", words)
    if not found:
        return words, None
    lon, lat = float(found[2]), float(found[3])
    on_earth = abs(lon) <= 180 and abs(lat) <= 90
    return found[1], LonLat(lon, lat) if on_earth else None
