"""Geometry on the ground: longitude first, WGS 84 unless the type says otherwise, metres.

A pure library: values in, values out; it knows no web, no database, no disk and no clock.
"""

from geo.crs import Bd09, Gcj02, crs_named, to_wgs84
from geo.distance import area_m2, metres, metres_to, metres_to_edge
from geo.errors import GeoError
from geo.grids import Grid, GridIndex, Holding, Verdict, holding
from geo.points import BBox, Crs, Fix, LonLat, Source

__all__ = [
    "BBox",
    "Bd09",
    "Crs",
    "Fix",
    "Gcj02",
    "GeoError",
    "Grid",
    "GridIndex",
    "Holding",
    "LonLat",
    "Source",
    "Verdict",
    "area_m2",
    "crs_named",
    "holding",
    "metres",
    "metres_to",
    "metres_to_edge",
    "to_wgs84",
]
