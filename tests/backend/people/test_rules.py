"""What each role may do and where; the table itself is read against what the field says."""

from dataclasses import replace
from datetime import date, timedelta
from itertools import product
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backend.people.rules import (
    CAN,
    KEYED_ROLES,
    PERMISSION_LABELS,
    ROLE_LABELS,
    Permission,
    Person,
    Posting,
    Role,
    may,
    reach,
    rulebook,
    why_not,
)
from backend.people.rules.roles import DEPARTMENTS, LEVELS
from backend.problems import NotFound, NotYourRole

ON = date(2026, 3, 2)
TENANT = "450299001"
COMMUNITY = f"{TENANT}002"
GRID = f"{COMMUNITY}001"
ME = UUID(int=1)
PREMISES = UUID(int=2)
HOME = {15: GRID, 12: COMMUNITY, 9: TENANT, 6: "450299"}

PLACES = {
    "own": GRID,
    "neighbour": f"{COMMUNITY}002",
    "next_community": f"{TENANT}003001",
    "ancestor": COMMUNITY,
    "tenant": TENANT,
    "other_tenant": "450299002001001",
    "other_district": "450298001002001",
    "longer_neighbour": "450299001002",
    "empty": "",
}


def posted(role: Role, code: str | None = None, **more: object) -> Person:
    keyed = {
        Role.RESPONSIBLE_UNIT: {"premises_id": PREMISES},
        Role.DEPARTMENT: {"department": "fire"},
    }.get(role, {})
    posting = Posting(role, code or HOME[max(LEVELS[role])], **(keyed | more), from_on=ON - timedelta(days=9))  # type: ignore[arg-type]
    return Person(ME, "某", (posting,), None, TENANT)


@pytest.mark.parametrize("role", Role)
@pytest.mark.parametrize("where", PLACES)
def test_a_role_may_exactly_what_its_row_says_where_its_posting_reaches(role: Role, where: str) -> None:
    person, place = posted(role), PLACES[where]
    posting = person.postings[0]
    inside = place[: len(posting.place_code)] == posting.place_code and role not in KEYED_ROLES
    in_tenant = place[:9] == TENANT

    for permission in Permission:
        allowed = may(person, permission, place, on=ON)
        refusal = why_not(person, permission, place, on=ON)

        anywhere = permission is Permission.REPORT and in_tenant
        assert allowed == (permission in CAN[role] and (inside or anywhere)), permission
        assert (refusal is None) == allowed, permission
        if not allowed:
            assert isinstance(refusal, NotYourRole if inside else NotFound), permission


@pytest.mark.parametrize("permission", Permission)
@pytest.mark.parametrize(
    ("role", "named", "strange"),
    [
        (Role.RESPONSIBLE_UNIT, {"premises_id": PREMISES}, {"premises_id": UUID(int=3)}),
        (Role.DEPARTMENT, {"department": "fire"}, {"department": "police"}),
    ],
)
def test_a_unit_and_a_department_reach_only_what_names_them(
    role: Role, named: dict[str, object], strange: dict[str, object], permission: Permission
) -> None:
    person = posted(role)
    everywhere = permission is Permission.REPORT

    assert may(person, permission, GRID, on=ON, **named) == (permission in CAN[role])  # type: ignore[arg-type]
    assert may(person, permission, GRID, on=ON, **strange) == (everywhere and permission in CAN[role])  # type: ignore[arg-type]
    assert not may(person, permission, PLACES["other_tenant"], on=ON, **named)  # type: ignore[arg-type]
    if permission not in CAN[role]:
        assert isinstance(why_not(person, permission, GRID, on=ON, **named), NotYourRole)  # type: ignore[arg-type]
        assert isinstance(why_not(person, permission, GRID, on=ON, **strange), NotFound)  # type: ignore[arg-type]


def test_who_reported_a_hazard_elsewhere_reads_it_and_does_no_more() -> None:
    lan = posted(Role.GRID_WORKER)
    elsewhere, also = PLACES["next_community"], [f"person:{ME}"]

    assert may(lan, Permission.REPORT, elsewhere, on=ON)
    assert may(lan, Permission.VIEW, elsewhere, on=ON, also=also)
    assert not may(lan, Permission.VIEW, elsewhere, on=ON, also=[f"person:{PREMISES}"])
    assert isinstance(why_not(lan, Permission.VOID, elsewhere, on=ON, also=also), NotYourRole)
    assert isinstance(why_not(lan, Permission.VIEW, PLACES["other_tenant"], on=ON, also=also), NotFound)
    assert reach(lan, ON).sees(elsewhere, also)
    assert not reach(lan, ON).sees(elsewhere)
    assert not reach(lan, ON).sees(PLACES["other_tenant"], also)


