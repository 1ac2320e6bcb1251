"""Make every table; written by `make migration` until the first release, then never edited."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from backend import database

ID = "0001_first"
VERSION = "1"
DESCRIPTION = "every table"

SQL = """
CREATE TABLE "change" (
  "revision" BIGINT PRIMARY KEY NOT NULL DEFAULT 0,
  "kind" VARCHAR(40) NOT NULL DEFAULT '',
  "id" UUID NOT NULL DEFAULT null,
  "tenant" INTEGER NOT NULL DEFAULT 0,
  "place_code" VARCHAR(15) NOT NULL DEFAULT '',
  "also" TEXT[] NOT NULL DEFAULT '{}',
  "left_reach" TEXT[] NOT NULL DEFAULT '{}',
  "gone" BOOLEAN NOT NULL DEFAULT false
);
CREATE TABLE "secret_mark" (
  "id" INTEGER PRIMARY KEY NOT NULL DEFAULT null,
  "mark" BYTEA NOT NULL DEFAULT ''
);
CREATE TABLE "audit" (
  "id" UUID PRIMARY KEY NOT NULL DEFAULT null,
  "at" TIMESTAMPTZ NOT NULL DEFAULT null,
  "tenant" VARCHAR(9) NOT NULL DEFAULT '',
  "person_id" UUID DEFAULT null,
  "device_id" UUID DEFAULT null,
  "action" VARCHAR(40) NOT NULL DEFAULT '',
  "kind" VARCHAR(40) NOT NULL DEFAULT '',
  "record_id" VARCHAR(80) NOT NULL DEFAULT '',
  "reason" TEXT NOT NULL DEFAULT '',
  "by_office" BOOLEAN NOT NULL DEFAULT false
);
CREATE TABLE "device" (
  "id" UUID PRIMARY KEY NOT NULL DEFAULT null,
  "code" VARCHAR(4) NOT NULL DEFAULT '',
  "person_id" UUID NOT NULL DEFAULT null,
  "label" VARCHAR(80) NOT NULL DEFAULT '',
  "last_number" INTEGER NOT NULL DEFAULT 0,
  "waiting_mutations" INTEGER NOT NULL DEFAULT 0,
  "waiting_photos" INTEGER NOT NULL DEFAULT 0,
  "waiting_bytes" BIGINT NOT NULL DEFAULT 0,
  "created_at" TIMESTAMPTZ NOT NULL DEFAULT null,
  "last_heard_at" TIMESTAMPTZ DEFAULT null,
  "revoked_at" TIMESTAMPTZ DEFAULT null
);
CREATE TABLE "enrolment" (
  "code_hash" BYTEA PRIMARY KEY NOT NULL DEFAULT null,
  "person_id" UUID NOT NULL DEFAULT null,
  "made_by" UUID DEFAULT null,
  "made_at" TIMESTAMPTZ NOT NULL DEFAULT null,
  "expires_at" TIMESTAMPTZ NOT NULL DEFAULT null,
  "redeemed_at" TIMESTAMPTZ DEFAULT null
);
CREATE TABLE "login_attempt" (
  "key" BYTEA PRIMARY KEY NOT NULL DEFAULT null,
  "failures" INTEGER NOT NULL DEFAULT 0,
  "last_at" TIMESTAMPTZ NOT NULL DEFAULT null,
  "wait_until" TIMESTAMPTZ DEFAULT null
);
CREATE TABLE "person" (
  "id" UUID PRIMARY KEY NOT NULL DEFAULT null,
  "tenant" VARCHAR(9) NOT NULL DEFAULT '',
  "name" VARCHAR(80) NOT NULL DEFAULT '',
  "login" VARCHAR(80) DEFAULT null,
  "phone" BYTEA DEFAULT null,
  "phone_lookup" BYTEA DEFAULT null,
  "licence_number" VARCHAR(40) DEFAULT null,
  "password_hash" TEXT DEFAULT null,
  "totp_secret" BYTEA DEFAULT null,
  "totp_offered" BYTEA DEFAULT null,
  "totp_step" BIGINT NOT NULL DEFAULT 0,
  "created_at" TIMESTAMPTZ NOT NULL DEFAULT null
);
CREATE TABLE "posting" (
  "id" UUID PRIMARY KEY NOT NULL DEFAULT null,
  "person_id" UUID NOT NULL DEFAULT null,
  "role" VARCHAR(24) NOT NULL DEFAULT '',
  "place_code" VARCHAR(15) NOT NULL DEFAULT '',
  "premises_id" UUID DEFAULT null,
  "department" VARCHAR(24) DEFAULT null,
  "from_on" DATE NOT NULL DEFAULT null,
  "to_on" DATE DEFAULT null,
  "posted_by" UUID DEFAULT null
);
CREATE TABLE "session" (
  "token_hash" BYTEA PRIMARY KEY NOT NULL DEFAULT null,
  "person_id" UUID NOT NULL DEFAULT null,
  "device_id" UUID NOT NULL DEFAULT null,
  "enrolled" BOOLEAN NOT NULL DEFAULT false,
  "idle_s" INTEGER DEFAULT null,
  "expires_at" TIMESTAMPTZ NOT NULL DEFAULT null,
  "seen_at" TIMESTAMPTZ NOT NULL DEFAULT null,
  "created_at" TIMESTAMPTZ NOT NULL DEFAULT null
);
CREATE TABLE "subdistrict" (
  "code" VARCHAR(9) PRIMARY KEY NOT NULL DEFAULT '',
  "name" VARCHAR(80) NOT NULL DEFAULT ''
);
CREATE TABLE "building" (
  "id" UUID PRIMARY KEY NOT NULL DEFAULT null,
  "grid_code" VARCHAR(15) NOT NULL DEFAULT '',
  "name" VARCHAR(80) NOT NULL DEFAULT '',
  "address" VARCHAR(200) NOT NULL DEFAULT '',
  "lon" DOUBLE PRECISION NOT NULL DEFAULT null,
  "lat" DOUBLE PRECISION NOT NULL DEFAULT null,
  "units" INTEGER NOT NULL DEFAULT 0,
  "floors" INTEGER NOT NULL DEFAULT 0
);
CREATE TABLE "community" (
  "id" UUID PRIMARY KEY NOT NULL DEFAULT null,
  "code" VARCHAR(12) NOT NULL DEFAULT '',
  "name" VARCHAR(80) NOT NULL DEFAULT ''
);
CREATE TABLE "grid" (
  "id" UUID PRIMARY KEY NOT NULL DEFAULT null,
  "fid" SERIAL NOT NULL,
  "code" VARCHAR(15) NOT NULL DEFAULT '',
  "community_code" VARCHAR(12) NOT NULL DEFAULT '',
  "name" VARCHAR(80) NOT NULL DEFAULT '',
  "kind" VARCHAR(12) NOT NULL DEFAULT '',
  "geometry" TEXT NOT NULL DEFAULT '',
  "shape" BYTEA NOT NULL DEFAULT '',
  "effective_on" DATE NOT NULL DEFAULT null,
  "retired_on" DATE DEFAULT null,
  "replaced_by" VARCHAR(15)[] NOT NULL DEFAULT '{}'
);
CREATE TABLE "grid_change" (
  "id" UUID PRIMARY KEY NOT NULL DEFAULT null,
  "tenant" INTEGER NOT NULL DEFAULT 0,
  "community_code" VARCHAR(12) NOT NULL DEFAULT '',
  "kind" VARCHAR(8) NOT NULL DEFAULT '',
  "effective_on" DATE NOT NULL DEFAULT null,
  "changed_at" TIMESTAMPTZ NOT NULL DEFAULT null,
  "changed_by_name" VARCHAR(80) NOT NULL DEFAULT '',
  "ended" VARCHAR(15)[] NOT NULL DEFAULT '{}',
  "made" VARCHAR(15)[] NOT NULL DEFAULT '{}',
  "before" BYTEA NOT NULL DEFAULT null,
  "undone_at" TIMESTAMPTZ DEFAULT null
);
CREATE TABLE "grid_edition" (
  "tenant" INTEGER PRIMARY KEY NOT NULL DEFAULT null,
  "edition" INTEGER NOT NULL DEFAULT 0
);
CREATE TABLE "grid_file" (
  "id" UUID PRIMARY KEY NOT NULL DEFAULT null,
  "tenant" INTEGER NOT NULL DEFAULT 0,
  "name" VARCHAR(200) NOT NULL DEFAULT '',
  "content" BYTEA NOT NULL DEFAULT null,
  "uploaded_at" TIMESTAMPTZ NOT NULL DEFAULT null
);
CREATE TABLE "grid_survey" (
  "id" UUID PRIMARY KEY NOT NULL DEFAULT null,
  "tenant" INTEGER NOT NULL DEFAULT 0,
  "file_name" VARCHAR(200) NOT NULL DEFAULT '',
  "effective_on" DATE NOT NULL DEFAULT null,
  "edition" INTEGER NOT NULL DEFAULT 0,
  "grids" BYTEA NOT NULL DEFAULT null,
  "surveyed_at" TIMESTAMPTZ NOT NULL DEFAULT null
);
CREATE TABLE "household" (
  "id" UUID PRIMARY KEY NOT NULL DEFAULT null,
  "building_id" UUID NOT NULL DEFAULT null,
  "grid_code" VARCHAR(15) NOT NULL DEFAULT '',
  "unit" VARCHAR(200) NOT NULL DEFAULT '',
  "floor" INTEGER NOT NULL DEFAULT 0,
  "room" VARCHAR(80) NOT NULL DEFAULT '',
  "use" VARCHAR(8) NOT NULL DEFAULT '',
  "contact_phone" BYTEA DEFAULT null,
  "contact_phone_masked" VARCHAR(20) NOT NULL DEFAULT '',
  "needs_help" BOOLEAN NOT NULL DEFAULT false,
  "retired_on" DATE DEFAULT null,
  "retired_reason" VARCHAR(2000) DEFAULT null
);
CREATE TABLE "premises" (
  "id" UUID PRIMARY KEY NOT NULL DEFAULT null,
  "grid_code" VARCHAR(15) NOT NULL DEFAULT '',
  "category" VARCHAR(16) NOT NULL DEFAULT '',
  "name" VARCHAR(80) NOT NULL DEFAULT '',
  "address" VARCHAR(200) NOT NULL DEFAULT '',
  "lon" DOUBLE PRECISION NOT NULL DEFAULT null,
  "lat" DOUBLE PRECISION NOT NULL DEFAULT null,
  "quad" BIGINT DEFAULT null,
  "contact_title" VARCHAR(200) NOT NULL DEFAULT '',
  "contact_phone" BYTEA DEFAULT null,
  "contact_phone_masked" VARCHAR(20) NOT NULL DEFAULT '',
  "retired_on" DATE DEFAULT null,
  "retired_reason" VARCHAR(2000) DEFAULT null
);
CREATE TABLE "photo" (
  "id" SERIAL PRIMARY KEY NOT NULL,
  "sha256" VARCHAR(64) NOT NULL DEFAULT '',
  "tenant" INTEGER NOT NULL DEFAULT 0,
  "person_id" UUID NOT NULL DEFAULT null,
  "device_id" UUID NOT NULL DEFAULT null,
  "size_bytes" INTEGER NOT NULL DEFAULT 0,
  "kind" VARCHAR(8) NOT NULL DEFAULT '',
  "width" INTEGER NOT NULL DEFAULT 0,
  "height" INTEGER NOT NULL DEFAULT 0,
  "taken_at" TIMESTAMPTZ DEFAULT null,
  "lon" DOUBLE PRECISION DEFAULT null,
  "lat" DOUBLE PRECISION DEFAULT null,
  "crs" VARCHAR(8) DEFAULT null,
  "accuracy_m" DOUBLE PRECISION DEFAULT null,
  "source" VARCHAR(16) DEFAULT null,
  "exif" JSONB DEFAULT null,
  "redacts" VARCHAR(64) DEFAULT null,
  "seal" VARCHAR(64) NOT NULL DEFAULT '',
  "perceptual_hash" BIGINT DEFAULT null,
  "received_at" TIMESTAMPTZ NOT NULL DEFAULT null
);
CREATE TABLE "photo_likeness" (
  "id" SERIAL PRIMARY KEY NOT NULL,
  "tenant" INTEGER NOT NULL DEFAULT 0,
  "sha256" VARCHAR(64) NOT NULL DEFAULT '',
  "like_sha256" VARCHAR(64) NOT NULL DEFAULT '',
  "distance" SMALLINT NOT NULL DEFAULT 0
);
CREATE TABLE "photo_mention" (
  "id" SERIAL PRIMARY KEY NOT NULL,
  "sha256" VARCHAR(64) NOT NULL DEFAULT '',
  "record_kind" VARCHAR(16) NOT NULL DEFAULT '',
  "record_id" UUID NOT NULL DEFAULT null,
  "role" VARCHAR(8) NOT NULL DEFAULT '',
  "tenant" INTEGER NOT NULL DEFAULT 0,
  "caption" TEXT NOT NULL DEFAULT '',
  "place" TEXT NOT NULL DEFAULT '',
  "redacts" VARCHAR(64) DEFAULT null,
  "leaves" BOOLEAN NOT NULL DEFAULT true
);
CREATE TABLE "upload" (
  "id" UUID PRIMARY KEY NOT NULL DEFAULT null,
  "sha256" VARCHAR(64) NOT NULL DEFAULT '',
  "length_bytes" INTEGER NOT NULL DEFAULT 0,
  "capture" JSONB NOT NULL DEFAULT '{}',
  "tenant" INTEGER NOT NULL DEFAULT 0,
  "person_id" UUID NOT NULL DEFAULT null,
  "device_id" UUID NOT NULL DEFAULT null,
  "held" BOOLEAN NOT NULL DEFAULT false,
  "expires_at" TIMESTAMPTZ NOT NULL DEFAULT null
);
CREATE TABLE "checklist" (
  "id" UUID PRIMARY KEY NOT NULL DEFAULT null,
  "tenant" INTEGER NOT NULL DEFAULT 0,
  "checklist_id" VARCHAR(60) NOT NULL DEFAULT '',
  "version" INTEGER NOT NULL DEFAULT 0,
  "body" JSONB NOT NULL DEFAULT '{}',
  "published_at" TIMESTAMPTZ NOT NULL DEFAULT null,
  "published_by" UUID NOT NULL DEFAULT null
);
CREATE TABLE "visit" (
  "id" UUID PRIMARY KEY NOT NULL DEFAULT null,
  "serial" BIGINT NOT NULL DEFAULT 0,
  "tenant" INTEGER NOT NULL DEFAULT 0,
  "number" VARCHAR(40) NOT NULL DEFAULT '',
  "place_kind" VARCHAR(10) NOT NULL DEFAULT '',
  "place_id" UUID NOT NULL DEFAULT null,
  "grid_code" VARCHAR(15) NOT NULL DEFAULT '',
  "track" VARCHAR(10) NOT NULL DEFAULT '',
  "outcome" VARCHAR(10) NOT NULL DEFAULT '',
  "checklist_id" VARCHAR(60) DEFAULT null,
  "checklist_version" INTEGER DEFAULT null,
  "answers" JSONB NOT NULL DEFAULT '{}',
  "item_notes" JSONB NOT NULL DEFAULT '{}',
  "note" TEXT NOT NULL DEFAULT '',
  "photos" JSONB NOT NULL DEFAULT '{}',
  "notice" JSONB NOT NULL DEFAULT '{}',
  "officers" UUID[] NOT NULL DEFAULT '{}',
  "revisit" JSONB DEFAULT null,
  "vacancy_evidence" TEXT DEFAULT null,
  "hazards" INTEGER NOT NULL DEFAULT 0,
  "left_open" INTEGER NOT NULL DEFAULT 0,
  "started_at" TIMESTAMPTZ NOT NULL DEFAULT null,
  "ended_at" TIMESTAMPTZ NOT NULL DEFAULT null,
  "received_at" TIMESTAMPTZ NOT NULL DEFAULT null,
  "clock_flags" TEXT[] NOT NULL DEFAULT '{}',
  "recorded_by" UUID NOT NULL DEFAULT null,
  "recorded_by_name" VARCHAR(80) NOT NULL DEFAULT '',
  "corrects" UUID DEFAULT null,
  "corrected_by" UUID DEFAULT null,
  "reason" TEXT DEFAULT null,
  "fix" JSONB DEFAULT null
);
CREATE TABLE "hazard" (
  "id" UUID PRIMARY KEY NOT NULL DEFAULT null,
  "fid" SERIAL NOT NULL,
  "tenant" INTEGER NOT NULL DEFAULT 0,
  "number" VARCHAR(40) NOT NULL DEFAULT '',
  "place_code" VARCHAR(15) NOT NULL DEFAULT '',
  "place_kind" VARCHAR(10) NOT NULL DEFAULT '',
  "place_id" UUID DEFAULT null,
  "place_name" VARCHAR(300) NOT NULL DEFAULT '',
  "grid_code" VARCHAR(15) DEFAULT null,
  "grid_candidates" TEXT[] NOT NULL DEFAULT '{}',
  "grid_basis" VARCHAR(10) NOT NULL DEFAULT 'place',
  "category" VARCHAR(16) NOT NULL DEFAULT '',
  "track" VARCHAR(10) NOT NULL DEFAULT '',
  "visit_id" UUID DEFAULT null,
  "item_id" VARCHAR(60) DEFAULT null,
  "checklist_id" VARCHAR(60) DEFAULT null,
  "checklist_version" INTEGER DEFAULT null,
  "what" TEXT[] NOT NULL DEFAULT '{}',
  "description" TEXT NOT NULL DEFAULT '',
  "grade" VARCHAR(16) NOT NULL DEFAULT '',
  "advice" TEXT NOT NULL DEFAULT '',
  "proposed_due_days" INTEGER DEFAULT null,
  "stage" VARCHAR(20) NOT NULL DEFAULT '',
  "due_on" DATE DEFAULT null,
  "original_due_on" DATE DEFAULT null,
  "reported_at" TIMESTAMPTZ NOT NULL DEFAULT null,
  "reported_by" UUID NOT NULL DEFAULT null,
  "reported_by_name" VARCHAR(80) NOT NULL DEFAULT '',
  "received_at" TIMESTAMPTZ NOT NULL DEFAULT null,
  "lon" DOUBLE PRECISION DEFAULT null,
  "lat" DOUBLE PRECISION DEFAULT null,
  "accuracy_m" DOUBLE PRECISION DEFAULT null,
  "quad" BIGINT DEFAULT null,
  "fix" JSONB DEFAULT null,
  "location_note" TEXT NOT NULL DEFAULT '',
  "responsible_unit" TEXT DEFAULT null,
  "responsible_title" TEXT DEFAULT null,
  "department" VARCHAR(20) DEFAULT null,
  "reply_due_on" DATE DEFAULT null,
  "extension_due_on" DATE DEFAULT null,
  "returned" BOOLEAN NOT NULL DEFAULT false,
  "returned_count" INTEGER NOT NULL DEFAULT 0,
  "suspended" BOOLEAN NOT NULL DEFAULT false,
  "listed" BOOLEAN NOT NULL DEFAULT false,
  "escalation_confirmed" VARCHAR(12) DEFAULT null,
  "interim_measures" TEXT DEFAULT null,
  "recurrence_of" UUID DEFAULT null,
  "duplicate_of" UUID DEFAULT null,
  "joined_to" VARCHAR(40) DEFAULT null,
  "closed_at" TIMESTAMPTZ DEFAULT null,
  "no_photo_reason" VARCHAR(20) DEFAULT null,
  "photos_awaited" INTEGER NOT NULL DEFAULT 0,
  "worked_by" TEXT[] NOT NULL DEFAULT '{}',
  "changed_at" TIMESTAMPTZ NOT NULL DEFAULT null,
  "version" INTEGER NOT NULL DEFAULT 1
);
CREATE TABLE "hazard_event" (
  "id" UUID PRIMARY KEY NOT NULL DEFAULT null,
  "serial" BIGSERIAL NOT NULL,
  "hazard_id" UUID NOT NULL DEFAULT null,
  "fid" INTEGER NOT NULL DEFAULT 0,
  "tenant" INTEGER NOT NULL DEFAULT 0,
  "action" VARCHAR(24) NOT NULL DEFAULT '',
  "at" TIMESTAMPTZ NOT NULL DEFAULT null,
  "received_at" TIMESTAMPTZ NOT NULL DEFAULT null,
  "by" UUID NOT NULL DEFAULT null,
  "by_name" VARCHAR(80) NOT NULL DEFAULT '',
  "by_role" VARCHAR(20) NOT NULL DEFAULT '',
  "from_stage" VARCHAR(20) DEFAULT null,
  "to_stage" VARCHAR(20) NOT NULL DEFAULT '',
  "grade" VARCHAR(16) NOT NULL DEFAULT '',
  "deadline_on" DATE DEFAULT null,
  "given" JSONB NOT NULL DEFAULT '{}',
  "number" VARCHAR(40) NOT NULL DEFAULT '',
  "clock_off_s" BIGINT NOT NULL DEFAULT 0,
  "clock_moved_s" BIGINT NOT NULL DEFAULT 0
);
CREATE TABLE "held_mutation" (
  "id" UUID PRIMARY KEY NOT NULL DEFAULT null,
  "tenant" INTEGER NOT NULL DEFAULT 0,
  "why" VARCHAR(40) NOT NULL DEFAULT '',
  "args" TEXT NOT NULL DEFAULT '',
  "decided_at" TIMESTAMPTZ DEFAULT null,
  "decided_by" UUID DEFAULT null,
  "decision" VARCHAR(8) DEFAULT null
);
CREATE TABLE "receipt" (
  "id" UUID PRIMARY KEY NOT NULL DEFAULT null,
  "tenant" INTEGER NOT NULL DEFAULT 0,
  "person_id" UUID NOT NULL DEFAULT null,
  "device_id" UUID NOT NULL DEFAULT null,
  "number" INTEGER NOT NULL DEFAULT 0,
  "name" VARCHAR(64) NOT NULL DEFAULT '',
  "body_hash" BYTEA NOT NULL DEFAULT '',
  "outcome" VARCHAR(8) NOT NULL DEFAULT '',
  "problem" TEXT DEFAULT null,
  "revision" BIGINT DEFAULT null,
  "made_at" TIMESTAMPTZ NOT NULL DEFAULT null,
  "skew_ms" BIGINT NOT NULL DEFAULT 0,
  "received_at" TIMESTAMPTZ NOT NULL DEFAULT null
);
CREATE TABLE "token" (
  "id" UUID PRIMARY KEY NOT NULL DEFAULT null,
  "token_hash" BYTEA NOT NULL DEFAULT null,
  "person_id" UUID NOT NULL DEFAULT null,
  "label" VARCHAR(80) NOT NULL DEFAULT '',
  "place_code" VARCHAR(15) NOT NULL DEFAULT '',
  "collections" TEXT[] NOT NULL DEFAULT '{}',
  "made_at" TIMESTAMPTZ NOT NULL DEFAULT null,
  "expires_at" TIMESTAMPTZ NOT NULL DEFAULT null,
  "used_on" DATE DEFAULT null,
  "revoked_at" TIMESTAMPTZ DEFAULT null
);
CREATE SEQUENCE revision_seq;
CREATE UNIQUE INDEX change_kind_id_uq ON change (kind, id);
CREATE INDEX change_tenant_revision_ix ON change (tenant, revision);
CREATE INDEX change_place_revision_ix ON change (tenant, place_code, revision);
CREATE INDEX change_also_ix ON change USING gin (also) WHERE also <> '{}';
ALTER TABLE secret_mark ADD CONSTRAINT secret_mark_one_ck CHECK (id = 1);
CREATE UNIQUE INDEX person_login_uq ON person (login) WHERE login IS NOT NULL;
CREATE UNIQUE INDEX person_phone_uq ON person (phone_lookup) WHERE phone_lookup IS NOT NULL;
CREATE INDEX person_tenant_ix ON person (tenant, name);
CREATE INDEX posting_person_ix ON posting (person_id);
CREATE INDEX posting_place_ix ON posting (place_code, role);
CREATE UNIQUE INDEX device_code_uq ON device (code);
CREATE INDEX device_person_ix ON device (person_id);
CREATE INDEX session_person_ix ON session (person_id);
CREATE INDEX session_device_ix ON session (device_id);
CREATE INDEX session_expires_ix ON session (expires_at);
CREATE INDEX enrolment_person_ix ON enrolment (person_id);
CREATE INDEX login_attempt_last_ix ON login_attempt (last_at);
CREATE INDEX audit_tenant_at_ix ON audit (tenant, at);
CREATE INDEX audit_record_ix ON audit (record_id);
ALTER TABLE posting ADD CONSTRAINT posting_person_fk FOREIGN KEY (person_id) REFERENCES person (id);
ALTER TABLE device ADD CONSTRAINT device_person_fk FOREIGN KEY (person_id) REFERENCES person (id);
ALTER TABLE session ADD CONSTRAINT session_device_fk FOREIGN KEY (device_id) REFERENCES device (id);
CREATE FUNCTION say_people_changed() RETURNS trigger LANGUAGE plpgsql AS $$
       BEGIN PERFORM pg_notify('people', ''); RETURN NULL; END $$;
