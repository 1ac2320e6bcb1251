"""The tricky cases of checklist.json, each with what a person expects, stated by hand."""

from typing import Any

from tests.backend.visits.vectors_stated import ALWAYS, END, FULL, case, found, wrong

PAPER = {"item_id": "m.paper", "because": "officer_only", "option": None}
TIP = {"item_id": "m.risks", "because": "option", "option": "tip"}
LONG = "字" * 2000
PATH = "M1 2 L3.5,-4 Z"


def one(name: str, item_id: str, answer: Any, *findings: Any, **expect: Any) -> dict[str, Any]:
    return case(name, {**FULL, item_id: answer}, findings=list(findings), missing=[], invalid=[], **expect)


def refused(name: str, item_id: str, answer: Any, reason: str) -> dict[str, Any]:
    return case(name, {**FULL, item_id: answer}, findings=[], invalid=[wrong(item_id, reason)])


VISIBILITY = [
    case(
        "nothing answered",
        {},
        applies=[*ALWAYS, *END],
        missing=["m.kind", "m.risks"],
        invalid=[],
        findings=[],
        advice=[PAPER],
    ),
    case("only what is required", FULL, applies=[*ALWAYS, *END], missing=[], invalid=[], findings=[], advice=[PAPER]),
    case(
        "one condition holds",
        {**FULL, "m.kind": "works"},
        applies=[*ALWAYS, "m.works_only", *END],
        missing=["m.works_only"],
    ),
    case(
        "all conditions hold",
        {"m.kind": "works", "m.risks": ["tip", "paint"]},
        applies=[*ALWAYS, "m.works_only", "m.both", *END],
        missing=["m.works_only", "m.both"],
        findings=[found("m.risks", "suspected_major", 3, "paint")],
        advice=[TIP, PAPER],
    ),
    case("one of all fails: the choice", {"m.kind": "bad", "m.risks": ["gas"]}, missing=["m.must_say", "m.must_sign"]),
    case("one of all fails: the list", {"m.kind": "shop", "m.risks": ["dust"]}, applies=[*ALWAYS, *END]),
    case("a hidden answer is not counted", {**FULL, "m.works_only": "hazard"}, findings=[], invalid=[], missing=[]),
    case("a hidden wrong answer is not told", {**FULL, "m.works_only": 7}, findings=[], invalid=[], missing=[]),
    case(
        "a wrong answer shows nothing further",
        {"m.kind": ["works"], "m.risks": ["none"]},
        applies=[*ALWAYS, *END],
        missing=[],
        invalid=[wrong("m.kind", "wrong_type")],
    ),
    case(
        "the officer's paper item shows its follower",
        {**FULL, "m.paper": "yes"},
        "inspection",
        applies=[*ALWAYS, "m.paper", "m.after_paper", *END],
        missing=["m.after_paper"],
        advice=[],
    ),
    case(
        "on patrol its follower stays hidden",
        {**FULL, "m.paper": "yes", "m.after_paper": "hazard"},
        applies=[*ALWAYS, *END],
        invalid=[wrong("m.paper", "officer_only")],
        findings=[],
        advice=[PAPER],
    ),
    case("a blank answer to an officer's item is none", {**FULL, "m.paper": " \n"}, invalid=[], advice=[PAPER]),
    case("an inspection must answer the paper item", FULL, "inspection", missing=["m.paper"], advice=[]),
]

LIMITS = [
    one("under < ", "m.less", 1.99, found("m.less", "general", 7, None, 0)),
    one("on < ", "m.less", 2),
    one("on <=", "m.at_most", 2, found("m.at_most", "general", 7, None, 0)),
    one("above <=", "m.at_most", 2.01),
    one("on > ", "m.more", 2.0),
    one("above > ", "m.more", 2.01, found("m.more", "general", 7, None, 0)),
    one("on >=", "m.at_least", 2.0, found("m.at_least", "general", 7, None, 0)),
    one("below >=", "m.at_least", 1.999),
    one("no limit of several", "m.steps", 1),
    one("first of several", "m.steps", 3, found("m.steps", "general", 7, None, 0)),
    one("most severe of two", "m.steps", 6, found("m.steps", "suspected_major", 3, None, 1)),
    one("last listed of two equally severe", "m.steps", 10, found("m.steps", "suspected_major", 0, None, 2)),
    one("a later mild limit does not govern", "m.steps", 13, found("m.steps", "suspected_major", 0, None, 2)),
    one("lowest possible", "m.more", -5),
    one("highest possible", "m.more", 20, found("m.more", "general", 7, None, 0)),
    one("minus zero", "m.at_most", -0.0, found("m.at_most", "general", 7, None, 0)),
    refused("below the range", "m.more", -5.01, "out_of_range"),
    refused("above the range", "m.more", 20.5, "out_of_range"),
    refused("far above the range", "m.more", 1e300, "out_of_range"),
    refused("a number as text", "m.more", "3", "wrong_type"),
    refused("true is no number", "m.more", True, "wrong_type"),
    refused("a list is no number", "m.more", [3], "wrong_type"),
]

