from typing import Any
from uuid import UUID

import httpx
import pytest

from backend.ids import new_id
from tests import cast as the_cast
from tests.backend.hazards.conftest import DISPATCH, World, perform_whole
from tests.backend.sync.phone import Phone


async def asked(app: Any, login: str, path: str = "/api/hazards", **params: Any) -> httpx.Response:
    async with the_cast.signed_in(app, login) as client:
        return await client.get(path, params=params)


async def several(world: World, count: int = 5) -> list[UUID]:
    """Report hazards that are due on different days, the first of them not at all."""
    ids = [new_id() for _ in range(count)]
    for days, hazard_id in enumerate(ids):
        report = world.found(hazard_id=hazard_id, proposed_due_days=days or None, description=f"第{days}处")
        await perform_whole("report_hazard", report, world.cast["lan"])
    return ids


async def test_the_list_gives_pages_in_order_of_deadline_and_says_how_many_in_all(world: World, app: Any) -> None:
    none, *dated = [str(each) for each in await several(world)]
    async with the_cast.signed_in(app, "dai") as client:
        pages, after = [], {}
        while True:
            answer = (await client.get("/api/hazards", params={"limit": 2, **after})).json()
            pages.append([row["id"] for row in answer["hazards"]])
            assert answer["total"] == 5
            if answer["next"] is None:
                break
            after = {"after": answer["next"]}

    assert pages == [dated[:2], dated[2:], [none]]


async def test_the_newest_come_first_when_asked(world: World, app: Any) -> None:
    ids = [str(each) for each in await several(world)]

    answer = await asked(app, "dai", sort="newest", limit=3)
    following = await asked(app, "dai", sort="newest", limit=3, after=answer.json()["next"])

    assert [row["id"] for row in [*answer.json()["hazards"], *following.json()["hazards"]]] == ids[::-1]


async def test_filters_all_hold(world: World, app: Any, frozen_clock: Any) -> None:
    await several(world)
    await world.report()
    await world.do("dispatch_hazard", "qin", **DISPATCH)
    frozen_clock.forward(days=3)

    async def count(**params: Any) -> int:
        return int((await asked(app, "dai", **params)).json()["total"])

    assert await count(stage="open") == 6
    assert await count(stage="dispatched") == 1
    assert await count(stage="registered,dispatched", category="assembly", grade="general") == 6
    assert await count(category="school") == 0
    assert await count(overdue=True) == 2
    assert await count(q="第3处") == 1
    assert await count(q="好声音ktv") == 6
    assert await count(place_code=the_cast.GRID_2) == 0
    assert await count(place_id=the_cast.KTV) == 6


@pytest.mark.parametrize(
    "params",
    [{"stage": "gone"}, {"stage": "draft"}, {"category": "ktv"}, {"grade": "一般"}, {"limit": 0}, {"limit": 1000},
     {"sort": "worst"}, {"after": "x"}, {"after": "1"}, {"after": "99999999999.1"}, {"place_code": "45"},
     {"overdue": "maybe"}, {"place_id": "7"}],
)  # fmt: skip
async def test_a_filter_that_means_nothing_is_malformed(world: World, app: Any, params: dict[str, Any]) -> None:
    answer = await asked(app, "dai", **params)

    assert answer.status_code == 400, answer.text
    assert answer.json()["type"] == "/problems/malformed"


async def test_everybody_lists_what_lies_in_his_reach(world: World, app: Any) -> None:
    await world.report(by="bo")
    seen = {login: (await asked(app, login)).json()["total"] for login in
            ("lan", "guo", "qin", "dai", "shen", "wu", "bo", "xiao", "zhou", "nobody", "min")}  # fmt: skip

    assert seen == {
        "lan": 1, "guo": 1, "qin": 1, "dai": 1, "shen": 1, "wu": 1, "bo": 1,
        "xiao": 0, "zhou": 0, "nobody": 0, "min": 0,
    }  # fmt: skip


async def test_a_department_lists_what_was_transferred_to_it(world: World, app: Any) -> None:
    await world.report()
    await world.do(
        "transfer_hazard", "dai", department="fire", receipt_number="1", reply_due_on="2026-03-09", reason="x"
    )

    assert (await asked(app, "xiao")).json()["total"] == 1


async def test_one_hazard_comes_with_its_history_and_photos(world: World, app: Any) -> None:
    await world.dispatched()

    found = (await asked(app, "lan", f"/api/hazards/{world.hazard_id}")).json()["hazard"]

    assert [event["action"] for event in found["events"]] == ["report_hazard", "dispatch_hazard"]
    (photo,) = found["photos"]
    assert (photo["sha256"], photo["role"], photo["arrived"]) == ("ab" * 32, "before", False)
    assert (photo["redacts"], photo["leaves"], photo["perceptual"]) == (None, True, None)
    assert found["revision"] > 0
    assert found["due_on"] == "2026-03-09"


async def test_outside_ones_reach_there_is_no_such_hazard(world: World, app: Any) -> None:
    await world.report()
    path = f"/api/hazards/{world.hazard_id}"

    for login in ("zhou", "bo", "xiao", "nobody", "min"):
        assert (await asked(app, login, path)).status_code == 404, login
    assert (await asked(app, "dai", f"/api/hazards/{UUID(int=1)}")).status_code == 404
    async with the_cast.a_client(app) as stranger:
        assert (await stranger.get(path)).status_code == 401
        assert (await stranger.get("/api/hazards")).status_code == 401


async def test_a_phone_pulls_the_hazards_of_its_grid(world: World, app: Any) -> None:
    await world.dispatched()
    async with the_cast.signed_in(app, "lan") as client:
        phone = Phone(client)
        await phone.pull()

    (row,) = phone.held("hazard").values()
    assert (row["stage"], row["responsible_unit"]) == ("dispatched", "好声音KTV")
    assert row["events"][1]["by_name"] == "琴"
