"""Whoever sends whatever to any documented address is answered as the document says, and never by a failure.

Small and always the same in every run; GRIDWALK_HOSTILE_EXAMPLES asks for more of each kind.
tests/contracts asks as the dispatcher; here ask a grid worker, an administrator and a stranger.
"""

import os
from collections import Counter
from typing import Any

import httpx
import pytest
import schemathesis
from hypothesis import HealthCheck, given
from hypothesis import settings as how
from hypothesis.errors import Unsatisfiable
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from tests.cast import PASSWORD
from tests.contracts.test_hostile_requests import LEFT_OUT, served

__all__ = ["served"]

EXAMPLES = int(os.environ.get("GRIDWALK_HOSTILE_EXAMPLES", "3"))
CHECKS = [not_a_server_error, status_code_conformance, content_type_conformance, response_schema_conformance]


def headers_of(served: str, login: str) -> dict[str, str]:
    """Return what signs a member of the cast in, nothing for a stranger."""
    if login == "stranger":
        return {}
    asked = {"login": login, "password": PASSWORD, "want_token": True}
    return {"authorization": f"Bearer {httpx.post(f'{served}/api/session', json=asked).json()['token']}"}


def ask(operation: Any, headers: dict[str, str], mode: GenerationMode, seen: Counter[int]) -> None:
    """Send one operation requests of one kind, the same in every run.

    Errors: schemathesis' own, with the request that did it.
    """

    @how(max_examples=EXAMPLES, deadline=None, database=None, derandomize=True, suppress_health_check=list(HealthCheck))
    @given(case=operation.as_strategy(generation_mode=mode))
    def send(case: Any) -> None:
        answer = case.call(headers=headers, timeout=30)
        seen[answer.status_code] += 1
        case.validate_response(answer, checks=CHECKS)

    send()


@pytest.mark.parametrize("login", ["lan", "min", "stranger"])
def test_every_answer_to_anybody_is_a_documented_one(served: str, login: str) -> None:
    headers, seen, wrong = headers_of(served, login), Counter[int](), []
    operations = [
        found.ok() for found in schemathesis.openapi.from_url(f"{served}/api/openapi.json").get_all_operations()
    ]

    for operation in operations:
        if (operation.method.upper(), operation.path) in LEFT_OUT:
            continue
        for mode in GenerationMode:
            try:
                ask(operation, headers, mode, seen)
            except Unsatisfiable:  # there is nothing about it that could be wrong
                assert mode == GenerationMode.NEGATIVE
            except (AssertionError, BaseExceptionGroup) as error:
                wrong.append(f"{mode} {operation.method} {operation.path}: {error}")

    assert len(operations) > 30
    assert wrong == []
    assert sum(seen.values()) > 100, seen
    assert seen[401 if login == "stranger" else 200] > 5, seen


def test_the_stream_that_no_generator_can_wait_for_begins_as_documented(served: str) -> None:
    told = httpx.get(f"{served}/api/openapi.json").json()["paths"]["/api/sync/live"]["get"]["responses"]

    with httpx.stream("GET", f"{served}/api/sync/live", headers=headers_of(served, "lan"), timeout=20) as stream:
        first = next(line for line in stream.iter_lines() if line.startswith("data:"))
    refused = httpx.get(f"{served}/api/sync/live")

    assert stream.headers["content-type"].partition(";")[0] in told[str(stream.status_code)]["content"]
    assert '"tenant":"450299001"' in first
    assert str(refused.status_code) in told
    assert refused.headers["content-type"] == "application/problem+json"
