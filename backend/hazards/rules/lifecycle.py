"""Decide a step of a hazard's life: why not, or what the hazard becomes and which event remains."""

from dataclasses import replace
from datetime import date, datetime
from typing import Any, Final

from backend.hazards.rules import problems
from backend.hazards.rules.conditions import CONDITIONS, commanding_officer
from backend.hazards.rules.hazard import Given, Hazard, HazardEvent, Photo
from backend.hazards.rules.reading import Case, holds, is_filled, look, roles_here
from backend.hazards.rules.steps import MAX_DAYS, STEP, STEPS, DayLimit
from backend.hazards.rules.words import CLOSED_STAGES, LABELS, Action, Grade, Level, Stage, labels
from backend.people.rules import Person, Role
from backend.problems import Problem


def why_not(hazard: Hazard, action: Action, person: Person, given: Given | None, at: datetime) -> Problem | None:
    """May this person take this step now? None when so, else the refusal that button, message and answer share.

    `given` is None before anything is filled in: then only what does not depend on it is judged.
    `at` is the device's time, corrected by its skew.
    """
    case = Case(hazard, STEP[action], person, given, at)
    return _not_theirs(case) or _not_now(case) or _not_four_eyes(case) or _not_here(case) or _not_given(case)


def _not_theirs(case: Case) -> Problem | None:
    allowed, theirs = case.step.by(case.hazard.track), roles_here(case.hazard, case.person, case.today)
    if not theirs & set(allowed):
        zh, en = labels("role", [role.value for role in allowed])
        kind = problems.NotYourStep if theirs & set(STEP[Action.NOTE].by(case.hazard.track)) else problems.OnlyToRead
        return kind(roles=list(allowed), roles_zh=zh or "—", roles_en=en or "—")
    return problems.NotOfficer() if commanding_officer(case) else None


def _not_now(case: Case) -> Problem | None:
    stage = case.hazard.stage
    if stage in case.step.stages:
        return None
    if stage is Stage.VOIDED:
        return why_voided(case.hazard)
    zh, en = LABELS["stage"][stage]
    return problems.WrongStage(
        stage=stage, version=case.hazard.version, stage_zh=zh, stage_en=en, **_action_words(case)
    )  # fmt: skip


def why_voided(hazard: Hazard) -> Problem:
    """Return why nothing is done to a voided hazard: it was joined to another, which is named, or it was none."""
    if hazard.duplicate_of is None:
        return problems.AlreadyVoided(stage=hazard.stage)
    return problems.AlreadyJoined(stage=hazard.stage, joined_to=hazard.joined_to)


def _action_words(case: Case) -> dict[str, object]:
    return {"action": case.step.action, "action_zh": case.step.zh, "action_en": case.step.en}


def _not_four_eyes(case: Case) -> Problem | None:
    if not case.step.four_eyes:
        return None
    theirs = Role.RESPONSIBLE_UNIT in roles_here(case.hazard, case.person, case.today)
    if not theirs and str(case.person.id) not in case.hazard.worked_by:
        return None
    zh, en = labels("role", [role.value for role in case.step.by(case.hazard.track)])
    return problems.OwnWork(roles_zh=zh, roles_en=en)


def _not_here(case: Case) -> Problem | None:
    for requirement in case.step.requires:
        if not holds(requirement.when, case):
            kind: type[Problem] = getattr(problems, requirement.problem)
            return kind(**_action_words(case))
    return None


def _not_given(case: Case) -> Problem | None:
    # What no filling-in can mend is said first.
    blocked = _unmet(replace(case, given=None))
    if blocked or case.given is None:
        return blocked
    return _missing(case) or _wrong_day(case) or _unmet(case)


def _unmet(case: Case) -> Problem | None:
    return next((problem for name in case.step.checks if (problem := CONDITIONS[name](case))), None)


def _missing(case: Case) -> Problem | None:
    needs = [
        need.evidence
        for need in case.step.needs
        if holds(need.when, case) and not any(_is_there(path, case) for path in need.paths)
    ]
    if not needs:
        return None
    zh, en = labels("evidence", needs)
    kind = problems.ReasonNeeded if needs == ["reason"] else problems.EvidenceMissing
    return kind(needs=needs, needs_zh=zh, needs_en=en)