CREATE TRIGGER session_changed AFTER DELETE OR UPDATE OF expires_at, idle_s ON session
       FOR EACH STATEMENT EXECUTE FUNCTION say_people_changed();
CREATE TRIGGER device_changed AFTER DELETE OR UPDATE OF person_id, code, label, revoked_at ON device
       FOR EACH STATEMENT EXECUTE FUNCTION say_people_changed();
CREATE TRIGGER person_changed
       AFTER DELETE OR UPDATE OF tenant, name, licence_number, password_hash, totp_secret ON person
       FOR EACH STATEMENT EXECUTE FUNCTION say_people_changed();
CREATE TRIGGER posting_changed AFTER INSERT OR DELETE OR UPDATE ON posting
       FOR EACH STATEMENT EXECUTE FUNCTION say_people_changed();
CREATE UNIQUE INDEX community_code_uq ON community (code);
CREATE UNIQUE INDEX grid_code_uq ON grid (code);
CREATE INDEX grid_community_ix ON grid (community_code);
CREATE INDEX grid_file_tenant_ix ON grid_file (tenant, uploaded_at);
CREATE INDEX grid_survey_tenant_ix ON grid_survey (tenant, surveyed_at);
CREATE INDEX grid_change_tenant_ix ON grid_change (tenant, changed_at);
CREATE INDEX building_grid_ix ON building (grid_code);
CREATE UNIQUE INDEX household_door_uq ON household (building_id, unit, room) WHERE retired_on IS NULL;
CREATE INDEX household_grid_ix ON household (grid_code);
CREATE INDEX premises_grid_ix ON premises (grid_code, category);
CREATE INDEX premises_tile_ix ON premises (quad) INCLUDE (id, grid_code, category, name) WHERE retired_on IS NULL;
ALTER TABLE grid ADD CONSTRAINT grid_community_fk FOREIGN KEY (community_code) REFERENCES community (code);
ALTER TABLE building ADD CONSTRAINT building_grid_fk FOREIGN KEY (grid_code) REFERENCES grid (code);
ALTER TABLE household ADD CONSTRAINT household_building_fk FOREIGN KEY (building_id) REFERENCES building (id);
ALTER TABLE premises ADD CONSTRAINT premises_grid_fk FOREIGN KEY (grid_code) REFERENCES grid (code);
CREATE UNIQUE INDEX photo_tenant_sha256_uq ON photo (tenant, sha256);
CREATE UNIQUE INDEX photo_mention_uq ON photo_mention (sha256, record_kind, record_id, role);
CREATE INDEX photo_mention_record_ix ON photo_mention (record_kind, record_id);
CREATE INDEX upload_device_ix ON upload (device_id);
CREATE INDEX upload_expires_ix ON upload (expires_at);
CREATE INDEX photo_received_ix ON photo (received_at);
CREATE INDEX photo_unhashed_ix ON photo (received_at) WHERE perceptual_hash IS NULL;
CREATE INDEX photo_quarter0_ix ON photo (tenant, ((perceptual_hash >> 0) & 65535)) WHERE perceptual_hash IS NOT NULL;
CREATE INDEX photo_quarter1_ix ON photo (tenant, ((perceptual_hash >> 16) & 65535)) WHERE perceptual_hash IS NOT NULL;
CREATE INDEX photo_quarter2_ix ON photo (tenant, ((perceptual_hash >> 32) & 65535)) WHERE perceptual_hash IS NOT NULL;
CREATE INDEX photo_quarter3_ix ON photo (tenant, ((perceptual_hash >> 48) & 65535)) WHERE perceptual_hash IS NOT NULL;
CREATE UNIQUE INDEX photo_likeness_uq ON photo_likeness (tenant, sha256, like_sha256);
CREATE SEQUENCE visit_serial_seq OWNED BY visit.serial;
ALTER TABLE visit ALTER COLUMN serial SET DEFAULT nextval('visit_serial_seq');
CREATE UNIQUE INDEX checklist_version_uq ON checklist (tenant, checklist_id, version);
CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
       BEGIN RAISE EXCEPTION '% is published and never changes', OLD.checklist_id; END $$;
