"""Give a person back the key of his own data on a phone, when the PIN that guards it is forgotten."""

import base64
import binascii
from typing import Annotated
from uuid import UUID

import msgspec
from msgspec import Meta, Struct

from backend import clock, database, envelopes
from backend.people.commands.audit import note_audit
from backend.people.queries import SignedIn
from backend.people.rules import SignInAgain
from backend.people.rules.sign_in import FRESH_FOR
from backend.problems import NotFound

DATA_KEY_BYTES = 32


class OpenDataKey(Struct, forbid_unknown_fields=True, frozen=True):
    """The envelope in which a phone keeps the key of one person's data, base64."""

    envelope: Annotated[str, Meta(max_length=1000)]


class _Sealed(Struct, forbid_unknown_fields=True, frozen=True):
    """What that envelope holds."""

    person_id: UUID
    data_key: str


async def open_data_key(asked: OpenDataKey, who: SignedIn) -> str:
    """Return the key, base64, and write it into the audit.

    Errors: SignInAgain when the session is older than ten minutes; NotFound when the key is another person's;
    EnvelopeUnreadable, EnvelopeForAnotherServer.
    """
    signed_in_at = await database.fetch_value("SELECT created_at FROM session WHERE token_hash = $1", who.token_hash)
    if signed_in_at is None or clock.now() - signed_in_at > FRESH_FOR:
        raise SignInAgain
    envelope = envelopes.from_text(asked.envelope)
    device_id = envelopes.keeper().device_of(envelope)
    sealed = _read(envelopes.keeper().open(envelope, "data-key"))
    if sealed.person_id != who.person.id:
        raise NotFound
    await note_audit(who.person, who.device.id, "open_data_key", kind="device", record_id=device_id)
    return sealed.data_key


def _read(plain: bytes) -> _Sealed:
    try:
        sealed = msgspec.json.decode(plain, type=_Sealed)
        whole = len(base64.b64decode(sealed.data_key, validate=True)) == DATA_KEY_BYTES
    except (msgspec.DecodeError, binascii.Error, ValueError, UnicodeDecodeError) as error:
        raise envelopes.EnvelopeUnreadable from error
    if not whole:
        raise envelopes.EnvelopeUnreadable
    return sealed
