"""Make tests/vectors/twins.json, which binds what may be joined in Python to the same on the phone."""

import json
from collections.abc import Iterator
from dataclasses import asdict, replace
from pathlib import Path

from backend.hazards.rules import Category, Grade, PlaceKind, Stage, Twin, why_not_joined
from geo.points import LonLat

PATH = Path(__file__).parents[2] / "vectors" / "twins.json"
METRE = 1 / 111_195
WEST, SOUTH = 109.401, 24.301
ONE = Twin(
    id="one", number="K001-0001", tenant="450299001", stage=Stage.REGISTERED, place_kind=PlaceKind.NONE, place_id=None,
    place_name="东门外", category=Category.PUBLIC_AREA, grade=Grade.GENERAL, suspended=False, listed=False,
    position=LonLat(WEST, SOUTH), accuracy_m=0.0,
)  # fmt: skip
KEPT = replace(ONE, id="kept", number="K002-0002")


def cases() -> Iterator[tuple[str, Twin, Twin]]:
    """Every way in which two may not be one, and every edge of the radius."""
    yield "at one spot", ONE, KEPT
    yield "itself", KEPT, KEPT
    yield "another subdistrict", ONE, replace(KEPT, tenant="450299002")
    for stage in Stage:
        yield f"kept is {stage}", ONE, replace(KEPT, stage=stage)
    joined = replace(KEPT, stage=Stage.VOIDED, duplicate_of="third", joined_to="K003-0003")
    yield "kept was joined", ONE, joined
    yield "kept was joined to this one", ONE, replace(joined, duplicate_of="one", joined_to=ONE.number)
    yield "others were joined to it", replace(ONE, held="K004-0004"), KEPT
    yield "others were joined to the kept", ONE, replace(KEPT, held="K004-0004")
    for grade in Grade:
        for other in Grade:
            yield f"{grade} to {other}", replace(ONE, grade=grade), replace(KEPT, grade=other)
    yield "suspended", replace(ONE, suspended=True), KEPT
    yield "both suspended", replace(ONE, suspended=True), replace(KEPT, suspended=True)
    yield "listed", replace(ONE, listed=True), KEPT
    yield "kept is listed", ONE, replace(KEPT, listed=True)
    yield from _places()
    yield from _distances()


def _places() -> Iterator[tuple[str, Twin, Twin]]:
    at = {
        kind: replace(KEPT, place_kind=kind, place_id="p", place_name="好声音KTV", category=category)
        for kind, category in ((PlaceKind.HOUSEHOLD, Category.HOUSEHOLD), (PlaceKind.PREMISES, Category.ASSEMBLY))
    }
    for kind, there in at.items():
        here = replace(there, id="one", number=ONE.number)
        yield f"the same {kind}", here, there
        yield f"the same {kind}, no position", replace(here, position=None), there
        yield f"another {kind}", replace(here, place_id="q", place_name="隔壁"), there
        yield f"a {kind} and the street", ONE, there
        yield f"the street and a {kind}", replace(there, id="one"), replace(ONE, id="kept")
    yield "a home and premises", at[PlaceKind.HOUSEHOLD], replace(at[PlaceKind.PREMISES], id="other")
    far = LonLat(WEST, SOUTH + 31 * METRE)
    yield "premises 31 m from the street", ONE, replace(at[PlaceKind.PREMISES], position=far)


def _distances() -> Iterator[tuple[str, Twin, Twin]]:
    for category in Category:
        if category is Category.HOUSEHOLD:
            continue
        for metres in (29, 31, 49, 51, 59, 61):
            there = replace(KEPT, category=category, position=LonLat(WEST, SOUTH + metres * METRE))
            yield f"{metres} m, {category}", ONE, there
    for accuracy_m, metres in ((28.0, 57), (28.0, 59), (5000.0, 79), (5000.0, 81)):
        rough = replace(ONE, accuracy_m=accuracy_m)
        yield f"{metres} m, ± {accuracy_m}", rough, replace(KEPT, position=LonLat(WEST, SOUTH + metres * METRE))
    east = LonLat(WEST + 31 * METRE, SOUTH)
    yield "31 degrees' metres to the east", ONE, replace(KEPT, position=east)
    yield "no position here", replace(ONE, position=None), KEPT
    yield "no position there", ONE, replace(KEPT, position=None, accuracy_m=None)


def as_text() -> str:
    """Return the file, one case to a line."""
    lines = []
    for name, one, kept in cases():
        refusal = why_not_joined(one, kept)
        said = None if refusal is None else {"code": refusal.code, "zh": refusal.detail("zh"), "en": refusal.detail()}
        case = {"name": name, "one": _wire(one), "kept": _wire(kept), "refused": said}
        lines.append(json.dumps(case, ensure_ascii=False))
    return "[\n" + ",\n".join(lines) + "\n]\n"


def _wire(twin: Twin) -> dict[str, object]:
    fields = asdict(twin)
    position = fields.pop("position")
    lon, lat = (None, None) if position is None else (position["lon"], position["lat"])
    return fields | {"lon": lon, "lat": lat}


if __name__ == "__main__":
    PATH.write_text(as_text(), encoding="utf-8")
