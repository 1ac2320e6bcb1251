"""POST /api/enrolments and /api/enrolments/redeem."""

import asyncio
from typing import Any
from uuid import uuid4

import httpx
import pytest

from backend.people.rules import Person
from tests.cast import CAST, a_client, signed_in

pytestmark = pytest.mark.usefixtures("cast")


async def a_code(app: Any, by: str = "min", to: str = "lan") -> str:
    async with signed_in(app, by) as client:
        answer = await client.post("/api/enrolments", json={"person_id": str(CAST[to].id)})
        assert answer.status_code == 201, answer.text
        return str(answer.json()["code"])


async def redeem(client: httpx.AsyncClient, code: str, **more: object) -> httpx.Response:
    return await client.post("/api/enrolments/redeem", json={"code": code, "device_label": "荣耀", **more})


async def test_a_scanned_code_signs_a_phone_in(app: Any) -> None:
    async with signed_in(app, "qin") as desk, a_client(app) as phone:
        made = (await desk.post("/api/enrolments", json={"person_id": str(CAST["lan"].id)})).json()

        answer = await redeem(phone, made["code"])

        assert made["url"] == f"http://localhost/enrol#{made['code']}"
        assert made["qr_svg"].startswith("<svg")
        assert made["expires_at"] == "2026-03-03T01:00:00Z"
        assert answer.status_code == 201
        assert answer.json()["person"]["name"] == "兰"
        assert answer.json()["device"]["label"] == "荣耀"
        assert (await phone.get("/api/me")).status_code == 200


async def test_an_enrolled_phone_stays_signed_in_for_ninety_days_even_a_dispatchers(
    app: Any, frozen_clock: Any
) -> None:
    code = await a_code(app, to="dai")
    async with a_client(app) as phone:
        await redeem(phone, code)

        frozen_clock.forward(days=89)
        assert (await phone.get("/api/me")).status_code == 200
        frozen_clock.forward(days=2)
        assert (await phone.get("/api/me")).status_code == 401


async def test_a_code_works_once(app: Any) -> None:
    code = await a_code(app)
    async with a_client(app) as client:
        assert (await redeem(client, code)).status_code == 201
        again = await redeem(client, code)

        assert again.status_code == 409
        assert again.json()["type"] == "/problems/code-spent"


async def test_of_two_phones_that_redeem_one_code_at_once_exactly_one_gets_in(app: Any, database: Any) -> None:
    for _ in range(5):
        code = await a_code(app)
        async with a_client(app) as one, a_client(app) as other:
            answers = await asyncio.gather(redeem(one, code), redeem(other, code))

        assert sorted(answer.status_code for answer in answers) == [201, 409]


async def test_a_code_expires_after_24_hours(app: Any, frozen_clock: Any) -> None:
    code = await a_code(app)
    frozen_clock.forward(hours=24)
    async with a_client(app) as client:
        answer = await redeem(client, code)

        assert answer.status_code == 410
        assert answer.json()["type"] == "/problems/code-expired"


@pytest.mark.parametrize("code", ["x", "😀", "\u0000", "a" * 100, "../../etc"])
async def test_an_unknown_code_is_refused(app: Any, code: str) -> None:
    async with a_client(app) as client:
        answer = await redeem(client, code)

        assert answer.status_code == 404
        assert answer.json()["type"] == "/problems/code-unknown"


@pytest.mark.parametrize(
    "body",
    [{}, {"code": 7}, {"code": ""}, {"code": "a" * 101}, {"code": "a", "more": 1}, {"code": "a", "device_label": 3}],
)
async def test_a_malformed_redeeming_is_refused(app: Any, body: dict[str, object]) -> None:
    async with a_client(app) as client:
        assert (await client.post("/api/enrolments/redeem", json=body)).status_code == 400


async def test_only_the_hash_of_a_code_is_kept_and_who_made_it_is_written_down(app: Any, database: Any) -> None:
    code = await a_code(app, by="min")

    assert code not in await database.fetch_value("SELECT string_agg(t::text, '') FROM enrolment t")
    line = await database.fetch_row("SELECT * FROM audit WHERE action = 'start_enrolment'")
    assert (line["person_id"], line["record_id"]) == (CAST["min"].id, str(CAST["lan"].id))


@pytest.mark.parametrize(
    ("by", "to", "status"),
    [
        ("qin", "lan", 201),
        ("qin", "guo", 201),
        ("qin", "bo", 404),  # the next community
        ("qin", "qin", 201),  # her own second phone
        ("qin", "zhou", 404),
        ("dai", "bo", 201),
        ("dai", "wu", 201),
        ("dai", "min", 403),  # an enrolment must not lend a stronger role than one's own
        ("dai", "jing", 403),
        ("min", "jing", 201),
        ("min", "zhou", 404),
        ("min", "nobody", 201),  # an account at rest belongs to its subdistrict
        ("qin", "nobody", 404),
        ("lan", "lan", 403),
        ("lan", "guo", 403),
        ("shen", "lan", 403),
        ("wu", "lan", 403),
        ("nobody", "lan", 403),
        ("zhou", "lan", 403),
    ],
)
async def test_nobody_enrols_beyond_his_own_power(app: Any, by: str, to: str, status: int) -> None:
    async with signed_in(app, by) as client:
        answer = await client.post("/api/enrolments", json={"person_id": str(CAST[to].id)})

        assert answer.status_code == status, answer.text


async def test_an_unknown_person_is_not_found_and_a_bad_id_malformed(app: Any) -> None:
    async with signed_in(app, "min") as client:
        assert (await client.post("/api/enrolments", json={"person_id": str(uuid4())})).status_code == 404
        assert (await client.post("/api/enrolments", json={"person_id": "7"})).status_code == 400
        assert (await client.post("/api/enrolments", content=b"{")).status_code in (400, 415)


async def test_strangers_make_no_codes(app: Any, cast: dict[str, Person]) -> None:
    async with a_client(app) as client:
        assert (await client.post("/api/enrolments", json={"person_id": str(CAST["lan"].id)})).status_code == 401
