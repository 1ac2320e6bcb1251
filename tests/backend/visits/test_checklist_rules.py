"""The shipped checklists are whole, and a body with any fault is refused with the place of the fault."""

import copy
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from backend.visits import templates
from backend.visits.rules import evaluate, faults
from tests.backend.visits.vectors_stated import OPERATORS

SHIPPED = templates.shipped()


def test_seven_templates_hold_161_items_in_two_languages() -> None:
    assert [body["id"] for body in SHIPPED] == [
        "co.household",
        "ws.gas_station",
        "ws.school",
        "ws.market",
        "ws.enterprise",
        "ws.assembly",
        "ws.residential",
    ]
    assert sum(len(body["items"]) for body in SHIPPED) == 161
    assert all(item["zh"].strip() and item["en"].strip() for body in SHIPPED for item in body["items"])


@pytest.mark.parametrize("body", SHIPPED, ids=lambda body: body["id"])
def test_a_shipped_template_has_no_fault(body: dict[str, Any]) -> None:
    assert faults(body) == []


def test_ids_are_unique_over_all_templates_and_every_source_is_there() -> None:
    ids = [item["id"] for body in SHIPPED for item in body["items"]]
    assert len(set(ids)) == len(ids)
    for body in SHIPPED:
        cited = {basis["ref"] for item in body["items"] for basis in item["basis"]}
        assert cited == set(body["sources"])
        assert all(
            source["status"] in ("looked-up", "title-looked-up", "memory") for source in body["sources"].values()
        )


def _item(body: dict[str, Any], item_id: str) -> dict[str, Any]:
    found: dict[str, Any] = next(item for item in body["items"] if item["id"] == item_id)
    return found


FAULTS: dict[str, Callable[[dict[str, Any]], Any]] = {
    "an unknown name": lambda body: body.update(extra=1),
    "a missing name": lambda body: body.pop("status"),
    "a wrong schema": lambda body: body.update(schema="other"),
    "an unknown category": lambda body: body.update(premises_category="bar"),
    "a label in one language": lambda body: body["applies_to"].pop("en"),
    "a blank label": lambda body: body.update(zh="  "),
    "a control character": lambda body: body.update(zh="a\u0000"),
    "no items": lambda body: body.update(items=[]),
    "an item of an unknown type": lambda body: _item(body, "m.kind").update(type="slider"),
    "an item whose type is a list": lambda body: _item(body, "m.kind").update(type=[]),
    "an item without basis": lambda body: _item(body, "m.kind").update(basis=[]),
    "a basis without source": lambda body: _item(body, "m.kind").update(basis=[{"ref": "LOCAL", "clause": ""}]),
    "a basis that is no source": lambda body: _item(body, "m.kind").update(
        basis=[{"ref": "NOWHERE", "clause": "", "source": "memory"}]
    ),
    "an unknown certainty": lambda body: body["sources"]["LOCAL"].update(status="sure"),
    "an unknown section": lambda body: _item(body, "m.kind").update(section="other"),
    "two items of one id": lambda body: _item(body, "m.risks").update(id="m.kind"),
    "two options of one value": lambda body: _item(body, "m.kind")["options"][0].update(value="works"),
    "a hazard option without severity": lambda body: _item(body, "m.kind")["options"][2].pop("severity"),
    "a harmless option with severity": lambda body: _item(body, "m.kind")["options"][0].update(severity="major"),
    "a hazard without its words": lambda body: _item(body, "m.kind").pop("hazard_when"),
    "a limit outside the range": lambda body: _item(body, "m.more")["limits"][0].update(value=21),
    "an unknown operator": lambda body: _item(body, "m.more")["limits"][0].update(op="="),
    "a range upside down": lambda body: _item(body, "m.more").update(min=30),
    "true as a number": lambda body: _item(body, "m.more").update(max=True),
    "a deadline of no days": lambda body: _item(body, "m.both").update(deadline=0),
    "a condition on a later item": lambda body: _item(body, "m.kind").update(
        show_if={"item": "m.risks", "contains_any": ["gas"]}
    ),
    "a condition on itself": lambda body: _item(body, "m.risks").update(
        show_if={"item": "m.risks", "contains_any": ["gas"]}
    ),
    "a condition on nothing": lambda body: _item(body, "m.both").update(show_if={"item": "m.none", "in": ["a"]}),
    "a condition on no option": lambda body: _item(body, "m.both").update(show_if={"item": "m.kind", "in": ["a"]}),
    "in on a list": lambda body: _item(body, "m.both").update(show_if={"item": "m.risks", "in": ["gas"]}),
    "contains_any on a choice": lambda body: _item(body, "m.both").update(
        show_if={"item": "m.kind", "contains_any": ["works"]}
    ),
    "all of nothing": lambda body: _item(body, "m.both").update(show_if={"all": []}),
}


@pytest.mark.parametrize("spoil", FAULTS.values(), ids=FAULTS.keys())
def test_a_fault_is_found(spoil: Callable[[dict[str, Any]], Any]) -> None:
    body = copy.deepcopy(OPERATORS)
    assert faults(body) == []

    spoil(body)

    assert faults(body)


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=12), inner, max_size=4),
    max_leaves=12,
)


@given(json_values)
@settings(max_examples=300, deadline=None)
def test_no_json_is_more_than_a_faulty_body(value: Any) -> None:
    assert faults(value)


@given(st.data())
@settings(max_examples=300, deadline=None)
def test_no_json_in_place_of_a_part_is_more_than_a_fault(data: st.DataObject) -> None:
    body = copy.deepcopy(OPERATORS)
    part = data.draw(st.sampled_from([body, *body["items"]]))
    part[data.draw(st.sampled_from(sorted(part)))] = data.draw(json_values)

    faults(body)


@given(st.data())
@settings(max_examples=400, deadline=None)
def test_evaluate_never_raises_and_never_judges_what_it_does_not_ask(data: st.DataObject) -> None:
    body = data.draw(st.sampled_from([*SHIPPED, OPERATORS]))
    names = st.sampled_from([item["id"] for item in body["items"]]) | st.text(max_size=8)
    words = st.sampled_from([option["value"] for item in body["items"] for option in item.get("options", ())])
    answers = data.draw(st.dictionaries(names, json_values | words | st.lists(words, max_size=3)) | json_values)

    told = evaluate(body, answers, data.draw(st.sampled_from(["patrol", "inspection"])))

    asked = set(told.applies)
    assert set(told.missing) <= asked
    assert {finding.item_id for finding in told.findings} <= asked
    assert not {finding.item_id for finding in told.findings} & {wrong.item_id for wrong in told.invalid}
    assert not asked & {each.item_id for each in told.advice if each.because == "officer_only"}


def test_ten_thousand_unknown_answers_are_told_quickly() -> None:
    told = evaluate(SHIPPED[0], {f"x{number}": "ok" for number in range(10_000)}, "patrol")

    assert len(told.invalid) == 10_000