@pytest.mark.parametrize(("days", "counts"), [(-1, False), (0, True), (5, True), (6, False)])
def test_a_posting_counts_from_its_first_day_to_its_last(days: int, counts: bool) -> None:
    lan = posted(Role.GRID_WORKER)
    lan = replace(lan, postings=(replace(lan.postings[0], from_on=ON, to_on=ON + timedelta(days=5)),))

    assert may(lan, Permission.VISIT, GRID, on=ON + timedelta(days=days)) == counts
    assert reach(lan, ON + timedelta(days=days)).sees(GRID) == counts


def test_the_refusal_names_who_may_in_both_languages() -> None:
    refusal = why_not(posted(Role.GRID_WORKER), Permission.VOID, GRID, on=ON)

    assert refusal is not None
    assert "街道分管领导 (subdistrict leader)" in refusal.detail("zh")
    assert refusal.facts["allowed"] == ["subdistrict_leader"]


@pytest.mark.parametrize("role", Role)
def test_reach_and_may_agree_on_what_may_be_read(role: Role) -> None:
    person = posted(role)
    for place, also in product(
        PLACES.values(), ([], [f"premises:{PREMISES}"], ["department:fire"], [f"person:{ME}"], ["department:police"])
    ):
        assert reach(person, ON).sees(place, also) == may(person, Permission.VIEW, place, on=ON, also=also), place


def test_reach_keeps_only_the_outermost_of_nested_postings() -> None:
    guo = posted(Role.GRID_WORKER)
    guo = replace(guo, postings=(*guo.postings, posted(Role.COMMUNITY_ADMIN).postings[0]))

    found = reach(guo, ON)

    assert found.prefixes == (COMMUNITY,)
    assert found.shares(TENANT)
    assert not found.sees(TENANT)
    assert found.keys == {f"person:{ME}"}


@given(st.text("0123456789", max_size=16), st.sampled_from(list(Role)), st.sampled_from(list(Permission)))
def test_nothing_outside_the_own_code_is_ever_reached(place: str, role: Role, permission: Permission) -> None:
    person = posted(role)
    if may(person, permission, place, on=ON):
        assert place.startswith(person.postings[0].place_code[:9])


def test_every_role_and_permission_has_its_words_in_both_languages() -> None:
    for labels, members in ((ROLE_LABELS, Role), (PERMISSION_LABELS, Permission)):
        assert set(labels) == set(members)
        assert all(label["zh"] and label["en"] for label in labels.values())
    assert all(label["zh"] and label["en"] for label in DEPARTMENTS.values())
    assert set(CAN) == set(LEVELS) == set(Role)
    assert set().union(*CAN.values()) == set(Permission), "a permission that nobody holds"


@pytest.mark.parametrize(
    ("permission", "holders"),
    [
        # domain.md §3.3: T8 patrol by grid leader or community, orders by an officer; a unit never closes its own.
        (Permission.REINSPECT, "grid_leader community_admin safety_officer department"),
        (Permission.TRANSFER, "dispatcher safety_officer"),
        (Permission.SUSPEND, "department"),
        (Permission.VOID, "subdistrict_leader"),
        (Permission.ESCALATE, "subdistrict_leader"),
        (Permission.GRADE, "safety_officer department"),
        (Permission.INSPECT, "safety_officer department"),
        (Permission.DECIDE_EXTENSION, "safety_officer subdistrict_leader"),
        (Permission.MANAGE_PEOPLE, "community_admin dispatcher sys_admin"),
    ],
)
def test_the_steps_of_the_law_are_in_the_right_hands(permission: Permission, holders: str) -> None:
    assert {role for role in Role if permission in CAN[role]} == set(holders.split())


def test_who_only_reads_only_reads() -> None:
    writes = set(Permission) - {Permission.VIEW, Permission.VIEW_MAP, Permission.EXPORT, Permission.SEE_DEVICES}

    assert not CAN[Role.SUPERVISOR] & writes
    assert not CAN[Role.JOINT_COMMITTEE] & writes
    assert Permission.VIEW not in CAN[Role.SYS_ADMIN]


def test_the_rulebook_says_what_the_tables_say() -> None:
    book = rulebook()

    assert book["can"]["grid_worker"] == sorted(CAN[Role.GRID_WORKER])  # type: ignore[index]
    assert set(book["roles"]) == {role.value for role in Role}  # type: ignore[call-overload]
