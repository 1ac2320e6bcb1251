"""Do what is done with photos: receive their bytes, name them in a record, announce them, sweep what nobody named."""

from backend.photos.commands.announce import announce, announce_latest, listen
from backend.photos.commands.mention import NamedPhoto, mention
from backend.photos.commands.receive import Capture, Checksum, Sender, begin, end, receive, settle
from backend.photos.commands.sweep import sweep

__all__ = [
    "Capture",
    "Checksum",
    "NamedPhoto",
    "Sender",
    "announce",
    "announce_latest",
    "begin",
    "end",
    "listen",
    "mention",
    "receive",
    "settle",
    "sweep",
]
