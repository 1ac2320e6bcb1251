"""Read what a request asks of a collection, parameter by parameter, and refuse what no parameter is called."""

import math
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Final
from uuid import UUID

from backend.exchange.rules.collections import Collection, Property
from backend.hazards.rules import CHINA
from backend.problems import Malformed
from geo import BBox, GeoError

CRS84: Final = "http://www.opengis.net/def/crs/OGC/1.3/CRS84"
EPSG_4490: Final = "http://www.opengis.net/def/crs/EPSG/0/4490"
CRS: Final = (CRS84, EPSG_4490)
"""CGCS2000 (EPSG:4490) is taken as equal to WGS 84, but its first axis is the latitude."""
DEFAULT_LIMIT, MOST_FEATURES = 100, 1_000
LONGEST_VALUE = 300
OF_EVERY_PAGE: Final = ("f",)
OF_ONE: Final = ("f", "crs")
OF_ITEMS: Final = ("f", "crs", "bbox", "bbox-crs", "datetime", "limit", "after")
OF_FILES: Final = ("f", "crs", "bbox", "bbox-crs", "datetime", "within", "q")

_MOMENT = re.compile(
    r"([0-9]{4}-[0-9]{2}-[0-9]{2})(?:[Tt ]([0-9]{2}:[0-9]{2}:[0-9]{2}(?:\.[0-9]{1,9})?)([Zz]|[+-][0-9]{2}:[0-9]{2}))?"
)
_NUMBER = re.compile(r"\s*[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]{1,3})?\s*")
_OPEN = ("", "..")
_YES_NO = {"true": True, "false": False}

