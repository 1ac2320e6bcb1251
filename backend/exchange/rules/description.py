"""Describe the exchange to programs: its pages with their links, and its OpenAPI 3.0 document."""

from collections.abc import Iterable
from typing import Any, Final

from backend.exchange.rules.asking import CRS, CRS84, DEFAULT_LIMIT, MOST_FEATURES
from backend.exchange.rules.collections import COLLECTIONS, Collection, Kind, Name, Property

JSON, GEOJSON, PROBLEM = "application/json", "application/geo+json", "application/problem+json"
OPENAPI = "application/vnd.oai.openapi+json;version=3.0"
ADDRESS: Final = "/api/exchange"
TITLE: Final = "巡格 Gridwalk · 数据接口 Data interface"
ABOUT: Final = (
    "网格、场所与隐患，只读；以令牌访问，限于令牌持有人的辖区。"
    " Grids, premises and hazards, read only, with a token and within its owner's area."
)
CONFORMS_TO: Final = (
    "http://www.opengis.net/spec/ogcapi-features-1/1.0/conf/core",
    "http://www.opengis.net/spec/ogcapi-features-1/1.0/conf/geojson",
    "http://www.opengis.net/spec/ogcapi-features-1/1.0/conf/oas30",
    "http://www.opengis.net/spec/ogcapi-features-2/1.0/conf/crs",
)

_SCHEMAS: Final[dict[Kind, dict[str, Any]]] = {
    "text": {"type": "string"},
    "whole": {"type": "integer"},
    "number": {"type": "number"},
    "yes_no": {"type": "boolean"},
    "day": {"type": "string", "format": "date"},
    "moment": {"type": "string", "format": "date-time"},
    "texts": {"type": "string", "description": "Several, with ； between."},
}


def link(root: str, path: str, rel: str, media_type: str, title: str) -> dict[str, str]:
    """Return a link to a page of the exchange."""
    return {"href": f"{root}{ADDRESS}{path}", "rel": rel, "type": media_type, "title": title}


def landing(root: str) -> dict[str, Any]:
    """Return the first page: what this is, and where to go from it."""
    return {
        "title": TITLE,
        "description": ABOUT,
        "links": [
            link(root, "", "self", JSON, "本页 This page"),
            link(root, "/api", "service-desc", OPENAPI, "接口定义 The definition of this interface"),
            link(root, "/conformance", "conformance", JSON, "符合的标准 What it conforms to"),
            link(root, "/collections", "data", JSON, "数据集 The collections"),
        ],
    }


def collection_page(root: str, name: Name, extent: dict[str, Any] | None) -> dict[str, Any]:
    """Return what is told of a collection; `extent` is left out where it holds nothing."""
    known = COLLECTIONS[name]
    told: dict[str, Any] = {"id": name.value, "title": f"{known.zh} {known.en}", "description": known.about}
    if extent is not None:
        told["extent"] = extent
    return told | {
        "itemType": "feature",
        "crs": list(CRS),
        "storageCrs": CRS84,
        "links": [
            link(root, f"/collections/{name}", "self", JSON, f"{known.zh} {known.en}"),
            link(root, f"/collections/{name}/items", "items", GEOJSON, f"{known.zh} {known.en}"),
        ],
    }


def openapi(root: str, version: str, names: Iterable[Name]) -> dict[str, Any]:
    """Return the definition of the interface as a token with these collections sees it."""
    paths: dict[str, Any] = {
        "/": _page("landing", "The first page", _ref("landingPage")),
        "/conformance": _page("conformance", "What it conforms to", _ref("conformance")),
        "/api": _page("definition", "This definition", {"type": "object"}, OPENAPI),
        "/collections": _page("collections", "The collections", _ref("collections")),
    }
    schemas = dict(_PLAIN_SCHEMAS)
    for name in names:
        known, schema = COLLECTIONS[name], f"{name}Feature"
        schemas[schema] = _feature(known)
        schemas[f"{name}Features"] = _features(schema)
        about, items = f"/collections/{name}", f"/collections/{name}/items"
        paths[about] = _page(f"{name}.collection", f"About: {known.zh} {known.en}", _ref("collection"))
        paths[items] = _page(f"{name}.items", f"{known.zh} {known.en}", _ref(f"{name}Features"), GEOJSON)
        paths[items]["get"]["parameters"] = [*_ITEMS_PARAMETERS, *_asked(known)]
        paths[f"{items}/{{featureId}}"] = one = _page(f"{name}.item", f"One: {known.en}", _ref(schema), GEOJSON)
        one["get"]["parameters"] = [_FEATURE_ID, _parameter("crs"), _parameter("f")]
    return {
        "openapi": "3.0.3",
        "info": {"title": TITLE, "version": version, "description": ABOUT},
        "servers": [{"url": f"{root}{ADDRESS}"}],
        "paths": paths,
        "components": {
            "schemas": schemas,
            "parameters": _PARAMETERS,
            "securitySchemes": {
                "token": {"type": "http", "scheme": "bearer"},
                "password": {"type": "http", "scheme": "basic", "description": "The token is the password."},
            },
        },
        "security": [{"token": []}, {"password": []}],
    }


def _ref(name: str, kind: str = "schemas") -> dict[str, str]:
    return {"$ref": f"#/components/{kind}/{name}"}


def _parameter(name: str) -> dict[str, str]:
    return _ref(name, "parameters")


