"""Evaluate a checklist: what is asked, what is open, what does not fit, what is dangerous, what is only advice."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from backend.visits.rules.answers import is_open, why_not_answer
from backend.visits.rules.checklist import conditions

OFFICER_ONLY: Final = ("document", "test")
SEVERITIES: Final = ("general", "major")  # from the mildest to the most severe
# A home knows danger, never the legal term; in premises a grid worker may only suspect what an officer confirms.
GRADES: Final = {
    "household": {"general": "general", "major": "life_threatening"},
    "premises": {"general": "general", "major": "suspected_major"},
}


@dataclass(frozen=True, slots=True)
class Finding:
    """A hazard that an answer shows. `option` or `limit` (its index) is what governed; `due_days` 0 is at once."""

    item_id: str
    grade: str
    due_days: int
    option: str | None
    limit: int | None
    photo: str
    what: Mapping[str, str]
    rectify: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Advice:
    """Something to tell, which is no hazard: an item only an officer may judge, or an option that is advice."""

    item_id: str
    because: str  # officer_only | option
    option: str | None


@dataclass(frozen=True, slots=True)
class Invalid:
    """An answer that does not fit, with one of the reasons in answers.REASONS; item_id "" is the answers as a whole."""

    item_id: str
    reason: str


@dataclass(frozen=True, slots=True)
class Evaluation:
    """What a checklist says of its answers; all in the order of the checklist."""

    applies: tuple[str, ...]
    missing: tuple[str, ...]
    invalid: tuple[Invalid, ...]
    findings: tuple[Finding, ...]
    advice: tuple[Advice, ...]


def _is_shown(item: Mapping[str, Any], seen: Mapping[str, Any]) -> bool:
    """Is an item asked, given the fitting answers to the items before it? A hidden item's answer counts for nothing."""
    for condition in conditions(item):
        answer = seen.get(condition["item"])
        if "in" in condition:
            holds = answer in condition["in"]
        else:
            holds = any(value in condition["contains_any"] for value in answer or ())
        if not holds:
            return False
    return True


@dataclass(frozen=True, slots=True)
class _Match:
    severity: str
    deadline: int | str
    option: str | None = None
    limit: int | None = None


_BELOW_OR_ABOVE = {
    "<": lambda answer, value: answer < value,
    "<=": lambda answer, value: answer <= value,
    ">": lambda answer, value: answer > value,
    ">=": lambda answer, value: answer >= value,
}


def _chosen(item: Mapping[str, Any], answer: Any) -> Iterator[Mapping[str, Any]]:
    chosen = answer if isinstance(answer, list) else [answer]
    return (option for option in item.get("options", ()) if option["value"] in chosen)


def _matches(item: Mapping[str, Any], answer: Any) -> Iterator[_Match]:
    """Yield every reason to call an answer a hazard, in the order in which the checklist lists them."""
    if item["type"] == "check":
        if answer == "hazard":
            yield _Match(item["severity"], item["deadline"])
        return
    for option in _chosen(item, answer):
        if option["result"] == "hazard":
            yield _Match(option["severity"], option["deadline"], option=option["value"])
    for index, limit in enumerate(item.get("limits", ())):
        if _BELOW_OR_ABOVE[limit["op"]](answer, limit["value"]):
            yield _Match(limit["severity"], limit["deadline"], limit=index)


def _finding(body: Mapping[str, Any], item: Mapping[str, Any], matches: Sequence[_Match]) -> Finding:
    """Of several matches the most severe governs, and among equals the one listed last."""
    rank = [SEVERITIES.index(match.severity) for match in matches]
    governing = matches[max(range(len(matches)), key=lambda index: (rank[index], index))]
    grades = GRADES["household" if body["premises_category"] == "household" else "premises"]
    return Finding(
        item_id=item["id"],
        grade=grades[governing.severity],
        due_days=0 if governing.deadline == "immediate" else int(governing.deadline),
        option=governing.option,
        limit=governing.limit,
        photo=item["photo"],
        what=item["hazard_when"],
        rectify=item["rectify"],
    )


class _Reader:
    """Walk once through a checklist; an item depends on earlier ones only."""

    def __init__(self, body: Mapping[str, Any], given: Mapping[Any, Any], track: str) -> None:
        self.body, self.given, self.track = body, given, track
        self.seen: dict[str, Any] = {}
        self.applies: list[str] = []
        self.missing: list[str] = []
        self.invalid: list[Invalid] = []
        self.findings: list[Finding] = []
        self.advice: list[Advice] = []

    def read(self, item: Mapping[str, Any]) -> None:
        answer = self.given.get(item["id"])
        if self.track == "patrol" and item["assess"] in OFFICER_ONLY:
            self.advice.append(Advice(item["id"], "officer_only", None))
            if not is_open(answer):
                self.invalid.append(Invalid(item["id"], "officer_only"))
            return
        self.applies.append(item["id"])
        if is_open(answer):
            if item.get("required", True):
                self.missing.append(item["id"])
            return
        reason = why_not_answer(item, answer)
        if reason is not None:
            self.invalid.append(Invalid(item["id"], reason))
            return
        self.seen[item["id"]] = answer
        self.judge(item, answer)

    def judge(self, item: Mapping[str, Any], answer: Any) -> None:
        matches = list(_matches(item, answer))
        if matches:
            self.findings.append(_finding(self.body, item, matches))
        for option in _chosen(item, answer):
            if option["result"] == "advise":
                self.advice.append(Advice(item["id"], "option", option["value"]))


def _unknown(body: Mapping[str, Any], given: Mapping[Any, Any]) -> list[Invalid]:
    """Unknown names in the order of their UTF-16 units, which is how the phone sorts."""
    known = {item["id"] for item in body["items"]}
    names = [str(name) for name in given if name not in known]
    names.sort(key=lambda name: name.encode("utf-16-be", "surrogatepass"))
    return [Invalid(name, "unknown_item") for name in names]


def evaluate(body: Mapping[str, Any], answers: object, track: str) -> Evaluation:
    """Return what a published checklist says of answers, which may be any JSON.

    Shapes: `answers` maps item ids to "ok"|"hazard"|"na", an option, a list of options, a number, a text, or a
    signature ({path} or {refused, witness}); `null`, [] and blank texts are open. `track` is patrol or inspection.
    An answer to a hidden item is neither wrong nor counted. Nothing is raised for whatever answers.
    """
    given: Mapping[Any, Any] = answers if isinstance(answers, Mapping) else {}
    reader = _Reader(body, given, track)
    if given is not answers:
        reader.invalid.append(Invalid("", "wrong_type"))
    for item in body["items"]:
        if _is_shown(item, reader.seen):
            reader.read(item)
    return Evaluation(
        applies=tuple(reader.applies),
        missing=tuple(reader.missing),
        invalid=(*reader.invalid, *_unknown(body, given)),
        findings=tuple(reader.findings),
        advice=tuple(reader.advice),
    )
