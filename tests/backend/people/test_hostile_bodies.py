"""Whatever JSON is sent to an address of this slice, the answer is a clear refusal and never a failure."""

import json
import string
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.cast import CAST, a_client, signed_in

pytestmark = pytest.mark.usefixtures("cast")

ADDRESSES = {
    "POST /api/session": ("login", "password", "totp", "device_id", "device_label", "want_token"),
    "POST /api/enrolments/redeem": ("code", "totp", "device_id", "device_label", "want_token"),
    "POST /api/enrolments": ("person_id",),
    "POST /api/me/password": ("new", "current"),
    "POST /api/me/totp": ("totp",),
    "PUT /api/me/totp": ("totp",),
}
SCALARS = st.one_of(
    st.none(), st.booleans(), st.integers(), st.floats(), st.text(), st.uuids().map(str),
    st.sampled_from(["lan", "gridwalk-demo", "\u0000", "\ud800", "😀" * 100, "１２３４５６", "123456"]),
    st.just(str(CAST["lan"].id)),
    st.text(string.digits, min_size=6, max_size=6),
)  # fmt: skip
VALUES = st.recursive(
    SCALARS, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3)
)


@pytest.mark.parametrize("address", ADDRESSES)
@given(drawn=st.data())
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
async def test_no_body_makes_the_server_fail(app: Any, database: Any, address: str, drawn: st.DataObject) -> None:
    body = drawn.draw(st.dictionaries(st.sampled_from(ADDRESSES[address]), VALUES) | VALUES)
    method, path = address.split(" ")
    await database.execute("DELETE FROM login_attempt")
    async with a_client(app) as stranger, signed_in(app, "dai") as dai:
        for client in (stranger, dai):
            headers = {"content-type": "application/json"}
            answer = await client.request(method, path, content=json.dumps(body), headers=headers)

            assert answer.status_code < 500, answer.text
            if answer.status_code >= 400:
                assert answer.headers["content-type"] == "application/problem+json"
                assert answer.json()["detail_zh"]


@pytest.mark.parametrize("address", ADDRESSES)
@pytest.mark.parametrize(
    ("kind", "status"), [("text/plain", 415), ("application/x-www-form-urlencoded", 415), ("multipart/form-data", 415)]
)
async def test_only_json_is_read(app: Any, address: str, kind: str, status: int) -> None:
    method, path = address.split(" ")
    async with signed_in(app, "min") as client:
        answer = await client.request(method, path, content=b"{}", headers={"content-type": kind})

        assert answer.status_code == status


@pytest.mark.parametrize("address", ["POST /api/session", "POST /api/me/password"])
async def test_another_site_cannot_post(app: Any, address: str) -> None:
    method, path = address.split(" ")
    async with signed_in(app, "dai") as client:
        for headers in ({"origin": "https://evil.example"}, {"sec-fetch-site": "cross-site"}):
            answer = await client.request(method, path, json={}, headers=headers)

            assert answer.status_code == 403
            assert answer.json()["type"] == "/problems/cross-site"
