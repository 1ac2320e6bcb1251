"""Say what a hazard's mutations carry, field by field."""

from datetime import date
from typing import Annotated, Literal
from uuid import UUID

from msgspec import Meta, Struct

from backend.hazards.rules import Action
from backend.photos.commands import NamedPhoto
from backend.texts import GridCode, Line, Note
from backend.visits.commands.args import Fix, ItemId, Notice, Version

Photos = Annotated[list[NamedPhoto], Meta(max_length=20)]
NoPhotoReason = Literal["refused", "explosive_atmosphere", "broken_camera", "not_needed"]
Department = Literal[
    "fire", "emergency", "housing_gas", "market_supervision", "education", "culture_tourism", "police",
    "enforcement", "commerce", "ecology", "gas_company",
]  # fmt: skip


class ReportHazard(Struct, forbid_unknown_fields=True, frozen=True, kw_only=True):
    """A hazard as it was found; at a place, or at a public spot known by its position or grid."""

    hazard_id: UUID
    place_kind: Literal["household", "premises", "none"]
    place_id: UUID | None = None
    grid_code: GridCode | None = None
    visit_id: UUID | None = None
    item_id: ItemId | None = None
    checklist_id: ItemId | None = None
    checklist_version: Version | None = None
    track: Literal["patrol", "inspection"]
    category: Literal[
        "household", "gas_station", "school", "market", "enterprise", "assembly", "residential", "public_area"
    ]
    what: Annotated[list[Line], Meta(max_length=20)]
    description: Note
    grade: Literal["general", "suspected_major", "confirmed_major", "life_threatening"]
    advice: Note
    proposed_due_days: Annotated[int, Meta(ge=0, le=3650)] | None
    photos: Photos
    no_photo_reason: NoPhotoReason | None = None
    fix: Fix | None
    location_note: Line


class Step(Struct, forbid_unknown_fields=True, frozen=True, kw_only=True, omit_defaults=True):
    """A step of a hazard's life names its hazard."""

    hazard_id: UUID


class FixOnSite(Step, forbid_unknown_fields=True, frozen=True, kw_only=True, omit_defaults=True):
    """What was done at once, with its photo."""

    photos: Photos
    measures: Note
    no_photo_reason: NoPhotoReason | None = None


class GiveAdvice(Step, forbid_unknown_fields=True, frozen=True, kw_only=True, omit_defaults=True):
    """Advice given in a home, with its notice."""

    notice: Notice
    due_on: date


class DispatchHazard(Step, forbid_unknown_fields=True, frozen=True, kw_only=True, omit_defaults=True):
    """Who must do what by when."""

    due_on: date
    measures: Note
    responsible_unit: Line
    responsible_title: Line | None = None
    notice: Notice


class TransferHazard(Step, forbid_unknown_fields=True, frozen=True, kw_only=True, omit_defaults=True):
    """To which department, under which receipt, and by when it replies."""

    department: Department
    receipt_number: Line
    reply_due_on: date
    reason: Note


class ReplyTransfer(Step, forbid_unknown_fields=True, frozen=True, kw_only=True, omit_defaults=True):
    """What the department answered."""

    result: Literal["rectified", "sent_back"]
    verified: bool
    note: Note
    photos: Photos


class Commitments(Struct, forbid_unknown_fields=True, frozen=True):
    """The five commitments of a major hazard's rectification (五落实), each in words."""

    duty: Note
    measures: Note
    funds: Note
    time_limit: Note
    plan: Note


class StartRectification(Step, forbid_unknown_fields=True, frozen=True, kw_only=True, omit_defaults=True):
    """The receipt of a dispatch, and the plan."""

    receipt: Literal["signed", "refused"]
    witness: Line | None = None
    commitments: Commitments | None = None
    planned_on: date | None = None
    interim_measures: Note | None = None


class RequestExtension(Step, forbid_unknown_fields=True, frozen=True, kw_only=True, omit_defaults=True):
    """Until when, why, and what protects people meanwhile."""

    new_due_on: date
    reason: Note
    interim_measures: Note


class DecideExtension(Step, forbid_unknown_fields=True, frozen=True, kw_only=True, omit_defaults=True):
    """Granted or not, and why not."""

    granted: bool
    reason: Note


