"""Say what a visit's mutations carry, field by field."""

from datetime import date, datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from msgspec import Meta, Struct

from backend.photos.commands import NamedPhoto
from backend.texts import Instant, Line, Note
from backend.visits.rules import Delivered, Outcome, Signed, Track, Window
from backend.visits.rules.answers import MAX_PATH, SVG_PATH
from backend.visits.rules.checklist import ITEM_ID

ItemId = Annotated[str, Meta(max_length=60, pattern=f"^{ITEM_ID}$(?!\\n)")]
Version = Annotated[int, Meta(ge=1, le=1_000_000)]
SignaturePath = Annotated[str, Meta(max_length=MAX_PATH, pattern=f"^{SVG_PATH}$(?!\\n)")]


class Fix(Struct, forbid_unknown_fields=True, frozen=True):
    """Where the phone says it was, in its own datum; kept as evidence, never to place the visit."""

    lon: Annotated[float, Meta(ge=-180, le=180)]
    lat: Annotated[float, Meta(ge=-90, le=90)]
    accuracy_m: Annotated[float, Meta(ge=0, le=1_000_000)]
    crs: Literal["wgs84", "cgcs2000", "gcj02", "bd09"]
    source: Literal["gps", "network", "manual"]
    taken_at: Instant


class VisitPhoto(NamedPhoto, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """A photo named by a visit, and the item it belongs to."""

    item_id: ItemId | None = None


class Notice(Struct, forbid_unknown_fields=True, frozen=True, omit_defaults=True):
    """How the notice was delivered, and its signature or the refusal to sign."""

    delivered: Delivered
    signed: Signed
    signature: SignaturePath | None = None
    witness: Line | None = None


class Revisit(Struct, forbid_unknown_fields=True, frozen=True, omit_defaults=True):
    """When somebody means to come again."""

    on: date | None = None
    window: Window | None = None
    at: Instant | None = None


class RecordVisit(Struct, forbid_unknown_fields=True, frozen=True, kw_only=True):
    """One visit as it was made; answers are looked at by the checklist's own rules."""

    visit_id: UUID
    place_kind: Literal["household", "premises"]
    place_id: UUID
    track: Track
    outcome: Outcome
    checklist_id: ItemId | None = None
    checklist_version: Version | None = None
    answers: Annotated[dict[ItemId, Any], Meta(max_length=300)]
    item_notes: Annotated[dict[ItemId, Note], Meta(max_length=300)]
    note: Note
    photos: Annotated[list[VisitPhoto], Meta(max_length=60)]
    notice: Notice
    officers: Annotated[list[UUID], Meta(max_length=10)] = []
    revisit: Revisit | None = None
    vacancy_evidence: Note | None = None
    started_at: Instant
    ended_at: Instant
    fix: Fix | None

    @property
    def moments(self) -> list[datetime]:
        """Every instant the visit names."""
        given = [self.started_at, self.ended_at]
        given += [self.fix.taken_at] if self.fix is not None else []
        return given + ([self.revisit.at] if self.revisit is not None and self.revisit.at is not None else [])


class CorrectVisit(RecordVisit, forbid_unknown_fields=True, frozen=True, kw_only=True):
    """A whole new version of a visit, the version it replaces, and why."""

    corrects: UUID
    reason: Annotated[Note, Meta(min_length=2)]


class PublishChecklist(Struct, forbid_unknown_fields=True, frozen=True):
    """A checklist's body under its id and version; the body is looked at by rules.checklist."""

    id: ItemId
    version: Version
    body: dict[str, Any]
