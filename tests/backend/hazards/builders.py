"""Build hazards, people and what they fill in: valid by default, override one thing."""

from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

from backend.hazards.rules import Action, Grade, Hazard, Photo, PlaceKind, Stage, Track, advance, why_not
from backend.people.rules import Person, Posting, Role

TENANT = "450299001"
COMMUNITY = "450299001002"
GRID = "450299001002001"
PREMISES = UUID("00000000-0000-7000-8000-0000000000aa")
# Monday 2 March 2026, 10:00 in Shanghai.
AT = datetime(2026, 3, 2, 2, 0, tzinfo=UTC)
REPORTED = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)
TODAY = "2026-03-02"
SOON = "2026-03-09"
SHA = "ab" * 32

_FROM = date(2025, 1, 1)
_AREAS = {
    Role.GRID_WORKER: GRID,
    Role.GRID_LEADER: GRID,
    Role.COMMUNITY_ADMIN: COMMUNITY,
}


def somebody(number: int, *postings: Posting, licence: str | None = None) -> Person:
    """Return a person whose id ends in a number."""
    return Person(UUID(f"00000000-0000-7000-8000-{number:012d}"), f"p{number}", postings, licence, TENANT)


def posted(role: Role, place_code: str | None = None, **keys: object) -> Posting:
    """Return a posting of a role at its usual place."""
    if role is Role.RESPONSIBLE_UNIT:
        keys = {"premises_id": PREMISES} | keys
    if role is Role.DEPARTMENT:
        keys = {"department": "fire"} | keys
    return Posting(role, place_code or _AREAS.get(role, TENANT), from_on=_FROM, **keys)  # type: ignore[arg-type]


PEOPLE: dict[str, Person] = {
    role.value: somebody(number, posted(role), licence="桂B-1" if role is Role.SAFETY_OFFICER else None)
    for number, role in enumerate(Role, start=1)
} | {
    "unlicensed_officer": somebody(31, posted(Role.SAFETY_OFFICER)),
    "next_door_worker": somebody(32, posted(Role.GRID_WORKER, "450299001003001")),
    "other_tenant_leader": somebody(33, posted(Role.SUBDISTRICT_LEADER, "450299002")),
    "other_unit": somebody(34, posted(Role.RESPONSIBLE_UNIT, premises_id=UUID(int=7))),
    "other_department": somebody(35, posted(Role.DEPARTMENT, department="police")),
    "former_leader": somebody(36, Posting(Role.GRID_LEADER, GRID, from_on=_FROM, to_on=date(2026, 3, 1))),
    "unit_and_leader": somebody(37, posted(Role.RESPONSIBLE_UNIT), posted(Role.GRID_LEADER)),
    "nobody": somebody(38),
}

HAZARD = Hazard(
    id="00000000-0000-7000-8000-0000000000bb",
    place_code=GRID,
    place_kind=PlaceKind.PREMISES,
    place_id=str(PREMISES),
    track=Track.PATROL,
    grade=Grade.GENERAL,
    stage=Stage.REGISTERED,
    reported_at=REPORTED,
    reported_by=str(PEOPLE["grid_worker"].id),
    department="fire",
    photos=(Photo(sha256=SHA, role="before", arrived=True),),
    version=1,
)


def a_hazard(**changed: object) -> Hazard:
    """Return a hazard at premises found on a patrol, with some fields changed."""
    return replace(HAZARD, **changed)  # type: ignore[arg-type]


def at_home(**changed: object) -> Hazard:
    """Return a hazard in a home."""
    return a_hazard(place_kind=PlaceKind.HOUSEHOLD, place_id=str(UUID(int=5)), **changed)


def overdue(**changed: object) -> Hazard:
    """Return a hazard that is four days late and in rectification."""
    late = date(2026, 2, 26)
    return a_hazard(**{"stage": Stage.IN_RECTIFICATION, "due_on": late, "original_due_on": late} | changed)


AFTER = [{"sha256": "cd" * 32, "role": "after"}]
BEFORE = [{"sha256": "ef" * 32, "role": "before"}]
NOTICE = {"delivered": "in_person", "signed": "signed"}
COMMITMENTS = {"duty": "王", "measures": "围挡", "funds": "2万元", "time_limit": "月底", "plan": "有"}
DUE = date(2026, 3, 9)

