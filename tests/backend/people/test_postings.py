"""The mutations invite_person, add_posting and end_posting: nobody gives what is not his to give."""

from contextlib import nullcontext
from datetime import timedelta
from typing import Any
from uuid import uuid4

import msgspec
import pytest

from backend.people import queries
from backend.people.commands import MUTATIONS
from backend.people.rules import LoginTaken, Permission, Person, Role, may
from backend.problems import Malformed, NotFound, NotYourRole, Problem
from tests.cast import CAST, GRID_1, GRID_2, HEPING, KTV, NEXT_GRID, OTHER_GRID, TENANT, perform, person

NEWCOMER = {"name": "新来的", "login": "xin"}


async def invite(by: Person, **more: object) -> Person:
    person_id = uuid4()
    args = NEWCOMER | {"person_id": person_id, "role": "grid_worker", "place_code": GRID_1} | more
    await perform(MUTATIONS, "invite_person", args, by)
    made = await queries.person(person_id)
    assert made is not None
    return made


async def test_an_invited_person_counts_from_today(cast: dict[str, Person], frozen_clock: Any) -> None:
    today = frozen_clock.at.date()

    made = await invite(cast["qin"], licence_number="A-1", phone="+86 138-0000-1234")

    assert made.tenant == TENANT
    assert may(made, Permission.VISIT, GRID_1, on=today)
    assert not may(made, Permission.VISIT, GRID_1, on=today - timedelta(days=1))


@pytest.mark.parametrize("by", ["min", "dai", "qin", "lan", "shen", "jing", "wu", "nobody"])
async def test_who_may_give_which_role_in_his_own_area(cast: dict[str, Person], by: str) -> None:
    given = {
        "min": set(Role),
        "dai": {Role.GRID_WORKER, Role.GRID_LEADER, Role.COMMUNITY_ADMIN, Role.RESPONSIBLE_UNIT},
        "qin": {Role.GRID_WORKER, Role.GRID_LEADER},
    }.get(by, set())
    areas = tuple(own.place_code for own in cast[by].postings if own.to_on is None and own.key is None)
    for role in Role:
        place = {Role.GRID_WORKER: GRID_1, Role.GRID_LEADER: GRID_1, Role.COMMUNITY_ADMIN: HEPING}.get(role, TENANT)
        keyed = {Role.RESPONSIBLE_UNIT: {"premises_id": KTV}, Role.DEPARTMENT: {"department": "police"}}.get(role, {})
        args = {"login": f"{by} {role}", "role": role, "place_code": place, **keyed}
        if role in given:
            assert (await invite(cast[by], **args)).postings[0].role is role
        else:
            with pytest.raises(NotYourRole if place.startswith(areas) else NotFound):
                await invite(cast[by], **args)


@pytest.mark.parametrize(
    ("by", "place"),
    [("qin", NEXT_GRID), ("dai", OTHER_GRID), ("min", OTHER_GRID), ("min", "450299"), ("ming", GRID_1)],
)
async def test_nobody_posts_beyond_his_own_reach(cast: dict[str, Person], database: Any, by: str, place: str) -> None:
    role = "grid_worker" if len(place) == 15 else "supervisor"
    with pytest.raises(NotFound):
        await invite(cast[by], role=role, place_code=place)

    assert await database.fetch_value("SELECT count(*) FROM person WHERE login = 'xin'") == 0


@pytest.mark.parametrize(
    "args",
    [
        {"login": None, "phone": None},
        {"login": "13800001234"},
        {"login": "   "},
        {"phone": "no number"},
        {"name": ""},
        {"name": "a\u0000b"},
        {"name": "x" * 81},
        {"role": "king"},
        {"place_code": "45029900100200"},
        {"place_code": "４５０２９９００１００２００１"},
        {"place_code": HEPING},  # no grid
        {"place_code": 450299001002001},
        {"premises_id": str(KTV)},
        {"department": "fire"},
        {"role": "department", "department": "magic", "place_code": TENANT},
        {"role": "department", "place_code": TENANT},
        {"role": "responsible_unit", "place_code": TENANT},
        {"licence_number": "../"},
        {"password": "no"},
    ],
)
async def test_what_is_malformed_changes_nothing(
    cast: dict[str, Person], database: Any, args: dict[str, object]
) -> None:
    before = await database.fetch_value("SELECT count(*) FROM person")
    with pytest.raises((Malformed, msgspec.DecodeError)):
        await invite(cast["min"], **args)

    assert await database.fetch_value("SELECT count(*) FROM person") == before


@pytest.mark.parametrize(
    ("args", "field"),
    [
        ({"login": "LAN"}, "login"),
        ({"login": "other", "phone": "0086 13900000001"}, "phone"),
        ({"login": "other", "person_id": CAST["lan"].id}, "person_id"),
    ],
)
async def test_what_another_account_signs_in_with_is_taken(
    cast: dict[str, Person], args: dict[str, object], field: str
) -> None:
    await invite(cast["min"], login="first", phone="+86 139 0000 0001")

    with pytest.raises(LoginTaken) as refusal:
        await invite(cast["min"], **args)

    assert refusal.value.facts == {"field": field}


