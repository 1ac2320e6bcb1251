"""The table of who may do what: every mutation, by the members of the cast, with the stage its subject is brought to.

Everything happens in the first grid of Heping: to the KTV (Wu's), to the home, or to the hazard that Lan reported.
`ok` get their receipt "applied"; `forbidden` see the thing but have not the role (403); everybody else gets 404.
`otherwise` names the few whom a later rule refuses, by its code.
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import NamedTuple

FIELD = "lan guo qin"
POSTED_HERE = "lan guo qin dai hai jing gu shen min"
"""Whose area holds the grid: they are told 403, not 404, when something is not theirs to do."""
SEEN = f"{POSTED_HERE} wu"
"""Those, and the responsible unit of the KTV."""
TRANSFERRED = f"{SEEN} xiao"
"""Those, and the department to which the hazard was transferred."""
AT_COMMUNITY = "qin dai hai jing gu shen min"
AT_SUBDISTRICT = "dai hai jing gu shen min"

NOTICE = {"delivered": "in_person", "signed": "signed"}
AFTER = [{"sha256": "cd" * 32, "role": "after"}]
LATER = "2026-03-16"


class Deed(NamedTuple):
    """One mutation: the stage before it, its arguments, who gets it done, and who sees its subject."""

    name: str
    stage: str
    args: dict[str, object]
    ok: str
    seen: str = SEEN
    otherwise: Mapping[str, str] = MappingProxyType({})


_VISIT = {
    "place_kind": "household", "place_id": "{home}", "track": "patrol", "outcome": "no_answer", "answers": {},
    "item_notes": {}, "note": "", "photos": [], "notice": {"delivered": "posted", "signed": "none"},
    "started_at": "2026-03-02T00:40:00Z", "ended_at": "2026-03-02T00:50:00Z", "fix": None,
}  # fmt: skip
_DOOR = {"id": "{new}", "unit": "1单元", "floor": 4, "room": "402", "use": "dwelling"}
_HERE = {"lon": 109.401, "lat": 24.301}

HAZARDS = (
    Deed("report_hazard", "none", {"hazard_id": "{new}"}, "lan bo guo qin dai hai jing wu xiao"),
    Deed("fix_on_site", "registered", {"measures": "已开锁", "photos": AFTER}, FIELD),
    Deed("give_advice", "at_home", {"notice": NOTICE, "due_on": LATER}, FIELD, POSTED_HERE),
    Deed("dispatch_hazard", "registered",
         {"due_on": LATER, "measures": "打开安全出口", "responsible_unit": "好声音KTV", "notice": NOTICE}, "qin dai"),
    Deed("transfer_hazard", "registered",
         {"department": "fire", "receipt_number": "消移3号", "reply_due_on": LATER, "reason": "超出权限"}, "dai"),
    Deed("reply_transfer", "transferred",
         {"result": "rectified", "verified": True, "note": "已整改", "photos": []}, "dai xiao", TRANSFERRED),
    Deed("start_rectification", "dispatched", {"receipt": "signed"}, f"{FIELD} wu"),
    Deed("request_extension", "in_rectification",
         {"new_due_on": LATER, "reason": "缺配件", "interim_measures": "专人值守"}, f"{FIELD} wu"),
    Deed("decide_extension", "extension_pending", {"granted": True, "reason": ""}, "jing"),
    Deed("submit_rectification", "in_rectification", {"description": "已开锁", "photos": AFTER}, f"{FIELD} wu"),
    Deed("pass_reinspection", "submitted", {"note": "合格", "photos": []}, "guo qin"),
    Deed("fail_reinspection", "submitted", {"reason": "又锁上了", "new_due_on": LATER}, "guo qin"),
    Deed("escalate_hazard", "overdue", {"level": "community"}, "jing"),
    Deed("order_suspension", "major", {"order_number": "消停1号"}, "xiao", TRANSFERRED),
    Deed("allow_resumption", "suspended", {"note": "经审查同意"}, "xiao", TRANSFERRED),
    Deed("list_hazard", "major", {"listing_unit": "区安委办", "notice_number": "挂1号", "report_cycle_days": 30},
         "xiao", TRANSFERRED),
    Deed("look_back", "closed", {"result": "held", "note": "未反弹"}, "qin hai jing"),
    Deed("void_hazard", "registered", {"reason": "重复登记"}, "jing"),
    Deed("void_hazard", "twice", {"reason": "重复登记", "duplicate_of": "{kept}"}, "jing"),
    Deed("grade_hazard", "registered", {"grade": "suspected_major", "criteria": "", "reason": "人员密集"}, "hai"),
    Deed("settle_grid", "in_public", {"grid_code": "{grid}"}, "qin dai hai", POSTED_HERE),
    Deed("note_hazard", "registered", {"note": "已电话联系", "photos": []}, f"{FIELD} dai hai jing wu"),
)  # fmt: skip

PEOPLE = (
    Deed("invite_person", "none",
         {"person_id": "{new}", "name": "新", "login": "xin", "role": "grid_worker", "place_code": "{grid}"},
         "qin dai min", POSTED_HERE),
    Deed("add_posting", "none",
         {"posting_id": "{new}", "person_id": "{nobody}", "role": "grid_leader", "place_code": "{grid}"},
         "qin dai min", POSTED_HERE),
    Deed("end_posting", "none", {"posting_id": "{lans_posting}", "to_on": "2026-03-02"}, "qin dai min", POSTED_HERE),
    Deed("revoke_device", "none", {"device_id": "{lans_device}"}, "lan qin dai min", POSTED_HERE),
    Deed("reset_totp", "none", {"person_id": "{guo}"}, "qin dai min", "lan qin dai hai jing gu shen min"),
)  # fmt: skip

PLACES = (
    Deed("register_community", "none", {"id": "{new}", "code": "450299001004", "name": "龙福"}, "dai min",
         AT_SUBDISTRICT),
    Deed("import_grids", "none", {"crs": "wgs84"}, "", AT_COMMUNITY,  # they stand already
         {"qin": "grids-invalid", "dai": "grids-invalid", "min": "grids-invalid"}),
    Deed("import_grid_file", "none", {"survey_id": "{survey}"}, "qin dai min", AT_COMMUNITY),
    Deed("change_grids", "none",
         {"id": "{new}", "community_code": "450299001002", "edition": 1, "effective_on": "2026-03-02",
          "edit": {"kind": "merge", "codes": ["{grid}", "{other_grid}"], "line": [_HERE]},
          "grids": [{"code": "450299001002003", "name": "和平大网格", "kind": "basic"}]}, "qin dai min", AT_COMMUNITY),
    Deed("undo_grid_change", "changed", {"change_id": "{change}"}, "qin dai min", AT_COMMUNITY),
    Deed("retire_grid", "none",
         {"code": "{other_grid}", "retired_on": "2026-03-02", "replaced_by": ["{grid}"]},
         "guo qin dai min", "guo qin dai hai jing gu shen min"),
    Deed("register_building", "none",
         {"id": "{new}", "grid_code": "{grid}", "name": "4栋", "address": "和平路", "units": 1, "floors": 3, **_HERE},
         "guo qin dai min", POSTED_HERE),
    Deed("register_household", "none", _DOOR | {"building_id": "{building}"}, f"{FIELD} hai", POSTED_HERE),
    Deed("register_households", "none", {"building_id": "{building}", "households": [_DOOR]}, "guo qin dai min",
         POSTED_HERE),
    Deed("register_premises", "none",
         {"id": "{new}", "grid_code": "{grid}", "category": "market", "name": "市场", "address": "和平路", **_HERE,
          "contact_title": "", "contact_phone": "13812342107"}, "guo qin dai min", POSTED_HERE),
    Deed("change_contact_phone", "none",
         {"place_kind": "premises", "place_id": "{ktv}", "contact_phone": "13812340000"}, f"{FIELD} hai"),
    Deed("mark_needs_help", "none", {"household_id": "{home}", "needs_help": True}, f"{FIELD} hai",
         POSTED_HERE),
    Deed("retire_place", "none",
         {"place_kind": "household", "place_id": "{home}", "retired_on": "2026-03-02", "reason": "已拆除"},
         "guo qin dai min", POSTED_HERE),
)  # fmt: skip

VISITS = (
    Deed("publish_checklist", "none", {"id": "{checklist_id}", "version": 1}, "min", "EVERYBODY"),
    Deed("record_visit", "none", _VISIT | {"visit_id": "{new}"}, f"{FIELD} hai", POSTED_HERE),
    Deed("correct_visit", "visited", _VISIT | {"visit_id": "{new}", "corrects": "{visit}", "reason": "填错了"},
         f"{FIELD} hai", POSTED_HERE),
)  # fmt: skip

HELD = (
    Deed("accept_held", "none", {"mutation_id": "{new}"}, "", AT_SUBDISTRICT,
         {"dai": "not-found", "jing": "not-found"}),
    Deed("refuse_held", "none", {"mutation_id": "{new}", "reason": "不是本人"}, "", AT_SUBDISTRICT,
         {"dai": "not-found", "jing": "not-found"}),
)  # fmt: skip

DEEDS = (*PEOPLE, *PLACES, *VISITS, *HAZARDS, *HELD)
