"""Say who may post whom: nobody gives a role that is not his to give, nor beyond his own reach."""

from datetime import date
from typing import Final

from backend.people.rules.reach import Person, Posting, not_your_role
from backend.people.rules.roles import CAN, DEPARTMENTS, LEVELS, Permission, Role
from backend.problems import Malformed, NotFound, Problem

_FIELD = frozenset({Role.GRID_WORKER, Role.GRID_LEADER})

GRANTS: Final[dict[Role, frozenset[Role]]] = {
    Role.COMMUNITY_ADMIN: _FIELD,
    Role.DISPATCHER: _FIELD | {Role.COMMUNITY_ADMIN, Role.RESPONSIBLE_UNIT},
    Role.SYS_ADMIN: frozenset(Role),
}


class OwnPosting(Problem):
    """Somebody tried to give himself, or take from himself, a posting."""

    status = 403
    title_en, title_zh = "Not for yourself", "不能为本人办理"
    detail_en = "Nobody changes his own postings. Ask another administrator."
    detail_zh = "不能调整本人的岗位，请由其他管理员办理。"


def may_grant(person: Person, posting: Posting, *, on: date) -> bool:
    """May this person give, change or end such a posting?"""
    return any(
        posting.role in GRANTS.get(own.role, frozenset()) and posting.place_code.startswith(own.place_code)
        for own in person.active(on)
    )


def why_not_grant(person: Person, posting: Posting, *, on: date, to: Person | None = None) -> Problem | None:
    """Return why this person may not give the posting: malformed, outside his reach, or not his to give."""
    wrong = _malformed(posting)
    if wrong is not None:
        return wrong
    if may_grant(person, posting, on=on):
        return OwnPosting() if to is not None and to.id == person.id else None
    return not_your_role(Permission.MANAGE_PEOPLE) if _inside(person, posting, on) else NotFound()


def why_not_govern(person: Person, permission: Permission, other: Person, *, on: date) -> Problem | None:
    """Return why this person may not act (ENROL, MANAGE_PEOPLE) for another's account.

    Every posting of the other must be his to give, else an enrolment would lend him a stronger role than his own.
    """
    holding = [own for own in person.active(on) if permission in CAN[own.role]]
    if other.id == person.id:
        return None if holding else not_your_role(permission)
    theirs = [posting for posting in other.postings if posting.to_on is None or posting.to_on >= on]
    if not theirs:  # an account at rest belongs to its whole subdistrict
        return None if any(other.tenant.startswith(own.place_code) for own in holding) else NotFound()
    if not any(_inside(person, posting, on) for posting in theirs):
        return NotFound()
    if holding and all(may_grant(person, posting, on=on) for posting in theirs):
        return None
    return not_your_role(permission)


def _inside(person: Person, posting: Posting, on: date) -> bool:
    """Is the posting at a place that this person reaches by an area, not by a name on a record?"""
    return any(posting.place_code.startswith(own.place_code) for own in person.active(on) if own.key is None)


def _malformed(posting: Posting) -> Problem | None:
    if len(posting.place_code) not in LEVELS[posting.role]:
        return Malformed.at(
            "/place_code", f"a {posting.role} is not posted to a place of {len(posting.place_code)} digits"
        )
    if (posting.premises_id is not None) != (posting.role is Role.RESPONSIBLE_UNIT):
        return Malformed.at("/premises_id", "a responsible unit, and nobody else, is posted to its premises")
    if (posting.department is not None) != (posting.role is Role.DEPARTMENT):
        return Malformed.at("/department", "a department, and nobody else, is posted with its code")
    if posting.department is not None and posting.department not in DEPARTMENTS:
        return Malformed.at("/department", "there is no department of that code")
    return None
