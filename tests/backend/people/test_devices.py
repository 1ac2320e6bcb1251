"""The mutations revoke_device and reset_totp, and GET /api/devices."""

from typing import Any
from uuid import uuid4

import pytest

from backend.people import commands, queries
from backend.people.commands import MUTATIONS
from backend.people.rules import Person
from backend.problems import NotFound, NotYourRole, Problem
from tests.cast import CAST, perform, signed_in


async def a_device(login: str, database: Any) -> Any:
    async with database.transaction():
        return (await commands.open_session(CAST[login].id, None, f"{login} 的手机", enrolled=True)).signed_in.device


async def test_a_withdrawn_device_is_out_at_once_and_is_told_why(app: Any, cast: dict[str, Person]) -> None:
    async with signed_in(app, "lan") as phone:
        assert (await phone.get("/api/me")).status_code == 200
        device_id = phone.device_id  # type: ignore[attr-defined]

        await perform(MUTATIONS, "revoke_device", {"device_id": device_id}, cast["qin"])

        answer = await phone.get("/api/me")
        assert answer.status_code == 401
        assert answer.json()["type"] == "/problems/device-revoked"


async def test_withdrawing_twice_changes_nothing(cast: dict[str, Person], database: Any, frozen_clock: Any) -> None:
    device = await a_device("lan", database)
    await perform(MUTATIONS, "revoke_device", {"device_id": device.id}, cast["qin"])
    first = await queries.device(device.id)
    frozen_clock.forward(hours=1)

    await perform(MUTATIONS, "revoke_device", {"device_id": device.id}, cast["qin"])

    assert first is not None
    assert first.revoked_at is not None
    assert await queries.device(device.id) == first


async def test_a_withdrawn_device_is_not_resumed_by_its_person(cast: dict[str, Person], database: Any) -> None:
    device = await a_device("lan", database)
    await perform(MUTATIONS, "revoke_device", {"device_id": device.id}, cast["qin"])

    async with database.transaction():
        opened = await commands.open_session(CAST["lan"].id, device.id, "", enrolled=False)

    assert opened.signed_in.device.id != device.id
    assert opened.signed_in.device.code != device.code


@pytest.mark.parametrize(
    ("by", "whose", "refused"),
    [
        ("lan", "lan", None),  # one's own lost phone
        ("qin", "lan", None),
        ("dai", "wu", None),
        ("min", "jing", None),
        ("qin", "bo", NotFound),
        ("dai", "jing", NotYourRole),
        ("lan", "guo", NotYourRole),
        ("shen", "lan", NotYourRole),
        ("zhou", "lan", NotFound),
        ("min", "zhou", NotFound),
        ("nobody", "lan", NotFound),
    ],
)
async def test_who_withdraws_whose_device(
    cast: dict[str, Person], database: Any, by: str, whose: str, refused: type[Problem] | None
) -> None:
    device = await a_device(whose, database)
    if refused is None:
        await perform(MUTATIONS, "revoke_device", {"device_id": device.id}, cast[by])
    else:
        with pytest.raises(refused):
            await perform(MUTATIONS, "revoke_device", {"device_id": device.id}, cast[by])

    found = await queries.device(device.id)
    assert found is not None
    assert (found.revoked_at is None) == (refused is not None)


async def test_an_unknown_device_is_not_found(cast: dict[str, Person]) -> None:
    with pytest.raises(NotFound):
        await perform(MUTATIONS, "revoke_device", {"device_id": uuid4()}, cast["min"])


async def test_a_lost_second_factor_is_taken_away_by_who_governs_the_account(
    cast: dict[str, Person], database: Any
) -> None:
    await database.execute("UPDATE person SET totp_secret = 'sealed'")
    for by, whose, refused in (("qin", "dai", NotFound), ("dai", "min", NotYourRole), ("min", "min", NotFound)):
        with pytest.raises(refused):
            await perform(MUTATIONS, "reset_totp", {"person_id": CAST[whose].id}, cast[by])

    await perform(MUTATIONS, "reset_totp", {"person_id": CAST["dai"].id}, cast["min"])

    kept = await database.fetch("SELECT id FROM person WHERE totp_secret IS NULL")
    assert [row["id"] for row in kept] == [CAST["dai"].id]


async def test_the_desk_lists_the_devices_of_those_it_answers_for(
    app: Any, cast: dict[str, Person], database: Any, frozen_clock: Any
) -> None:
    device = await a_device("lan", database)
    await a_device("bo", database)
    await commands.hear_device(device.id, 7, 2, 3, 4096)

    async with signed_in(app, "qin") as client:
        found = (await client.get("/api/devices")).json()

    assert [row["person_name"] for row in found["devices"]] == ["兰", "琴"]
    assert found["devices"][0] | {"id": ""} == {
        "id": "",
        "code": device.code,
        "label": "lan 的手机",
        "person_id": str(CAST["lan"].id),
        "person_name": "兰",
        "last_heard_at": "2026-03-02T01:00:00Z",
        "waiting_mutations": 2,
        "waiting_photos": 3,
        "waiting_bytes": 4096,
        "revoked_at": None,
    }
    assert found["more"] is False


@pytest.mark.parametrize("login", ["lan", "shen", "wu", "nobody"])
async def test_others_list_only_their_own_devices(app: Any, database: Any, cast: dict[str, Person], login: str) -> None:
    await a_device("bo", database)
    async with signed_in(app, login) as client:
        found = (await client.get("/api/devices")).json()

    assert [row["person_id"] for row in found["devices"]] == [str(CAST[login].id)]


async def test_hearing_a_device_never_lowers_its_number(cast: dict[str, Person], database: Any) -> None:
    device = await a_device("lan", database)
    await commands.hear_device(device.id, 47, 0, 0, 0)
    await commands.hear_device(device.id, 12, 0, 0, 0)

    found = await queries.device(device.id)
    assert found is not None
    assert found.last_number == 47
