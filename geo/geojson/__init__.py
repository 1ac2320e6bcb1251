"""Read and write RFC 7946: refuse an unknown reference system, and repair nothing unasked.

`read(text, crs)` and `read_document(decoded, crs)` return polygons in WGS 84 or raise FaultyFeatures,
which names every faulty feature by its number (from 1), the reason in Chinese and English, the place,
and, where there is an obvious one, the repair to agree to by calling again with `accept={…}`.
"""

from geo.geojson.document import declares, decode, listed, read, read_document, sift
from geo.geojson.faults import Fault, FaultyFeatures, Limits, Reason, Repair
from geo.geojson.polygons import Feature
from geo.geojson.write import feature, feature_collection, geometry

__all__ = [
    "Fault",
    "FaultyFeatures",
    "Feature",
    "Limits",
    "Reason",
    "Repair",
    "declares",
    "decode",
    "feature",
    "feature_collection",
    "geometry",
    "listed",
    "read",
    "read_document",
    "sift",
]
