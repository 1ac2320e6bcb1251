"""Write grids with GDAL: reads what to write as JSON, and prints the files in hexadecimal by suffix."""

import json
import sys
import tempfile
from pathlib import Path

import numpy as np
from pyogrio import raw

DRIVERS = {"shp": "ESRI Shapefile", "gpkg": "GPKG", "kml": "LIBKML"}


def main() -> None:
    """Answer one request."""
    asked = json.load(sys.stdin)
    shapes = np.array([bytes.fromhex(form) for _, _, form in asked["grids"]], dtype=object)
    columns = [np.array([each[at] for each in asked["grids"]], dtype=object) for at in (0, 1)]
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"grids.{asked['kind']}"
        options = {"encoding": asked["encoding"]} if asked["kind"] == "shp" else {}
        raw.write(
            path, shapes, columns, np.array(["网格编码", "网格名称"], dtype=object), geometry_type="Unknown",
            crs=asked["crs"], driver=DRIVERS[asked["kind"]], **options,
        )  # fmt: skip
        print(json.dumps({each.suffix: each.read_bytes().hex() for each in Path(folder).iterdir()}))


main()
