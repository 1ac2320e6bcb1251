"""Name the stages, actions, grades and other words of a hazard's life, with their labels in both languages."""

from enum import StrEnum
from typing import Final

from backend.people.rules import DEPARTMENTS, ROLE_LABELS
from backend.places.rules import CATEGORIES


class Stage(StrEnum):
    """Where a hazard stands; `draft` lives on the phone only."""

    DRAFT = "draft"
    REGISTERED = "registered"
    CLOSED_ON_SITE = "closed_on_site"
    DISPATCHED = "dispatched"
    TRANSFERRED = "transferred"
    IN_RECTIFICATION = "in_rectification"
    EXTENSION_PENDING = "extension_pending"
    SUBMITTED = "submitted"
    CLOSED = "closed"
    VOIDED = "voided"


class Action(StrEnum):
    """What can be done to a hazard; each is also the name of its mutation."""

    REPORT = "report_hazard"
    FIX_ON_SITE = "fix_on_site"
    GIVE_ADVICE = "give_advice"
    DISPATCH = "dispatch_hazard"
    TRANSFER = "transfer_hazard"
    REPLY_TRANSFER = "reply_transfer"
    START = "start_rectification"
    REQUEST_EXTENSION = "request_extension"
    DECIDE_EXTENSION = "decide_extension"
    SUBMIT = "submit_rectification"
    PASS = "pass_reinspection"  # noqa: S105 — a step of the life-cycle
    FAIL = "fail_reinspection"
    ESCALATE = "escalate_hazard"
    ORDER_SUSPENSION = "order_suspension"
    ALLOW_RESUMPTION = "allow_resumption"
    LIST = "list_hazard"
    LOOK_BACK = "look_back"
    VOID = "void_hazard"
    GRADE = "grade_hazard"
    NOTE = "note_hazard"


class Grade(StrEnum):
    """How dangerous; 重大 is a term of law for premises, in a home the word is danger to life."""

    GENERAL = "general"
    SUSPECTED_MAJOR = "suspected_major"
    CONFIRMED_MAJOR = "confirmed_major"
    LIFE_THREATENING = "life_threatening"


class Track(StrEnum):
    """Whether it was found on a patrol (advice) or in an administrative inspection (orders)."""

    PATROL = "patrol"
    INSPECTION = "inspection"


class PlaceKind(StrEnum):
    """What kind of place the hazard is at; `none` is a public spot known by its position or grid."""

    HOUSEHOLD = "household"
    PREMISES = "premises"
    NONE = "none"


class GridBasis(StrEnum):
    """What a hazard's grid rests on; an undecided one goes by the middle of its position until somebody decides."""

    PLACE = "place"
    CIRCLE = "circle"
    CHOSEN = "chosen"
    UNDECIDED = "undecided"


class Category(StrEnum):
    """Which register the place belongs to."""

    HOUSEHOLD = "household"
    GAS_STATION = "gas_station"
    SCHOOL = "school"
    MARKET = "market"
    ENTERPRISE = "enterprise"
    ASSEMBLY = "assembly"
    RESIDENTIAL = "residential"
    PUBLIC_AREA = "public_area"


class Level(StrEnum):
    """Whose desk an overdue hazard has climbed to."""

    COMMUNITY = "community"
    SUBDISTRICT = "subdistrict"
    DEPARTMENT = "department"


CLOSED_STAGES: Final = (Stage.CLOSED_ON_SITE, Stage.CLOSED)
ENDED_STAGES: Final = (*CLOSED_STAGES, Stage.VOIDED)
OPEN_STAGES: Final = tuple(stage for stage in Stage if stage not in (*ENDED_STAGES, Stage.DRAFT))
WORKING_STAGES: Final = (Stage.DISPATCHED, Stage.IN_RECTIFICATION, Stage.EXTENSION_PENDING)
MAJOR: Final = (Grade.SUSPECTED_MAJOR, Grade.CONFIRMED_MAJOR)
COMMITMENTS: Final = ("duty", "measures", "funds", "time_limit", "plan")
NO_PHOTO_REASONS: Final = ("refused", "explosive_atmosphere", "broken_camera", "not_needed")

Words = dict[str, tuple[str, str]]
"""A word of the wire → its label in Chinese and in English."""