CREATE TRIGGER checklist_immutable BEFORE UPDATE OR DELETE ON checklist
       FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE FUNCTION refuse_visit_change() RETURNS trigger LANGUAGE plpgsql AS $$
       BEGIN
         IF TG_OP = 'UPDATE' AND OLD.corrected_by IS NULL
           AND to_jsonb(NEW) - 'corrected_by' = to_jsonb(OLD) - 'corrected_by' THEN RETURN NEW; END IF;
         RAISE EXCEPTION 'visit % never changes', OLD.id;
       END $$;
CREATE TRIGGER visit_immutable BEFORE UPDATE OR DELETE ON visit
       FOR EACH ROW EXECUTE FUNCTION refuse_visit_change();
CREATE UNIQUE INDEX visit_corrects_uq ON visit (corrects) WHERE corrects IS NOT NULL;
CREATE INDEX visit_place_ix ON visit (place_id, ended_at DESC, serial DESC);
CREATE INDEX visit_device_ix ON visit (left(number::text, 4), ended_at DESC)
       WHERE fix IS NOT NULL AND corrects IS NULL;
CREATE INDEX visit_grid_ended_ix ON visit (grid_code, ended_at) WHERE corrected_by IS NULL;
ALTER TABLE hazard ADD COLUMN stage_code smallint NOT NULL GENERATED ALWAYS AS (array_position(ARRAY['draft', 'registered', 'closed_on_site', 'dispatched', 'transferred', 'in_rectification', 'extension_pending', 'submitted', 'closed', 'voided']::text[], stage::text)::smallint) STORED;
ALTER TABLE hazard ADD COLUMN grade_code smallint NOT NULL GENERATED ALWAYS AS (array_position(ARRAY['general', 'suspected_major', 'confirmed_major', 'life_threatening']::text[], grade::text)::smallint) STORED;
ALTER TABLE hazard ADD COLUMN category_code smallint NOT NULL GENERATED ALWAYS AS (array_position(ARRAY['household', 'gas_station', 'school', 'market', 'enterprise', 'assembly', 'residential', 'public_area']::text[], category::text)::smallint) STORED;
ALTER TABLE hazard ADD COLUMN deadline_day integer GENERATED ALWAYS AS (
       CASE WHEN stage IN ('closed_on_site', 'closed', 'voided') THEN NULL
            WHEN stage = 'transferred' THEN reply_due_on - DATE '1970-01-01'
            ELSE due_on - DATE '1970-01-01' END) STORED;
