"""Remember what became of every mutation, and keep those that wait for review."""

from piccolo.columns import UUID, BigInt, Bytea, Integer, Text, Timestamptz, Varchar
from piccolo.table import Table


class Receipt(Table):
    """What became of a mutation; a repeat is answered from here, and the outcome changes only when it was held."""

    id = UUID(primary_key=True, default=None)
    tenant = Integer()
    person_id = UUID(default=None)
    device_id = UUID(default=None)
    number = Integer()
    name = Varchar(64)
    body_hash = Bytea()
    outcome = Varchar(8)
    problem = Text(default=None, null=True)  # JSON of RFC 9457, as it was first said
    revision = BigInt(default=None, null=True)
    made_at = Timestamptz(default=None)  # device time corrected by the skew
    skew_ms = BigInt(default=0)  # how far the device's clock was behind the server's
    received_at = Timestamptz(default=None)


class HeldMutation(Table):
    """A mutation that somebody at the desk must look at, kept whole."""

    id = UUID(primary_key=True, default=None)
    tenant = Integer()
    why = Varchar(40)  # the code of the Problem that held it
    args = Text()  # emptied once decided
    decided_at = Timestamptz(default=None, null=True)
    decided_by = UUID(default=None, null=True)
    decision = Varchar(8, default=None, null=True)


SQL = (
    "CREATE INDEX receipt_tenant_received_ix ON receipt (tenant, received_at)",
    "CREATE INDEX receipt_device_received_ix ON receipt (device_id, received_at)",
    "CREATE INDEX held_mutation_waiting_ix ON held_mutation (tenant, id) WHERE decided_at IS NULL",
    "ALTER TABLE held_mutation ADD CONSTRAINT held_mutation_receipt_fk FOREIGN KEY (id) REFERENCES receipt (id)",
    "ALTER TABLE receipt ADD CONSTRAINT receipt_outcome_ck CHECK (outcome IN ('applied', 'refused', 'held'))",
)
