"""Remember people, their postings, devices, sessions and enrolment codes, failed sign-ins, and who looked at what."""

from piccolo.columns import UUID, BigInt, Boolean, Bytea, Date, Integer, Text, Timestamptz, Varchar
from piccolo.table import Table


class Subdistrict(Table):
    """A subdistrict that this server serves, by its nine digits, and its name."""

    code = Varchar(9, primary_key=True)
    name = Varchar(80)


class Person(Table):
    """Somebody with an account; login and phone number are kept for signing in and never listed."""

    id = UUID(primary_key=True, default=None)
    tenant = Varchar(9)
    name = Varchar(80)
    login = Varchar(80, default=None, null=True)
    phone = Bytea(default=None, null=True)  # sealed
    phone_lookup = Bytea(default=None, null=True)  # equal for equal numbers, so that none is opened
    licence_number = Varchar(40, default=None, null=True)
    password_hash = Text(default=None, null=True)
    totp_secret = Bytea(default=None, null=True)  # sealed
    totp_offered = Bytea(default=None, null=True)  # sealed; shown to be scanned, not yet confirmed
    totp_step = BigInt(default=0)  # the last time step whose digits were used; earlier ones never work again
    created_at = Timestamptz(default=None)


class Posting(Table):
    """A role at a place from a day to a day, both included; never deleted, so that old acts can be judged."""

    id = UUID(primary_key=True, default=None)
    person_id = UUID(default=None)
    role = Varchar(24)
    place_code = Varchar(15)
    premises_id = UUID(default=None, null=True)
    department = Varchar(24, default=None, null=True)
    from_on = Date(default=None)
    to_on = Date(default=None, null=True)
    posted_by = UUID(default=None, null=True)


class Device(Table):
    """A phone or a desk's browser on which somebody signs in; its code heads its receipt numbers."""

    id = UUID(primary_key=True, default=None)
    code = Varchar(4)
    person_id = UUID(default=None)
    label = Varchar(80)
    last_number = Integer(default=0)
    waiting_mutations = Integer(default=0)
    waiting_photos = Integer(default=0)
    waiting_bytes = BigInt(default=0)
    created_at = Timestamptz(default=None)
    last_heard_at = Timestamptz(default=None, null=True)
    revoked_at = Timestamptz(default=None, null=True)


class Session(Table):
    """A sign-in that lasts; only the hash of its token is kept."""

    token_hash = Bytea(primary_key=True, default=None)
    person_id = UUID(default=None)
    device_id = UUID(default=None)
    enrolled = Boolean(default=False)  # opened by a one-time code, not by a password
    idle_s = Integer(default=None, null=True)  # ends when unused for so long
    expires_at = Timestamptz(default=None)
    seen_at = Timestamptz(default=None)
    created_at = Timestamptz(default=None)


class Enrolment(Table):
    """A code that signs one phone in, once; only its hash is kept."""

    code_hash = Bytea(primary_key=True, default=None)
    person_id = UUID(default=None)
    made_by = UUID(default=None, null=True)
    made_at = Timestamptz(default=None)
    expires_at = Timestamptz(default=None)
    redeemed_at = Timestamptz(default=None, null=True)


class LoginAttempt(Table):
    """How often signing in failed in a row, by the hash of an account's or an address's name."""

    key = Bytea(primary_key=True, default=None)
    failures = Integer(default=0)
    last_at = Timestamptz(default=None)
    wait_until = Timestamptz(default=None, null=True)


class Audit(Table):
    """Who revealed, exported or managed what, and why; written once, never changed."""

    id = UUID(primary_key=True, default=None)
    at = Timestamptz(default=None)
    tenant = Varchar(9)
    person_id = UUID(default=None, null=True)
    device_id = UUID(default=None, null=True)
    action = Varchar(40)
    kind = Varchar(40)
    record_id = Varchar(80)
    reason = Text(default="")
    by_office = Boolean(default=False)  # done at the server's own keyboard, not by a signed-in person


SQL = (
    "CREATE UNIQUE INDEX person_login_uq ON person (login) WHERE login IS NOT NULL",
    "CREATE UNIQUE INDEX person_phone_uq ON person (phone_lookup) WHERE phone_lookup IS NOT NULL",
    "CREATE INDEX person_tenant_ix ON person (tenant, name)",
    "CREATE INDEX posting_person_ix ON posting (person_id)",
    "CREATE INDEX posting_place_ix ON posting (place_code, role)",
    "CREATE UNIQUE INDEX device_code_uq ON device (code)",
    "CREATE INDEX device_person_ix ON device (person_id)",
    "CREATE INDEX session_person_ix ON session (person_id)",
    "CREATE INDEX session_device_ix ON session (device_id)",
    "CREATE INDEX session_expires_ix ON session (expires_at)",
    "CREATE INDEX enrolment_person_ix ON enrolment (person_id)",
    "CREATE INDEX login_attempt_last_ix ON login_attempt (last_at)",
    "CREATE INDEX audit_tenant_at_ix ON audit (tenant, at)",
    "CREATE INDEX audit_record_ix ON audit (record_id)",
    "ALTER TABLE posting ADD CONSTRAINT posting_person_fk FOREIGN KEY (person_id) REFERENCES person (id)",
    "ALTER TABLE device ADD CONSTRAINT device_person_fk FOREIGN KEY (person_id) REFERENCES person (id)",
    "ALTER TABLE session ADD CONSTRAINT session_device_fk FOREIGN KEY (device_id) REFERENCES device (id)",
    # Whoever remembers who is signed in (`remembered`) hears of every change that matters to it, whoever makes it.
    """CREATE FUNCTION say_people_changed() RETURNS trigger LANGUAGE plpgsql AS $$
       BEGIN PERFORM pg_notify('people', ''); RETURN NULL; END $$""",
    """CREATE TRIGGER session_changed AFTER DELETE OR UPDATE OF expires_at, idle_s ON session
       FOR EACH STATEMENT EXECUTE FUNCTION say_people_changed()""",
    """CREATE TRIGGER device_changed AFTER DELETE OR UPDATE OF person_id, code, label, revoked_at ON device
       FOR EACH STATEMENT EXECUTE FUNCTION say_people_changed()""",
    """CREATE TRIGGER person_changed
       AFTER DELETE OR UPDATE OF tenant, name, licence_number, password_hash, totp_secret ON person
       FOR EACH STATEMENT EXECUTE FUNCTION say_people_changed()""",
    """CREATE TRIGGER posting_changed AFTER INSERT OR DELETE OR UPDATE ON posting
       FOR EACH STATEMENT EXECUTE FUNCTION say_people_changed()""",
)