CREATE INDEX hazard_tile_ix ON hazard (tenant, quad)
       INCLUDE (fid, stage_code, grade_code, category_code, deadline_day, place_code) WHERE quad IS NOT NULL;
CREATE INDEX hazard_unplaced_ix ON hazard (tenant) WHERE quad IS NULL;
CREATE UNIQUE INDEX hazard_fid_uq ON hazard (fid);
CREATE INDEX hazard_place_code_ix ON hazard (place_code, stage_code);
CREATE INDEX hazard_duplicate_ix ON hazard (duplicate_of) WHERE duplicate_of IS NOT NULL;
CREATE INDEX hazard_undecided_ix ON hazard (tenant) WHERE grid_basis = 'undecided';
CREATE INDEX hazard_place_ix ON hazard (place_id) WHERE place_id IS NOT NULL;
CREATE INDEX hazard_device_ix ON hazard (left(number::text, 4), reported_at DESC)
       WHERE fix IS NOT NULL AND place_id IS NOT NULL AND visit_id IS NULL;
CREATE INDEX hazard_due_ix ON hazard (tenant, coalesce(deadline_day, 2147483647), fid);
CREATE INDEX hazard_event_hazard_ix ON hazard_event (hazard_id, serial);
ALTER TABLE hazard_event ADD COLUMN to_stage_code smallint NOT NULL GENERATED ALWAYS AS (array_position(ARRAY['draft', 'registered', 'closed_on_site', 'dispatched', 'transferred', 'in_rectification', 'extension_pending', 'submitted', 'closed', 'voided']::text[], to_stage::text)::smallint) STORED;
ALTER TABLE hazard_event ADD COLUMN grade_code smallint NOT NULL GENERATED ALWAYS AS (array_position(ARRAY['general', 'suspected_major', 'confirmed_major', 'life_threatening']::text[], grade::text)::smallint) STORED;
ALTER TABLE hazard_event
       ADD COLUMN day integer NOT NULL GENERATED ALWAYS AS ((at AT TIME ZONE INTERVAL '8 hours')::date
         - DATE '1970-01-01') STORED,
       ADD COLUMN deadline_day integer GENERATED ALWAYS AS (deadline_on - DATE '1970-01-01') STORED;
