"""Sign in and out, enrol and withdraw phones, invite and post people."""

from backend.people.commands.audit import note_audit
from backend.people.commands.sessions import hear_device

__all__ = ["hear_device", "note_audit"]
