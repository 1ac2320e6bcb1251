"""Read paths of the table, such as `hazard.grade` or `photos.after`, in one case of a step."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta, timezone

from backend.hazards.rules.hazard import Given, Hazard
from backend.hazards.rules.steps import Step, When
from backend.hazards.rules.words import Stage
from backend.people.rules import Person, Posting, Role

# Deadlines are days in China, which has one time zone and has had no summer time since 1991.
CHINA = timezone(timedelta(hours=8))
TENANT_DIGITS = 9


@dataclass(frozen=True, slots=True)
class Case:
    """A step that somebody wants to take; `given` is None while nothing is filled in yet."""

    hazard: Hazard
    step: Step
    person: Person
    given: Given | None
    at: datetime

    @property
    def today(self) -> date:
        """The day of the step."""
        return day_of(self.at)


def day_of(at: datetime) -> date:
    """Return the day of an instant where the hazard is."""
    return at.astimezone(CHINA).date()


def is_filled(value: object) -> bool:
    """Was something given: not nothing, not blank, not empty?"""
    if isinstance(value, str):
        return bool(value.strip())
    if isinstance(value, list | tuple | Mapping):
        return bool(value)
    return value is not None


def look(path: str, case: Case) -> object:
    """Return what a path of the table points at; None where nothing was given."""
    source, _, name = path.partition(".")
    given = case.given or {}
    if source == "hazard":
        return getattr(case.hazard, name)
    if source == "given":
        return _deep(given, name)
    if source == "filled":
        return is_filled(_deep(given, name))
    roles = _roles_given(given)
    return name in roles or (source == "photos" and any(photo.role == name for photo in case.hazard.photos))


def _deep(given: object, name: str) -> object:
    for part in name.split("."):
        given = given.get(part) if isinstance(given, Mapping) else None
    return given


def _roles_given(given: Given) -> set[object]:
    photos = given.get("photos")
    return {photo["role"] for photo in photos} if isinstance(photos, list | tuple) else set()


def holds(when: When, case: Case) -> bool:
    """Do all clauses hold?"""
    return all(look(path, case) in values for path, values in when)


def roles_here(hazard: Hazard, person: Person, on: date) -> set[Role]:
    """Return the roles in which a person meets a hazard on a day.

    Anyone posted in a tenant may report anywhere in it; a unit meets its own premises; a department meets what was
    transferred to it; everyone else meets what lies in the area of the posting.
    """
    return {posting.role for posting in person.postings if posting.is_active(on) and _meets(posting, hazard)}


def _meets(posting: Posting, hazard: Hazard) -> bool:
    if hazard.stage is Stage.DRAFT:
        return hazard.place_code.startswith(posting.place_code[:TENANT_DIGITS])
    if posting.role is Role.RESPONSIBLE_UNIT and str(posting.premises_id) != hazard.place_id:
        return False
    if posting.role is Role.DEPARTMENT and posting.department != hazard.department:
        return False
    return hazard.place_code.startswith(posting.place_code)
