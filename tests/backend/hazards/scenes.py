"""For every step of a hazard's life: how it comes there, who takes it, what becomes of it, and who may not."""

from dataclasses import dataclass, field
from typing import Any

from tests.backend.hazards.conftest import AFTER, DISPATCH, FIX, NOTICE
from tests.cast import KTV

Before = tuple[str, str, dict[str, Any]]
DUE, LATER = "2026-03-09", "2026-03-20"

DISPATCHED: Before = ("dispatch_hazard", "qin", DISPATCH)
STARTED: Before = ("start_rectification", "wu", {"receipt": "signed"})
SUBMITTED: Before = ("submit_rectification", "wu", {"description": "已开锁", "photos": [AFTER]})
PASSED: Before = ("pass_reinspection", "guo", {"note": "出口已开", "photos": []})
TRANSFER = {"department": "fire", "receipt_number": "2026-118", "reply_due_on": DUE, "reason": "超出职责"}
TRANSFERRED: Before = ("transfer_hazard", "dai", TRANSFER)
GRADE = {"grade": "confirmed_major", "criteria": "GB 35181-2025", "reason": "出口不足"}
CONFIRMED: Before = ("grade_hazard", "xiao", GRADE)
SUSPENDED: Before = ("order_suspension", "xiao", {"order_number": "消停字〔2026〕1号"})
KEPT = "018f0000-0000-7000-8000-00000000c0de"
REPORTED_AGAIN: Before = ("report_hazard", "guo", {
    "hazard_id": KEPT, "place_kind": "premises", "place_id": str(KTV), "track": "patrol", "category": "assembly",
    "what": ["安全出口上锁"], "description": "", "grade": "general", "advice": "立即开锁", "proposed_due_days": 3,
    "photos": [AFTER | {"role": "before"}], "fix": FIX, "location_note": "",
})  # fmt: skip
EXTENSION = {"new_due_on": LATER, "reason": "配件未到", "interim_measures": "专人看守"}
ASKED: Before = ("request_extension", "wu", EXTENSION)


@dataclass(frozen=True)
class Scene:
    """One step: `broken` is given instead and refused with `problem`; `wrong` sees the hazard but has another role."""

    action: str
    by: str
    given: dict[str, Any]
    becomes: dict[str, Any]
    wrong: str
    broken: dict[str, Any]
    problem: str
    before: tuple[Before, ...] = ()
    report: dict[str, Any] = field(default_factory=dict)
    at_home: bool = False


SCENES = [
    Scene(
        "fix_on_site", "lan", {"measures": "当场开锁", "photos": [AFTER]}, {"stage": "closed_on_site"}, "wu",
        {"photos": []}, "evidence-missing",
    ),
    Scene(
        "give_advice", "lan", {"notice": NOTICE, "due_on": DUE}, {"stage": "in_rectification"}, "dai",
        {"due_on": "2026-03-01"}, "deadline-wrong", at_home=True,
    ),
    Scene(
        "dispatch_hazard", "qin", DISPATCH, {"stage": "dispatched", "responsible_unit": "好声音KTV"}, "lan",
        {"measures": " "}, "evidence-missing",
    ),
    Scene(
        "transfer_hazard", "dai", TRANSFER, {"stage": "transferred", "department": "fire"}, "qin",
        {"reply_due_on": "2026-02-01"}, "deadline-wrong",
    ),
    Scene(
        "reply_transfer", "xiao", {"result": "rectified", "verified": True, "note": "已查实", "photos": []},
        {"stage": "closed"}, "qin", {"note": ""}, "evidence-missing", before=(TRANSFERRED,),
    ),
    Scene(
        "start_rectification", "wu", {"receipt": "signed"}, {"stage": "in_rectification"}, "dai",
        {"receipt": "refused"}, "evidence-missing", before=(DISPATCHED,),
    ),
    Scene(
        "request_extension", "wu", EXTENSION, {"stage": "extension_pending"}, "dai", {"new_due_on": DUE},
        "deadline-wrong", before=(DISPATCHED, STARTED),
    ),
    Scene(
        "decide_extension", "jing", {"granted": True, "reason": ""}, {"stage": "in_rectification", "due_on": LATER},
        "qin", {"granted": False}, "reason-needed", before=(DISPATCHED, STARTED, ASKED),
    ),
    Scene(
        "submit_rectification", "wu", {"description": "已开锁", "photos": [AFTER]}, {"stage": "submitted"}, "dai",
        {"photos": []}, "evidence-missing", before=(DISPATCHED, STARTED),
    ),
    Scene(
        "pass_reinspection", "guo", {"note": "已看过", "photos": []}, {"stage": "closed"}, "wu", {"note": ""},
        "evidence-missing", before=(DISPATCHED, STARTED, SUBMITTED),
    ),
    Scene(
        "fail_reinspection", "qin", {"reason": "仍有堆物", "new_due_on": LATER},
        {"stage": "in_rectification", "returned": True, "returned_count": 1}, "wu", {"reason": ""}, "reason-needed",
        before=(DISPATCHED, STARTED, SUBMITTED),
    ),
    Scene(
        "escalate_hazard", "jing", {"level": "community"}, {"escalation_confirmed": "community"}, "qin",
        {"level": "department"}, "escalation-too-early", report={"proposed_due_days": 0},
    ),
    Scene(
        "order_suspension", "xiao", {"order_number": "消停字〔2026〕1号"}, {"suspended": True}, "jing",
        {"order_number": ""}, "evidence-missing", before=(TRANSFERRED, CONFIRMED),
    ),
    Scene(
        "allow_resumption", "xiao", {"note": "审查同意"}, {"suspended": False}, "jing", {"note": ""},
        "evidence-missing", before=(TRANSFERRED, CONFIRMED, SUSPENDED),
    ),
    Scene(
        "list_hazard", "xiao", {"listing_unit": "区安委办", "notice_number": "督1号", "report_cycle_days": 90},
        {"listed": True}, "dai", {"notice_number": ""}, "evidence-missing", before=(TRANSFERRED, CONFIRMED),
    ),
    Scene(
        "look_back", "qin", {"result": "held", "note": "未反弹"}, {"stage": "closed"}, "lan",
        {"result": "came_back"}, "evidence-missing", before=(DISPATCHED, STARTED, SUBMITTED, PASSED),
    ),
    Scene(
        "void_hazard", "jing", {"reason": "重复登记"}, {"stage": "voided"}, "qin", {"reason": ""}, "reason-needed",
    ),
    Scene(
        "void_hazard", "jing", {"reason": "重复登记", "duplicate_of": KEPT}, {"stage": "voided", "duplicate_of": KEPT},
        "qin", {"reason": ""}, "reason-needed", before=(REPORTED_AGAIN,),
    ),
    Scene(
        "grade_hazard", "hai", GRADE, {"grade": "confirmed_major"}, "qin", {"criteria": ""}, "evidence-missing",
    ),
    Scene(
        "note_hazard", "wu", {"note": "已联系厂家", "photos": []}, {"stage": "registered"}, "shen", {"note": " "},
        "evidence-missing",
    ),
]  # fmt: skip
