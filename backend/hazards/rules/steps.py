"""The table of a hazard's life: every step, from where to where, who takes it on which track, and what it needs."""

from dataclasses import dataclass
from typing import Final

from backend.hazards.rules.words import OPEN_STAGES, WORKING_STAGES, Action, Stage, Track
from backend.people.rules import Role

Clause = tuple[str, tuple[object, ...]]
"""A path (`hazard.grade`, `given.result`, `photos.after`) and the values of which it must have one."""
When = tuple[Clause, ...]
"""Clauses that must all hold; none always holds."""


@dataclass(frozen=True, slots=True)
class Need:
    """A piece of evidence: one of the paths must be filled, whenever `when` holds."""

    evidence: str
    paths: tuple[str, ...]
    when: When = ()


@dataclass(frozen=True, slots=True)
class Requirement:
    """Clauses without which the step is refused with this problem."""

    when: When
    problem: str


@dataclass(frozen=True, slots=True)
class DayLimit:
    """A day that the person gives: from today, or after the old deadline, up to a number of days from today."""

    field: str
    limit: str  # a row of MAX_DAYS
    after: str | None = None


@dataclass(frozen=True, slots=True)
class Change:
    """A field of the hazard and where its new value comes from, whenever `when` holds."""

    field: str
    source: str
    when: When = ()


@dataclass(frozen=True, slots=True)
class Step:
    """One row of the life-cycle; `to` is read from the top, and None keeps the stage."""

    number: str
    action: Action
    zh: str
    en: str
    stages: tuple[Stage, ...]
    to: tuple[tuple[When, Stage | None], ...]
    patrol: tuple[Role, ...]
    inspection: tuple[Role, ...]
    licensed: tuple[Track, ...] = ()  # on these tracks an officer needs a licence for it
    four_eyes: bool = False  # not whoever did or submitted the work, nor the unit itself
    needs: tuple[Need, ...] = ()
    requires: tuple[Requirement, ...] = ()
    days: tuple[DayLimit, ...] = ()
    checks: tuple[str, ...] = ()  # named conditions of conditions.py
    changes: tuple[Change, ...] = ()

    def by(self, track: Track) -> tuple[Role, ...]:
        """Return the roles that take this step on a track."""
        return self.patrol if track is Track.PATROL else self.inspection


WORKER, LEADER, COMMUNITY = Role.GRID_WORKER, Role.GRID_LEADER, Role.COMMUNITY_ADMIN
DISPATCHER, OFFICER, HEAD = Role.DISPATCHER, Role.SAFETY_OFFICER, Role.SUBDISTRICT_LEADER
UNIT, DEPARTMENT = Role.RESPONSIBLE_UNIT, Role.DEPARTMENT

ORDERS: Final = (Track.INSPECTION,)
GRID: Final = (WORKER, LEADER, COMMUNITY)
REVIEWERS: Final = (LEADER, COMMUNITY)
EVERYONE: Final = (*GRID, DISPATCHER, OFFICER, HEAD, UNIT, DEPARTMENT)

HOME: Final[When] = (("hazard.place_kind", ("household",)),)
NO_HOME: Final[When] = (("hazard.place_kind", ("premises", "none")),)
MAJOR: Final[When] = (("hazard.grade", ("suspected_major", "confirmed_major")),)
CONFIRMED: Final[When] = (("hazard.grade", ("confirmed_major",)),)
NO_AFTER_PHOTO: Final[When] = (("photos.after", (False,)),)

