"""Answer what a person may do and where: a posting reaches every place whose code begins with its own."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from backend.people.rules.roles import CAN, KEYED_ROLES, ROLE_LABELS, TENANT_WIDE, Permission, Role
from backend.problems import NotFound, NotYourRole, Problem

TENANT_DIGITS = 9


@dataclass(frozen=True, slots=True)
class Posting:
    """A role at a place from a day to a day, both included; without `to_on` it has no end.

    A responsible unit's posting names its premises and a department's its code; their place code only bounds the
    subdistrict (or district) in which that name counts.
    """

    role: Role
    place_code: str
    premises_id: UUID | None = None
    department: str | None = None
    from_on: date = date.min
    to_on: date | None = None
    id: UUID | None = None

    def is_active(self, on: date) -> bool:
        """Does it count on that day?"""
        return self.from_on <= on and (self.to_on is None or on <= self.to_on)

    @property
    def key(self) -> str | None:
        """The key by which a keyed role is named on a record, else None."""
        if self.role is Role.RESPONSIBLE_UNIT:
            return f"premises:{self.premises_id}"
        if self.role is Role.DEPARTMENT:
            return f"department:{self.department}"
        return None

    def reaches(self, place_code: str, keys: Collection[str]) -> bool:
        """Does this posting extend to a place, or to a record there that carries these keys?"""
        inside = place_code.startswith(self.place_code)
        return inside and (self.role not in KEYED_ROLES or self.key in keys)


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody with an account; `tenant` is the subdistrict (9 digits) that keeps it."""

    id: UUID
    name: str
    postings: tuple[Posting, ...]
    licence_number: str | None
    tenant: str

    @property
    def key(self) -> str:
        """The key on records that this person reported."""
        return f"person:{self.id}"

    def active(self, on: date) -> tuple[Posting, ...]:
        """Return the postings that count on a day."""
        return tuple(posting for posting in self.postings if posting.is_active(on))

    def roles(self, on: date) -> frozenset[Role]:
        """Return the roles held anywhere on a day."""
        return frozenset(posting.role for posting in self.active(on))


@dataclass(frozen=True, slots=True)
class Reach:
    """What a person may see: everything below `prefixes`, and records in `scopes` that carry one of `keys`.

    `ancestors` are the places above the prefixes. What is shared with everybody below such a place, for instance the
    community's name or a published checklist, is seen through them, and nothing else is.
    """

    prefixes: tuple[str, ...]
    ancestors: frozenset[str]
    keys: frozenset[str]
    scopes: tuple[str, ...] = ()

    def sees(self, place_code: str, also: Collection[str] = ()) -> bool:
        """May a record of this place, carrying these further keys, be seen?"""
        if place_code.startswith(self.prefixes):
            return True
        return place_code.startswith(self.scopes) and not self.keys.isdisjoint(also)

    def indoors(self) -> "Reach":
        """Return the part of it that belongs to the house: without what one sees as the unit responsible for it."""
        return Reach(
            self.prefixes, self.ancestors, frozenset(key for key in self.keys if not _is_units(key)), self.scopes
        )

    @property
    def is_outside(self) -> bool:
        """Is all of it, but for one's own reports, the reach of a responsible unit?"""
        return not self.prefixes and any(map(_is_units, self.keys)) and not any(map(_is_departments, self.keys))

    def shares(self, place_code: str) -> bool:
        """May something meant for everybody at or below this place be seen?"""
        return place_code in self.ancestors or place_code.startswith(self.prefixes)


def _is_units(key: str) -> bool:
    return key.startswith("premises:")


def _is_departments(key: str) -> bool:
    return key.startswith("department:")


def reach(person: Person, on: date, permission: Permission = Permission.VIEW) -> Reach:
    """Return where a person holds a permission on a day; with VIEW, what the person may read."""
    postings = [posting for posting in person.active(on) if permission in CAN[posting.role]]
    areas = {posting.place_code for posting in postings if posting.role not in KEYED_ROLES}
    scopes = {posting.place_code[:TENANT_DIGITS] for posting in postings}
    named = {posting.key for posting in postings if posting.key is not None}
    own = {person.key} if postings else set()
    return Reach(
        prefixes=_outermost(areas),
        ancestors=frozenset(_above(areas) | scopes),
        keys=frozenset(named | own),
        scopes=_outermost(scopes),
    )


def _outermost(codes: set[str]) -> tuple[str, ...]:
    return tuple(sorted(code for code in codes if not any(code != other and code.startswith(other) for other in codes)))


def _above(codes: set[str]) -> set[str]:
    return {code[:digits] for code in codes for digits in (6, 9, 12) if digits < len(code)}


def _keys(premises_id: UUID | None, department: str | None, also: Collection[str]) -> frozenset[str]:
    named = set(also)
    if premises_id is not None:
        named.add(f"premises:{premises_id}")
    if department is not None:
        named.add(f"department:{department}")
    return frozenset(named)


def may(
    person: Person,
    permission: Permission,
    place_code: str,
    *,
    on: date,
    premises_id: UUID | None = None,
    department: str | None = None,
    also: Collection[str] = (),
) -> bool:
    """May this person do this at this place, to a record that names these premises, this department or these keys?"""
    keys = _keys(premises_id, department, also)
    for posting in person.active(on):
        if permission not in CAN[posting.role]:
            continue
        tenant = posting.place_code[:TENANT_DIGITS]
        if posting.reaches(place_code, keys):
            return True
        if place_code.startswith(tenant) and (
            permission in TENANT_WIDE or (permission is Permission.VIEW and person.key in keys)
        ):
            return True
    return False


def why_not(
    person: Person,
    permission: Permission,
    place_code: str,
    *,
    on: date,
    premises_id: UUID | None = None,
    department: str | None = None,
    also: Collection[str] = (),
) -> Problem | None:
    """Return why this person may not: NotFound outside the person's reach, NotYourRole inside it, None when he may."""
    if may(person, permission, place_code, on=on, premises_id=premises_id, department=department, also=also):
        return None
    keys = _keys(premises_id, department, also)
    postings = person.active(on)
    inside = any(posting.reaches(place_code, keys) for posting in postings)
    own = person.key in keys and any(place_code.startswith(posting.place_code[:TENANT_DIGITS]) for posting in postings)
    return not_your_role(permission) if inside or own else NotFound()


def not_your_role(permission: Permission) -> NotYourRole:
    """Return the refusal that names, in both languages, the roles that hold the permission."""
    holders = [role for role in Role if permission in CAN[role]]
    named = "、".join(f"{ROLE_LABELS[role]['zh']} ({ROLE_LABELS[role]['en']})" for role in holders)
    return NotYourRole(roles=named, permission=permission.value, allowed=[role.value for role in holders])