LABELS: Final[dict[str, Words]] = {
    "stage": {
        "draft": ("草稿", "Draft"),
        "registered": ("登记", "Registered"),
        "closed_on_site": ("当场整改", "Fixed on the spot"),
        "dispatched": ("已下达", "Dispatched"),
        "transferred": ("移送", "Transferred"),
        "in_rectification": ("整改中", "In rectification"),
        "extension_pending": ("延期待批", "Extension pending"),
        "submitted": ("待复查", "Awaiting re-inspection"),
        "closed": ("销号", "Closed"),
        "voided": ("作废", "Voided"),
    },
    "grade": {
        "general": ("一般", "General"),
        "suspected_major": ("疑似重大", "Suspected major"),
        "confirmed_major": ("重大", "Major (confirmed)"),
        "life_threatening": ("危及生命", "Danger to life"),
    },
    "track": {"patrol": ("网格巡查", "Patrol"), "inspection": ("行政检查", "Inspection")},
    "place_kind": {
        "household": ("户内", "Home"),
        "premises": ("场所", "Premises"),
        "none": ("公共区域", "Public spot"),
    },
    "category": {
        "household": ("户内", "Home"),
        **{name: (each.zh, each.en) for name, each in CATEGORIES.items()},
        "public_area": ("公共区域", "Public area"),
    },
    "level": {
        "community": ("社区", "Community"),
        "subdistrict": ("街道", "Subdistrict"),
        "department": ("区级部门", "Department"),
    },
    "department": {code: (label["zh"], label["en"]) for code, label in DEPARTMENTS.items()},
    "no_photo_reason": {
        "refused": ("对方不同意拍照", "Photo refused"),
        "explosive_atmosphere": ("现场有爆炸危险", "Explosive atmosphere"),
        "broken_camera": ("相机坏了", "Camera broken"),
        "not_needed": ("无须拍照", "Not needed"),
    },
    "commitment": {
        "duty": ("责任", "duty"),
        "measures": ("措施", "measures"),
        "funds": ("资金", "funds"),
        "time_limit": ("时限", "time limit"),
        "plan": ("预案", "emergency plan"),
    },
    "evidence": {
        "before_photo": ("整改前照片（或不能拍照的原因）", "a photo of the hazard (or why there is none)"),
        "after_photo": ("整改后照片（或不能拍照的原因）", "a photo after the repair (or why there is none)"),
        "on_site_statement": ("现场查看说明（没有整改后照片）", "a statement from the site (there is no photo)"),
        "measures": ("整改措施", "the measures"),
        "description": ("情况说明", "the description"),
        "what": ("看到什么", "what was seen"),
        "due_on": ("完成日期", "the due date"),
        "new_due_on": ("新的完成日期", "the new due date"),
        "reply_due_on": ("反馈日期", "the day by which to reply"),
        "responsible_unit": ("责任单位", "the responsible unit"),
        "receipt_number": ("移送回执编号", "the receipt number of the transfer"),
        "interim_measures": ("整改期间的防控措施", "interim measures"),
        "witness": ("拒签时的见证人", "the witness of the refused signature"),
        "note": ("说明", "the note"),
        "reason": ("原因", "the reason"),
        "criteria": ("判定标准条款", "the criteria cited"),
        "order_number": ("决定书文号", "the number of the order"),
        "listing_unit": ("督办单位", "the listing authority"),
        "notice_number": ("督办通知书文号", "the number of the listing notice"),
        "level": ("提到哪一级", "the level"),
        "recurrence_id": ("新隐患的登记", "the record of the new hazard"),
    },
    "role": {role.value: (label["zh"], label["en"]) for role, label in ROLE_LABELS.items()},
}


def labels(kind: str, words: list[str]) -> tuple[str, str]:
    """Return words of one kind as two printed lists, Chinese and English."""
    known = LABELS[kind]
    pairs = [known.get(word, (word, word)) for word in words]
    return "、".join(zh for zh, _ in pairs), ", ".join(en for _, en in pairs)


NEXT: Final[Words] = {
    "registered": ("下一步：社区下达、户内提建议，或移送主管部门", "Next: dispatch, advise (homes) or refer it"),
    "dispatched": ("下一步：责任单位签收并开始整改", "Next: the unit acknowledges and starts"),
    "transferred": ("下一步：等主管部门反馈并记下结果", "Next: record the department's reply"),
    "in_rectification": ("下一步：整改完成后报验", "Next: submit the repair"),
    "extension_pending": ("下一步：街道领导审批延期", "Next: the leader decides the extension"),
    "submitted": ("下一步：另一人到场复查", "Next: another person re-inspects"),
    "closed_on_site": ("已当场整改，可回头看", "Fixed on the spot; may be looked at again"),
    "closed": ("已销号，可回头看", "Closed; may be looked at again"),
    "voided": ("已作废，只留存", "Voided; kept only"),
}
