"""Say in which files a collection leaves, what they are called, and how their columns are named."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from backend.exchange.rules.asking import CRS84, EPSG_4490, Asked
from backend.exchange.rules.collections import COLLECTIONS, Name
from backend.problems import Malformed, Problem

MOST_EXPORTED: Final = 50_000
SHAPEFILE_NAME, SHAPEFILE_BYTES = 10, 254
"""The longest name and the longest text that a Shapefile holds."""


class Form(StrEnum):
    """The kinds of file, as `f` calls them."""

    GEOJSON = "geojson"
    GEOPACKAGE = "gpkg"
    SHAPEFILE = "shp"
    KML = "kml"


@dataclass(frozen=True, slots=True)
class FileKind:
    """What a kind of file is called on the wire and on a disk, and in which reference systems it comes."""

    media_type: str
    suffix: str
    crs: tuple[str, ...] = (CRS84,)


FORMS: Final[dict[Form, FileKind]] = {
    Form.GEOJSON: FileKind("application/geo+json", "geojson"),
    Form.GEOPACKAGE: FileKind("application/geopackage+sqlite3", "gpkg", (CRS84, EPSG_4490)),
    Form.SHAPEFILE: FileKind("application/zip", "shp.zip", (CRS84, EPSG_4490)),
    Form.KML: FileKind("application/vnd.google-earth.kml+xml", "kml"),
}

# What is longer than a Shapefile's names may be; everything else keeps its name.
SHORT: Final = {
    "community_code": "comm_code", "community_name": "comm_name", "effective_on": "effect_on",
    "replaced_by": "replacedby", "category_zh": "categ_zh", "place_kind_zh": "pl_kind_zh", "department_zh": "dept_zh",
    "reported_at": "reported", "returned_count": "returned", "photos_awaited": "awaited",
}  # fmt: skip


class TooManyFeatures(Problem):
    """More would be exported than a file may hold."""

    status = 422
    title_en, title_zh = "Too much for one file", "内容过多，一个文件放不下"
    detail_en = "{matched} were found, and a file holds {most}. Choose a smaller area, a shorter time, or a filter."
    detail_zh = "共找到 {matched} 条，一个文件最多 {most} 条。请缩小范围、缩短时间或增加筛选条件。"


def why_not_file(form: Form, asked: Asked) -> Problem | None:
    """Return why a file cannot come in the reference system asked for: GeoJSON and KML know one only."""
    if asked.crs in FORMS[form].crs:
        return None
    return Malformed.at("/query/crs", f"{form} comes in {CRS84} only; gpkg and shp come in EPSG:4490, too")


def columns(name: Name, form: Form) -> list[tuple[str, str, str]]:
    """Return the property, the column's name in the file and the kind of each column, in order."""
    written = COLLECTIONS[name].written
    renamed = SHORT if form is Form.SHAPEFILE else {}
    numbered = form in (Form.SHAPEFILE, Form.KML)  # which have no yes and no: 1 and 0
    return [
        (each, renamed.get(each, each), "whole" if numbered and known.kind == "yes_no" else known.kind)
        for each, known in written.items()
    ]


def shortened(text: str) -> str:
    """Return a text as a Shapefile can hold it: cut between two letters, with a mark that it was cut."""
    encoded = text.encode()
    if len(encoded) <= SHAPEFILE_BYTES:
        return text
    return encoded[: SHAPEFILE_BYTES - len("…".encode())].decode(errors="ignore") + "…"
