"""Be the process that writes a file of features: it reads `order` in its folder and leaves `file` there."""

import sys
import zipfile
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
import shapely
from numpy.typing import NDArray
from pyogrio import raw

from backend.exchange.writing.order import Order

# GeoPackage 1.2 is read without a murmur also by the GIS of 2018 that offices keep.
DRIVERS = {"gpkg": ("GPKG", {"VERSION": "1.2"}), "kml": ("LIBKML", {}), "shp": ("ESRI Shapefile", {})}


def main(folder: Path) -> None:
    """Write what is ordered; a Shapefile is several files, so it comes as one ZIP."""
    order = msgspec.msgpack.decode((folder / "order").read_bytes(), type=Order)
    driver, options = DRIVERS[order.form]
    made = folder / "made"
    made.mkdir()
    path = made / f"{order.layer}.{order.form}"
    values, masks = zip(*(_column(kind, values) for _, kind, values in order.columns), strict=True)
    raw.write(
        str(path),
        geometry=_shapes(order.geometries),
        field_data=list(values),
        fields=[name for name, _, _ in order.columns],
        field_mask=list(masks),
        layer=order.layer,
        driver=driver,
        geometry_type="MultiPolygon" if order.polygons else "Point",
        promote_to_multi=order.polygons,
        crs=order.crs,
        encoding="UTF-8",
        dataset_options=options,
    )
    if order.form == "shp":
        _zip(made, folder / "file")
    else:
        path.rename(folder / "file")


def _shapes(texts: list[str | None]) -> NDArray[Any]:
    shapes = shapely.from_geojson(np.array(texts, dtype=object))
    return np.asarray(shapely.to_wkb(shapes), dtype=object)


def _column(kind: str, values: list[Any]) -> tuple[NDArray[Any], NDArray[np.bool_] | None]:
    """Return the values of a column as its kind wants them, and which of them are missing."""
    missing = np.array([value is None for value in values], dtype=bool)
    if kind == "whole":
        return np.array([value or 0 for value in values], dtype=np.int32), missing
    if kind == "yes_no":
        return np.array([bool(value) for value in values], dtype=bool), missing
    if kind == "number":
        return np.array([np.nan if value is None else value for value in values], dtype=np.float64), None
    if kind == "day":
        return np.array(values, dtype="datetime64[D]"), None
    return np.array(values, dtype=object), None


def _zip(folder: Path, file: Path) -> None:
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as packed:
        for each in sorted(folder.iterdir()):
            packed.write(each, each.name)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