def _page(operation: str, summary: str, schema: dict[str, Any], media_type: str = JSON) -> dict[str, Any]:
    answers = {"200": {"description": "As asked for.", "content": {media_type: {"schema": schema}}}}
    for status, why in _REFUSALS.items():
        answers[status] = {"description": why, "content": {PROBLEM: {"schema": _ref("problem")}}}
    called = {"operationId": operation, "summary": summary, "parameters": [_parameter("f")], "responses": answers}
    return {"get": called}


_REFUSALS: Final = {
    "400": "A parameter is unknown or has a value that is not understood.",
    "401": "The token is missing, unknown, expired or revoked.",
    "403": "The owner of the token may no longer export anything.",
    "404": "There is nothing of that name within reach of the token.",
    "405": "Here one can only read.",
    "500": "The server failed.",
    "503": "The server is busy for the moment; try again.",
}
_URI: Final = {"type": "string", "format": "uri", "enum": list(CRS), "default": CRS84}
_PARAMETERS: Final[dict[str, Any]] = {
    name: {"name": name, "in": "query", "required": False, "description": about, "schema": schema, **form}
    for name, about, schema, form in (
        ("f", "The form of the answer.", {"type": "string", "enum": ["json"], "default": "json"}, {}),
        ("crs", "The reference system of the answer.", _URI, {}),
        (
            "bbox",
            "The lower and the upper corner of a box that features must touch, in the order of the axes of bbox-crs;"
            " heights are accepted and do not count.",
            {"type": "array", "items": {"type": "number"}, "minItems": 4, "maxItems": 6},
            {"style": "form", "explode": False},
        ),
        ("bbox-crs", "The reference system of bbox.", _URI, {}),
        (
            "datetime",
            "A moment, a day (in Shanghai), or an interval that may be open at one end: 2026-01-01T00:00:00Z/..",
            {"type": "string"},
            {"style": "form", "explode": False},
        ),
        (
            "limit",
            "How many features a page holds at most.",
            {"type": "integer", "minimum": 1, "maximum": MOST_FEATURES, "default": DEFAULT_LIMIT},
            {"style": "form", "explode": False},
        ),
        ("after", "Where a page begins; written by the link `next`.", {"type": "string", "format": "uuid"}, {}),
    )
}
_ITEMS_PARAMETERS: Final = [_parameter(name) for name in _PARAMETERS]
_FEATURE_ID: Final = {
    "name": "featureId", "in": "path", "required": True, "description": "The id of a feature.",
    "schema": {"type": "string", "format": "uuid"},
}  # fmt: skip


def _asked(known: Collection) -> list[dict[str, Any]]:
    return [
        {
            "name": name,
            "in": "query",
            "required": False,
            "description": f"{each.zh} {each.en}: exactly this.",
            "schema": _SCHEMAS[each.kind] | ({"enum": list(each.labels)} if each.labels else {}),
            "style": "form",
            "explode": False,
        }
        for name, each in known.properties.items()
        if each.asked
    ]


def _property(each: Property) -> dict[str, Any]:
    described = {"title": each.zh, "description": each.en, "nullable": True}
    return described | {name: part for name, part in _SCHEMAS[each.kind].items() if name != "description"}


def _feature(known: Collection) -> dict[str, Any]:
    return {
        "type": "object",
        "required": ["type", "id", "geometry", "properties"],
        "properties": {
            "type": {"type": "string", "enum": ["Feature"]},
            "id": {"type": "string", "format": "uuid"},
            "geometry": {
                "type": "object",
                "nullable": True,
                "description": "GeoJSON, in the reference system asked for.",
            },
            "properties": {
                "type": "object",
                "properties": {name: _property(each) for name, each in known.written.items()},
                "required": list(known.written),
            },
            "links": _LINKS,
        },
    }


def _features(schema: str) -> dict[str, Any]:
    return {
        "type": "object",
        "required": ["type", "features", "links", "timeStamp", "numberMatched", "numberReturned"],
        "properties": {
            "type": {"type": "string", "enum": ["FeatureCollection"]},
            "features": {"type": "array", "items": _ref(schema)},
            "links": _LINKS,
            "timeStamp": {"type": "string", "format": "date-time"},
            "numberMatched": {"type": "integer", "minimum": 0},
            "numberReturned": {"type": "integer", "minimum": 0},
        },
    }


_LINKS: Final = {"type": "array", "items": _ref("link")}
_PLAIN_SCHEMAS: Final[dict[str, Any]] = {
    "link": {
        "type": "object",
        "required": ["href", "rel"],
        "properties": {name: {"type": "string"} for name in ("href", "rel", "type", "title")},
    },
    "landingPage": {
        "type": "object",
        "required": ["links"],
        "properties": {"title": {"type": "string"}, "description": {"type": "string"}, "links": _LINKS},
    },
    "conformance": {
        "type": "object",
        "required": ["conformsTo"],
        "properties": {"conformsTo": {"type": "array", "items": {"type": "string"}}},
    },
    "collection": {
        "type": "object",
        "required": ["id", "links"],
        "properties": {
            **{name: {"type": "string"} for name in ("id", "title", "description", "itemType", "storageCrs")},
            "extent": {"type": "object"},
            "crs": {"type": "array", "items": {"type": "string"}},
            "links": _LINKS,
        },
    },
    "collections": {
        "type": "object",
        "required": ["links", "collections"],
        "properties": {"links": _LINKS, "collections": {"type": "array", "items": _ref("collection")}},
    },
    "problem": {
        "type": "object",
        "description": "RFC 9457, in Chinese and English.",
        "required": ["type", "title", "status", "detail", "title_zh", "detail_zh"],
        "properties": {
            **{name: {"type": "string"} for name in ("type", "title", "detail", "title_zh", "detail_zh", "instance")},
            "status": {"type": "integer"},
        },
    },
}