def _is_there(path: str, case: Case) -> bool:
    value = look(path, case)
    return value if isinstance(value, bool) else is_filled(value)


def _wrong_day(case: Case) -> Problem | None:
    for limit in case.step.days:
        asked = look(f"given.{limit.field}", case)
        earliest, latest = day_limits(case.hazard, limit, case.today)
        if isinstance(asked, str) and not earliest <= date.fromisoformat(asked) <= latest:
            return problems.DeadlineWrong(
                field=limit.field, earliest_on=earliest.isoformat(), latest_on=latest.isoformat()
            )
    return None


def day_limits(hazard: Hazard, limit: DayLimit, today: date) -> tuple[date, date]:
    """Return the first and the last day that may be given."""
    old = getattr(hazard, limit.after) if limit.after else None
    first = today if old is None or old < today else date.fromordinal(old.toordinal() + 1)
    start = today if old is None or old < today else old
    return first, date.fromordinal(start.toordinal() + MAX_DAYS[limit.limit][hazard.grade])


def advance(hazard: Hazard, action: Action, person: Person, given: Given, at: datetime) -> tuple[Hazard, HazardEvent]:
    """Return the hazard after a step, and the event for its history.

    Errors: the Problem that `why_not` returns.
    """
    refusal = why_not(hazard, action, person, given, at)
    if refusal is not None:
        raise refusal
    case = Case(hazard, STEP[action], person, given, at)
    stage = next(stage for when, stage in case.step.to if holds(when, case)) or hazard.stage
    changed: dict[str, Any] = {
        c.field: _new_value(c.field, c.source, case) for c in case.step.changes if holds(c.when, case)
    }
    named = tuple(Photo(sha256=photo["sha256"], role=photo["role"]) for photo in _photos(given))
    after = replace(
        hazard,
        **changed,
        stage=stage,
        photos=hazard.photos + named,
        photos_awaited=hazard.photos_awaited + len(named),
        closed_at=at if stage in CLOSED_STAGES and stage is not hazard.stage else hazard.closed_at,
        version=hazard.version + 1,
    )
    return after, HazardEvent(
        action=action, at=at, by=str(person.id), by_role=_role(case), from_stage=hazard.stage, to_stage=stage,
        given={**given, "before": _replaced(hazard, changed)},
    )  # fmt: skip


_KINDS: Final = {"grade": Grade, "escalation_confirmed": Level}


def _new_value(field: str, source: str, case: Case) -> object:
    fixed: dict[str, object] = {"true": True, "false": False, "none": None}
    if source in fixed:
        return fixed[source]
    if source == "one_more":
        return getattr(case.hazard, field) + 1
    if source == "person":
        return tuple(dict.fromkeys((*case.hazard.worked_by, str(case.person.id))))
    if source == "proposed_day":
        return date.fromordinal(case.today.toordinal() + int(str(look("given.proposed_due_days", case))))
    value = look(source, case)
    if field.endswith("_on") and isinstance(value, str):
        return date.fromisoformat(value)
    return _KINDS[field](str(value)) if field in _KINDS else value


def _photos(given: Given) -> list[dict[str, str]]:
    photos = given.get("photos")
    return list(photos) if isinstance(photos, list | tuple) else []


def _replaced(hazard: Hazard, changed: dict[str, object]) -> dict[str, object]:
    """Return what the step replaced, as it travels, so that old deadlines stay in the history."""
    old = {field: getattr(hazard, field) for field in changed if field not in ("worked_by", "returned_count")}
    return {field: value.isoformat() if isinstance(value, date) else value for field, value in old.items()}


def _role(case: Case) -> str:
    here = roles_here(case.hazard, case.person, case.today)
    return next(role.value for role in case.step.by(case.hazard.track) if role in here)


def actions_for(hazard: Hazard, person: Person, at: datetime) -> list[tuple[Action, Problem | None]]:
    """Return every step of the hazard's stage in the table's order, each with why this person may not take it."""
    steps = [step for step in STEPS if hazard.stage in step.stages and hazard.stage is not Stage.DRAFT]
    return [(step.action, why_not(hazard, step.action, person, None, at)) for step in steps]
