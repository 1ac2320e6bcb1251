"""Remember hazards, and every event of their history, which is append-only."""

from typing import Final

from piccolo.columns import (
    JSONB,
    UUID,
    Array,
    BigInt,
    BigSerial,
    Boolean,
    Date,
    DoublePrecision,
    Integer,
    Serial,
    Text,
    Timestamptz,
    Varchar,
)
from piccolo.table import Table

from backend.hazards.rules import Category, Grade, Stage


class Hazard(Table):
    """One hazard as it stands; what can be computed from it and the clock is never stored."""

    id = UUID(primary_key=True, default=None)
    fid = Serial()  # vector tiles need a number
    tenant = Integer()
    number = Varchar(40)
    place_code = Varchar(15)  # the grid; the subdistrict when the position lies in no grid
    place_kind = Varchar(10)
    place_id = UUID(default=None, null=True)
    place_name = Varchar(300)
    grid_code = Varchar(15, default=None, null=True)
    grid_candidates = Array(Text(), default=list)
    grid_basis = Varchar(10, default="place")  # who said which grid: GridBasis
    category = Varchar(16)
    track = Varchar(10)
    visit_id = UUID(default=None, null=True)
    item_id = Varchar(60, default=None, null=True)
    checklist_id = Varchar(60, default=None, null=True)
    checklist_version = Integer(default=None, null=True)
    what = Array(Text(), default=list)
    description = Text()
    grade = Varchar(16)
    advice = Text()
    proposed_due_days = Integer(default=None, null=True)
    stage = Varchar(20)
    due_on = Date(default=None, null=True)
    original_due_on = Date(default=None, null=True)
    reported_at = Timestamptz(default=None)
    reported_by = UUID(default=None)
    reported_by_name = Varchar(80)
    received_at = Timestamptz(default=None)
    lon = DoublePrecision(default=None, null=True)
    lat = DoublePrecision(default=None, null=True)
    accuracy_m = DoublePrecision(default=None, null=True)
    quad = BigInt(default=None, null=True)
    fix = JSONB(default=None, null=True)
    location_note = Text()
    responsible_unit = Text(default=None, null=True)
    responsible_title = Text(default=None, null=True)
    department = Varchar(20, default=None, null=True)
    reply_due_on = Date(default=None, null=True)
    extension_due_on = Date(default=None, null=True)
    returned = Boolean(default=False)
    returned_count = Integer(default=0)
    suspended = Boolean(default=False)
    listed = Boolean(default=False)
    escalation_confirmed = Varchar(12, default=None, null=True)
    interim_measures = Text(default=None, null=True)
    recurrence_of = UUID(default=None, null=True)
    duplicate_of = UUID(default=None, null=True)  # the hazard that stays, to which this one was joined
    joined_to = Varchar(40, default=None, null=True)  # its number, which never changes
    closed_at = Timestamptz(default=None, null=True)
    no_photo_reason = Varchar(20, default=None, null=True)
    photos_awaited = Integer(default=0)
    worked_by = Array(Text(), default=list)
    changed_at = Timestamptz(default=None)
    version = Integer(default=1)


class HazardEvent(Table):
    """One step of a hazard's life, as it was taken; `serial` is the order in which the server took them.

    `to_stage`, `grade` and `deadline_on` are how the hazard stood after it: what a past day is drawn from.
    """

    id = UUID(primary_key=True, default=None)
    serial = BigSerial()
    hazard_id = UUID(default=None)
    fid = Integer()  # the hazard's
    tenant = Integer()
    action = Varchar(24)
    at = Timestamptz(default=None)
    received_at = Timestamptz(default=None)
    by = UUID(default=None)
    by_name = Varchar(80)
    by_role = Varchar(20)
    from_stage = Varchar(20, default=None, null=True)
    to_stage = Varchar(20)
    grade = Varchar(16)
    deadline_on = Date(default=None, null=True)  # the one that ran; nothing when no clock did
    given = JSONB()
    number = Varchar(40)
    clock_off_s = BigInt(default=0)  # how far the device's clock was behind the server's
    clock_moved_s = BigInt(default=0)  # how far it was set on between the step and its sending


