"""Metres between points and to edges, and square metres, on a sphere.

Source: great circles by haversine on the mean radius of the Earth (IUGG, 6,371,008.8 m), which is
within 0.5 % of the ellipsoid everywhere; ample beside a fix that is good to 5 m at best.
"""

from __future__ import annotations

import math

import numpy as np
import shapely

from geo.points import LonLat

EARTH_M = 6_371_008.8
DEGREE_M = math.radians(EARTH_M)
"""Metres in one degree of latitude."""


def metres(a: LonLat, b: LonLat) -> float:
    """Return the great-circle distance between two points in metres."""
    half_lat = math.radians(b.lat - a.lat) / 2
    half_lon = math.radians(b.lon - a.lon) / 2
    across = math.cos(math.radians(a.lat)) * math.cos(math.radians(b.lat))
    chord = math.sin(half_lat) ** 2 + across * math.sin(half_lon) ** 2
    return 2 * EARTH_M * math.asin(min(1.0, math.sqrt(chord)))


def metres_to(point: LonLat, shape: shapely.Geometry) -> float:
    """Return the metres from the point to the nearest place of a shape; 0 inside a polygon.

    Shapes: `shape` in WGS 84 degrees. Infinite when the shape is empty.
    Source: a flat plane at the point, right to 0.1 % within 10 km.
    """
    return float(metres_to_each(point, [shape])[0])


def metres_to_edge(point: LonLat, shape: shapely.Geometry) -> float:
    """Return the metres from the point to the shape's boundary, from inside or outside."""
    return metres_to(point, shapely.boundary(shape))


def metres_to_each(
    point: LonLat, shapes: list[shapely.Geometry] | np.ndarray
) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    """Return the metres from the point to each shape, in their order."""
    here = np.array([point.lon, point.lat])
    plane = np.array([DEGREE_M * math.cos(math.radians(point.lat)), DEGREE_M])
    flat = shapely.transform(np.asarray(shapes, dtype=object), lambda xy: (xy - here) * plane)
    away = shapely.distance(flat, shapely.Point(0.0, 0.0))
    return np.where(np.isnan(away), np.inf, away)


def area_m2(shape: shapely.Geometry) -> float:
    """Return the area of a shape in WGS 84 degrees, in square metres; 0 for lines and points.

    Source: Lambert's cylindrical projection, which keeps areas on the sphere.
    """
    return float(areas_m2([shape])[0])


def areas_m2(
    shapes: list[shapely.Geometry] | np.ndarray,
) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    """Return the area of each shape in square metres, in their order."""
    flat = shapely.transform(
        np.asarray(shapes, dtype=object),
        lambda xy: np.column_stack([xy[:, 0] * DEGREE_M, np.sin(np.radians(xy[:, 1])) * EARTH_M]),
    )
    return np.asarray(shapely.area(flat), dtype=np.float64)
