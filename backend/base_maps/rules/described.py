"""Read the operator's description of base maps, and name what is wrong with it, never repeating a key."""

import re
from collections.abc import Callable, Mapping
from typing import Any, Final
from urllib.parse import urlencode, urlsplit

import yaml

from backend.base_maps.rules.archive import Archive
from backend.base_maps.rules.base_map import MOST_ZOOM, BaseMap, Layer
from geo import BBox

TIANDITU: Final = {"vec": ("vec", "cva"), "img": ("img", "cia"), "ter": ("ter", "cta")}
"""天地图's styles: the ground, and the names on it."""
TIANDITU_URL: Final = (
    "https://{s}.tianditu.gov.cn/{layer}_w/wmts?SERVICE=WMTS&REQUEST=GetTile&VERSION=1.0.0&LAYER={layer}"
    "&STYLE=default&TILEMATRIXSET=w&FORMAT=tiles&TILEMATRIX={z}&TILEROW={y}&TILECOL={x}&tk={key}"
)
_ALL: Final = {"name", "kind", "title", "attribution", "review_number", "crs", "zoom", "bounds", "places"}
_SERVED: Final = _ALL | {"tile_size", "key", "referer", "keep_days"}
_CUT: Final = {"cut", "level_offset"}
_KNOWN: Final = {
    "tianditu": _SERVED | {"style", "url"},
    "xyz": _SERVED | _CUT | {"url", "hosts"},
    "wmts": _SERVED | _CUT | {"url", "layer", "style", "matrix_set", "format"},
    "pmtiles": _ALL | {"file"},
}
_BLANK: Final = re.compile(r"\{([^{}]*)\}")
Look = Callable[[str], Archive]


class _Wrong(ValueError):
    """One map is described wrongly."""


def read(text: str, look: Look) -> tuple[BaseMap, ...]:
    """Return the base maps of a description in YAML; `look` returns what a PMTiles file says of itself.

    Errors: ValueError with one line for each map that is wrong, by its name, without what it says: that may be a key.
    """
    try:
        listed = yaml.safe_load(text)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        raise ValueError(f"is no YAML{f', line {mark.line + 1}' if mark else ''}") from None
    if not isinstance(listed, list) or not all(isinstance(each, dict) for each in listed):
        raise ValueError("is not a list of base maps, each beginning with `- name:`")
    made: list[BaseMap] = []
    wrong: list[str] = []
    for number, each in enumerate(listed, 1):
        try:
            found = _base_map(each, look)
            if found.name in {known.name for known in made}:
                raise _Wrong("there is another of that name")
            made.append(found)
        except ValueError as error:
            wrong.append(f"map {number} ({str(each.get('name', 'no name'))[:40]}): {error}")
    if wrong:
        raise ValueError("\n".join(wrong))
    return tuple(made)


def _base_map(given: Mapping[str, Any], look: Look) -> BaseMap:
    kind = given.get("kind")
    if kind not in _KNOWN:
        raise _Wrong(f"kind is one of {', '.join(_KNOWN)}")
    if unknown := sorted(str(each) for each in given.keys() - _KNOWN[kind]):
        raise _Wrong(f"{kind} has no {', '.join(unknown)}")
    title = _title(given, kind)
    archive = look(_text(given, "file")) if kind == "pmtiles" else None
    if archive is not None and archive.tile_type == "mvt" and given.get("crs") == "gcj02":
        raise _Wrong("vector tiles in gcj02 cannot be moved; have them written in wgs84")
    low, high = _zoom(given, archive)
    return BaseMap(
        name=_text(given, "name", form=r"[a-z0-9-]{1,40}", told="small letters, digits and hyphens"),
        title_zh=title["zh"],
        title_en=title["en"],
        attribution=_text(given, "attribution", "天地图 · 国家地理信息公共服务平台" if kind == "tianditu" else None),
        review_number=_text(given, "review_number"),
        crs=_crs(given),
        min_zoom=low,
        max_zoom=high,
        tile_size=_whole(given, "tile_size", 256, 128, 1024),
        bounds=_bounds(given, archive),
        places=_places(given),
        keep_days=_whole(given, "keep_days", 7, 0, 365),
        layers=_layers(given, kind),
        file=None if archive is None else _text(given, "file"),
    )


def _layers(given: Mapping[str, Any], kind: str) -> tuple[Layer, ...]:
    if kind == "pmtiles":
        return ()
    if kind == "tianditu":
        style = _text(given, "style", "vec")
        if style not in TIANDITU:
            raise _Wrong(f"style is one of {', '.join(TIANDITU)}")
        key = _text(given, "key", form="[0-9A-Za-z]{8,64}", told="the letters and digits that 天地图 gave")
        template, hosts = _text(given, "url", TIANDITU_URL), tuple(f"t{number}" for number in range(8))
        return tuple(
            _layer(given, template.replace("{layer}", each), hosts if "{s}" in template else (), key)
            for each in TIANDITU[style]
        )
    key = _text(given, "key", "")
    if kind == "wmts":
        return (_layer(given, _wmts(given), (), key),)
    hosts = given.get("hosts", [])
    if not isinstance(hosts, list) or not all(re.fullmatch("[a-z0-9-]{1,30}", str(each)) for each in hosts):
        raise _Wrong("hosts is a list of words for {s}")
    return (_layer(given, _text(given, "url"), tuple(str(each) for each in hosts), key),)


