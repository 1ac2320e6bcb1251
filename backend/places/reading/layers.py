"""Read the layers of a file of grids into plain features; only in a child process, as the bytes may be anybody's."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any

import numpy as np
import shapely

from backend.places.reading.containers import Source, Unreadable
from backend.places.reading.dbf import encoding_of, records
from geo.errors import TooMuchGeoJSON
from geo.geojson import Limits, declares, decode, listed
from geo.systems import Declared, declared

LIMITS = Limits()
POLYGONAL = (shapely.GeometryType.POLYGON, shapely.GeometryType.MULTIPOLYGON)


@dataclass(frozen=True, slots=True)
class Table:
    """One layer as it is written: GeoJSON-like features, its fields, and what it says of itself.

    `encoding` and `encoding_said_by` are empty where the format leaves no doubt.
    """

    features: list[object]
    fields: list[str]
    declares: Declared | None
    encoding: str = ""
    encoding_said_by: str = ""


def layer_names(source: Source) -> list[str]:
    """Return the layers of a file that may hold grids, at least one.

    Errors: Unreadable.
    """
    if source.kind in (".geojson", ".shp"):
        return [source.name]
    import pyogrio  # a tenth of a gigabyte that only a child loads

    names = [str(name) for name, geometry in pyogrio.list_layers(source.path) if geometry is not None]
    if not names:
        raise Unreadable("no layer of the file has geometry", "文件里没有带图形的图层")
    return names[:50]


def read_table(source: Source, layer: str, stated_encoding: str | None) -> Table:
    """Return a layer.

    Errors: Unreadable, BadGeoJSON, TooMuchGeoJSON; whatever GDAL says of a broken file.
    """
    return _geojson(source) if source.kind == ".geojson" else _ogr(source, layer, stated_encoding)


def _geojson(source: Source) -> Table:
    document = decode(source.path.read_bytes(), LIMITS)
    says, features = declares(document), listed(document, LIMITS)
    fields: dict[str, None] = {}
    for feature in features[:200]:
        properties = feature.get("properties") if isinstance(feature, dict) else None
        fields.update(dict.fromkeys(properties if isinstance(properties, dict) else {}))
    return Table(features, list(fields)[: LIMITS.property_count], says)


def _ogr(source: Source, layer: str, stated_encoding: str | None) -> Table:
    from pyogrio import raw  # a tenth of a gigabyte that only a child loads

    encoding = encoding_of(source.path, stated_encoding) if source.kind == ".shp" else None
    meta, fids, shapes, columns = raw.read(
        source.path,
        layer=None if encoding else layer,
        columns=[] if encoding else None,
        encoding="ISO-8859-1" if encoding else None,  # reads anything; the table is read below
        max_features=LIMITS.features + 1,
        datetime_as_string=True,
        return_fids=True,
    )
    if not len(shapes):
        raise Unreadable("the layer has no features", "图层里没有任何图形")
    if len(shapes) > LIMITS.features:
        raise TooMuchGeoJSON(f"it has more than {LIMITS.features} features", f"图形超过 {LIMITS.features} 个")
    if encoding:
        fields, rows = _table_rows(source, encoding.codec, fids.tolist())
    else:
        fields = [str(field) for field in meta["fields"]]
        rows = list(zip(*(column.tolist() for column in columns), strict=True)) if columns else [()] * len(shapes)
    features: list[object] = [
        {"type": "Feature", "properties": dict(zip(fields, map(_plain, row), strict=True)), "geometry": _drawn(form)}
        for row, form in zip(rows, shapes, strict=True)
    ]
    said = (encoding.name, encoding.said_by) if encoding else ("", "")
    return Table(features, fields[: LIMITS.property_count], declared(meta["crs"]), *said)


def _table_rows(source: Source, codec: str, fids: list[int]) -> tuple[list[str], list[Sequence[object]]]:
    """Return the fields and the rows of those shapes that are not struck out; a shape without a row has no values."""
    fields, found = records(source.path, codec)
    rows = list(islice(found, max(fids) + 1))
    nothing: list[object] = [None] * len(fields)
    return fields, [rows[fid] if fid < len(rows) else nothing for fid in fids]


def _plain(value: Any) -> object:
    """Return a field's value as JSON knows it: a whole number without its decimal point, nothing for NaN."""
    if isinstance(value, float):
        return None if value != value else int(value) if value.is_integer() else value
    return value if value is None or isinstance(value, (str, int)) else str(value)


def _drawn(form: bytes | None) -> dict[str, object] | None:
    """Return the GeoJSON of a geometry as it is, heights too, but wound as RFC 7946 has it.

    Outside GeoJSON the way a ring runs says nothing (a Shapefile's says which rings are holes, which is settled here).
    """
    shape = None if form is None else shapely.from_wkb(form, on_invalid="ignore")
    if shape is None:
        return None
    if shapely.get_type_id(shape) not in POLYGONAL:
        return {"type": shape.geom_type, "coordinates": []}
    parts: list[shapely.Polygon] = list(shapely.get_parts(shapely.orient_polygons(shape)))
    polygons = [_rings(part) for part in parts]
    if shapely.get_type_id(shape) == shapely.GeometryType.POLYGON:
        return {"type": "Polygon", "coordinates": polygons[0] if polygons else []}
    return {"type": "MultiPolygon", "coordinates": polygons}


def _rings(polygon: shapely.Polygon) -> list[object]:
    # Heights that are all zero are what programs write that know none.
    with_height = bool(shapely.has_z(polygon)) and bool(np.any(shapely.get_coordinates(polygon, include_z=True)[:, 2]))
    return [shapely.get_coordinates(ring, include_z=with_height).tolist() for ring in shapely.get_rings(polygon)]
