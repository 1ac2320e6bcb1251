"""Shape people, postings and devices for the wire."""

from collections.abc import Mapping
from datetime import date
from uuid import UUID

from msgspec import Struct

from backend.people.queries import Device
from backend.people.rules import Person, Posting


class PostingShown(Struct):
    """A posting and, where known, the name of its place."""

    id: UUID | None
    role: str
    place_code: str
    premises_id: UUID | None
    department: str | None
    from_on: date
    to_on: date | None
    place_name: str | None


class PersonShown(Struct):
    """A person as colleagues see one: no login, no phone number."""

    id: UUID
    name: str
    licence_number: str | None
    postings: list[PostingShown]


class DeviceShown(Struct):
    """The device in use."""

    id: UUID
    code: str
    label: str
    last_number: int


class SessionShown(Struct, omit_defaults=True):
    """Who just signed in, and where; the token only for those who asked for it."""

    person: PersonShown
    device: DeviceShown
    token: str | None = None


def posting_shown(posting: Posting, names: Mapping[str, str]) -> PostingShown:
    """Return a posting for the wire."""
    return PostingShown(
        posting.id, posting.role.value, posting.place_code, posting.premises_id, posting.department,
        posting.from_on, posting.to_on, names.get(posting.place_code),
    )  # fmt: skip


def person_shown(person: Person, on: date, names: Mapping[str, str]) -> PersonShown:
    """Return a person with the postings that count on a day or later."""
    counting = [posting for posting in person.postings if posting.to_on is None or posting.to_on >= on]
    shown = [posting_shown(posting, names) for posting in counting]
    return PersonShown(person.id, person.name, person.licence_number, shown)


def device_shown(device: Device) -> DeviceShown:
    """Return a device for the wire."""
    return DeviceShown(device.id, device.code, device.label, device.last_number)