STAGE_CODES: Final = tuple(stage.value for stage in Stage)
GRADE_CODES: Final = tuple(grade.value for grade in Grade)
CATEGORY_CODES: Final = tuple(category.value for category in Category)


def _code(table: str, column: str, words: tuple[str, ...]) -> str:
    """Return a column that holds a word's place in its list, from 1 on: tiles are drawn from numbers."""
    listed = ", ".join(f"'{word}'" for word in words)
    return (
        f"ALTER TABLE {table} ADD COLUMN {column}_code smallint NOT NULL"
        f" GENERATED ALWAYS AS (array_position(ARRAY[{listed}]::text[], {column}::text)::smallint) STORED"
    )


SQL = (
    _code("hazard", "stage", STAGE_CODES),
    _code("hazard", "grade", GRADE_CODES),
    _code("hazard", "category", CATEGORY_CODES),
    # The deadline that runs now, as days since 1970-01-01; nothing when no clock runs.
    """ALTER TABLE hazard ADD COLUMN deadline_day integer GENERATED ALWAYS AS (
       CASE WHEN stage IN ('closed_on_site', 'closed', 'voided') THEN NULL
            WHEN stage = 'transferred' THEN reply_due_on - DATE '1970-01-01'
            ELSE due_on - DATE '1970-01-01' END) STORED""",
    # A tile is one range of quads, read from the index alone.
    """CREATE INDEX hazard_tile_ix ON hazard (tenant, quad)
       INCLUDE (fid, stage_code, grade_code, category_code, deadline_day, place_code) WHERE quad IS NOT NULL""",
    # Few have no position; a past day counts them, too.
    "CREATE INDEX hazard_unplaced_ix ON hazard (tenant) WHERE quad IS NULL",
    "CREATE UNIQUE INDEX hazard_fid_uq ON hazard (fid)",
    "CREATE INDEX hazard_place_code_ix ON hazard (place_code, stage_code)",
    "CREATE INDEX hazard_duplicate_ix ON hazard (duplicate_of) WHERE duplicate_of IS NOT NULL",
    "CREATE INDEX hazard_undecided_ix ON hazard (tenant) WHERE grid_basis = 'undecided'",
    "CREATE INDEX hazard_place_ix ON hazard (place_id) WHERE place_id IS NOT NULL",
    """CREATE INDEX hazard_device_ix ON hazard (left(number::text, 4), reported_at DESC)
       WHERE fix IS NOT NULL AND place_id IS NOT NULL AND visit_id IS NULL""",
    # A list in order of deadline, without one last, is read no further than its page.
    "CREATE INDEX hazard_due_ix ON hazard (tenant, coalesce(deadline_day, 2147483647), fid)",
    "CREATE INDEX hazard_event_hazard_ix ON hazard_event (hazard_id, serial)",
    _code("hazard_event", "to_stage", STAGE_CODES),
    _code("hazard_event", "grade", GRADE_CODES),
    # The day on which it was taken, where the hazard is, and the deadline after it: days since 1970-01-01.
    """ALTER TABLE hazard_event
       ADD COLUMN day integer NOT NULL GENERATED ALWAYS AS ((at AT TIME ZONE INTERVAL '8 hours')::date
         - DATE '1970-01-01') STORED,
       ADD COLUMN deadline_day integer GENERATED ALWAYS AS (deadline_on - DATE '1970-01-01') STORED""",
    # How all hazards of a tenant stood after each step is read from the index alone.
    """CREATE INDEX hazard_event_stood_ix ON hazard_event (tenant, fid, serial)
       INCLUDE (day, to_stage_code, grade_code, deadline_day)""",
    """CREATE FUNCTION refuse_event_change() RETURNS trigger LANGUAGE plpgsql AS $$
       BEGIN RAISE EXCEPTION 'the history of a hazard is append-only'; END $$""",
    """CREATE TRIGGER hazard_event_immutable BEFORE UPDATE OR DELETE ON hazard_event
       FOR EACH ROW EXECUTE FUNCTION refuse_event_change()""",
)
