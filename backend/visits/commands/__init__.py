"""Publish checklists, record and correct visits: every mutation of this slice by its name."""

from msgspec import Struct

from backend.acts import Command
from backend.photos.commands import listen
from backend.visits.commands.args import CorrectVisit, PublishChecklist, RecordVisit
from backend.visits.commands.arrival import photo_arrived
from backend.visits.commands.checklist import publish_checklist
from backend.visits.commands.record import correct_visit, record_visit

__all__ = ["MUTATIONS", "CorrectVisit", "PublishChecklist", "RecordVisit", "photo_arrived"]

MUTATIONS: dict[str, tuple[type[Struct], Command]] = {
    "publish_checklist": (PublishChecklist, publish_checklist),
    "record_visit": (RecordVisit, record_visit),
    "correct_visit": (CorrectVisit, correct_visit),
}

listen(photo_arrived)
