"""The phone and the server read the same cases; here the server."""

import json
from typing import Any

import pytest

from backend.visits.rules.door import with_door
from backend.visits.rules.evaluate import evaluate
from backend.visits.rules.personal import personal_number
from tests.backend.visits import write_vectors

VECTORS: dict[str, Any] = json.loads(write_vectors.FILE.read_text(encoding="utf-8"))
BODIES = VECTORS["bodies"]


def _named(cases: list[dict[str, Any]]) -> Any:
    names = [f"{case['checklist']}-{case.get('name', number)}" for number, case in enumerate(cases)]
    return [pytest.param(case, id=name) for case, name in zip(cases, names, strict=True)]


@pytest.mark.parametrize("case", _named(VECTORS["cases"]))
def test_a_checklist_says_what_was_stated_beforehand(case: dict[str, Any]) -> None:
    expect = dict(case["expect"])

    told = write_vectors.told(evaluate(BODIES[case["checklist"]], case["answers"], case["track"]))

    assert set(expect.pop("asks", ())) <= set(told["applies"])
    assert not set(expect.pop("hides", ())) & set(told["applies"])
    assert all(advice in told["advice"] for advice in expect.pop("advises", ()))
    assert {name: told[name] for name in expect} == expect


@pytest.mark.parametrize("case", _named(VECTORS["parity"]))
def test_the_recorded_runs_are_those_of_this_code(case: dict[str, Any]) -> None:
    assert write_vectors.told(evaluate(BODIES[case["checklist"]], case["answers"], case["track"])) == case["expect"]


@pytest.mark.parametrize("case", _named(VECTORS["door"]))
def test_what_the_door_settles_is_filled_in(case: dict[str, Any]) -> None:
    answers, contradicting = with_door(BODIES[case["checklist"]], case["answers"], case["outcome"], case["notice"])

    assert {"answers": answers, "contradicting": contradicting} == case["expect"]


@pytest.mark.parametrize("case", VECTORS["personal_numbers"], ids=lambda case: case["text"])
def test_numbers_of_persons_are_found(case: dict[str, Any]) -> None:
    assert personal_number(case["text"]) == case["expect"]


def test_the_file_is_what_its_script_writes() -> None:
    assert write_vectors.FILE.read_text(encoding="utf-8") == write_vectors.as_text()


def test_every_shipped_item_and_every_operator_has_a_stated_case() -> None:
    assert len(VECTORS["cases"]) >= 150
    named = {name for case in VECTORS["cases"] if isinstance(case["answers"], dict) for name in case["answers"]}
    for body in BODIES.values():
        assert {item["id"] for item in body["items"] if item["type"] != "signature"} <= named
