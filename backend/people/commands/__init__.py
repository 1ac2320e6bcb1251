"""Sign in and out, enrol and withdraw phones, invite and post people."""

from typing import Any

from backend.acts import Command
from backend.people.commands.account import set_password
from backend.people.commands.audit import note_audit, note_office
from backend.people.commands.enrolments import start_enrolment_at_office
from backend.people.commands.invite import InvitePerson, invite_first, invite_person, name_subdistrict
from backend.people.commands.postings import (
    AddPosting,
    EndPosting,
    ResetTotp,
    RevokeDevice,
    add_posting,
    end_posting,
    reset_totp,
    revoke_device,
)
from backend.people.commands.sessions import hear_device, open_session

MUTATIONS: dict[str, tuple[type[Any], Command]] = {
    "invite_person": (InvitePerson, invite_person),
    "add_posting": (AddPosting, add_posting),
    "end_posting": (EndPosting, end_posting),
    "revoke_device": (RevokeDevice, revoke_device),
    "reset_totp": (ResetTotp, reset_totp),
}

__all__ = [
    "MUTATIONS",
    "AddPosting",
    "EndPosting",
    "InvitePerson",
    "ResetTotp",
    "RevokeDevice",
    "add_posting",
    "end_posting",
    "hear_device",
    "invite_first",
    "invite_person",
    "name_subdistrict",
    "note_audit",
    "note_office",
    "open_session",
    "reset_totp",
    "revoke_device",
    "set_password",
    "start_enrolment_at_office",
]
