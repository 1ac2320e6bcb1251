"""Decide which base maps there are, who sees them, which tiles exist, and which bytes of a file somebody asked for."""

from backend.base_maps.rules.archive import HEADER_BYTES, Archive, archive
from backend.base_maps.rules.base_map import BaseMap, Layer, lines_of_degrees, rows_of_degrees
from backend.base_maps.rules.described import read
from backend.base_maps.rules.pictures import NOTHING_HERE, media_type
from backend.base_maps.rules.problems import BaseMapSilent, RangeNotSatisfiable
from backend.base_maps.rules.ranges import Span, wanted

__all__ = [
    "HEADER_BYTES",
    "NOTHING_HERE",
    "Archive",
    "BaseMap",
    "BaseMapSilent",
    "Layer",
    "RangeNotSatisfiable",
    "Span",
    "archive",
    "lines_of_degrees",
    "media_type",
    "read",
    "rows_of_degrees",
    "wanted",
]
