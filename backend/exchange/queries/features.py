"""Find the features that somebody asks for, and write them as GeoJSON in the reference system that was asked for."""

from collections.abc import Awaitable, Callable
from datetime import UTC, date, datetime
from typing import Any, Final
from uuid import UUID

import msgspec

from backend import clock
from backend.exchange.rules import COLLECTIONS, EPSG_4490, Asked, Collection, Form, Name, columns, shortened
from backend.exchange.writing import Order
from backend.features import Extent, Page, Wanted
from backend.hazards import queries as hazards
from backend.hazards.rules import CHINA
from backend.people.rules import Reach
from backend.places import queries as places
from backend.visits.rules import personal_number

_PAGES: Final[dict[Name, Callable[[Wanted, Reach, date], Awaitable[Page]]]] = {
    Name.GRIDS: places.grid_features,
    Name.PREMISES: places.premises_features,
    Name.HAZARDS: hazards.features,
}
_EXTENTS: Final[dict[Name, Callable[[Reach, date], Awaitable[Extent]]]] = {
    Name.GRIDS: places.grid_extent,
    Name.PREMISES: places.premises_extent,
    Name.HAZARDS: hazards.features_extent,
}


class Items(msgspec.Struct):
    """A page of features, how many there are in all, and where the next page begins."""

    features: list[dict[str, Any]]
    matched: int
    after: UUID | None


async def items(name: Name, asked: Asked, reach: Reach) -> Items:
    """Return a page of what was asked of a collection, within a reach."""
    wanted = Wanted(
        box=asked.box,
        since=asked.since,
        until=asked.until,
        equal=asked.equal,
        words=asked.words,
        after=asked.after,
        limit=asked.limit,
    )
    found = await _PAGES[name](wanted, reach, clock.today())
    features = [_feature(row, COLLECTIONS[name], asked.crs) for row in found.rows]
    return Items(features, found.matched, found.rows[-1]["id"] if found.more else None)


async def item(name: Name, feature_id: UUID, crs: str, reach: Reach) -> dict[str, Any] | None:
    """Return one feature of a collection, None outside the reach."""
    found = await _PAGES[name](Wanted(among=(feature_id,), limit=1), reach, clock.today())
    return _feature(found.rows[0], COLLECTIONS[name], crs) if found.rows else None


def _feature(row: Any, known: Collection, crs: str) -> dict[str, Any]:
    return {
        "type": "Feature",
        "id": str(row["id"]),
        "geometry": None if row["geometry"] is None else _geometry(row["geometry"], crs),
        "properties": _properties(row, known),
    }


def _properties(row: Any, known: Collection) -> dict[str, Any]:
    written: dict[str, Any] = {}
    for name, each in known.properties.items():
        value = row[name]
        written[name] = _texts(value) if each.kind == "texts" else _moment(value) if each.kind == "moment" else value
        if each.labels:
            written[f"{name}_zh"] = each.labels.get(value, value)
    return written


def _texts(values: list[str]) -> str:
    """Return texts as one; any that seems to hold somebody's telephone or identity number stays in the house."""
    return "；".join(each for each in values if personal_number(each) is None)


def _moment(value: datetime | None) -> str | None:
    return None if value is None else value.astimezone(UTC).isoformat().replace("+00:00", "Z")


def _geometry(text: str, crs: str) -> Any:
    """Return a geometry as it is kept, or with the latitude first where the reference system has it so."""
    if crs != EPSG_4490:
        return msgspec.Raw(text.encode())
    geometry = msgspec.json.decode(text)
    return geometry | {"coordinates": _latitude_first(geometry["coordinates"])}


def _latitude_first(coordinates: list[Any]) -> list[Any]:
    if isinstance(coordinates[0], list):
        return [_latitude_first(each) for each in coordinates]
    return [coordinates[1], coordinates[0], *coordinates[2:]]


def order(name: Name, form: Form, crs: str, features: list[dict[str, Any]]) -> Order:
    """Return the order to write features, longitude first, into a file that says it is in a reference system."""
    is_short = form is Form.SHAPEFILE
    return Order(
        form=form.value,
        layer=name.value,
        crs="EPSG:4490" if crs == EPSG_4490 else "EPSG:4326",
        polygons=name is Name.GRIDS,
        geometries=[None if each["geometry"] is None else bytes(each["geometry"]).decode() for each in features],
        columns=[
            # In KML `id` is taken: a mark's own, which readers do not show.
            ("feature_id" if form is Form.KML else "id", "text", [each["id"] for each in features]),
            *(
                (called, kind, [_fitting(each["properties"][own], is_short=is_short) for each in features])
                for own, called, kind in columns(name, form)
            ),
        ],
    )


def _fitting(value: Any, *, is_short: bool) -> Any:
    if isinstance(value, date):
        return value.isoformat()
    return shortened(value) if is_short and isinstance(value, str) else value


async def extent(name: Name, reach: Reach) -> dict[str, Any] | None:
    """Return where and when a collection holds anything within a reach, as the standard writes it; None for nowhere."""
    found = await _EXTENTS[name](reach, clock.today())
    told: dict[str, Any] = {}
    if found.box is not None:
        told["spatial"] = {"bbox": [list(found.box)]}
    if found.first is not None:
        told["temporal"] = {"interval": [[_written(found.first), _written(found.last)]]}
    return told or None


def _written(at: datetime | date | None) -> str | None:
    """Return a moment as it is written; a day stands for its first moment in Shanghai."""
    if at is None or isinstance(at, datetime):
        return _moment(at)
    return _moment(datetime(at.year, at.month, at.day, tzinfo=CHINA))