class SubmitRectification(Step, forbid_unknown_fields=True, frozen=True, kw_only=True, omit_defaults=True):
    """What was done, with its photo, and what it cost (in fen, optional)."""

    description: Note
    photos: Photos
    cost_fen: Annotated[int, Meta(ge=0, le=10**12)] | None = None
    no_photo_reason: NoPhotoReason | None = None


class PassReinspection(Step, forbid_unknown_fields=True, frozen=True, kw_only=True, omit_defaults=True):
    """What the second person saw."""

    note: Note
    photos: Photos
    on_site_statement: Note | None = None


class FailReinspection(Step, forbid_unknown_fields=True, frozen=True, kw_only=True, omit_defaults=True):
    """Why it goes back, and until when."""

    reason: Note
    new_due_on: date


class EscalateHazard(Step, forbid_unknown_fields=True, frozen=True, kw_only=True, omit_defaults=True):
    """The level that a leader confirms."""

    level: Literal["community", "subdistrict", "department"]


class OrderSuspension(Step, forbid_unknown_fields=True, frozen=True, kw_only=True, omit_defaults=True):
    """The number of the department's order."""

    order_number: Line


class AllowResumption(Step, forbid_unknown_fields=True, frozen=True, kw_only=True, omit_defaults=True):
    """What the department saw before it agreed."""

    note: Note


class ListHazard(Step, forbid_unknown_fields=True, frozen=True, kw_only=True, omit_defaults=True):
    """Who lists it, under which notice, and how often progress is reported."""

    listing_unit: Line
    notice_number: Line
    report_cycle_days: Annotated[int, Meta(ge=1, le=366)]


class LookBack(Step, forbid_unknown_fields=True, frozen=True, kw_only=True, omit_defaults=True):
    """Whether the repair held; when not, the id of the new hazard."""

    result: Literal["held", "came_back"]
    note: Note
    recurrence_id: UUID | None = None


class VoidHazard(Step, forbid_unknown_fields=True, frozen=True, kw_only=True, omit_defaults=True):
    """Why it was no hazard, or a duplicate; `duplicate_of` names the hazard that stays, to which it is joined.

    `told_of` are the ids of what was joined to it before, as its author was told.
    """

    reason: Note
    duplicate_of: UUID | None = None
    told_of: Annotated[list[UUID], Meta(max_length=500)] = []


class GradeHazard(Step, forbid_unknown_fields=True, frozen=True, kw_only=True, omit_defaults=True):
    """The grade, the criteria it is judged by, and the reason."""

    grade: Literal["general", "suspected_major", "confirmed_major", "life_threatening"]
    criteria: Line
    reason: Note


class NoteHazard(Step, forbid_unknown_fields=True, frozen=True, kw_only=True, omit_defaults=True):
    """A remark; it never describes a person."""

    note: Note
    photos: Photos


class SettleGrid(Struct, forbid_unknown_fields=True, frozen=True, kw_only=True):
    """In which grid a hazard at a public spot lies, as somebody at the desk decided."""

    hazard_id: UUID
    grid_code: GridCode


STEP_ARGS: dict[Action, type[Step]] = {
    Action.FIX_ON_SITE: FixOnSite,
    Action.GIVE_ADVICE: GiveAdvice,
    Action.DISPATCH: DispatchHazard,
    Action.TRANSFER: TransferHazard,
    Action.REPLY_TRANSFER: ReplyTransfer,
    Action.START: StartRectification,
    Action.REQUEST_EXTENSION: RequestExtension,
    Action.DECIDE_EXTENSION: DecideExtension,
    Action.SUBMIT: SubmitRectification,
    Action.PASS: PassReinspection,
    Action.FAIL: FailReinspection,
    Action.ESCALATE: EscalateHazard,
    Action.ORDER_SUSPENSION: OrderSuspension,
    Action.ALLOW_RESUMPTION: AllowResumption,
    Action.LIST: ListHazard,
    Action.LOOK_BACK: LookBack,
    Action.VOID: VoidHazard,
    Action.GRADE: GradeHazard,
    Action.NOTE: NoteHazard,
}
