"""Write and read receipts: what became of each mutation."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import msgspec

from backend import database
from backend.acts import Act
from backend.problems import Problem
from backend.sync.commands.envelope import Sent, refusal
from backend.sync.rules import Outcome


class Receipt(msgspec.Struct, frozen=True, omit_defaults=True):
    """What the phone hears of one mutation."""

    id: UUID
    number: int
    outcome: str
    problem: msgspec.Raw | None = None
    revision: int | None = None


@dataclass(frozen=True, slots=True)
class Stored:
    """A receipt and the fingerprint of the mutation it was first given for."""

    receipt: Receipt
    fingerprint: bytes
    name: str


@dataclass(frozen=True, slots=True)
class Draft:
    """A receipt before it is known what becomes of the mutation."""

    sent: Sent
    act: Act
    fingerprint: bytes
    skew_ms: int


Heard = tuple[int, int, int, int]
"""The highest number of a push, and what its device says still waits: mutations, photos, bytes."""


def refused(sent: Sent, problem: Problem) -> Receipt:
    """Return a refusal that is only said, not kept."""
    return Receipt(sent.id, sent.number, Outcome.REFUSED.value, msgspec.Raw(refusal(problem).encode()))


_FIND = "SELECT id, number, outcome, problem, revision, body_hash, name FROM receipt WHERE id = ANY ($1::uuid[])"


async def stored(ids: list[UUID]) -> dict[UUID, Stored]:
    """Return the receipts that exist, by the id of their mutation."""
    found = {}
    for row in await database.fetch(_FIND, ids):
        problem = None if row["problem"] is None else msgspec.Raw(row["problem"].encode())
        receipt = Receipt(row["id"], row["number"], row["outcome"], problem, row["revision"])
        found[row["id"]] = Stored(receipt, row["body_hash"], row["name"])
    return found


# The tenant is locked when something was applied, so its newest revision is the one just written. The device is heard
# by the same statement (as people.commands.hear_device does it alone): each one more costs a push 0.1 ms of CPU.
_WRITE = """
WITH heard AS (
  UPDATE device SET last_number = greatest(last_number, $13::int), waiting_mutations = $14::int,
                    waiting_photos = $15::int, waiting_bytes = $16::bigint, last_heard_at = $12
  WHERE id = $4 AND $13::int IS NOT NULL)
INSERT INTO receipt (id, tenant, person_id, device_id, number, name, body_hash, outcome, problem,
                     made_at, skew_ms, received_at, revision)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8::text, $9, $10, $11, $12,
        CASE WHEN $8::text = 'applied' THEN (SELECT max(revision) FROM change WHERE tenant = $2) END)
ON CONFLICT (id) DO NOTHING RETURNING revision
"""


async def write(
    draft: Draft, outcome: Outcome, problem: Problem | None = None, heard: Heard | None = None
) -> Receipt | None:
    """Return the receipt just kept, or None when another push kept one for the same id first."""
    sent, act = draft.sent, draft.act
    said = None if problem is None else refusal(problem)
    row = await database.fetch_row(
        _WRITE,
        sent.id,
        int(act.tenant),
        act.person.id,
        act.device_id,
        sent.number,
        sent.name,
        draft.fingerprint,
        outcome.value,
        said,
        act.at,
        draft.skew_ms,
        act.received_at,
        *(heard or (None, None, None, None)),
    )
    if row is None:
        return None
    raw = None if said is None else msgspec.Raw(said.encode())
    return Receipt(sent.id, sent.number, outcome.value, raw, row["revision"])


_DECIDE = """
UPDATE receipt SET outcome = $2::text, problem = $3,
  revision = CASE WHEN $2::text = 'applied'
    THEN (SELECT max(change.revision) FROM change WHERE change.tenant = receipt.tenant) END
WHERE id = $1 AND outcome = 'held'
"""


async def settle_held(mutation_id: UUID, outcome: Outcome, problem: Problem | None, at: datetime, by: UUID) -> None:
    """Let a held receipt say what a person at the desk decided; the phone hears it when it repeats the mutation."""
    said = None if problem is None else refusal(problem)
    await database.execute(_DECIDE, mutation_id, outcome.value, said)
    # What was decided is in its own tables, or nowhere: the held words, which may hold a telephone number, go.
    await database.execute(
        "UPDATE held_mutation SET decided_at = $2, decided_by = $3, decision = $4, args = '{}' WHERE id = $1",
        mutation_id,
        at,
        by,
        outcome.value,
    )
