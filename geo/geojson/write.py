"""Write features as RFC 7946 objects, ready for a JSON encoder."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping

import shapely

from geo.points import LonLat

DECIMALS = 7
"""RFC 7946 §11.2 advises against more digits than mean something; 1e-7 degrees is 1 cm."""


def geometry(shape: shapely.Geometry | LonLat) -> dict[str, object]:
    """Return a shape in WGS 84 degrees as a GeoJSON geometry, outer rings counter-clockwise."""
    if isinstance(shape, LonLat):
        return {"type": "Point", "coordinates": [round(shape.lon, DECIMALS), round(shape.lat, DECIMALS)]}
    lattice = shapely.transform(shape, lambda xy: xy.round(DECIMALS))
    wound = shapely.orient_polygons(lattice)
    written: dict[str, object] = json.loads(shapely.to_geojson(wound))
    return written


def feature(
    shape: shapely.Geometry | LonLat | None,
    properties: Mapping[str, object],
    id: str | int | None = None,  # noqa: A002
) -> dict[str, object]:
    """Return a GeoJSON Feature."""
    drawn = None if shape is None else geometry(shape)
    written: dict[str, object] = {"type": "Feature", "geometry": drawn, "properties": dict(properties)}
    return written if id is None else {**written, "id": id}


def feature_collection(features: Iterable[Mapping[str, object]]) -> dict[str, object]:
    """Return a GeoJSON FeatureCollection of features that `feature` made."""
    return {"type": "FeatureCollection", "features": list(features)}