# For every action: a hazard that it fits, somebody who may take it, and what he fills in.
GOOD: dict[Action, tuple[Hazard, str, dict[str, object]]] = {
    Action.REPORT: (
        a_hazard(stage=Stage.DRAFT, photos=()), "grid_worker",
        {"what": ["出口上锁"], "description": "", "proposed_due_days": 3, "photos": BEFORE},
    ),
    Action.FIX_ON_SITE: (a_hazard(), "grid_worker", {"measures": "已开锁", "photos": AFTER}),
    Action.GIVE_ADVICE: (at_home(), "grid_worker", {"due_on": SOON, "notice": NOTICE}),
    Action.DISPATCH: (
        a_hazard(), "community_admin",
        {"due_on": SOON, "measures": "拆除", "responsible_unit": "KTV", "responsible_title": "店长", "notice": NOTICE},
    ),
    Action.TRANSFER: (
        a_hazard(), "dispatcher",
        {"department": "police", "receipt_number": "2026-118", "reply_due_on": SOON, "reason": "超出职责"},
    ),
    Action.REPLY_TRANSFER: (
        a_hazard(stage=Stage.TRANSFERRED, reply_due_on=DUE), "department",
        {"result": "rectified", "verified": True, "note": "已到场核实", "photos": []},
    ),
    Action.START: (
        a_hazard(stage=Stage.DISPATCHED, due_on=DUE), "responsible_unit",
        {"receipt": "signed", "planned_on": SOON, "interim_measures": "专人看守", "commitments": COMMITMENTS},
    ),
    Action.REQUEST_EXTENSION: (
        a_hazard(stage=Stage.IN_RECTIFICATION, due_on=DUE), "responsible_unit",
        {"new_due_on": "2026-03-20", "reason": "配件未到", "interim_measures": "专人看守"},
    ),
    Action.DECIDE_EXTENSION: (
        a_hazard(stage=Stage.EXTENSION_PENDING, due_on=DUE, extension_due_on=date(2026, 3, 20)), "subdistrict_leader",
        {"granted": True, "reason": ""},
    ),
    Action.SUBMIT: (
        a_hazard(stage=Stage.IN_RECTIFICATION, due_on=DUE, returned=True, returned_count=1), "responsible_unit",
        {"description": "已更换", "photos": AFTER},
    ),
    Action.PASS: (
        a_hazard(stage=Stage.SUBMITTED, due_on=DUE, worked_by=("x",)), "grid_leader",
        {"note": "已看过", "photos": AFTER},
    ),
    Action.FAIL: (
        a_hazard(stage=Stage.SUBMITTED, due_on=DUE), "community_admin", {"reason": "仍有堆物", "new_due_on": SOON},
    ),
    Action.ESCALATE: (overdue(), "subdistrict_leader", {"level": "subdistrict"}),
    Action.ORDER_SUSPENSION: (
        a_hazard(stage=Stage.TRANSFERRED, grade=Grade.CONFIRMED_MAJOR), "department", {"order_number": "消停字1号"},
    ),
    Action.ALLOW_RESUMPTION: (
        a_hazard(stage=Stage.TRANSFERRED, grade=Grade.CONFIRMED_MAJOR, suspended=True), "department",
        {"note": "审查同意"},
    ),
    Action.LIST: (
        a_hazard(stage=Stage.TRANSFERRED, grade=Grade.CONFIRMED_MAJOR), "department",
        {"listing_unit": "区安委办", "notice_number": "督1号", "report_cycle_days": 90},
    ),
    Action.LOOK_BACK: (a_hazard(stage=Stage.CLOSED), "community_admin", {"result": "held", "note": "未反弹"}),
    Action.VOID: (a_hazard(), "subdistrict_leader", {"reason": "重复登记"}),
    Action.GRADE: (
        a_hazard(grade=Grade.SUSPECTED_MAJOR), "safety_officer",
        {"grade": "confirmed_major", "criteria": "GB 35181-2025", "reason": "出口不足"},
    ),
    Action.NOTE: (a_hazard(), "responsible_unit", {"note": "已联系厂家", "photos": []}),
}  # fmt: skip


def refusal(action: Action, hazard: Hazard | None = None, by: str | None = None, **given: Any) -> str | None:
    """Return the code of the refusal of an otherwise good step, None when it is allowed."""
    good, who, whole = GOOD[action]
    problem = why_not(hazard or good, action, PEOPLE[by or who], {**whole, **given}, AT)
    return problem.code if problem else None


def after(action: Action, hazard: Hazard | None = None, by: str | None = None, **given: Any) -> Hazard:
    """Return the hazard after an otherwise good step."""
    good, who, whole = GOOD[action]
    return advance(hazard or good, action, PEOPLE[by or who], {**whole, **given}, AT)[0]
