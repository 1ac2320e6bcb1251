"""Write tests/vectors/checklist.json: hand-stated cases, one case for every rule of the shipped file, and parity runs.

Run `python -m tests.backend.visits.write_vectors` after changing a checklist. The expectations of `cases` never come
from the function under test: they are stated by hand or read from the YAML. Those of `parity` do, because they only
say that two languages agree.
"""

import json
import random
from dataclasses import asdict
from pathlib import Path
from typing import Any

from backend.visits import templates
from backend.visits.rules.evaluate import evaluate
from tests.backend.visits.vectors_cases import CASES
from tests.backend.visits.vectors_real import DOOR, PERSONAL, REAL
from tests.backend.visits.vectors_stated import OPERATORS, case, found, wrong

FILE = Path(__file__).parents[2] / "vectors" / "checklist.json"
SLIM = ("item_id", "grade", "due_days", "option", "limit")
_DAYS = {"immediate": 0}


def _revealing(body: dict[str, Any], item: dict[str, Any]) -> dict[str, Any]:
    """Answers that make an item visible and are no hazards themselves."""
    items = {each["id"]: each for each in body["items"]}
    show_if = item.get("show_if")
    answers: dict[str, Any] = {}
    for condition in [] if show_if is None else show_if.get("all", [show_if]):
        asked = items[condition["item"]]
        wanted = condition.get("in") or condition.get("contains_any")
        harmless = [o["value"] for o in asked["options"] if o["value"] in wanted and o["result"] != "hazard"]
        answers |= _revealing(body, asked)
        answers[asked["id"]] = harmless[0] if "in" in condition else [harmless[0]]
    return answers


def _grade(body: dict[str, Any], severity: str) -> str:
    if severity == "general":
        return "general"
    return "life_threatening" if body["id"] == "co.household" else "suspected_major"


def _days(deadline: Any) -> int:
    return _DAYS.get(deadline, deadline)


def _answers_of(body: dict[str, Any], item: dict[str, Any]) -> list[tuple[str, Any, dict[str, Any] | None, str | None]]:
    """Name, answer, the finding it must make, and the option that is advice."""
    if item["type"] == "check":
        hazard = found(item["id"], _grade(body, item["severity"]), _days(item["deadline"]))
        return [("hazard", "hazard", hazard, None), ("ok", "ok", None, None), ("na", "na", None, None)]
    if item["type"] == "number":
        return [_beyond(body, item, index) for index in range(len(item["limits"]))]
    judged = []
    for option in item.get("options", ()):
        answer = option["value"] if item["type"] == "choice" else [option["value"]]
        hazard = None
        if option["result"] == "hazard":
            hazard = found(item["id"], _grade(body, option["severity"]), _days(option["deadline"]), option["value"])
        advised = option["value"] if option["result"] == "advise" else None
        judged.append((option["value"], answer, hazard, advised))
    return judged


def _beyond(body: dict[str, Any], item: dict[str, Any], index: int) -> tuple[str, Any, dict[str, Any], None]:
    limit = item["limits"][index]
    step = {"<": -item["step"], ">": item["step"]}.get(limit["op"], 0)
    hazard = found(item["id"], _grade(body, limit["severity"]), _days(limit["deadline"]), None, index)
    return f"{limit['op']} {limit['value']}", round(limit["value"] + step, 6), hazard, None


