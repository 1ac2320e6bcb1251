"""Expectations for checklist.json that were written by hand, from the conventions in checklists.yaml alone."""

from typing import Any

HAZARD = {
    "hazard_when": {"zh": "有", "en": "Yes"},
    "severity": "general",
    "deadline": 7,
    "rectify": {"zh": "改", "en": "Mend"},
}
BASIS = [{"ref": "LOCAL", "clause": "", "source": "memory"}]


def item(item_id: str, kind: str, **more: Any) -> dict[str, Any]:
    return {
        "id": item_id,
        "section": "only",
        "type": kind,
        "zh": "题",
        "en": "Question",
        "photo": "optional",
        "assess": "observe",
        "basis": BASIS,
        **more,
    }


def option(value: str, result: str, **more: Any) -> dict[str, Any]:
    return {"value": value, "zh": value, "en": value, "result": result, **more}


def limit(op: str, value: float, severity: str = "general", deadline: int | str = 7) -> dict[str, Any]:
    return {"op": op, "value": value, "severity": severity, "deadline": deadline}


def _measured(item_id: str, limits: list[dict[str, Any]], **more: Any) -> dict[str, Any]:
    shape = {"unit": "米", "unit_en": "m", "min": -5, "max": 20, "step": 0.5, "limits": limits, **HAZARD}
    return item(item_id, "number", **shape, **more)


def body(checklist_id: str, category: str, items: list[dict[str, Any]]) -> dict[str, Any]:
    label = {"zh": "试", "en": "Trial"}
    return {
        "schema": "gridcheck.checklists/1",
        "status": "made for tests",
        "id": checklist_id,
        "version": "1",
        **label,
        "premises_category": category,
        "default_track": "patrol",
        "applies_to": label,
        "refer_to": ["社区"],
        "photo_policy": label,
        "notes": [],
        "sections": [{"id": "only", **label}],
        "sources": {"LOCAL": {**label, "number": "", "status": "memory", "note": ""}},
        "items": items,
    }


OPERATORS = body(
    "made.operators",
    "enterprise",
    [
        item(
            "m.kind",
            "choice",
            options=[
                option("shop", "info"),
                option("works", "info"),
                option("bad", "hazard", severity="major", deadline=3),
            ],
            **HAZARD,
        ),
        item(
            "m.risks",
            "multi_choice",
            options=[
                option("dust", "hazard", severity="general", deadline=15),
                option("gas", "hazard", severity="major", deadline="immediate"),
                option("paint", "hazard", severity="major", deadline=3),
                option("tip", "advise"),
                option("none", "ok"),
            ],
            **HAZARD,
        ),
        _measured("m.less", [limit("<", 2)], required=False),
        _measured("m.at_most", [limit("<=", 2)], required=False),
        _measured("m.more", [limit(">", 2)], required=False),
        _measured("m.at_least", [limit(">=", 2)], required=False),
        _measured(
            "m.steps",
            [limit(">", 1), limit(">", 5, "major", 3), limit(">", 9, "major", "immediate"), limit(">", 12)],
            required=False,
        ),
        item(
            "m.works_only",
            "check",
            answers=["ok", "hazard", "na"],
            show_if={"item": "m.kind", "in": ["works"]},
            **HAZARD,
        ),
        item(
            "m.both",
            "check",
            answers=["ok", "hazard"],
            show_if={
                "all": [
                    {"item": "m.kind", "in": ["works", "shop"]},
                    {"item": "m.risks", "contains_any": ["gas", "paint"]},
                ]
            },
            **HAZARD,
        ),
        item("m.paper", "choice", assess="document", options=[option("yes", "ok"), option("no", "info")]),
        item("m.after_paper", "check", answers=["ok", "hazard"], show_if={"item": "m.paper", "in": ["yes"]}, **HAZARD),
        item("m.remark", "text", required=False),
        item("m.must_say", "text", show_if={"item": "m.kind", "in": ["bad"]}),
        item("m.sign", "signature", required=False, allow_refusal=True),
        item("m.must_sign", "signature", allow_refusal=False, show_if={"item": "m.kind", "in": ["bad"]}),
    ],
)
FULL = {"m.kind": "shop", "m.risks": ["none"]}
ALWAYS = ["m.kind", "m.risks", "m.less", "m.at_most", "m.more", "m.at_least", "m.steps"]
END = ["m.remark", "m.sign"]


def found(item_id: str, grade: str, days: int, chosen: str | None = None, index: int | None = None) -> dict[str, Any]:
    return {"item_id": item_id, "grade": grade, "due_days": days, "option": chosen, "limit": index}


def wrong(item_id: str, reason: str) -> dict[str, str]:
    return {"item_id": item_id, "reason": reason}


def case(
    name: str, answers: Any, track: str = "patrol", checklist: str = "made.operators", **expect: Any
) -> dict[str, Any]:
    return {"name": name, "checklist": checklist, "track": track, "answers": answers, "expect": expect}
