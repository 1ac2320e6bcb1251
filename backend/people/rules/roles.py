"""Name the roles and the permissions, and say in one table which role holds which."""

from enum import StrEnum
from typing import Final


class Role(StrEnum):
    """The part somebody plays at a place."""

    GRID_WORKER = "grid_worker"
    GRID_LEADER = "grid_leader"
    COMMUNITY_ADMIN = "community_admin"
    DISPATCHER = "dispatcher"
    SAFETY_OFFICER = "safety_officer"
    SUBDISTRICT_LEADER = "subdistrict_leader"
    JOINT_COMMITTEE = "joint_committee"
    RESPONSIBLE_UNIT = "responsible_unit"
    DEPARTMENT = "department"
    SUPERVISOR = "supervisor"
    SYS_ADMIN = "sys_admin"


class Permission(StrEnum):
    """One thing that can be done to a place, a hazard or a person's account."""

    VIEW = "view"
    VIEW_MAP = "view_map"
    REPORT = "report"
    VISIT = "visit"
    INSPECT = "inspect"
    DISPATCH = "dispatch"
    TRANSFER = "transfer"
    REPLY_TRANSFER = "reply_transfer"
    RECTIFY = "rectify"
    REQUEST_EXTENSION = "request_extension"
    DECIDE_EXTENSION = "decide_extension"
    SUBMIT = "submit"
    REINSPECT = "reinspect"
    ESCALATE = "escalate"
    SUSPEND = "suspend"
    LIST_HAZARD = "list_hazard"
    LOOK_BACK = "look_back"
    VOID = "void"
    GRADE = "grade"
    MANAGE_PLACES = "manage_places"
    MANAGE_PEOPLE = "manage_people"
    ENROL = "enrol"
    REVEAL_PHONE = "reveal_phone"
    REVIEW_HELD = "review_held"
    EXPORT = "export"
    SEE_DEVICES = "see_devices"


_ = Permission
_READS = {_.VIEW, _.VIEW_MAP}
_WALKS = _READS | {_.REPORT, _.VISIT, _.RECTIFY, _.REQUEST_EXTENSION, _.SUBMIT, _.REVEAL_PHONE}
_MENDS = {_.RECTIFY, _.REQUEST_EXTENSION, _.SUBMIT}

# domain.md §2.1 (what each may and may not do) and §3.3 T1-T14 (who takes which step). Homes and many shops have no
# account, so those who walk also record, on the unit's behalf, that it began, asked for time, or finished.
# A system administrator keeps accounts and templates and reads no household: VIEW is not his.
CAN: Final[dict[Role, frozenset[Permission]]] = {
    Role.GRID_WORKER: frozenset(_WALKS),
    Role.GRID_LEADER: frozenset(_WALKS | {_.REINSPECT, _.MANAGE_PLACES}),
    Role.COMMUNITY_ADMIN: frozenset(
        _WALKS
        | {_.DISPATCH, _.REINSPECT, _.LOOK_BACK, _.MANAGE_PLACES, _.MANAGE_PEOPLE, _.ENROL, _.EXPORT}
        | {_.SEE_DEVICES}
    ),
    Role.DISPATCHER: frozenset(
        _READS
        | {_.REPORT, _.DISPATCH, _.TRANSFER, _.REPLY_TRANSFER, _.MANAGE_PLACES, _.MANAGE_PEOPLE, _.ENROL}
        | {_.REVEAL_PHONE, _.REVIEW_HELD, _.EXPORT, _.SEE_DEVICES}
    ),
    Role.SAFETY_OFFICER: frozenset(
        _WALKS | {_.INSPECT, _.DISPATCH, _.TRANSFER, _.DECIDE_EXTENSION, _.REINSPECT, _.LOOK_BACK, _.GRADE, _.EXPORT}
    ),
    Role.SUBDISTRICT_LEADER: frozenset(
        _READS
        | {_.REPORT, _.DECIDE_EXTENSION, _.ESCALATE, _.LIST_HAZARD, _.LOOK_BACK, _.VOID, _.REVEAL_PHONE}
        | {_.REVIEW_HELD, _.EXPORT}
    ),
    Role.JOINT_COMMITTEE: frozenset(_READS),
    Role.RESPONSIBLE_UNIT: frozenset({_.VIEW, _.REPORT} | _MENDS),
    Role.DEPARTMENT: frozenset(
        _READS | {_.REPORT, _.INSPECT, _.REPLY_TRANSFER, _.REINSPECT, _.SUSPEND, _.LIST_HAZARD, _.GRADE, _.REVEAL_PHONE}
    ),
    Role.SUPERVISOR: frozenset(_READS | {_.EXPORT, _.SEE_DEVICES}),
    Role.SYS_ADMIN: frozenset({_.MANAGE_PLACES, _.MANAGE_PEOPLE, _.ENROL}),
}
del _

TENANT_WIDE: Final = frozenset({Permission.REPORT})
"""What anyone whose role holds it may do anywhere in the subdistrict, wherever in it he is posted."""

KEYED_ROLES: Final = frozenset({Role.RESPONSIBLE_UNIT, Role.DEPARTMENT})
"""Roles that reach no area but what names them: their premises, or what was transferred to them."""

DESK_ROLES: Final = frozenset(
    {
        Role.DISPATCHER,
        Role.SAFETY_OFFICER,
        Role.SUBDISTRICT_LEADER,
        Role.JOINT_COMMITTEE,
        Role.DEPARTMENT,
        Role.SUPERVISOR,
        Role.SYS_ADMIN,
    }
)
"""Roles of the subdistrict's office and above: their sign-in ends when idle, and a second factor may be required."""

