"""Make tests/vectors/lifecycle.json, which binds the life-cycle in Python to the one on the phone."""

import json
from collections.abc import Iterator
from dataclasses import asdict, replace
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

from backend.hazards.rules import (
    Action,
    Grade,
    Hazard,
    Photo,
    PlaceKind,
    Stage,
    Track,
    advance,
    counts_as_closed,
    due_in,
    escalation_proposed,
    is_overdue,
    why_not,
)
from backend.people.rules import Person
from backend.problems import Problem
from tests.backend.hazards.builders import AFTER, AT, DUE, GOOD, PEOPLE, SOON, a_hazard, at_home, overdue

PATH = Path(__file__).parents[2] / "vectors" / "lifecycle.json"
Given = dict[str, object]
Case = tuple[str, Hazard, Action, str, Given | None, datetime]


def cases() -> Iterator[Case]:
    """Every action at every stage, by everybody, on both tracks and in every grade; and every edge of what is given."""
    for action, (hazard, who, given) in GOOD.items():
        yield f"{action}: works", hazard, action, who, given, AT
        yield from ((f"{action} at {s}", replace(hazard, stage=s), action, who, None, AT) for s in Stage)
        yield from ((f"{action} by {p}", hazard, action, p, None, AT) for p in PEOPLE)
        for grade in Grade:
            yield f"{action} of {grade}", replace(hazard, grade=grade), action, who, given, AT
        inspected = replace(hazard, track=Track.INSPECTION)
        yield from ((f"{action} in an inspection by {p}", inspected, action, p, given, AT) for p in _OFFICIALS)
        for kind in PlaceKind:
            yield f"{action} at a {kind}", replace(hazard, place_kind=kind), action, who, given, AT
        yield f"{action}: nothing given", hazard, action, who, {}, AT
        for field in given:
            yield f"{action}: without {field}", hazard, action, who, {k: v for k, v in given.items() if k != field}, AT
            yield from _days(action, hazard, who, given, field)
    yield from _edges()


_OFFICIALS = ("safety_officer", "unlicensed_officer", "grid_leader", "responsible_unit", "department")


def _days(action: Action, hazard: Hazard, who: str, given: Given, field: str) -> Iterator[Case]:
    if field.endswith("_on"):
        for days in (-1, 0, 1, 7, 8, 30, 31, 37, 38, 60, 61):
            day = (date(2026, 3, 2) + timedelta(days)).isoformat()
            yield f"{action}: {field} in {days} days", hazard, action, who, given | {field: day}, AT


def _edges() -> Iterator[Case]:
    fixed, fixer, repair = GOOD[Action.FIX_ON_SITE]
    unseen: Given = {"measures": "已关阀", "photos": [], "no_photo_reason": "explosive_atmosphere"}
    yield "fixed on the spot without a photo", fixed, Action.FIX_ON_SITE, fixer, unseen, AT
    yield "fixed on the spot a day later", fixed, Action.FIX_ON_SITE, fixer, repair, AT + timedelta(hours=24)
    for days in (-1, 0, 30, 31):
        draft, reporter, told = GOOD[Action.REPORT]
        yield f"proposing {days} days", draft, Action.REPORT, reporter, told | {"proposed_due_days": days}, AT
    waiting, _, passed = GOOD[Action.PASS]
    own = replace(waiting, worked_by=(str(PEOPLE["grid_leader"].id),))
    yield "passing one's own work", own, Action.PASS, "grid_leader", passed, AT
    yield "sending one's own work back", own, Action.FAIL, "grid_leader", {"reason": "不行", "new_due_on": SOON}, AT
    for on_site in ({}, {"on_site_statement": "到场看过"}):
        yield (
            f"passing unseen {on_site}",
            waiting,
            Action.PASS,
            "grid_leader",
            {"note": "好", "photos": [], **on_site},
            AT,
        )
    seen = replace(waiting, photos=(Photo(sha256="0" * 64, role="after"),), photos_awaited=1)
    yield "passing while a photo is on its way", seen, Action.PASS, "grid_leader", {"note": "好", "photos": []}, AT
    for result, verified in (("sent_back", False), ("rectified", False), ("rectified", True)):
        reply: Given = {"result": result, "verified": verified, "note": "回复", "photos": AFTER}
        yield (
            f"reply {result} {verified}",
            GOOD[Action.REPLY_TRANSFER][0],
            Action.REPLY_TRANSFER,
            "dispatcher",
            reply,
            AT,
        )
    for granted, reason in ((True, "同意"), (False, ""), (False, "不同意")):
        answer: Given = {"granted": granted, "reason": reason}
        pending = GOOD[Action.DECIDE_EXTENSION][0]
        yield f"extension {granted} {reason}", pending, Action.DECIDE_EXTENSION, "subdistrict_leader", answer, AT
    running, _, plea = GOOD[Action.REQUEST_EXTENSION]
    for hours in (0, 24 * 7, 24 * 7 + 13.99, 24 * 7 + 14, 24 * 8):
        asked_at = AT + timedelta(hours=hours)
        yield f"extension asked {hours} h on", running, Action.REQUEST_EXTENSION, "responsible_unit", plea, asked_at
    yield from _clocks()
    yield from _refused_papers()


