"""Speak HTTP for exports: a filtered view of a collection as a file, for somebody who is signed in."""

from dataclasses import replace
from typing import Annotated, Any, Literal
from urllib.parse import urlencode

from litestar import Request, Response, get
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery, Parameter

from backend import clock, database
from backend.exchange import queries, writing
from backend.exchange.commands import note_export
from backend.exchange.rules import (
    COLLECTIONS,
    FORMS,
    MOST_EXPORTED,
    OF_FILES,
    Form,
    Name,
    TooManyFeatures,
    asked,
    reach_of_export,
    why_not_file,
)
from backend.http import documents, json_response
from backend.people.queries import Device
from backend.people.rules import Person
from backend.problems import Malformed, NotFound, Problem

_FILES: Any = tuple(
    (kind.media_type, {"type": "object"} if form is Form.GEOJSON else {}) for form, kind in FORMS.items()
)
_DOCUMENTED = documents(Malformed, NotFound, TooManyFeatures, answers={200: _FILES})
_Text = FromQuery[Annotated[str | None, Parameter(max_length=300)]]


@get("/api/exports/{name:str}", opt=_DOCUMENTED | {"reads_query": True})
async def export(
    request: Request[Any, Any, Any],
    person: NamedDependency[Person],
    device: NamedDependency[Device],
    name: FromPath[str],
    f: FromQuery[Literal["geojson", "gpkg", "shp", "kml"]] = "geojson",
    within: _Text = None,
    q: _Text = None,  # noqa: ARG001 — these three, and any property, are read from the query itself
    bbox: _Text = None,  # noqa: ARG001
    datetime: _Text = None,  # noqa: ARG001
) -> Response[bytes]:
    """Return the features of a collection as a file: within a place, a box and a time, by words and equal properties.

    Parameters are those of the data interface: also `crs`, `bbox-crs`, and every property of the collection.
    """
    known = next((each for each in Name if each == name), None)
    if known is None:
        raise NotFound
    wanted = asked(request.query_params.multi_items(), COLLECTIONS[known], OF_FILES, [each.value for each in Form])
    reach = reach_of_export(person, within, on=clock.today())
    refusal = reach if isinstance(reach, Problem) else why_not_file(Form(f), wanted)
    if isinstance(reach, Problem) or refusal is not None:
        raise refusal or NotFound
    found = await queries.items(known, replace(wanted, crs=FORMS[Form.GEOJSON].crs[0], limit=MOST_EXPORTED), reach)
    if found.matched > MOST_EXPORTED:
        raise TooManyFeatures(matched=found.matched, most=MOST_EXPORTED)
    made = await _file(request, known, Form(f), wanted.crs, found)
    async with database.transaction():
        await note_export(person, device.id, known, f"{f} {found.matched}", urlencode(wanted.given))
    return made


async def _file(
    request: Request[Any, Any, Any], name: Name, form: Form, crs: str, found: queries.Items
) -> Response[bytes]:
    kind = FORMS[form]
    called = f'attachment; filename="{name}-{clock.today()}.{kind.suffix}"'
    headers = {"content-disposition": called, "cache-control": "no-store"}
    if form is Form.GEOJSON:
        answer = json_response(request, {"type": "FeatureCollection", "features": found.features}, headers)
        answer.media_type = kind.media_type
        return answer
    file = await writing.write(queries.order(name, form, crs, found.features))
    return Response(file, media_type=kind.media_type, headers=headers)


ROUTES = [export]
