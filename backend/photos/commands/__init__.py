"""Do what is done with photos: receive their bytes, name them in a record, announce them, sweep what nobody named."""

from backend.photos.commands.announce import announce, announce_latest, listen, listen_for_hashes
from backend.photos.commands.audit_store import Audit, audit_store
from backend.photos.commands.landing import BLOCK_BYTES, Checksum
from backend.photos.commands.ledger import receiving_within
from backend.photos.commands.likeness import note_hashes
from backend.photos.commands.mention import NamedPhoto, mention
from backend.photos.commands.receive import (
    Capture,
    Sender,
    author_of,
    begin,
    begin_whole,
    end,
    hold,
    opened,
    receive,
    sender_of,
    settle,
)
from backend.photos.commands.sweep import sweep

__all__ = [
    "BLOCK_BYTES",
    "Audit",
    "Capture",
    "Checksum",
    "NamedPhoto",
    "Sender",
    "announce",
    "announce_latest",
    "audit_store",
    "author_of",
    "begin",
    "begin_whole",
    "end",
    "hold",
    "listen",
    "listen_for_hashes",
    "mention",
    "note_hashes",
    "opened",
    "receive",
    "receiving_within",
    "sender_of",
    "settle",
    "sweep",
]
