"""Say what the child process is to write."""

from typing import Any

import msgspec


class Order(msgspec.Struct, frozen=True):
    """A layer: its name, its reference system, and its columns as (name, kind, values).

    Shapes: `geometries` are texts of GeoJSON, longitude first, or None; all columns are as long as they.
    """

    form: str
    layer: str
    crs: str
    polygons: bool
    geometries: list[str | None]
    columns: list[tuple[str, str, list[Any]]]