Box = tuple[float, float, float, float]


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What is asked of a collection's items; `given` are the parameters as they came, for the link to the next page.

    Units: `box` is west, south, east, north in WGS 84 degrees; `since` and `until` are included.
    """

    given: dict[str, str]
    crs: str = CRS84
    box: Box | None = None
    since: datetime | None = None
    until: datetime | None = None
    equal: dict[str, object]
    words: str = ""
    after: UUID | None = None
    limit: int = DEFAULT_LIMIT


def given(query: Iterable[tuple[str, str]], allowed: Iterable[str], forms: Sequence[str] = ("json",)) -> dict[str, str]:
    """Return the parameters of a request, each once.

    Errors: Malformed for one that is unknown here, comes twice or is too long, and for another `f` than the forms.
    """
    known, found, wrong = set(allowed), dict[str, str](), list[dict[str, str]]()
    for name, text in query:
        if name not in known:
            wrong.append(_wrong(name[:40], f"there is no such parameter here; there are: {', '.join(sorted(known))}"))
        elif name in found:
            wrong.append(_wrong(name, "it is given more than once"))
        elif len(text) > LONGEST_VALUE:
            wrong.append(_wrong(name, f"it is longer than {LONGEST_VALUE} letters"))
        found[name] = text
    if not wrong and found.get("f", forms[0]) not in forms:
        wrong.append(_wrong("f", f"it comes as: {', '.join(forms)}"))
    if wrong:
        raise Malformed(errors=wrong)
    return found


def asked(
    query: Iterable[tuple[str, str]],
    collection: Collection,
    allowed: Iterable[str] = OF_ITEMS,
    forms: Sequence[str] = ("json",),
) -> Asked:
    """Return what a request asks of the items of a collection, in one of the forms, the first without `f`.

    Errors: Malformed.
    """
    names = [name for name, each in collection.properties.items() if each.asked]
    found = given(query, [*allowed, *names], forms)
    axes = crs(found, "bbox-crs")
    since, until = _interval(found["datetime"]) if "datetime" in found else (None, None)
    return Asked(
        given=found,
        crs=crs(found, "crs"),
        box=_box(found["bbox"], axes) if "bbox" in found else None,
        since=since,
        until=until,
        equal={name: _value(name, found[name], collection.properties[name]) for name in names if name in found},
        words=found.get("q", "").strip(),
        after=_after(found["after"]) if "after" in found else None,
        limit=_limit(found["limit"]) if "limit" in found else DEFAULT_LIMIT,
    )


def crs(found: Mapping[str, str], name: str) -> str:
    """Return the reference system that a parameter names, CRS84 without it.

    Errors: Malformed.
    """
    named = found.get(name, CRS84)
    if named not in CRS:
        raise _refusal(name, f"one of: {', '.join(CRS)}")
    return named


def _box(text: str, axes: str) -> Box:
    """Return the box of four numbers, or of six of which the heights do not count: nothing here has one."""
    parts = text.split(",")
    if len(parts) not in (4, 6) or not all(map(_NUMBER.fullmatch, parts)):
        raise _refusal(
            "bbox", "four numbers, or six with heights, with commas between: the lower corner, the upper corner"
        )
    numbers = [float(part) for part in parts]
    if not all(map(math.isfinite, numbers)):
        raise _refusal("bbox", "a number is beyond all bounds")
    half = len(numbers) // 2
    (first, second), (third, fourth) = numbers[:2], numbers[half : half + 2]
    if axes == EPSG_4490:
        first, second, third, fourth = second, first, fourth, third
    if half == 3 and numbers[2] > numbers[5]:
        raise _refusal("bbox", "the lower height exceeds the upper one")
    if first > third and abs(first) <= 180 and abs(third) <= 180:
        raise _refusal(
            "bbox", "west exceeds east; a box across the antimeridian (180°) is not answered: ask for its two halves"
        )
    try:
        return BBox(first, second, third, fourth).bounds
    except GeoError as error:
        raise _refusal("bbox", error.en) from error


def _interval(text: str) -> tuple[datetime | None, datetime | None]:
    """Return the first and the last moment of an instant, a day (in Shanghai) or an interval, None where it is open."""
    parts = text.split("/")
    if len(parts) == 1:
        return _moments(text)
    if len(parts) != 2 or all(part in _OPEN for part in parts):
        raise _refusal("datetime", "a moment, or an interval such as 2026-01-01T00:00:00Z/.. with one open end at most")
    since = None if parts[0] in _OPEN else _moments(parts[0])[0]
    until = None if parts[1] in _OPEN else _moments(parts[1])[1]
    if since is not None and until is not None and since > until:
        raise _refusal("datetime", "the interval ends before it begins")
    return since, until


def _moments(text: str) -> tuple[datetime, datetime]:
    # A "+" that was not encoded arrives as a space.
    found = _MOMENT.fullmatch(re.sub(r" (?=[0-9]{2}:[0-9]{2}$)", "+", text))
    try:
        if found is None:
            raise ValueError(text)
        day, clock, zone = found.groups()
        if clock is None:
            begins = datetime.combine(date.fromisoformat(day), time(), CHINA)
            return begins, begins + timedelta(days=1, microseconds=-1)
        moment = datetime.fromisoformat(f"{day}T{clock}{zone.upper()}")
    except (ValueError, OverflowError):
        raise _refusal(
            "datetime", "a moment of RFC 3339 such as 2026-03-02T01:00:00Z, or a day such as 2026-03-02"
        ) from None
    return moment, moment


def _limit(text: str) -> int:
    """Return how many features a page holds: the most for whoever asks for more (OGC 17-069r4, 7.15.3)."""
    if re.fullmatch("[0-9]{1,9}", text) is None or int(text) < 1:
        raise _refusal("limit", f"a whole number from 1 to {MOST_FEATURES}")
    return min(int(text), MOST_FEATURES)


def _after(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError:
        raise _refusal("after", "not the beginning of a page of ours; follow the link `next`") from None


def _yes_no(text: str) -> bool:
    return _YES_NO[text]


def _day(text: str) -> date:
    if re.fullmatch("[0-9]{4}-[0-9]{2}-[0-9]{2}", text) is None:  # fromisoformat also reads weeks
        raise ValueError(text)
    return date.fromisoformat(text)


def _whole(text: str) -> int:
    number = int(text)
    if abs(number) >= 2**31 or not text.isascii():
        raise ValueError(text)
    return number


_READ: Final[dict[str, tuple[Callable[[str], object], str]]] = {
    "text": (str, "a text"),
    "whole": (_whole, "a whole number"),
    "yes_no": (_yes_no, "true or false"),
    "day": (_day, "a day such as 2026-03-02"),
}


def _value(name: str, text: str, known: Property) -> object:
    if known.labels and text not in known.labels:
        raise _refusal(name, f"one of: {', '.join(known.labels)}")
    read, form = _READ[known.kind]
    try:
        return read(text)
    except (ValueError, KeyError):
        raise _refusal(name, form) from None


def _wrong(name: str, reason: str) -> dict[str, str]:
    return {"pointer": f"/query/{name}", "reason": reason}


def _refusal(name: str, reason: str) -> Malformed:
    return Malformed.at(f"/query/{name}", reason)