async def test_a_second_posting_adds_to_the_first(cast: dict[str, Person], frozen_clock: Any) -> None:
    args = {"posting_id": uuid4(), "person_id": CAST["lan"].id, "role": "grid_worker", "place_code": GRID_2}
    await perform(MUTATIONS, "add_posting", args, cast["qin"])

    lan, today = await person("lan"), frozen_clock.at.date()

    assert may(lan, Permission.VISIT, GRID_1, on=today)
    assert may(lan, Permission.VISIT, GRID_2, on=today)
    with pytest.raises(LoginTaken):
        await perform(MUTATIONS, "add_posting", args, cast["qin"])


@pytest.mark.parametrize(("days", "fits"), [(-1, False), (0, True), (30, True), (400, False)])
async def test_a_posting_begins_today_or_within_a_year(
    cast: dict[str, Person], frozen_clock: Any, days: int, fits: bool
) -> None:
    from_on = frozen_clock.at.date() + timedelta(days=days)
    args = {"posting_id": uuid4(), "person_id": CAST["lan"].id, "role": "grid_worker", "place_code": GRID_2}
    with nullcontext() if fits else pytest.raises(Malformed):
        await perform(MUTATIONS, "add_posting", args | {"from_on": from_on}, cast["qin"])

    assert len((await person("lan")).postings) == 1 + fits


@pytest.mark.parametrize("by", ["qin", "min", "dai"])
async def test_nobody_posts_himself(cast: dict[str, Person], by: str) -> None:
    args = {"posting_id": uuid4(), "person_id": CAST[by].id, "role": "grid_worker", "place_code": GRID_1}
    with pytest.raises(Problem) as refusal:
        await perform(MUTATIONS, "add_posting", args, cast[by])

    assert refusal.value.code == "own-posting"


async def test_a_stranger_of_another_subdistrict_is_not_posted_here(cast: dict[str, Person]) -> None:
    args = {"posting_id": uuid4(), "person_id": CAST["zhou"].id, "role": "grid_worker", "place_code": GRID_1}
    with pytest.raises(NotFound):
        await perform(MUTATIONS, "add_posting", args, cast["min"])


async def test_an_ended_posting_counts_no_more_but_still_did(cast: dict[str, Person], frozen_clock: Any) -> None:
    posting, today = cast["lan"].postings[0], frozen_clock.at.date()
    args = {"posting_id": posting.id, "to_on": today - timedelta(days=1)}

    await perform(MUTATIONS, "end_posting", args, cast["qin"])

    lan = await person("lan")
    assert not may(lan, Permission.VISIT, GRID_1, on=today)
    earlier = await queries.person_at(lan.id, frozen_clock.at - timedelta(days=2))
    assert earlier is not None
    assert len(earlier.postings) == 1
    with pytest.raises(Problem) as refusal:
        await perform(MUTATIONS, "end_posting", args | {"to_on": today}, cast["qin"])
    assert refusal.value.code == "ended-already"


@pytest.mark.parametrize(
    ("by", "whose", "refused"),
    [
        ("qin", "bo", NotFound),
        ("qin", "dai", NotFound),
        ("lan", "lan", NotYourRole),
        ("dai", "min", NotYourRole),
        ("ming", "lan", NotFound),
        ("shen", "lan", NotYourRole),
    ],
)
async def test_nobody_ends_what_he_could_not_give(
    cast: dict[str, Person], frozen_clock: Any, by: str, whose: str, refused: type[Problem]
) -> None:
    args = {"posting_id": cast[whose].postings[0].id, "to_on": frozen_clock.at.date()}
    with pytest.raises(refused):
        await perform(MUTATIONS, "end_posting", args, cast[by])

    assert (await person(whose)).postings[0].to_on is None


async def test_a_posting_is_not_ended_in_the_past(cast: dict[str, Person], frozen_clock: Any) -> None:
    args = {"posting_id": cast["lan"].postings[0].id, "to_on": frozen_clock.at.date() - timedelta(days=2)}
    with pytest.raises(Problem) as refusal:
        await perform(MUTATIONS, "end_posting", args, cast["qin"])

    assert refusal.value.code == "ended-already"


async def test_power_over_accounts_ends_with_its_posting_even_for_late_arrivals(
    cast: dict[str, Person], frozen_clock: Any
) -> None:
    posting = cast["qin"].postings[0]
    yesterday = frozen_clock.at - timedelta(days=1)
    await perform(MUTATIONS, "end_posting", {"posting_id": posting.id, "to_on": yesterday.date()}, cast["dai"])
    then = await queries.person_at(CAST["qin"].id, yesterday)
    assert then is not None
    assert then.postings

    with pytest.raises(NotFound):
        args = NEWCOMER | {"person_id": uuid4(), "role": "grid_worker", "place_code": GRID_1}
        await perform(MUTATIONS, "invite_person", args, then, at=yesterday)