def _wmts(given: Mapping[str, Any]) -> str:
    """Return the template of a WMTS: as it is where its address has blanks (REST), else completed (KVP)."""
    url = _text(given, "url")
    if "{z}" in url:
        return url
    asked = {"SERVICE": "WMTS", "REQUEST": "GetTile", "VERSION": "1.0.0", "LAYER": _text(given, "layer")}
    asked |= {"STYLE": _text(given, "style", "default"), "TILEMATRIXSET": _text(given, "matrix_set")}
    asked |= {"FORMAT": _text(given, "format", "image/png")}
    cells = "TILEMATRIX={z}&TILEROW={y}&TILECOL={x}"
    return f"{url}{'&' if '?' in url else '?'}{urlencode(asked)}&{cells}"


def _layer(given: Mapping[str, Any], template: str, hosts: tuple[str, ...], key: str) -> Layer:
    blanks = set(_BLANK.findall(template))
    host = urlsplit(template).netloc
    if urlsplit(template).scheme not in ("http", "https") or not host or "@" in host:
        raise _Wrong("url is an address that begins with https:// or http://")
    if not {"z", "x"} <= blanks or not blanks & {"y", "-y"} or blanks - {"z", "x", "y", "-y", "s", "key"}:
        raise _Wrong("url has the blanks {z}, {x} and {y} (or {-y}), and may have {s} and {key}")
    if set(_BLANK.findall(host)) - {"s"} or ("s" in blanks) != bool(hosts):
        raise _Wrong("url may have {s} alone before its first slash, and hosts says what stands there")
    if bool(key) != ("key" in blanks):
        raise _Wrong("key stands where url has the blank {key}")
    cut, offset = given.get("cut", "mercator"), _whole(given, "level_offset", 0, -5, 5)
    if cut not in ("mercator", "geographic"):
        raise _Wrong("cut is mercator or geographic")
    if _zoom(given, None)[0] + min(offset, 0) < (1 if cut == "geographic" else 0):
        raise _Wrong("zoom begins before the service's first level: with cut geographic at 1, less level_offset")
    return Layer(template, hosts, key, _text(given, "referer", ""), cut == "geographic", offset)


def _text(given: Mapping[str, Any], name: str, default: str | None = None, form: str = "", told: str = "") -> str:
    value = given.get(name, default)
    if value is None:
        raise _Wrong(f"{name} is missing")
    if not isinstance(value, str) or (not value.strip() and default is None) or len(value) > 2000:
        raise _Wrong(f"{name} is not a text")
    if form and not re.fullmatch(form, value.strip()):
        raise _Wrong(f"{name} is made of {told}")
    if any(ord(letter) < 32 for letter in value):
        raise _Wrong(f"{name} has letters that cannot be read")
    return value.strip()


def _title(given: Mapping[str, Any], kind: str) -> dict[str, str]:
    named = {"vec": ("天地图", "Tianditu"), "img": ("天地图影像", "Tianditu imagery")}
    usual = named.get(given.get("style", "vec"), ("天地图地形", "Tianditu terrain")) if kind == "tianditu" else None
    title = given.get("title", dict(zip(("zh", "en"), usual, strict=True)) if usual else None)
    if not isinstance(title, dict) or set(title) != {"zh", "en"}:
        raise _Wrong("title has zh and en")
    return {language: _text(title, language) for language in ("zh", "en")}


def _crs(given: Mapping[str, Any]) -> str:
    crs = given.get("crs", "wgs84" if given.get("kind") != "tianditu" else "cgcs2000")
    if crs not in ("wgs84", "cgcs2000", "gcj02"):
        raise _Wrong("crs is wgs84, cgcs2000 or gcj02; Baidu's tiles are cut in another way and cannot be drawn")
    return str(crs)


def _whole(given: Mapping[str, Any], name: str, default: int, least: int, most: int) -> int:
    value = given.get(name, default)
    if type(value) is not int or not least <= value <= most:
        raise _Wrong(f"{name} is a number from {least} to {most}")
    return value


def _zoom(given: Mapping[str, Any], archive: Archive | None) -> tuple[int, int]:
    if archive is not None and "zoom" not in given:
        return archive.min_zoom, archive.max_zoom
    zoom = given.get("zoom", [1, 18])
    if not isinstance(zoom, list) or len(zoom) != 2 or not all(type(each) is int for each in zoom):
        raise _Wrong("zoom is two numbers such as [3, 18]")
    if not 0 <= zoom[0] <= zoom[1] <= MOST_ZOOM:
        raise _Wrong(f"zoom lies between 0 and {MOST_ZOOM}, the smaller number first")
    return zoom[0], zoom[1]


def _bounds(given: Mapping[str, Any], archive: Archive | None) -> BBox | None:
    bounds = given.get("bounds", None if archive is None else list(archive.bounds))
    if bounds is None:
        return None
    if not isinstance(bounds, list) or len(bounds) != 4 or not all(type(each) in (int, float) for each in bounds):
        raise _Wrong("bounds is [west, south, east, north]")
    return BBox(*(float(each) for each in bounds))


def _places(given: Mapping[str, Any]) -> tuple[str, ...]:
    places = given.get("places", [])
    if not isinstance(places, list) or not all(re.fullmatch("[0-9]{6,15}", str(each)) for each in places):
        raise _Wrong("places is a list of codes such as '450299001'")
    return tuple(str(each) for each in places)