# How long a place code may be for a posting of the role (6 district, 9 subdistrict, 12 community, 15 grid).
LEVELS: Final[dict[Role, frozenset[int]]] = {
    Role.GRID_WORKER: frozenset({15}),
    Role.GRID_LEADER: frozenset({15}),
    Role.COMMUNITY_ADMIN: frozenset({12}),
    Role.DISPATCHER: frozenset({9}),
    Role.SAFETY_OFFICER: frozenset({9}),
    Role.SUBDISTRICT_LEADER: frozenset({9}),
    Role.JOINT_COMMITTEE: frozenset({9}),
    Role.RESPONSIBLE_UNIT: frozenset({9}),
    Role.DEPARTMENT: frozenset({6, 9}),
    Role.SUPERVISOR: frozenset({6, 9, 12}),
    Role.SYS_ADMIN: frozenset({6, 9}),
}

Label = dict[str, str]

ROLE_LABELS: Final[dict[Role, Label]] = {
    Role.GRID_WORKER: {"zh": "网格员", "en": "grid worker"},
    Role.GRID_LEADER: {"zh": "网格长", "en": "grid leader"},
    Role.COMMUNITY_ADMIN: {"zh": "社区管理员", "en": "community administrator"},
    Role.DISPATCHER: {"zh": "街道分派员", "en": "dispatcher"},
    Role.SAFETY_OFFICER: {"zh": "安全监管员", "en": "safety officer"},
    Role.SUBDISTRICT_LEADER: {"zh": "街道分管领导", "en": "subdistrict leader"},
    Role.JOINT_COMMITTEE: {"zh": "大工委", "en": "joint working committee"},
    Role.RESPONSIBLE_UNIT: {"zh": "责任单位", "en": "responsible unit"},
    Role.DEPARTMENT: {"zh": "区级部门", "en": "department"},
    Role.SUPERVISOR: {"zh": "督查人员", "en": "supervisor"},
    Role.SYS_ADMIN: {"zh": "系统管理员", "en": "system administrator"},
}

PERMISSION_LABELS: Final[dict[Permission, Label]] = {
    Permission.VIEW: {"zh": "查看", "en": "view"},
    Permission.VIEW_MAP: {"zh": "查看隐患地图", "en": "view the hazard map"},
    Permission.REPORT: {"zh": "登记隐患", "en": "report a hazard"},
    Permission.VISIT: {"zh": "巡查走访", "en": "visit"},
    Permission.INSPECT: {"zh": "行政检查", "en": "inspect"},
    Permission.DISPATCH: {"zh": "下达限期整改", "en": "dispatch"},
    Permission.TRANSFER: {"zh": "移送", "en": "transfer"},
    Permission.REPLY_TRANSFER: {"zh": "反馈移送结果", "en": "reply to a transfer"},
    Permission.RECTIFY: {"zh": "开始整改", "en": "start rectification"},
    Permission.REQUEST_EXTENSION: {"zh": "申请延期", "en": "request an extension"},
    Permission.DECIDE_EXTENSION: {"zh": "审批延期", "en": "decide an extension"},
    Permission.SUBMIT: {"zh": "整改报验", "en": "submit a rectification"},
    Permission.REINSPECT: {"zh": "复查", "en": "re-inspect"},
    Permission.ESCALATE: {"zh": "提级督办", "en": "escalate"},
    Permission.SUSPEND: {"zh": "责令停产停业", "en": "order a suspension"},
    Permission.LIST_HAZARD: {"zh": "挂牌督办", "en": "list for supervision"},
    Permission.LOOK_BACK: {"zh": "回头看", "en": "look back"},
    Permission.VOID: {"zh": "作废", "en": "void"},
    Permission.GRADE: {"zh": "判定等级", "en": "grade"},
    Permission.MANAGE_PLACES: {"zh": "管理网格与场所", "en": "manage places"},
    Permission.MANAGE_PEOPLE: {"zh": "管理人员", "en": "manage people"},
    Permission.ENROL: {"zh": "登记手机", "en": "enrol a phone"},
    Permission.REVEAL_PHONE: {"zh": "查看联系电话", "en": "reveal a contact phone"},
    Permission.REVIEW_HELD: {"zh": "审核暂存记录", "en": "review held records"},
    Permission.EXPORT: {"zh": "导出", "en": "export"},
    Permission.SEE_DEVICES: {"zh": "查看未上传情况", "en": "see what devices still hold"},
}

DEPARTMENTS: Final[dict[str, Label]] = {
    "fire": {"zh": "消防救援", "en": "fire and rescue"},
    "emergency": {"zh": "应急管理", "en": "emergency management"},
    "housing_gas": {"zh": "住建（燃气）", "en": "housing and gas"},
    "market_supervision": {"zh": "市场监管", "en": "market supervision"},
    "education": {"zh": "教育", "en": "education"},
    "culture_tourism": {"zh": "文化旅游", "en": "culture and tourism"},
    "police": {"zh": "公安", "en": "police"},
    "enforcement": {"zh": "城管执法", "en": "urban enforcement"},
    "commerce": {"zh": "商务", "en": "commerce"},
    "ecology": {"zh": "生态环境", "en": "ecology and environment"},
    "gas_company": {"zh": "燃气经营企业", "en": "gas company"},
}