CHOICES = [
    case(
        "a hazard option",
        {**FULL, "m.kind": "bad", "m.must_say": "a", "m.must_sign": {"path": PATH}},
        findings=[found("m.kind", "suspected_major", 3, "bad")],
        missing=[],
    ),
    one("one hazard of a list", "m.risks", ["dust"], found("m.risks", "general", 15, "dust")),
    case(
        "most severe of a list",
        {**FULL, "m.risks": ["gas", "dust"]},
        applies=[*ALWAYS, "m.both", *END],
        findings=[found("m.risks", "suspected_major", 0, "gas")],
        missing=["m.both"],
    ),
    case(
        "last listed, not last chosen",
        {**FULL, "m.risks": ["paint", "gas"], "m.both": "ok"},
        findings=[found("m.risks", "suspected_major", 3, "paint")],
        missing=[],
    ),
    one("advice is no hazard", "m.risks", ["tip"], advice=[TIP, PAPER]),
    one(
        "advice beside a hazard",
        "m.risks",
        ["tip", "dust"],
        found("m.risks", "general", 15, "dust"),
        advice=[TIP, PAPER],
    ),
    case("an empty list is open", {"m.kind": "shop", "m.risks": []}, missing=["m.risks"], invalid=[]),
    case("null is open", {"m.kind": None, "m.risks": ["none"]}, missing=["m.kind"], invalid=[]),
    case("a blank is open", {"m.kind": "\u3000 ", "m.risks": ["none"]}, missing=["m.kind"], invalid=[]),
    case("false is not open", {**FULL, "m.kind": False}, missing=[], invalid=[wrong("m.kind", "wrong_type")]),
    case("zero is not open", {**FULL, "m.kind": 0}, missing=[], invalid=[wrong("m.kind", "wrong_type")]),
    case("an empty table is not open", {**FULL, "m.kind": {}}, missing=[], invalid=[wrong("m.kind", "wrong_type")]),
    refused("no such option", "m.kind", "Shop", "not_an_option"),
    refused("an inherited name is no option", "m.kind", "constructor", "not_an_option"),
    refused("no such option in a list", "m.risks", ["dust", "water"], "not_an_option"),
    refused("an option twice", "m.risks", ["dust", "dust"], "repeated_option"),
    refused("a text is no list", "m.risks", "dust", "wrong_type"),
    refused("a list in a list", "m.risks", [["dust"]], "wrong_type"),
    case(
        "na where it is not offered",
        {**FULL, "m.risks": ["gas"], "m.both": "na"},
        findings=[found("m.risks", "suspected_major", 0, "gas")],
        invalid=[wrong("m.both", "not_an_option")],
    ),
]

TEXTS = [
    one("any Chinese and emoji", "m.remark", "三楼👩‍🚒走道\n有杂物"),
    one("as long as can be", "m.remark", LONG),
    one("length counts characters, not halves", "m.remark", "🔥" * 2000),
    refused("one too long", "m.remark", LONG + "字", "too_long"),
    refused("a tab", "m.remark", "a\tb", "control_characters"),
    refused("a zero byte", "m.remark", "a\u0000b", "control_characters"),
    refused("a direction override", "m.remark", "a\u202eb", "control_characters"),
    refused("text that is a number", "m.remark", 5, "wrong_type"),
    one("a drawn signature", "m.sign", {"path": PATH}),
    one("a refused signature with a witness", "m.sign", {"refused": True, "witness": "社区 李干事"}),
    one("a refused signature alone", "m.sign", {"refused": True}),
    refused("refused must be true", "m.sign", {"refused": "yes"}, "wrong_type"),
    refused("refused must not be 1", "m.sign", {"refused": 1}, "wrong_type"),
    refused("a witness is a text", "m.sign", {"refused": True, "witness": 5}, "wrong_type"),
    refused("drawn and refused", "m.sign", {"refused": True, "path": PATH}, "wrong_type"),
    refused("an empty signature", "m.sign", {}, "wrong_type"),
    refused("a name is no signature", "m.sign", "李", "wrong_type"),
    refused("no path in the path", "m.sign", {"path": "<script>"}, "not_a_path"),
    refused("a path begins with a move", "m.sign", {"path": "L1 1"}, "not_a_path"),
    refused("a path too long", "m.sign", {"path": "M" + "1 " * 10000}, "too_long"),
    case(
        "where refusal is not allowed",
        {**FULL, "m.kind": "bad", "m.must_say": "a", "m.must_sign": {"refused": True}},
        invalid=[wrong("m.must_sign", "refusal_not_allowed")],
        missing=[],
    ),
    case(
        "answers are no table",
        ["ok"],
        applies=[*ALWAYS, *END],
        missing=["m.kind", "m.risks"],
        invalid=[wrong("", "wrong_type")],
    ),
    case("answers are nothing", None, missing=["m.kind", "m.risks"], invalid=[wrong("", "wrong_type")]),
    case(
        "unknown items, sorted by their units",
        {**FULL, "\uff5e": 1, "😀": 1, "10": 1, "9": 1, "m.kind ": 1, "constructor": 1},
        invalid=[wrong(name, "unknown_item") for name in ("10", "9", "constructor", "m.kind ", "😀", "\uff5e")],
    ),
]

CASES = [*VISIBILITY, *LIMITS, *CHOICES, *TEXTS]
