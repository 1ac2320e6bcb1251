"""Whatever is sent to any documented address, the answer is a documented one, and never a failure of ours."""

import asyncio
import os
import subprocess
import sys
import time
import uuid
from collections import Counter
from urllib.parse import quote

import asyncpg
import httpx
import pytest
import schemathesis
from hypothesis import HealthCheck, given
from hypothesis import settings as how
from hypothesis.errors import Unsatisfiable
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import content_type_conformance, status_code_conformance

import backend.database
from tests.backend.ground.test_server import ROOT, free_port
from tests.cast import PASSWORD, make_cast
from tests.loopback import PLAIN

# A stream that never ends; and what would end the very session that asks.
LEFT_OUT = {("GET", "/api/sync/live"), ("DELETE", "/api/session"), ("POST", "/api/me/password")}


def address_of(connect: dict[str, str]) -> str:
    if "dsn" in connect:
        return connect["dsn"]
    return f"postgresql://{connect['user']}@/{connect['database']}?host={quote(connect['host'], safe='')}"


@pytest.fixture(scope="module")
def served(postgres, in_database, tmp_path_factory):
    """The address of the whole server with the cast in its database."""
    name, port = f"gridwalk_hostile_{uuid.uuid4().hex[:8]}", free_port()

    async def office(sql):
        connection = await asyncpg.connect(**postgres)
        await connection.execute(sql)
        await connection.close()

    async def invite_all():
        await backend.database.open_pool(**in_database(name))
        await make_cast()
        await backend.database.close_pool()

    asyncio.run(office(f"CREATE DATABASE {name} TEMPLATE template0"))
    given = {"GRIDWALK_PORT": str(port), "GRIDWALK_DATA": str(tmp_path_factory.mktemp("hostile"))}
    log = (tmp_path_factory.mktemp("log") / "log").open("w+")
    server = subprocess.Popen(
        [sys.executable, "-m", "backend", "serve"],
        cwd=ROOT,
        env=os.environ | given | {"DATABASE_URL": address_of(in_database(name))},
        stdout=log,
        stderr=log,
    )
    url, deadline = f"http://127.0.0.1:{port}", time.monotonic() + 60
    while time.monotonic() < deadline and server.poll() is None and not answers(url):
        time.sleep(0.1)
    asyncio.run(invite_all())
    yield url
    server.terminate()
    server.wait(20)
    log.seek(0)
    said = log.read()
    log.close()
    asyncio.run(office(f"DROP DATABASE {name} WITH (FORCE)"))
    assert "Traceback" not in said


def answers(url: str) -> bool:
    try:
        return httpx.get(f"{url}/health/ready", verify=PLAIN).status_code == 200
    except httpx.TransportError:
        return False


@pytest.fixture(scope="module")
def token(served):
    """A session of the dispatcher, who may do and see more than most."""
    asked = {"login": "dai", "password": PASSWORD, "want_token": True}
    answer = httpx.post(f"{served}/api/session", json=asked)
    assert answer.status_code == 201, answer.text
    return answer.json()["token"]


def ask(operation, token: str, mode: GenerationMode, seen: Counter[int]) -> None:
    """Send one operation many requests, all as documented or all with something wrong.

    Errors: schemathesis' own, with the request that did it.
    """

    @how(max_examples=15, deadline=None, database=None, derandomize=True, suppress_health_check=list(HealthCheck))
    @given(case=operation.as_strategy(generation_mode=mode))
    def send(case):
        answer = case.call(headers={"authorization": f"Bearer {token}"}, timeout=30)
        seen[answer.status_code] += 1
        case.validate_response(answer, checks=[not_a_server_error, status_code_conformance, content_type_conformance])

    send()


def test_every_answer_is_a_documented_one(served, token):
    document = schemathesis.openapi.from_url(f"{served}/api/openapi.json")
    operations = [found.ok() for found in document.get_all_operations()]
    wrong: list[str] = []
    seen: Counter[int] = Counter()
    for operation in operations:
        if (operation.method.upper(), operation.path) in LEFT_OUT:
            continue
        for mode in GenerationMode:
            try:
                ask(operation, token, mode, seen)
            except Unsatisfiable:  # there is nothing about it that could be wrong
                assert mode == GenerationMode.NEGATIVE
            except (AssertionError, BaseExceptionGroup) as error:
                wrong.append(f"{mode} {operation.method} {operation.path}: {error}")

    assert len(operations) > 30
    assert wrong == []
    assert seen[200] > 20
    assert seen[400] > 100
    assert sum(seen.values()) > 500, seen
