"""GET /api/people, and the SQL condition that keeps a query within a reach."""

from typing import Any
from uuid import UUID

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from backend.people import commands
from backend.people.passwords import PHONE
from backend.people.queries import licence_numbers, names_of, reach_condition
from backend.people.rules import Person, Reach, reach
from backend.vault import vault
from tests.cast import CAST, GRID_1, KTV, NEXT_GRID, OTHER_GRID, TENANT, a_client, signed_in


async def names(client: Any, query: str = "") -> list[str]:
    answer = await client.get(f"/api/people{query}")
    assert answer.status_code == 200, answer.text
    return sorted(each["name"] for each in answer.json()["people"])


@pytest.mark.parametrize(
    ("login", "query", "seen"),
    [
        ("lan", "", "兰 果 琴 戴 申 静 海 涛 肖 顾 敏 吴"),
        ("lan", "?role=safety_officer", "海 涛"),
        ("qin", "?role=grid_worker", "兰"),
        ("dai", "?role=grid_worker", "兰 波"),
        ("dai", "?place=450299001003", "波"),
        ("dai", f"?role=grid_leader&place={GRID_1}", "果"),
        ("min", "?role=grid_worker", "兰 波"),
        ("zhou", "", "周 明"),
        ("wu", "?role=grid_worker", ""),
        ("nobody", "", ""),
    ],
)
async def test_colleagues_are_those_posted_within_ones_reach_or_above_it(
    app: Any, cast: dict[str, Person], login: str, query: str, seen: str
) -> None:
    async with signed_in(app, login) as client:
        assert await names(client, query) == sorted(seen.split())


async def test_the_list_shows_no_phone_and_no_login(app: Any, cast: dict[str, Person], database: Any) -> None:
    sealed = vault().seal("13812345678", PHONE, CAST["lan"].id)
    await database.execute("UPDATE person SET phone = $1 WHERE login = 'lan'", sealed)
    async with signed_in(app, "dai") as client:
        text = (await client.get("/api/people")).text

    assert "13812345678" not in text
    assert '"lan"' not in text
    assert "GX-450299-0017" in text


@pytest.mark.parametrize("query", ["?role=king", "?role=", "?role=%00", "?role=😀"])
async def test_an_unknown_role_is_malformed(app: Any, cast: dict[str, Person], query: str) -> None:
    async with signed_in(app, "dai") as client:
        assert (await client.get(f"/api/people{query}")).status_code == 400


@pytest.mark.parametrize("place", ["x", "%25", "4502990010020010000", "😀", "4502%2700", "45029"])
async def test_a_malformed_place_is_refused(app: Any, cast: dict[str, Person], place: str) -> None:
    async with signed_in(app, "dai") as client:
        assert (await client.get(f"/api/people?place={place}")).status_code == 400


async def test_strangers_see_nobody(app: Any, cast: dict[str, Person]) -> None:
    async with a_client(app) as client:
        assert (await client.get("/api/people")).status_code == 401
        assert (await client.get("/api/devices")).status_code == 401


async def test_names_and_licences_are_found_by_id(cast: dict[str, Person]) -> None:
    hai, lan, unknown = CAST["hai"].id, CAST["lan"].id, UUID(int=7)

    assert await names_of([hai, lan, unknown]) == {hai: "海", lan: "兰"}
    assert await licence_numbers([hai, lan, unknown]) == {hai: "GX-450299-0017", lan: None}


CODES = [
    "450299",
    TENANT,
    "450299001002",
    GRID_1,
    NEXT_GRID,
    OTHER_GRID,
    "450298001001001",
    "450300",
    "4502990010020011",
]
KEYS = [f"premises:{KTV}", "department:fire", f"person:{CAST['lan'].id}"]
ROWS = [(code, [key]) for code in CODES for key in [*KEYS, "other"]] + [(code, []) for code in CODES]


async def test_the_condition_holds_for_exactly_the_rows_that_the_reach_sees(
    cast: dict[str, Person], database: Any, frozen_clock: Any
) -> None:
    today = frozen_clock.at.date()
    for login, who in cast.items():
        await compare(database, reach(who, today), login)


@given(
    st.lists(st.sampled_from(CODES), max_size=3, unique=True),
    st.lists(st.sampled_from(CODES), max_size=2, unique=True),
    st.lists(st.sampled_from(KEYS), max_size=2, unique=True),
)
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
async def test_it_does_so_for_any_reach(database: Any, prefixes: list[str], scopes: list[str], keys: list[str]) -> None:
    drawn = Reach(tuple(prefixes), frozenset(scopes), frozenset(keys), tuple(scopes))
    await compare(database, drawn, "drawn")


async def compare(database: Any, drawn: Reach, whose: str) -> None:
    codes, also = [code for code, _ in ROWS], [" ".join(keys) for _, keys in ROWS]
    table = "(SELECT code, string_to_array(also, ' ') AS also FROM unnest($1::text[], $2::text[]) AS t (code, also)) t"
    for shared in (False, True):
        condition, arguments = reach_condition(drawn, "code", "also", 3, shared=shared)
        found = await database.fetch(f"SELECT code, also FROM {table} WHERE {condition}", codes, also, *arguments)
        seen = [(code, keys) for code, keys in ROWS if drawn.sees(code, keys) or (shared and drawn.shares(code))]
        assert [(row["code"], row["also"]) for row in found] == seen, whose


async def test_the_first_administrator_is_made_at_the_keyboard_and_written_down(
    database: Any, frozen_clock: Any
) -> None:
    async with database.transaction():
        made = await commands.invite_first(TENANT, name="敏", login="min", subdistrict_name="XX街道")
        code = await commands.start_enrolment_at_office(made, TENANT)

    assert len(code.code) == 43
    lines = await database.fetch("SELECT action, by_office FROM audit ORDER BY action")
    assert [tuple(line) for line in lines] == [("invite_first", True), ("start_enrolment", True)]
