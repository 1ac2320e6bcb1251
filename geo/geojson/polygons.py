"""Turn one feature into a polygon in WGS 84, or say why not."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import chain

import numpy as np
import shapely
from numpy.typing import NDArray

from geo.crs import shape_to_wgs84
from geo.errors import TooMuchGeoJSON
from geo.geojson.faults import Limits, Reason, Refused, Repair
from geo.points import LonLat
from geo.systems import System
from geo.validity import fault_of

Ring = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Feature:
    """A polygon in WGS 84 degrees with what its file says of it.

    `number` counts from 1 in the file. `repaired` names what was put right by agreement.
    """

    number: int
    id: str | int | float | None
    properties: dict[str, object]
    shape: shapely.Polygon | shapely.MultiPolygon
    repaired: tuple[Repair, ...]


class Polygons:
    """Reads features one by one, counting vertices against the limit for all of them."""

    def __init__(self, system: System, accept: frozenset[Repair], limits: Limits) -> None:
        self._system = system
        self._accept = accept
        self._limits = limits
        self._vertices = 0
        self._repaired: set[Repair] = set()

    def read(self, feature: object, number: int) -> Feature:
        """Return the feature.

        Errors: Refused with the first reason found; TooMuchGeoJSON.
        """
        self._repaired = set()
        if not isinstance(feature, dict) or feature.get("type") != "Feature":
            raise Refused(Reason.NOT_A_FEATURE)
        own_id = feature.get("id")
        if own_id is not None and (isinstance(own_id, bool) or not isinstance(own_id, (str, int, float))):
            raise Refused(Reason.NOT_A_FEATURE)
        properties = self._properties(feature.get("properties"))
        shape = self._untangled(self._shape(feature.get("geometry")))
        return Feature(
            number, own_id, properties, shape_to_wgs84(shape, self._system.datum), tuple(sorted(self._repaired))
        )

    def _properties(self, properties: object) -> dict[str, object]:
        if properties is None:
            return {}
        if not isinstance(properties, dict) or len(properties) > self._limits.property_count:
            raise Refused(Reason.BAD_PROPERTIES)
        level: list[object] = list(properties.values())
        for _ in range(self._limits.nesting):
            lists = [item for item in level if isinstance(item, list)]
            objects = [item.values() for item in level if isinstance(item, dict)]
            level = list(chain(*lists, *objects))
            if not level:
                return properties
        raise Refused(Reason.BAD_PROPERTIES)

    def _shape(self, geometry: object) -> shapely.Polygon | shapely.MultiPolygon:
        if geometry is None:
            raise Refused(Reason.NO_GEOMETRY)
        kind = geometry.get("type") if isinstance(geometry, dict) else None
        coordinates = geometry.get("coordinates") if isinstance(geometry, dict) else None
        if kind == "Polygon":
            return self._polygon(coordinates)
        if kind != "MultiPolygon":
            raise Refused(Reason.NOT_A_POLYGON)
        if not isinstance(coordinates, list) or not coordinates:
            raise Refused(Reason.NO_RINGS)
        return shapely.MultiPolygon([self._polygon(part) for part in coordinates])

    def _polygon(self, rings: object) -> shapely.Polygon:
        if not isinstance(rings, list) or not rings:
            raise Refused(Reason.NO_RINGS)
        outer, *holes = (self._ring(ring, outer=i == 0) for i, ring in enumerate(rings))
        return shapely.Polygon(outer, holes)

    def _ring(self, positions: object, *, outer: bool) -> Ring:
        if not isinstance(positions, list):
            raise Refused(Reason.NOT_NUMBERS)
        self._vertices += len(positions)
        if self._vertices > self._limits.vertices:
            raise TooMuchGeoJSON(
                f"it has more than {self._limits.vertices} positions", f"坐标点超过 {self._limits.vertices} 个"
            )
        ring = self._flat(positions)
        strays = self._system.strays(ring)
        if len(strays):
            raise Refused(Reason.OUT_OF_ZONE, numbers=_numbers(strays))
        ring = self._system.degrees(ring)
        _check_range(ring)
        if len(ring) < 3:
            raise Refused(Reason.TOO_SHORT)
        if not np.array_equal(ring[0], ring[-1]):
            self._agreed(Repair.CLOSE, Reason.NOT_CLOSED, _place(ring[0]))
            ring = np.vstack([ring, ring[:1]])
        if len(ring) < 4:
            raise Refused(Reason.TOO_SHORT, _place(ring[0]))
        return self._wound(ring, outer=outer)

    def _flat(self, positions: list[object]) -> Ring:
        """Return positions of exactly two finite numbers as an array."""
        if not set(map(type, positions)) <= {list, tuple}:
            raise Refused(Reason.NOT_NUMBERS)
        lengths = set(map(len, positions))  # type: ignore[arg-type]  # lists, by the line above
        numbers: list[object] = list(chain.from_iterable(positions))  # type: ignore[arg-type]
        # type() and not isinstance(): a boolean is an int, and numpy would read the text "1" as 1.
        if not lengths <= {2, 3} or not set(map(type, numbers)) <= {int, float}:
            raise Refused(Reason.NOT_NUMBERS)
        if 3 in lengths:
            self._agreed(Repair.DROP_HEIGHT, Reason.HAS_HEIGHT, None)
            numbers = list(chain.from_iterable(position[:2] for position in positions))  # type: ignore[index]
        try:
            return np.array(numbers, dtype=np.float64).reshape(-1, 2)
        except OverflowError:
            raise Refused(Reason.OUT_OF_RANGE) from None

    def _wound(self, ring: Ring, *, outer: bool) -> Ring:
        line = shapely.LinearRing(ring)
        if shapely.is_ccw(line) != outer and shapely.Polygon(line).area > 0:
            self._agreed(Repair.WIND, Reason.WRONG_WINDING, _place(ring[0]))
            return ring[::-1]
        return ring

    def _untangled(self, shape: shapely.Polygon | shapely.MultiPolygon) -> shapely.Polygon | shapely.MultiPolygon:
        if shapely.is_valid(shape):
            return shape
        self._agreed(Repair.UNTANGLE, Reason.SELF_CROSSING, fault_of(shape)[1])
        parts = shapely.get_parts(shapely.make_valid(shape, method="structure", keep_collapsed=False))
        solid = [part for part in parts if isinstance(part, shapely.Polygon) and part.area > 0]
        if not solid:
            raise Refused(Reason.NO_RINGS)
        return solid[0] if len(solid) == 1 else shapely.MultiPolygon(solid)

    def _agreed(self, repair: Repair, reason: Reason, place: LonLat | None) -> None:
        if repair not in self._accept:
            raise Refused(reason, place)
        self._repaired.add(repair)


def _check_range(ring: Ring) -> None:
    lon, lat = np.abs(ring).T
    # NaN compares false, so a ring with one fails `all(... <= ...)`.
    if not (np.all(lon <= 180) and np.all(lat <= 90)):
        if np.all(lat <= 180) and np.all(lon <= 90):
            raise Refused(Reason.LATITUDE_FIRST)
        raise Refused(Reason.OUT_OF_RANGE, numbers=_numbers(ring[~((lon <= 180) & (lat <= 90))]))
    if np.any(np.abs(np.diff(ring[:, 0])) > 180):
        raise Refused(Reason.ANTIMERIDIAN, _place(ring[0]))


def _numbers(positions: Ring) -> tuple[float, float]:
    return float(positions[0, 0]), float(positions[0, 1])


def _place(position: Ring) -> LonLat:
    return LonLat(float(position[0]), float(position[1]))
