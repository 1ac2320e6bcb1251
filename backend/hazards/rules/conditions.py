"""Check the named conditions of the table that compare more than a value; each says why not, or nothing."""

from collections.abc import Callable, Mapping
from datetime import timedelta

from backend.hazards.rules import problems
from backend.hazards.rules.deadlines import escalation_proposed
from backend.hazards.rules.reading import Case, is_filled, roles_here
from backend.hazards.rules.steps import ESCALATION_DAYS, GRADES_AT, JUDGED_GRADES, MAX_DAYS, ON_SITE_HOURS
from backend.hazards.rules.words import COMMITMENTS, LABELS, MAJOR, Grade, PlaceKind, Track, labels
from backend.people.rules import Role
from backend.problems import Problem

Condition = Callable[[Case], Problem | None]


def same_visit(case: Case) -> Problem | None:
    """Is the repair recorded while it is still the same visit?"""
    late = case.at - case.hazard.reported_at > timedelta(hours=ON_SITE_HOURS)
    return problems.OnSiteTooLate(hours=ON_SITE_HOURS) if late else None


def home_not_inspected(case: Case) -> Problem | None:
    """Is a home left out of administrative inspection?"""
    inspected = case.hazard.place_kind is PlaceKind.HOUSEHOLD and case.hazard.track is Track.INSPECTION
    return problems.NoOrdersForHomes() if inspected else None


def grade_reported(case: Case) -> Problem | None:
    """Is the grade one that a reporter may give to this kind of place?"""
    allowed = [grade for grade in GRADES_AT[case.hazard.place_kind] if grade not in JUDGED_GRADES]
    return None if case.hazard.grade in allowed else _grade_not_allowed(allowed)


def grade_judged(case: Case) -> Problem | None:
    """Is the new grade one that exists for this kind of place?"""
    allowed = list(GRADES_AT[case.hazard.place_kind])
    return None if case.given is None or case.given.get("grade") in allowed else _grade_not_allowed(allowed)


def _grade_not_allowed(allowed: list[str]) -> Problem:
    zh, en = labels("grade", allowed)
    return problems.GradeNotAllowed(allowed=allowed, allowed_zh=zh, allowed_en=en)


def proposed_days(case: Case) -> Problem | None:
    """Is the proposed deadline within what may later be set?"""
    days = None if case.given is None else case.given.get("proposed_due_days")
    latest = MAX_DAYS["deadline"][case.hazard.grade]
    if not isinstance(days, int) or 0 <= days <= latest:
        return None
    first = case.today
    return problems.DeadlineWrong(
        field="proposed_due_days", earliest_on=first.isoformat(), latest_on=(first + timedelta(latest)).isoformat()
    )


def major_by_officer(case: Case) -> Problem | None:
    """Is a suspected or confirmed major hazard of a patrol left to those who may judge it?"""
    advised = case.hazard.track is Track.PATROL and case.hazard.grade in MAJOR
    return problems.NotOfficer() if advised else None


def asked_in_time(case: Case) -> Problem | None:
    """Is the extension asked before the deadline expires, by the device's time?"""
    due_on = case.hazard.due_on
    late = due_on is None or case.today > due_on
    return problems.ExtensionTooLate(due_on=due_on.isoformat() if due_on else "—") if late else None


def five_commitments(case: Case) -> Problem | None:
    """Are duty, measures, funds, time limit and plan all settled, where the hazard is confirmed as major?"""
    if case.given is None or case.hazard.grade is not Grade.CONFIRMED_MAJOR:
        return None
    made = case.given.get("commitments")
    missing = [word for word in COMMITMENTS if not (isinstance(made, Mapping) and is_filled(made.get(word)))]
    zh, en = labels("commitment", missing)
    return problems.CommitmentsMissing(missing=missing, missing_zh=zh, missing_en=en) if missing else None


def escalation_due(case: Case) -> Problem | None:
    """Is the level due, and not confirmed before?"""
    levels = list(ESCALATION_DAYS)
    proposed = escalation_proposed(case.hazard, case.at)
    asked = proposed or levels[0] if case.given is None else str(case.given.get("level"))
    confirmed = case.hazard.escalation_confirmed
    reached = -1 if proposed is None else levels.index(proposed)
    done = -1 if confirmed is None else levels.index(confirmed)
    if done < levels.index(asked) <= reached:
        return None
    zh, en = LABELS["level"][asked]
    return problems.EscalationTooEarly(level=asked, level_zh=zh, level_en=en, after_days=ESCALATION_DAYS[asked])


CONDITIONS: dict[str, Condition] = {
    condition.__name__: condition
    for condition in (
        same_visit, home_not_inspected, grade_reported, grade_judged, proposed_days, major_by_officer, asked_in_time,
        five_commitments, escalation_due,
    )
}  # fmt: skip


def commanding_officer(case: Case) -> bool:
    """Does the person act as a safety officer and hold no licence, on a track where the step needs one?"""
    roles = roles_here(case.hazard, case.person, case.today) & set(case.step.by(case.hazard.track))
    needs_licence = case.hazard.track in case.step.licensed and roles == {Role.SAFETY_OFFICER}
    return needs_licence and not case.person.licence_number
