"""Remember the tokens of other systems: by their hash, whose they are, what they were made for, and until when."""

from piccolo.columns import UUID, Array, Bytea, Date, Text, Timestamptz, Varchar
from piccolo.table import Table


class Token(Table):
    """What opens the exchange and nothing else; only its hash is kept, and the day of its last use."""

    id = UUID(primary_key=True, default=None)
    token_hash = Bytea(default=None)
    person_id = UUID(default=None)
    label = Varchar(80)
    place_code = Varchar(15)
    collections = Array(Text(), default=list)
    made_at = Timestamptz(default=None)
    expires_at = Timestamptz(default=None)
    used_on = Date(default=None, null=True)
    revoked_at = Timestamptz(default=None, null=True)


SQL = (
    "CREATE UNIQUE INDEX token_hash_uq ON token (token_hash)",
    "CREATE INDEX token_person_ix ON token (person_id)",
    "ALTER TABLE token ADD CONSTRAINT token_person_fk FOREIGN KEY (person_id) REFERENCES person (id)",
)
