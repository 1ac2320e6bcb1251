"""Say what the body of a checklist must look like before it may be published."""

import re
from collections.abc import Iterator, Mapping
from typing import Any, Final

from backend.visits.rules.problems import ChecklistInvalid
from backend.visits.rules.shapes import Check, Fault, either, fields, list_of, number, one_of, table_of, text

SCHEMA: Final = "gridcheck.checklists/1"
CATEGORIES: Final = ("household", "gas_station", "school", "market", "enterprise", "assembly", "residential")
CERTAINTIES: Final = ("looked-up", "title-looked-up", "memory")
ITEM_ID: Final = r"[a-z][a-z0-9_]*(\.[a-z0-9_]+)*"
MAX_ITEMS: Final = 200
_ODD: Final = re.compile("[^ -~]")

_LABEL = {"zh": text(), "en": text()}
_label = fields(_LABEL)
_word = text(60, r"[a-z][a-z0-9_]*")
_item_id = text(60, ITEM_ID)
_severity = one_of("general", "major")
_deadline = either(one_of("immediate"), number(1, 365))

_condition = either(
    fields({"item": _item_id, "in": list_of(_word, 1, 30)}),
    fields({"item": _item_id, "contains_any": list_of(_word, 1, 30)}),
)
_show_if = either(fields({"all": list_of(_condition, 1, 10)}), _condition)
_basis = fields({"ref": text(40), "clause": text(100, may_be_empty=True), "source": one_of(*CERTAINTIES)})
_limit = fields(
    {"op": one_of("<", "<=", ">", ">="), "value": number(-1e9, 1e9), "severity": _severity, "deadline": _deadline}
)
_HAZARD: dict[str, Check] = {"hazard_when": _label, "severity": _severity, "deadline": _deadline, "rectify": _label}
_OPTION: dict[str, Check] = {"value": _word, **_LABEL}
_harmless_option = fields({**_OPTION, "result": one_of("ok", "advise", "info", "na")})
_hazard_option = fields({**_OPTION, "result": one_of("hazard"), "severity": _severity, "deadline": _deadline})
_options = list_of(either(_harmless_option, _hazard_option), 1, 30)

_ITEM: dict[str, Check] = {
    "id": _item_id,
    "section": _word,
    "type": one_of("check", "choice", "multi_choice", "number", "text", "signature"),
    **_LABEL,
    "photo": one_of("on_hazard", "optional", "none"),
    "assess": one_of("observe", "measure", "document", "test"),
}
_ITEM_MAY: dict[str, Check] = {"help": _label, "show_if": _show_if, "required": one_of(True, False)}
_BASED: dict[str, Check] = {"basis": list_of(_basis, 1, 10)}

# What an item needs, and may have, beside what all items have.
_BY_TYPE: dict[str, tuple[dict[str, Check], dict[str, Check]]] = {
    "check": ({**_BASED, **_HAZARD, "answers": list_of(one_of("ok", "hazard", "na"), 2, 3)}, {}),
    "choice": ({**_BASED, "options": _options}, _HAZARD),
    "multi_choice": ({**_BASED, "options": _options}, _HAZARD),
    "number": (
        {
            **_BASED,
            "unit": text(20),
            "unit_en": text(20),
            "min": number(-1e9, 1e9),
            "max": number(-1e9, 1e9),
            "step": number(1e-6, 1e6),
            "limits": list_of(_limit, 0, 10),
        },
        _HAZARD,
    ),
    "text": (_BASED, {}),
    # Nothing is judged by a signature, so it may stand without a basis.
    "signature": ({"basis": list_of(_basis, 0, 10), "allow_refusal": one_of(True, False)}, {}),
}


def _item(value: object, pointer: str) -> Iterator[Fault]:
    kind = value.get("type") if isinstance(value, Mapping) else None
    required, optional = _BY_TYPE.get(kind, ({}, {})) if isinstance(kind, str) else ({}, {})
    yield from fields({**_ITEM, **required}, {**_ITEM_MAY, **optional})(value, pointer)


