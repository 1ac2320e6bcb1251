"""Decode a GeoJSON document strictly, and gather what is wrong with its features."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable
from typing import NoReturn

from geo.errors import BadGeoJSON, TooMuchGeoJSON, UnknownReferenceSystem
from geo.geojson.faults import Fault, FaultyFeatures, Limits, Refused, Repair
from geo.geojson.polygons import Feature, Polygons
from geo.points import Crs
from geo.systems import Declared, System, contradiction, declared, system_named


def read(
    text: bytes | str, crs: Crs | str | None, *, accept: Collection[Repair] = (), limits: Limits | None = None
) -> tuple[Feature, ...]:
    """Return the polygons of a GeoJSON text, in WGS 84.

    Errors: UnknownReferenceSystem when `crs` is not one of Crs; BadGeoJSON when the text is no
    GeoJSON; TooMuchGeoJSON; FaultyFeatures with every fault, up to the limit.
    Source: RFC 7946, RFC 8259.
    """
    limits = limits or Limits()
    return read_document(decode(text, limits), crs, accept=accept, limits=limits)


def read_document(
    document: object, crs: Crs | str | None, *, accept: Collection[Repair] = (), limits: Limits | None = None
) -> tuple[Feature, ...]:
    """Return the polygons of a decoded GeoJSON document; everything else as in `read`."""
    limits = limits or Limits()
    system = system_named(crs)
    features = listed(document, limits)
    wrong = contradiction(system, declares(document))
    if wrong is not None:
        raise UnknownReferenceSystem(wrong[1], wrong[0])
    found, faults = sift(features, system, accept=accept, limits=limits)
    if faults:
        raise FaultyFeatures(faults)
    return found


def sift(
    features: Iterable[object], system: System, *, accept: Collection[Repair] = (), limits: Limits | None = None
) -> tuple[tuple[Feature, ...], tuple[Fault, ...]]:
    """Return the features that can be used, and what is wrong with the others, up to the limit.

    Errors: TooMuchGeoJSON beyond so many vertices.
    """
    limits = limits or Limits()
    polygons = Polygons(system, frozenset(accept), limits)
    found: list[Feature] = []
    faults: list[Fault] = []
    for number, feature in enumerate(features, start=1):
        try:
            found.append(polygons.read(feature, number))
        except Refused as refused:
            faults.append(Fault(number, refused.reason, refused.place, refused.numbers))
        if len(faults) >= limits.fault_count:
            break
    return tuple(found), tuple(faults)


def decode(text: bytes | str, limits: Limits | None = None) -> object:
    """Return what a JSON text says; NaN, repeated names and bad UTF-8 are refused.

    Errors: TooMuchGeoJSON beyond `size_bytes`, BadGeoJSON otherwise.
    """
    limits = limits or Limits()
    if len(text) > limits.size_bytes:
        raise TooMuchGeoJSON(
            f"the file is larger than {limits.size_bytes // 1_000_000} MB",
            f"文件超过 {limits.size_bytes // 1_000_000} MB",
        )
    try:
        # RFC 8259 lets a reader skip the byte order mark, which Windows programs like to write.
        letters = text.decode("utf-8-sig") if isinstance(text, bytes) else text
        return json.loads(letters, parse_constant=_no_constant, object_pairs_hook=_object)
    except RecursionError:
        raise BadGeoJSON("it is nested too deeply", "文件嵌套太深") from None
    except ValueError as error:
        if isinstance(error, BadGeoJSON):
            raise
        raise BadGeoJSON(f"it is not JSON in UTF-8 ({error})", "不是 UTF-8 编码的 JSON 文件") from None


def _no_constant(name: str) -> NoReturn:
    raise BadGeoJSON(f"{name} is not a number in JSON", f"{name} 不是合法的数字")


def _object(pairs: list[tuple[str, object]]) -> dict[str, object]:
    named = dict(pairs)
    if len(named) != len(pairs):
        raise BadGeoJSON("an object repeats a name", "同一对象中有重复的字段名")
    return named


def listed(document: object, limits: Limits | None = None) -> list[object]:
    """Return the features of a decoded document, unread.

    Errors: BadGeoJSON, TooMuchGeoJSON.
    """
    limits = limits or Limits()
    if not isinstance(document, dict):
        raise BadGeoJSON("it is not a GeoJSON object", "不是 GeoJSON 文件")
    if document.get("type") == "Feature":
        return [document]
    features = document.get("features")
    if document.get("type") != "FeatureCollection" or not isinstance(features, list):
        raise BadGeoJSON("it is not a FeatureCollection", "不是要素集合 (FeatureCollection)")
    if not features:
        raise BadGeoJSON("it has no features", "文件里没有任何图形")
    if len(features) > limits.features:
        raise TooMuchGeoJSON(f"it has more than {limits.features} features", f"图形超过 {limits.features} 个")
    return features


def declares(document: object) -> Declared | None:
    """Return what a `crs` member (GeoJSON of 2008) says; None without one, which today means WGS 84 or anything.

    Errors: UnknownReferenceSystem when there is one that cannot be read.
    """
    named = document.get("crs") if isinstance(document, dict) else None
    if named is None:
        return None
    properties = named.get("properties") if isinstance(named, dict) else None
    name = properties.get("name") if isinstance(properties, dict) else None
    if not isinstance(name, str) or not name.strip():
        raise UnknownReferenceSystem(
            "the file's crs member names no reference system: convert it first", "文件声明的坐标系无法识别, 请先转换"
        )
    return declared(name)
