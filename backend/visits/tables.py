"""Remember published checklists, which never change, and visits, each version of which stays."""

from piccolo.columns import JSONB, UUID, Array, BigInt, Integer, Text, Timestamptz, Varchar
from piccolo.table import Table


class Checklist(Table):
    """One version of a checklist in one subdistrict."""

    id = UUID(primary_key=True, default=None)
    tenant = Integer()
    checklist_id = Varchar(60)
    version = Integer()
    body = JSONB()
    published_at = Timestamptz(default=None)
    published_by = UUID(default=None)


class Visit(Table):
    """One version of one visit; the version that counts has no `corrected_by`."""

    id = UUID(primary_key=True, default=None)
    serial = BigInt()  # the order in which the server heard of visits
    tenant = Integer()
    number = Varchar(40)
    place_kind = Varchar(10)
    place_id = UUID(default=None)
    grid_code = Varchar(15)  # the place's own when the visit was recorded
    track = Varchar(10)
    outcome = Varchar(10)
    checklist_id = Varchar(60, default=None, null=True)
    checklist_version = Integer(default=None, null=True)
    answers = JSONB()
    item_notes = JSONB()
    note = Text()
    photos = JSONB()  # as named, with the item each belongs to; which have arrived is for photos to say
    notice = JSONB()
    officers = Array(UUID(), default=list)
    revisit = JSONB(default=None, null=True)
    vacancy_evidence = Text(default=None, null=True)
    hazards = Integer()  # findings of its own checklist, when it was recorded
    left_open = Integer()  # questions without an answer
    started_at = Timestamptz(default=None)
    ended_at = Timestamptz(default=None)
    received_at = Timestamptz(default=None)
    clock_flags = Array(Text(), default=list)
    recorded_by = UUID(default=None)
    recorded_by_name = Varchar(80)
    corrects = UUID(default=None, null=True)
    corrected_by = UUID(default=None, null=True)
    reason = Text(default=None, null=True)
    fix = JSONB(default=None, null=True)


SQL = (
    "CREATE SEQUENCE visit_serial_seq OWNED BY visit.serial",
    "ALTER TABLE visit ALTER COLUMN serial SET DEFAULT nextval('visit_serial_seq')",
    "CREATE UNIQUE INDEX checklist_version_uq ON checklist (tenant, checklist_id, version)",
    """CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
       BEGIN RAISE EXCEPTION '% is published and never changes', OLD.checklist_id; END $$""",
    """CREATE TRIGGER checklist_immutable BEFORE UPDATE OR DELETE ON checklist
       FOR EACH ROW EXECUTE FUNCTION refuse_change()""",
    # A version of a visit never changes either; only which version replaced it is written later.
    """CREATE FUNCTION refuse_visit_change() RETURNS trigger LANGUAGE plpgsql AS $$
       BEGIN
         IF TG_OP = 'UPDATE' AND OLD.corrected_by IS NULL
           AND to_jsonb(NEW) - 'corrected_by' = to_jsonb(OLD) - 'corrected_by' THEN RETURN NEW; END IF;
         RAISE EXCEPTION 'visit % never changes', OLD.id;
       END $$""",
    """CREATE TRIGGER visit_immutable BEFORE UPDATE OR DELETE ON visit
       FOR EACH ROW EXECUTE FUNCTION refuse_visit_change()""",
    "CREATE UNIQUE INDEX visit_corrects_uq ON visit (corrects) WHERE corrects IS NOT NULL",
    # The last visit of a place, and all of them.
    "CREATE INDEX visit_place_ix ON visit (place_id, ended_at DESC, serial DESC)",
    # The newest fixes of a device, by the code that its numbers begin with.
    """CREATE INDEX visit_device_ix ON visit (left(number::text, 4), ended_at DESC)
       WHERE fix IS NOT NULL AND corrects IS NULL""",
    "CREATE INDEX visit_grid_ended_ix ON visit (grid_code, ended_at) WHERE corrected_by IS NULL",
)
