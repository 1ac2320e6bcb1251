"""Hand-stated cases on the shipped templates, of the door, and of numbers that do not belong in a remark."""

from typing import Any

from tests.backend.visits.vectors_stated import case, found, wrong

PATH = "M1 2 L3.5,-4 Z"
ENTERED = {"co.visit.result": "entered", "co.visit.occupancy": "owner", "co.visit.sources": ["none"]}
HOME = "co.household"
_ASKED = ["co.visit.result", "co.visit.occupancy", "co.visit.sources"]
_REST = ["co.engine.vehicle", "co.alarm.present", "co.reading.ppm", "co.notice.delivery"]


def reading(ppm: float, *findings: Any) -> dict[str, Any]:
    return case(f"CO reading of {ppm} ppm", {**ENTERED, "co.reading.ppm": ppm}, checklist=HOME, findings=list(findings))


REAL = [
    case(
        "no answer at the door asks only for the notice",
        {"co.visit.result": "no_answer"},
        checklist=HOME,
        applies=["co.visit.result", "co.notice.delivery"],
        missing=["co.notice.delivery"],
        findings=[],
        advice=[],
    ),
    case(
        "an all-electric home is short",
        ENTERED,
        checklist=HOME,
        applies=[*_ASKED, *_REST],
        missing=["co.engine.vehicle", "co.alarm.present", "co.notice.delivery"],
    ),
    case(
        "an unflued heater endangers life",
        {**ENTERED, "co.visit.sources": ["heater"], "co.heater.type": "direct"},
        checklist=HOME,
        findings=[found("co.heater.type", "life_threatening", 0, "direct")],
    ),
    case(
        "an unknown flue type is general",
        {**ENTERED, "co.visit.sources": ["boiler"], "co.heater.type": "unknown"},
        checklist=HOME,
        findings=[found("co.heater.type", "general", 7, "unknown")],
    ),
    case(
        "no CO alarm is advice only",
        {**ENTERED, "co.alarm.present": "none"},
        checklist=HOME,
        findings=[],
        advice=[{"item_id": "co.alarm.present", "because": "option", "option": "none"}],
    ),
    reading(8),
    reading(9, found("co.reading.ppm", "general", 0, None, 0)),
    reading(25, found("co.reading.ppm", "general", 0, None, 0)),
    reading(26, found("co.reading.ppm", "life_threatening", 0, None, 1)),
    reading(100, found("co.reading.ppm", "life_threatening", 0, None, 2)),
    case(
        "a locked exit of a KTV is suspected major",
        {"as.kind": "ktv", "as.exit": "hazard"},
        checklist="ws.assembly",
        findings=[found("as.exit", "suspected_major", 0)],
    ),
    case(
        "a permit is a paper: advice on patrol",
        {"as.permit": "hazard"},
        checklist="ws.assembly",
        findings=[],
        invalid=[wrong("as.permit", "officer_only")],
    ),
    case(
        "the same permit on inspection",
        {"as.permit": "hazard"},
        "inspection",
        "ws.assembly",
        findings=[found("as.permit", "suspected_major", 0)],
        invalid=[],
        advice=[],
    ),
    case(
        "a supermarket is not asked of singing rooms",
        {"as.kind": "supermarket", "as.ktv.flame": "hazard"},
        checklist="ws.assembly",
        findings=[],
        invalid=[],
    ),
    case(
        "an e-bike that charges in the hall",
        {"rc.ebike.indoor": "charging"},
        checklist="ws.residential",
        findings=[found("rc.ebike.indoor", "suspected_major", 0, "charging")],
    ),
    case(
        "an e-bike parked in the hall",
        {"rc.ebike.indoor": "parked"},
        checklist="ws.residential",
        findings=[found("rc.ebike.indoor", "general", 0, "parked")],
    ),
]

_NONE = {"delivered": "none", "signed": "none"}
_SIGNED = {"delivered": "in_person", "signed": "signed", "signature": PATH}
_REFUSED = {"delivered": "by_proxy", "signed": "refused", "witness": "李干事"}


def door(name: str, answers: Any, outcome: str, notice: Any, expect: Any, contradicting: Any = ()) -> dict[str, Any]:
    return {
        "name": name,
        "checklist": HOME,
        "answers": answers,
        "outcome": outcome,
        "notice": notice,
        "expect": {"answers": expect, "contradicting": list(contradicting)},
    }


DOOR = [
    door(
        "declined is refused in the template",
        {},
        "declined",
        _NONE,
        {"co.visit.result": "refused", "co.notice.delivery": "none"},
    ),
    door(
        "nobody in: answers are dropped",
        {"co.visit.sources": ["lpg"]},
        "no_answer",
        {"delivered": "posted", "signed": "none"},
        {"co.visit.result": "no_answer", "co.notice.delivery": "posted"},
    ),
    door(
        "entered and signed",
        {"co.visit.occupancy": "owner"},
        "entered",
        _SIGNED,
        {
            "co.visit.occupancy": "owner",
            "co.visit.result": "entered",
            "co.notice.delivery": "in_person",
            "co.notice.signature": {"path": PATH},
        },
    ),
    door(
        "entered and refused",
        {},
        "entered",
        _REFUSED,
        {
            "co.visit.result": "entered",
            "co.notice.delivery": "family",
            "co.notice.signature": {"refused": True, "witness": "李干事"},
        },
    ),
    door(
        "refused without a witness",
        {},
        "entered",
        {"delivered": "in_person", "signed": "refused"},
        {"co.visit.result": "entered", "co.notice.delivery": "in_person", "co.notice.signature": {"refused": True}},
    ),
    door(
        "unknown names stay, to be told",
        {"x": 1},
        "vacant",
        _NONE,
        {"x": 1, "co.visit.result": "vacant", "co.notice.delivery": "none"},
    ),
    door(
        "not residential",
        {},
        "other_use",
        {"delivered": "by_phone", "signed": "none"},
        {"co.visit.result": "other_use", "co.notice.delivery": "phone"},
    ),
]

PERSONAL = [
    ("450204199001011234", "id_card"),
    ("身份证45020419900101123X。", "id_card"),
    ("450204 19900101 123x", "id_card"),
    ("４５０２０４１９９００１０１１２３４", "id_card"),
    ("电话13800138000", "mobile"),
    ("138 0013 8000找他", "mobile"),
    ("+86 138-0013-8000", "mobile"),
    ("座机0772-2612345", "landline"),
    ("(010)12345678", None),
    ("010 62345678", "landline"),
    ("编号X7K2-0047", None),
    ("网格450299001002001", None),
    ("20261123164500123", None),
    ("1234567890123456789", None),
    ("请打120、119", None),
    ("软管2.5米，2026-11-23 10:12", None),
    ("代码91450200MA5XXXX123", None),
    ("A13800138000", None),
    ("", None),
]
