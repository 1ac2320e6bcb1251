"""Speak OGC API Features (Part 1 Core, Part 2 reference systems), read only, to whoever holds a token.

These routes describe themselves in an OpenAPI 3.0 document of their own, as the standard wants it.
"""

from typing import Any
from urllib.parse import urlencode
from uuid import UUID

import msgspec
from litestar import Request, Response, get
from litestar.di import NamedDependency
from litestar.params import FromPath

from backend import __version__, clock
from backend.exchange import queries, rules
from backend.exchange.api.tokens import root_of
from backend.exchange.rules import ADDRESS, COLLECTIONS, GEOJSON, JSON, OPENAPI, Holder, Name
from backend.http import json_response
from backend.people.queries import moment
from backend.problems import NotFound

Asks = Request[Any, Any, Any]
ITS_OWN = {"reads_query": True}


def _query(request: Asks) -> list[tuple[str, str]]:
    return list(request.query_params.multi_items())


def _plain(request: Asks) -> str:
    """Return the address of this server, once nothing is asked that a plain page does not know."""
    rules.given(_query(request), rules.OF_EVERY_PAGE)
    return root_of(request)


def _answer(
    request: Asks, content: Any, media_type: str = JSON, headers: dict[str, str] | None = None
) -> Response[bytes]:
    answer = json_response(request, content, {"vary": "accept-encoding, authorization", **(headers or {})})
    answer.media_type = media_type
    return answer


def _open(holder: Holder, name: str) -> Name:
    """Return the collection of that name, if the token opens it.

    Errors: NotFound.
    """
    found = next((each for each in holder.collections if each == name), None)
    if found is None:
        raise NotFound
    return found


@get(ADDRESS, include_in_schema=False, opt=ITS_OWN)
async def landing(request: Asks, holder: NamedDependency[Holder]) -> Response[bytes]:  # noqa: ARG001
    """Say what this is and where to go from here."""
    return _answer(request, rules.landing(_plain(request)))


@get(f"{ADDRESS}/conformance", include_in_schema=False, opt=ITS_OWN)
async def conformance(request: Asks, holder: NamedDependency[Holder]) -> Response[bytes]:  # noqa: ARG001
    """Say to which parts of the standard this conforms."""
    _plain(request)
    return _answer(request, {"conformsTo": rules.CONFORMS_TO})


@get(f"{ADDRESS}/api", include_in_schema=False, opt=ITS_OWN)
async def definition(request: Asks, holder: NamedDependency[Holder]) -> Response[bytes]:
    """Define this interface, as far as the token opens it, in OpenAPI 3.0."""
    return _answer(request, rules.openapi(_plain(request), __version__, holder.collections), OPENAPI)


@get(f"{ADDRESS}/collections", include_in_schema=False, opt=ITS_OWN)
async def collections(request: Asks, holder: NamedDependency[Holder]) -> Response[bytes]:
    """List the collections that the token opens."""
    root = _plain(request)
    told = [rules.collection_page(root, name, await queries.extent(name, holder.reach)) for name in holder.collections]
    links = [rules.link(root, "/collections", "self", JSON, "数据集 The collections")]
    return _answer(request, {"links": links, "collections": told})


@get(f"{ADDRESS}/collections/{{name:str}}", include_in_schema=False, opt=ITS_OWN)
async def collection(request: Asks, holder: NamedDependency[Holder], name: FromPath[str]) -> Response[bytes]:
    """Tell of one collection."""
    known = _open(holder, name)
    return _answer(request, rules.collection_page(_plain(request), known, await queries.extent(known, holder.reach)))


@get(f"{ADDRESS}/collections/{{name:str}}/items", include_in_schema=False, opt=ITS_OWN)
async def items(request: Asks, holder: NamedDependency[Holder], name: FromPath[str]) -> Response[bytes]:
    """Return a page of a collection's features."""
    known = _open(holder, name)
    asked = rules.asked(_query(request), COLLECTIONS[known])
    found = await queries.items(known, asked, holder.reach)
    root, path = root_of(request), f"/collections/{known}/items"
    links = [rules.link(root, _with(path, asked.given), "self", GEOJSON, "本页 This page")]
    links += [rules.link(root, f"/collections/{known}", "collection", JSON, "数据集 The collection")]
    if found.after is not None:
        following = asked.given | {"after": str(found.after)}
        links.append(rules.link(root, _with(path, following), "next", GEOJSON, "下一页 The next page"))
    page = {
        "type": "FeatureCollection",
        "timeStamp": moment(clock.now()),
        "numberMatched": found.matched,
        "numberReturned": len(found.features),
        "links": links,
        "features": found.features,
    }
    return _answer(request, page, GEOJSON, {"content-crs": f"<{asked.crs}>"})


def _with(path: str, query: dict[str, str]) -> str:
    return f"{path}?{urlencode(query)}" if query else path


@get(f"{ADDRESS}/collections/{{name:str}}/items/{{feature_id:str}}", include_in_schema=False, opt=ITS_OWN)
async def item(
    request: Asks, holder: NamedDependency[Holder], name: FromPath[str], feature_id: FromPath[str]
) -> Response[bytes]:
    """Return one feature of a collection."""
    known = _open(holder, name)
    asked = rules.given(_query(request), rules.OF_ONE)
    crs, root = rules.crs(asked, "crs"), root_of(request)
    found = await queries.item(known, _id(feature_id), crs, holder.reach)
    if found is None:
        raise NotFound
    path = f"/collections/{known}"
    links = [
        rules.link(root, _with(f"{path}/items/{found['id']}", asked), "self", GEOJSON, "本条 This one"),
        rules.link(root, path, "collection", JSON, "数据集 The collection"),
    ]
    return _answer(request, {**found, "links": links}, GEOJSON, {"content-crs": f"<{crs}>"})


def _id(text: str) -> UUID:
    try:
        return msgspec.convert(text, UUID)
    except msgspec.ValidationError:
        raise NotFound from None


ROUTES = [landing, conformance, definition, collections, collection, items, item]