_BODY = fields(
    {
        "schema": one_of(SCHEMA),
        "status": text(),
        "id": _item_id,
        "version": text(40),
        **_LABEL,
        "premises_category": one_of(*CATEGORIES),
        "default_track": one_of("patrol", "inspection"),
        "applies_to": _label,
        "refer_to": list_of(text(60), 1, 20),
        "photo_policy": _label,
        "notes": list_of(text(), 0, 20),
        "sections": list_of(fields({"id": _word, **_LABEL}), 1, 40),
        "sources": table_of(
            fields(
                {**_LABEL, "number": text(100, may_be_empty=True), "status": one_of(*CERTAINTIES)},
                {"note": text(may_be_empty=True)},
            ),
            200,
        ),
        "items": list_of(_item, 1, MAX_ITEMS),
    }
)


def conditions(item: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """Return the conditions that must all hold for an item to be asked; none when it always is."""
    show_if = item.get("show_if")
    if show_if is None:
        return []
    return list(show_if["all"]) if "all" in show_if else [show_if]


def _condition_faults(item: Mapping[str, Any], earlier: Mapping[str, Any], pointer: str) -> Iterator[Fault]:
    """An item may depend on earlier items only: so a reference exists, no circle is possible, one pass suffices."""
    for condition in conditions(item):
        asked = earlier.get(condition["item"])
        operator = "in" if "in" in condition else "contains_any"
        if asked is None:
            yield Fault(pointer, f"{condition['item']} is not an earlier item")
        elif asked["type"] != {"in": "choice", "contains_any": "multi_choice"}[operator]:
            yield Fault(pointer, f"{operator} does not fit an item of type {asked['type']}")
        else:
            values = {option["value"] for option in asked["options"]}
            for value in condition[operator]:
                if value not in values:
                    yield Fault(pointer, f"{value} is not an option of {condition['item']}")


def _option_faults(item: Mapping[str, Any], pointer: str) -> Iterator[Fault]:
    values = [option["value"] for option in item.get("options", ())]
    if len(set(values)) != len(values):
        yield Fault(f"{pointer}/options", "two options have one value")
    can_be_hazard = item.get("limits") or any(option["result"] == "hazard" for option in item.get("options", ()))
    if can_be_hazard and not all(name in item for name in _HAZARD):
        yield Fault(pointer, "can be a hazard and must say hazard_when, severity, deadline and rectify")


def _number_faults(item: Mapping[str, Any], pointer: str) -> Iterator[Fault]:
    if item["type"] == "number" and not item["min"] < item["max"]:
        yield Fault(f"{pointer}/min", "must be less than max")
    for index, limit in enumerate(item.get("limits", ())):
        if not item["min"] <= limit["value"] <= item["max"]:
            yield Fault(f"{pointer}/limits/{index}/value", "lies outside min and max")


def _reference_faults(body: Mapping[str, Any]) -> Iterator[Fault]:
    sections = {section["id"] for section in body["sections"]}
    earlier: dict[str, Any] = {}
    for index, item in enumerate(body["items"]):
        pointer = f"/items/{index}"
        if item["id"] in earlier:
            yield Fault(f"{pointer}/id", "is the id of an earlier item")
        if item["section"] not in sections:
            yield Fault(f"{pointer}/section", "is not a section")
        for place, basis in enumerate(item["basis"]):
            if basis["ref"] not in body["sources"]:
                yield Fault(f"{pointer}/basis/{place}/ref", "is not a source")
        yield from _condition_faults(item, earlier, f"{pointer}/show_if")
        yield from _option_faults(item, pointer)
        yield from _number_faults(item, pointer)
        earlier[item["id"]] = item


def faults(body: object) -> list[Fault]:
    """Return every place where a checklist's body is not as agreed; references are looked at once the form is right."""
    found = list(_BODY(body, ""))
    if found or not isinstance(body, Mapping):
        return found
    return list(_reference_faults(body))


def why_not_publish(checklist_id: str, body: object) -> ChecklistInvalid | None:
    """May this body be published under this id?"""
    found = faults(body)
    if not found and isinstance(body, Mapping) and body["id"] != checklist_id:
        found = [Fault("/id", f"is not {checklist_id}")]
    if not found:
        return None
    # A pointer may repeat whatever name somebody sent; a refusal is kept and shown, so only plain characters go on.
    listed = [{"pointer": _ODD.sub("?", fault.pointer)[:200], "reason": fault.reason} for fault in found[:20]]
    return ChecklistInvalid(first=f"{listed[0]['pointer'] or '/'} {listed[0]['reason']}", errors=listed)
