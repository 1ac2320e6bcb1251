"""Make files of grids as surveyors keep them, and as somebody makes them who wishes us ill."""

import io
import json
import struct
import subprocess
import sys
import zipfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import shapely

from geo.geojson import feature, feature_collection
from tests.backend.places.ground import square
from tests.cast import HEPING

WRITER = Path(__file__).parent / "writer.py"

Grids = Sequence[tuple[str, str, shapely.Geometry]]
"""Code, name and shape of each grid."""

TWO: Grids = ((f"{HEPING}003", "和平三号网格", square(2)), (f"{HEPING}004", "和平四号网格", square(3)))


def written(kind: str, grids: Grids = TWO, crs: str | None = "EPSG:4490", encoding: str = "UTF-8") -> dict[str, bytes]:
    """Return the files that GDAL writes for grids, by suffix; fields are 网格编码 and 网格名称.

    GDAL writes in a process of its own, so that no test depends on what another has loaded.
    """
    asked = {
        "kind": kind, "crs": crs, "encoding": encoding,
        "grids": [[code, name, shapely.to_wkb(shape, output_dimension=3).hex()] for code, name, shape in grids],
    }  # fmt: skip
    done = subprocess.run([sys.executable, WRITER], input=json.dumps(asked), capture_output=True, text=True, check=True)
    return {suffix: bytes.fromhex(content) for suffix, content in json.loads(done.stdout).items()}


def zipped(files: Mapping[str, bytes | str]) -> bytes:
    """Return a zip of files by name."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return buffer.getvalue()


def shapefile(files: Mapping[str, bytes], leave_out: Sequence[str] = (), stem: str = "grids") -> bytes:
    """Return a zip of what was written as a Shapefile, without some of it."""
    return zipped({f"{stem}{suffix}": each for suffix, each in files.items() if suffix not in leave_out})


def collection(*geometries: Any, **more: Any) -> bytes:
    """Return GeoJSON of geometries, each with a code and a name of its own."""
    features = [
        {"type": "Feature", "geometry": geometry, "properties": {"code": f"{HEPING}{n:03}", "name": f"第{n}网格"}}
        for n, geometry in enumerate(geometries, 3)
    ]
    return json.dumps({"type": "FeatureCollection", "features": features, **more}).encode()


def sound(grids: Grids = TWO) -> bytes:
    """Return GeoJSON of grids as it should be."""
    drawn = (feature(shape, {"code": code, "name": name}) for code, name, shape in grids)
    return json.dumps(feature_collection(drawn)).encode()


def ring(*positions: Any) -> dict[str, Any]:
    """Return a polygon of one ring as it is given."""
    return {"type": "Polygon", "coordinates": [list(positions)]}


def bomb() -> bytes:
    """Return a zip of 400 KB that unpacks to 400 MB and says so."""
    return zipped({"grids.kml": b" " * 400_000_000})


def lying_bomb() -> bytes:
    """Return a zip that unpacks to 400 MB and says in its directory and its headers that it is a kilobyte."""
    content = bytearray(bomb())
    size = struct.pack("<I", 400_000_000)
    at = content.find(size)
    while at >= 0:
        content[at : at + 4] = struct.pack("<I", 1000)
        at = content.find(size, at)
    return bytes(content)


def with_entry(name: str, link: bool = False) -> bytes:
    """Return a zip with one entry of a name that no honest program writes."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        entry = zipfile.ZipInfo(name)
        entry.external_attr = (0o120777 if link else 0o100644) << 16
        archive.writestr(entry, "/etc/passwd")
    return buffer.getvalue()


def kml_of_entities() -> bytes:
    """Return a KML that would unfold to 10^9 words."""
    entities = "".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 10))
    head = f'<?xml version="1.0"?><!DOCTYPE kml [<!ENTITY a0 "lol">{entities}]>'
    return f'{head}<kml xmlns="http://www.opengis.net/kml/2.2"><Document><name>&a9;</name></Document></kml>'.encode()


def kml_that_reads(path: str) -> bytes:
    """Return a KML that would show a file of the server as the name of a grid."""
    return (
        f'<?xml version="1.0"?><!DOCTYPE kml [<!ENTITY x SYSTEM "file://{path}">]>'
        '<kml xmlns="http://www.opengis.net/kml/2.2"><Document><Placemark><name>&x;</name><Polygon><outerBoundaryIs>'
        "<LinearRing><coordinates>109.4,24.3 109.402,24.3 109.402,24.302 109.4,24.3</coordinates></LinearRing>"
        "</outerBoundaryIs></Polygon></Placemark></Document></kml>"
    ).encode()


def deep_kml(levels: int = 200_000) -> bytes:
    """Return a KML of folders in folders."""
    return b"<kml><Document>" + b"<Folder>" * levels + b"</Folder>" * levels + b"</Document></kml>"