CREATE INDEX hazard_event_stood_ix ON hazard_event (tenant, fid, serial)
       INCLUDE (day, to_stage_code, grade_code, deadline_day);
CREATE FUNCTION refuse_event_change() RETURNS trigger LANGUAGE plpgsql AS $$
       BEGIN RAISE EXCEPTION 'the history of a hazard is append-only'; END $$;
CREATE TRIGGER hazard_event_immutable BEFORE UPDATE OR DELETE ON hazard_event
       FOR EACH ROW EXECUTE FUNCTION refuse_event_change();
CREATE INDEX receipt_tenant_received_ix ON receipt (tenant, received_at);
CREATE INDEX receipt_device_received_ix ON receipt (device_id, received_at);
CREATE INDEX held_mutation_waiting_ix ON held_mutation (tenant, id) WHERE decided_at IS NULL;
ALTER TABLE held_mutation ADD CONSTRAINT held_mutation_receipt_fk FOREIGN KEY (id) REFERENCES receipt (id);
ALTER TABLE receipt ADD CONSTRAINT receipt_outcome_ck CHECK (outcome IN ('applied', 'refused', 'held'));
CREATE UNIQUE INDEX token_hash_uq ON token (token_hash);
CREATE INDEX token_person_ix ON token (person_id);
ALTER TABLE token ADD CONSTRAINT token_person_fk FOREIGN KEY (person_id) REFERENCES person (id);
"""


async def make() -> None:
    """Run all statements, in the transaction that Piccolo opened."""
    await database.execute(SQL)


async def forwards() -> MigrationManager:
    """Return what Piccolo runs."""
    manager = MigrationManager(migration_id=ID, app_name="gridwalk", description=DESCRIPTION)
    manager.add_raw(make)
    return manager
