"""Fill in the checklists of the demo as a careful person would: everything sound, but for the items named."""

from collections.abc import Mapping
from functools import cache
from typing import Any

from backend.visits.rules import evaluate, with_door
from backend.visits.templates import shipped

_HARMLESS = ("ok", "info", "na", "advise")
IN_PERSON = {"delivered": "in_person", "signed": "signed", "signature": "M4 20 C 12 4 20 4 26 18 S 44 30 58 10"}


@cache
def bodies() -> dict[str, Mapping[str, Any]]:
    """Return the seven checklists, by the category of place they are for."""
    return {body["premises_category"]: body for body in shipped()}


@cache
def hazards_by_look(category: str) -> tuple[Mapping[str, Any], ...]:
    """Return the items of a category that are hazards as soon as somebody says so, and that a grid worker may judge."""
    return tuple(
        item
        for item in bodies()[category]["items"]
        if item["type"] == "check" and item["assess"] in ("observe", "measure") and item["photo"] == "on_hazard"
    )


def filled(
    category: str, track: str, *, chosen: Mapping[str, Any] | None = None, wrong: tuple[str, ...] = ()
) -> tuple[dict[str, Any], tuple[str, ...]]:
    """Return complete answers of an entered place, and which of the `wrong` items were asked and are now hazards.

    `chosen` are answers given beforehand, such as what the household burns.
    """
    body = bodies()[category]
    items = {item["id"]: item for item in body["items"]}
    answers, _ = with_door(body, dict(chosen or {}), "entered", IN_PERSON)
    while missing := evaluate(body, answers, track).missing:
        for item_id in missing:
            answers[item_id] = "hazard" if item_id in wrong else _sound(items[item_id])
    found = evaluate(body, answers, track).findings
    return answers, tuple(finding.item_id for finding in found)


def _sound(item: Mapping[str, Any]) -> Any:
    """Return an answer with which nothing is wrong."""
    match item["type"]:
        case "check":
            return "ok"
        case "choice":
            return _harmless(item)
        case "multi_choice":
            return [_harmless(item)]
        case "number":
            return _number(item)
        case _:
            return "已核对"


def _harmless(item: Mapping[str, Any]) -> str:
    return str(next(option["value"] for option in item["options"] if option["result"] in _HARMLESS))


def _number(item: Mapping[str, Any]) -> float:
    """Return the sound end of a number's range: where low is dangerous the top, else the bottom."""
    low_is_bad = any(limit["op"].startswith("<") for limit in item.get("limits", ()))
    return float(item["max"] if low_is_bad else item["min"])