ORDERS_ONLY: Final = Requirement(NO_HOME, "NoOrdersForHomes")
CONFIRMED_ONLY: Final = Requirement(CONFIRMED, "NotConfirmedMajor")
AFTER_PHOTO: Final = Need("after_photo", ("given_photos.after", "given.no_photo_reason"))
WITNESSED: Final = (
    Need("witness", ("given.witness",), (("given.receipt", ("refused",)),)),
    Need("witness", ("given.notice.witness",), (("given.notice.signed", ("refused",)),)),
)
DUE: Final = (
    Change("due_on", "given.due_on"),
    # The first deadline stays, so that extensions and returns cannot hide lateness.
    Change("original_due_on", "given.due_on", (("hazard.original_due_on", (None,)),)),
)
WORKED: Final = Change("worked_by", "person")
NO_PHOTO: Final = Change("no_photo_reason", "given.no_photo_reason", (("filled.no_photo_reason", (True,)),))
NEW_CLOCK: Final = Change("escalation_confirmed", "none")

SIMPLE: Final = ((), None)  # keeps the stage


def need(*words: str) -> tuple[Need, ...]:
    """Return one need per word, each filled by the given field of that name."""
    return tuple(Need(word, (f"given.{word}",)) for word in words)


STEPS: Final = (
    Step(
        "T1", Action.REPORT, "登记隐患", "Report", (Stage.DRAFT,), (((), Stage.REGISTERED),),
        patrol=EVERYONE, inspection=(OFFICER,), licensed=ORDERS,
        needs=(
            Need("what", ("given.what", "given.description")),
            Need("before_photo", ("photos.before", "photos.item", "given.no_photo_reason")),
        ),
        checks=("home_not_inspected", "grade_reported", "proposed_days"),
        changes=(NO_PHOTO, Change("due_on", "proposed_day", (("filled.proposed_due_days", (True,)),))),
    ),
    Step(
        "T2", Action.FIX_ON_SITE, "当场整改", "Fixed on the spot", (Stage.REGISTERED,),
        # A major hazard, or a repair that nobody photographed, waits for the eyes of a second person.
        ((MAJOR, Stage.SUBMITTED), (NO_AFTER_PHOTO, Stage.SUBMITTED), ((), Stage.CLOSED_ON_SITE)),
        patrol=GRID, inspection=(OFFICER,), licensed=ORDERS,
        needs=(*need("measures"), AFTER_PHOTO), checks=("same_visit",), changes=(WORKED, NO_PHOTO),
    ),
    Step(
        "T5h", Action.GIVE_ADVICE, "递告知书、提建议", "Give advice", (Stage.REGISTERED,),
        (((), Stage.IN_RECTIFICATION),), patrol=GRID, inspection=(),
        needs=(*need("due_on"), *WITNESSED), requires=(Requirement(HOME, "OnlyForHomes"),),
        days=(DayLimit("due_on", "deadline"),), changes=DUE,
    ),
    Step(
        "T3", Action.DISPATCH, "下达限期整改", "Dispatch", (Stage.REGISTERED,), (((), Stage.DISPATCHED),),
        patrol=(COMMUNITY, DISPATCHER), inspection=(OFFICER,), licensed=ORDERS,
        needs=(*need("due_on", "measures", "responsible_unit"), *WITNESSED),
        requires=(ORDERS_ONLY,), days=(DayLimit("due_on", "deadline"),), checks=("major_by_officer",),
        changes=(*DUE, Change("responsible_unit", "given.responsible_unit"),
                 Change("responsible_title", "given.responsible_title")),
    ),
    Step(
        # A dispatch that is not followed is also referred: the advisory letter announces it.
        "T4", Action.TRANSFER, "移送主管部门", "Refer to the department",
        (Stage.REGISTERED, Stage.DISPATCHED, Stage.IN_RECTIFICATION), (((), Stage.TRANSFERRED),),
        patrol=(DISPATCHER,), inspection=(DISPATCHER, OFFICER),
        needs=need("receipt_number", "reply_due_on", "reason"), days=(DayLimit("reply_due_on", "reply"),),
        changes=(Change("department", "given.department"), Change("reply_due_on", "given.reply_due_on"), NEW_CLOCK),
    ),
    Step(
        "T4r", Action.REPLY_TRANSFER, "记部门反馈", "Record the reply", (Stage.TRANSFERRED,),
        (((("given.result", ("sent_back",)),), Stage.REGISTERED), ((("given.verified", (True,)),), Stage.CLOSED),
         SIMPLE),
        patrol=(DISPATCHER, DEPARTMENT), inspection=(DISPATCHER, DEPARTMENT), four_eyes=True, needs=need("note"),
        changes=(Change("reply_due_on", "none", (("given.result", ("sent_back",)),)),),
    ),
    Step(
        "T5", Action.START, "签收、开始整改", "Acknowledge and start", (Stage.DISPATCHED,),
        (((), Stage.IN_RECTIFICATION),), patrol=(UNIT, *GRID), inspection=(UNIT, OFFICER), needs=WITNESSED,
        days=(DayLimit("planned_on", "deadline"),), checks=("five_commitments",),
        changes=(Change("interim_measures", "given.interim_measures", (("filled.interim_measures", (True,)),)),),
    ),
    Step(
        "T6", Action.REQUEST_EXTENSION, "申请延期", "Ask for an extension", (Stage.IN_RECTIFICATION,),
        (((), Stage.EXTENSION_PENDING),), patrol=(UNIT, *GRID), inspection=(UNIT,),
        needs=need("new_due_on", "reason", "interim_measures"), checks=("asked_in_time",),
        days=(DayLimit("new_due_on", "deadline", after="due_on"),),
        changes=(Change("extension_due_on", "given.new_due_on"), Change("interim_measures", "given.interim_measures")),
    ),
    Step(
        "T6d", Action.DECIDE_EXTENSION, "审批延期", "Decide the extension", (Stage.EXTENSION_PENDING,),
        (((), Stage.IN_RECTIFICATION),), patrol=(HEAD,), inspection=(HEAD, OFFICER), licensed=ORDERS,
        needs=(Need("reason", ("given.reason",), (("given.granted", (False,)),)),),
        changes=(Change("due_on", "hazard.extension_due_on", (("given.granted", (True,)),)),
                 Change("escalation_confirmed", "none", (("given.granted", (True,)),)),
                 Change("extension_due_on", "none")),
    ),
    Step(
        "T7", Action.SUBMIT, "报验整改完成", "Submit the repair", (Stage.IN_RECTIFICATION,), (((), Stage.SUBMITTED),),
        patrol=(UNIT, *GRID), inspection=(UNIT, OFFICER), needs=(*need("description"), AFTER_PHOTO),
        changes=(WORKED, NO_PHOTO, Change("returned", "false")),
    ),
    Step(
        "T8", Action.PASS, "复查合格、销号", "Pass and close", (Stage.SUBMITTED,), (((), Stage.CLOSED),),
        patrol=REVIEWERS, inspection=(OFFICER,), licensed=ORDERS, four_eyes=True,
        needs=(*need("note"), Need("on_site_statement", ("given.on_site_statement",), NO_AFTER_PHOTO)),
    ),
    Step(
        "T9", Action.FAIL, "复查不合格、退回", "Send back", (Stage.SUBMITTED,), (((), Stage.IN_RECTIFICATION),),
        patrol=REVIEWERS, inspection=(OFFICER,), licensed=ORDERS, four_eyes=True, needs=need("reason", "new_due_on"),
        days=(DayLimit("new_due_on", "deadline"),),
        changes=(Change("returned", "true"), Change("returned_count", "one_more"), Change("due_on", "given.new_due_on"),
                 NEW_CLOCK),
    ),
    Step(
        "T10", Action.ESCALATE, "提级督办", "Escalate", OPEN_STAGES, (SIMPLE,), patrol=(HEAD,), inspection=(HEAD,),
        needs=need("level"), checks=("escalation_due",), changes=(Change("escalation_confirmed", "given.level"),),
    ),
    Step(
        "T11", Action.ORDER_SUSPENSION, "责令暂时停产停业", "Order suspension",
        (Stage.TRANSFERRED, *WORKING_STAGES), (SIMPLE,), patrol=(DEPARTMENT,), inspection=(DEPARTMENT,),
        needs=need("order_number"), changes=(Change("suspended", "true"),),
        requires=(ORDERS_ONLY, CONFIRMED_ONLY, Requirement((("hazard.suspended", (False,)),), "AlreadyDone")),
    ),
    Step(
        "T11r", Action.ALLOW_RESUMPTION, "同意恢复", "Allow resumption",
        (*OPEN_STAGES, Stage.CLOSED), (SIMPLE,), patrol=(DEPARTMENT,), inspection=(DEPARTMENT,), needs=need("note"),
        requires=(Requirement((("hazard.suspended", (True,)),), "AlreadyDone"),),
        changes=(Change("suspended", "false"),),
    ),
    Step(
        "T12", Action.LIST, "挂牌督办", "List for supervision", OPEN_STAGES, (SIMPLE,),
        patrol=(DEPARTMENT,), inspection=(DEPARTMENT,), needs=need("listing_unit", "notice_number"),
        requires=(CONFIRMED_ONLY, Requirement((("hazard.listed", (False,)),), "AlreadyDone")),
        changes=(Change("listed", "true"),),
    ),
    Step(
        "T13", Action.LOOK_BACK, "回头看", "Look back", (Stage.CLOSED_ON_SITE, Stage.CLOSED), (SIMPLE,),
        patrol=(COMMUNITY, OFFICER, HEAD), inspection=(OFFICER, HEAD),
        needs=(*need("note"), Need("recurrence_id", ("given.recurrence_id",), (("given.result", ("came_back",)),))),
    ),
    Step(
        "T14", Action.VOID, "作废（误报、重复）", "Void", tuple(s for s in OPEN_STAGES if s is not Stage.SUBMITTED),
        (((), Stage.VOIDED),), patrol=(HEAD,), inspection=(HEAD,), needs=need("reason"),
        # A duplicate names the one that stays: it is joined to it.
        changes=(Change("duplicate_of", "given.duplicate_of", (("filled.duplicate_of", (True,)),)),),
    ),
    Step(
        "G", Action.GRADE, "判定危险程度", "Grade", OPEN_STAGES, (SIMPLE,),
        patrol=(OFFICER, DEPARTMENT), inspection=(OFFICER, DEPARTMENT), licensed=tuple(Track),
        needs=(*need("reason"), Need("criteria", ("given.criteria",), (("given.grade", ("confirmed_major",)),))),
        checks=("grade_judged",), changes=(Change("grade", "given.grade"),),
    ),
    Step(
        "N", Action.NOTE, "情况说明", "Add a note", tuple(s for s in Stage if s not in (Stage.DRAFT, Stage.VOIDED)),
        (SIMPLE,), patrol=EVERYONE, inspection=EVERYONE, needs=need("note"),
    ),
)  # fmt: skip

STEP: Final = {step.action: step for step in STEPS}

# From the day it is given, or from the old deadline, in days. The law only says "reasonable": 30 for a general hazard
# and 180 for a major one are what enforcement forms print (指令书 30 日内, 停产停业 6 个月内).
MAX_DAYS: Final[dict[str, dict[str, int]]] = {
    "deadline": {"general": 30, "life_threatening": 30, "suspected_major": 180, "confirmed_major": 180},
    "reply": {"general": 60, "life_threatening": 60, "suspected_major": 60, "confirmed_major": 60},
}
ON_SITE_HOURS: Final = 24
GRADES_AT: Final[dict[str, tuple[str, ...]]] = {
    "household": ("general", "life_threatening"),
    "premises": ("general", "suspected_major", "confirmed_major"),
    "none": ("general", "suspected_major"),
}
JUDGED_GRADES: Final = ("confirmed_major",)  # never the reporter's to give
ESCALATION_DAYS: Final = {"community": 1, "subdistrict": 3, "department": 7}