def _cases_of(body: dict[str, Any], item: dict[str, Any]) -> list[dict[str, Any]]:
    """On the track where the item may be answered; and that the other track does not let it be."""
    only_officers = item["assess"] in ("document", "test")
    track, shown = "inspection" if only_officers else "patrol", _revealing(body, item)
    cases = []
    for name, answer, hazard, advised in _answers_of(body, item):
        answers = {**shown, item["id"]: answer}
        expect: dict[str, Any] = {"findings": [hazard] if hazard else [], "invalid": [], "asks": [item["id"]]}
        if advised is not None:
            expect["advises"] = [{"item_id": item["id"], "because": "option", "option": advised}]
        cases.append(case(f"{item['id']}: {name}", answers, track, body["id"], **expect))
    if only_officers:
        refused = {**shown, item["id"]: cases[0]["answers"][item["id"]]}
        advice = [{"item_id": item["id"], "because": "officer_only", "option": None}]
        expect = {"invalid": [wrong(item["id"], "officer_only")], "hides": [item["id"]], "advises": advice}
        cases.append(case(f"{item['id']}: not on patrol", refused, "patrol", body["id"], findings=[], **expect))
    if shown:
        hidden = {item["id"]: cases[0]["answers"].get(item["id"])} if cases else {}
        expect = {"findings": [], "invalid": [], "hides": [item["id"]]}
        cases.append(case(f"{item['id']}: hidden", hidden, track, body["id"], **expect))
    return cases


def _chance_answer(chance: random.Random, item: dict[str, Any]) -> Any:
    if chance.random() < 0.08:
        return chance.choice([None, "", "x", 3, True, [], {}, ["x"], {"path": "x"}, {"refused": True}])
    if item["type"] == "check":
        return chance.choice(item["answers"])
    values = [option["value"] for option in item.get("options", ())]
    if item["type"] == "choice":
        return chance.choice(values)
    if item["type"] == "multi_choice":
        return chance.sample(values, chance.randint(0, len(values)))
    if item["type"] == "number":
        return chance.choice([item["min"], item["max"], round(chance.uniform(item["min"], item["max"]), 2)])
    return chance.choice(["有人说过", {"path": "M0 0 L5 5"}, {"refused": True, "witness": "李"}])


def _parity(bodies: dict[str, Any]) -> list[dict[str, Any]]:
    chance, runs = random.Random(20261123), []
    for body in bodies.values():
        for track in ("patrol", "inspection"):
            for _ in range(6):
                asked = [item for item in body["items"] if chance.random() < 0.9]
                answers = {item["id"]: _chance_answer(chance, item) for item in asked}
                expect = told(evaluate(body, answers, track))
                runs.append({"checklist": body["id"], "track": track, "answers": answers, "expect": expect})
    return runs


def told(evaluation: Any) -> dict[str, Any]:
    """Return an evaluation as the vectors write it: findings without their words."""
    plain = asdict(evaluation)
    plain["findings"] = [{name: finding[name] for name in SLIM} for finding in plain["findings"]]
    return {name: list(value) for name, value in plain.items()}


def vectors() -> dict[str, Any]:
    bodies = {body["id"]: body for body in [*templates.shipped(), OPERATORS]}
    derived = [one for body in templates.shipped() for item in body["items"] for one in _cases_of(body, item)]
    return {
        "about": "Read by pytest and vitest. Every name under `expect` must hold exactly; `asks` must be asked, "
        "`hides` must not, `advises` must be among the advice. Written by tests/backend/visits/write_vectors.py.",
        "bodies": bodies,
        "cases": [*CASES, *REAL, *derived],
        "door": DOOR,
        "personal_numbers": [{"text": text, "expect": kind} for text, kind in PERSONAL],
        "parity": _parity(bodies),
    }


def as_text() -> str:
    """One line for each case, so that a change shows as the lines it changes."""
    parts = []
    for name, value in vectors().items():
        if isinstance(value, list):
            lines = ",\n".join(json.dumps(each, ensure_ascii=False) for each in value)
            parts.append(f'"{name}": [\n{lines}\n]')
        elif isinstance(value, dict):
            lines = ",\n".join(f'"{key}": {json.dumps(each, ensure_ascii=False)}' for key, each in value.items())
            parts.append(f'"{name}": {{\n{lines}\n}}')
        else:
            parts.append(f'"{name}": {json.dumps(value, ensure_ascii=False)}')
    return "{\n" + ",\n".join(parts) + "\n}\n"


if __name__ == "__main__":
    FILE.write_text(as_text(), encoding="utf-8")
