"""The cases of tests/vectors/permissions.json, which the phone's reader answers too."""

import json
from datetime import date
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from backend.people.rules import Permission, Person, Posting, Role, may, reach

VECTORS = json.loads((Path(__file__).parents[2] / "vectors" / "permissions.json").read_text(encoding="utf-8"))
ON = date.fromisoformat(VECTORS["on"])


def posting(given: dict[str, Any]) -> Posting:
    return Posting(
        Role(given["role"]),
        given["place_code"],
        None if given["premises_id"] is None else UUID(given["premises_id"]),
        given["department"],
        date.fromisoformat(given["from_on"]),
        None if given["to_on"] is None else date.fromisoformat(given["to_on"]),
    )


def person(name: str) -> Person:
    postings = tuple(posting(each) for each in VECTORS["people"][name])
    return Person(UUID(VECTORS["person_id"]), name, postings, None, "450299001")


@pytest.mark.parametrize(
    "case", VECTORS["cases"], ids=lambda case: f"{case['person']}-{case['permission']}-{case['place_code']}"
)
def test_may_answers_as_the_vector_says(case: dict[str, Any]) -> None:
    answer = may(person(case["person"]), Permission(case["permission"]), case["place_code"], on=ON, also=case["also"])

    assert answer == case["may"]


@pytest.mark.parametrize("case", VECTORS["reach"], ids=lambda case: case["person"])
def test_reach_answers_as_the_vector_says(case: dict[str, Any]) -> None:
    found = reach(person(case["person"]), ON)

    assert [found.sees(place, also) for place, also in case["sees"]] == [True] * len(case["sees"])
    assert [found.sees(place, also) for place, also in case["does_not_see"]] == [False] * len(case["does_not_see"])
    assert [found.shares(place) for place in case["shares"]] == [True] * len(case["shares"])
    assert [found.shares(place) for place in case["does_not_share"]] == [False] * len(case["does_not_share"])
