import asyncio
from datetime import UTC, datetime
from typing import Any

import asyncpg
import pytest

from backend import clock, database
from backend.hazards.queries import hazard
from backend.hazards.rules import counts_as_closed
from tests import cast as the_cast
from tests.backend.hazards.conftest import AFTER, BEFORE, DISPATCH, World, arrive
from tests.backend.sync.phone import Phone, code_of


@pytest.mark.parametrize("sql", ["UPDATE hazard_event SET by_name = 'x'", "DELETE FROM hazard_event"])
async def test_the_history_is_append_only(world: World, sql: str) -> None:
    await world.report()

    with pytest.raises(asyncpg.RaiseError, match="append-only"):
        await database.execute(sql)


async def test_old_deadlines_stay_in_the_history(world: World) -> None:
    await world.in_rectification()
    await world.do("request_extension", "wu", new_due_on="2026-03-20", reason="配件未到", interim_measures="专人看守")
    await world.do("decide_extension", "jing", granted=True, reason="")

    row = await world.row()
    assert (str(row.due_on), str(row.original_due_on)) == ("2026-03-20", "2026-03-09")
    events = the_cast.as_json(row.events)
    assert events[-1]["given"]["before"]["due_on"] == "2026-03-09"


async def test_a_close_counts_once_every_photo_has_arrived(world: World) -> None:
    await world.submitted()
    await world.do("pass_reinspection", "guo", note="出口已开", photos=[])
    closed = await hazard(world.hazard_id)
    assert closed is not None
    assert (closed.stage, closed.photos_awaited, counts_as_closed(closed)) == ("closed", 2, False)

    await arrive(BEFORE["sha256"])
    await arrive(AFTER["sha256"])

    closed = await hazard(world.hazard_id)
    assert closed is not None
    assert (closed.photos_awaited, counts_as_closed(closed)) == (0, True)


async def test_an_extension_asked_in_time_that_arrives_late_is_taken_and_flagged(world: World) -> None:
    await world.in_rectification()
    asked_at = datetime(2026, 3, 9, 15, 0, tzinfo=UTC)  # 23:00 of the last day in Shanghai

    with clock.travel(datetime(2026, 3, 10, 2, 0, tzinfo=UTC)):
        await world.do(
            "request_extension", "wu", at=asked_at, new_due_on="2026-03-20", reason="配件未到", interim_measures="看守"
        )

    row = await world.row()
    assert row.stage == "extension_pending"
    assert the_cast.as_json(row.events)[-1]["given"]["arrived_late"] is True


async def test_of_two_dispatchers_the_second_is_told_the_stage(world: World, app: Any) -> None:
    await world.report()
    async with the_cast.signed_in(app, "qin") as one, the_cast.signed_in(app, "dai") as other:
        phones = [Phone(one), Phone(other)]
        answers = await asyncio.gather(
            *(phone.did("dispatch_hazard", {"hazard_id": world.hazard_id, **DISPATCH}) for phone in phones)
        )

    refused = [receipt for receipt in answers if receipt["outcome"] == "refused"]
    assert len(refused) == 1
    assert code_of(refused[0]) == "wrong-stage"
    assert refused[0]["problem"]["stage"] == "dispatched"
    assert (await world.row()).version == 2


async def test_of_two_steps_at_the_very_same_moment_one_is_taken(world: World) -> None:
    await world.report()

    done = await asyncio.gather(
        *(world.do("dispatch_hazard", by, **DISPATCH) for by in ("qin", "dai", "qin", "dai")), return_exceptions=True
    )

    assert [type(each).__name__ for each in done if each is not None] == ["WrongStage"] * 3
    assert (await world.row()).version == 2


async def test_a_signature_stays_on_the_desk_and_does_not_travel_to_every_phone(world: World, app: Any) -> None:
    await world.report()
    signed = {"delivered": "in_person", "signed": "signed", "signature": "M0 0 L9 9"}
    await world.do("dispatch_hazard", "qin", **DISPATCH | {"notice": signed})

    assert "signature" not in the_cast.as_json((await world.row()).events)[-1]["given"]["notice"]
    async with the_cast.signed_in(app, "dai") as client:
        found = (await client.get(f"/api/hazards/{world.hazard_id}")).json()["hazard"]
    assert found["events"][-1]["given"]["notice"]["signature"] == "M0 0 L9 9"


async def test_a_hazard_transferred_elsewhere_leaves_the_first_departments_reach(world: World) -> None:
    for department, receipt in (("fire", "1"), ("police", "2")):
        await world.report() if department == "fire" else None
        await world.do(
            "transfer_hazard",
            "dai",
            department=department,
            receipt_number=receipt,
            reply_due_on="2026-03-09",
            reason="x",
        )
        if department == "fire":
            await world.do("reply_transfer", "xiao", result="sent_back", verified=False, note="非我职责", photos=[])

    change = await database.fetch_row("SELECT also, left_reach FROM change WHERE id = $1", world.hazard_id)
    assert change is not None
    assert "department:police" in change["also"]
    assert "department:fire" in change["left_reach"]