def _refused_papers() -> Iterator[Case]:
    dispatched, unit, started = GOOD[Action.START]
    yield "receipt refused", dispatched, Action.START, unit, started | {"receipt": "refused"}, AT
    yield "refused, witnessed", dispatched, Action.START, unit, started | {"receipt": "refused", "witness": "李"}, AT
    major = replace(dispatched, grade=Grade.CONFIRMED_MAJOR)
    for word in ("duty", "funds", "plan"):
        less = started | {"commitments": {"duty": "有", "measures": "有", "time_limit": "有", word: " "}}
        yield f"five commitments without {word}", major, Action.START, unit, less, AT
    home, worker, advice = GOOD[Action.GIVE_ADVICE]
    refused: Given = {"delivered": "in_person", "signed": "refused"}
    yield "notice refused", home, Action.GIVE_ADVICE, worker, advice | {"notice": refused}, AT
    yield "notice witnessed", home, Action.GIVE_ADVICE, worker, advice | {"notice": refused | {"witness": "张"}}, AT
    wrong, leader, why = GOOD[Action.VOID]
    yield "a duplicate", wrong, Action.VOID, leader, why | {"duplicate_of": "kept"}, AT
    joined = replace(wrong, stage=Stage.VOIDED, duplicate_of="kept", joined_to="K001-0007")
    yield "voiding what was joined", joined, Action.VOID, leader, why, AT
    yield "a note on what was joined", joined, Action.NOTE, "grid_worker", {"note": "还在", "photos": []}, AT
    graded = GOOD[Action.GRADE][2]
    yield (
        "danger to life in a home",
        at_home(),
        Action.GRADE,
        "safety_officer",
        graded | {"grade": "life_threatening"},
        AT,
    )
    back: Given = {"result": "came_back", "note": "又堆上了"}
    closed = a_hazard(stage=Stage.CLOSED, due_on=DUE)
    yield "came back, not reported", closed, Action.LOOK_BACK, "community_admin", back, AT
    yield "came back", closed, Action.LOOK_BACK, "community_admin", back | {"recurrence_id": "r"}, AT


def _clocks() -> Iterator[Case]:
    for stage in Stage:
        for days in (-8, -7, -3, -1, 0, 1):
            due = date(2026, 3, 2) + timedelta(days)
            late = overdue(stage=stage, due_on=due, reply_due_on=due)
            yield f"{stage} due in {days}", late, Action.ESCALATE, "subdistrict_leader", None, AT
    for confirmed in ("community", "subdistrict", "department"):
        for level in ("community", "subdistrict", "department"):
            late = overdue(due_on=date(2026, 2, 26), escalation_confirmed=confirmed)
            yield f"{level} after {confirmed}", late, Action.ESCALATE, "subdistrict_leader", {"level": level}, AT


def wire(value: object) -> Any:
    """Return what a value looks like in JSON."""
    return json.loads(json.dumps(value, default=lambda each: each.isoformat().replace("+00:00", "Z")))


def expected(hazard: Hazard, action: Action, person: Person, given: Given | None, at: datetime) -> dict[str, object]:
    """Return what the rules say of a case: a refusal with its facts, or what changes."""
    refusal: Problem | None = why_not(hazard, action, person, given, at)
    if refusal is not None:
        facts = {name: fact for name, fact in refusal.facts.items() if not name.endswith(("_zh", "_en"))}
        return {"problem": refusal.code, "facts": wire(facts), "detail_zh": refusal.detail("zh")}
    if given is None:
        return {}
    after, event = advance(hazard, action, person, given, at)
    old, new = wire(asdict(hazard)), wire(asdict(after))
    clock = {"is_overdue": is_overdue(after, at), "counts_as_closed": counts_as_closed(after)}
    changed = {k: v for k, v in new.items() if v != old[k] and k not in ("photos", "version")}
    return {"changed": changed, "photos": len(after.photos), "by_role": event.by_role, **clock}


def document() -> dict[str, object]:
    """Return the file's content: people by name, one hazard as a start, and the cases as what differs from it."""
    start = wire(asdict(a_hazard()))
    written: list[dict[str, object]] = []
    seen: set[str] = set()
    for name, hazard, action, who, given, at in cases():
        fields = {k: v for k, v in wire(asdict(hazard)).items() if v != start[k]}
        key = json.dumps([fields, action, who, given, at.isoformat()], sort_keys=True)
        if key in seen:
            continue
        seen.add(key)
        clock = {"due_in": due_in(hazard, at), "escalation": escalation_proposed(hazard, at)}
        answer = expected(hazard, action, PEOPLE[who], given, at)
        written.append(
            {"name": name, "hazard": fields, "action": action, "person": who, "given": given, "at": wire(at)}
            | clock
            | {"expected": answer}
        )
    return {"people": {name: _person(person) for name, person in PEOPLE.items()}, "hazard": start, "cases": written}


def _person(person: Person) -> dict[str, object]:
    fields = ("role", "place_code", "premises_id", "department", "from_on", "to_on")
    postings = [{f: _plain(getattr(posting, f)) for f in fields} for posting in person.postings]
    return {"id": str(person.id), "licence_number": person.licence_number, "postings": postings}


def _plain(value: object) -> object:
    return value if value is None or isinstance(value, str) else str(value)


def as_text() -> str:
    """Return the file, one case to a line."""
    made = document()
    lines = [json.dumps(case, ensure_ascii=False) for case in made.pop("cases")]  # type: ignore[attr-defined]
    head = json.dumps(made, ensure_ascii=False)[:-1]
    return head + ', "cases": [\n' + ",\n".join(lines) + "\n]}\n"


if __name__ == "__main__":
    PATH.write_text(as_text(), encoding="utf-8")
