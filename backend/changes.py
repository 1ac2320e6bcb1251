"""Note what changed, where and in which order, so that phones can pull it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from uuid import UUID as Uuid

from piccolo.columns import UUID, Array, BigInt, Boolean, Integer, Text, Varchar
from piccolo.table import Table

from backend import database

CHANNEL = "revision"


class Change(Table):
    """The latest change of one thing; `revision` rises with every change in a tenant."""

    revision = BigInt(primary_key=True)
    kind = Varchar(40)
    id = UUID(default=None)
    tenant = Integer()
    place_code = Varchar(15)
    also = Array(Text(), default=list)  # further keys that reach it: premises:<id>, department:<code>, person:<id>
    left_reach = Array(Text(), default=list)  # place codes and keys that reached it once and no longer do
    gone = Boolean(default=False)


SQL = (
    "CREATE SEQUENCE revision_seq",
    "CREATE UNIQUE INDEX change_kind_id_uq ON change (kind, id)",
    # A phone that has pulled before reads the few newest revisions of its tenant.
    "CREATE INDEX change_tenant_revision_ix ON change (tenant, revision)",
    # A phone that starts afresh reads all of its grids, in a tenant of many.
    "CREATE INDEX change_place_revision_ix ON change (tenant, place_code, revision)",
    "CREATE INDEX change_also_ix ON change USING gin (also) WHERE also <> '{}'",
)

# One statement for any number of things; nextval is called in the order in which they were given. Listeners hear, when
# the transaction commits, how far a tenant has come; one that touches twice is heard twice, the higher last.
_TOUCH = f"""
WITH touched AS (
INSERT INTO change AS old (kind, id, tenant, place_code, also, left_reach, gone, revision)
SELECT kind, id, tenant, place_code, string_to_array(also, ' '), '{{}}', gone, nextval('revision_seq') FROM (
  SELECT * FROM unnest($1::text[], $2::uuid[], $3::int[], $4::text[], $5::text[], $6::bool[])
    WITH ORDINALITY AS given (kind, id, tenant, place_code, also, gone, turn) ORDER BY turn) AS given
ON CONFLICT (kind, id) DO UPDATE SET
  revision = excluded.revision, tenant = excluded.tenant, place_code = excluded.place_code,
  also = excluded.also, gone = excluded.gone,
  left_reach = ARRAY(
    SELECT DISTINCT key FROM unnest(old.left_reach || old.place_code::text || old.also) AS key
    WHERE key <> excluded.place_code AND key <> ALL (excluded.also) ORDER BY key)
RETURNING tenant, revision)
SELECT tenant, max(revision),
       pg_notify('{CHANNEL}', json_build_object('tenant', tenant::text, 'revision', max(revision))::text)
FROM touched GROUP BY tenant
"""  # noqa: S608 — our own channel


@dataclass(frozen=True, slots=True)
class Touched:
    """One thing that changed, the place it belongs to now, and the further keys that reach it."""

    kind: str
    id: Uuid
    place_code: str
    also: Sequence[str] = ()
    gone: bool = False

    @property
    def tenant(self) -> str:
        """The subdistrict of the place: the first nine digits of its code."""
        return self.place_code[:9]

    def row(self) -> tuple[str, Uuid, int, str, str, bool]:
        """Return what the statement takes; keys hold no spaces, so that a list of them travels as one text."""
        if any(not key or " " in key for key in self.also):
            raise ValueError(f"not a key: {self.also}")
        return self.kind, self.id, int(self.tenant), self.place_code, " ".join(self.also), self.gone


async def touch(kind: str, id: Uuid, place_code: str, *, also: Sequence[str] = (), gone: bool = False) -> int:  # noqa: A002
    """Return the new revision of one thing that changed, inside the running transaction.

    `place_code` is where it belongs now; where it belonged before is remembered, so that phones there drop it.
    """
    return await touch_many([Touched(kind, id, place_code, also, gone)])


async def touch_many(changed: Iterable[Touched]) -> int:
    """Return the highest of the new revisions of things that changed, handed out in the order given; 0 for none.

    A thing named twice is noted once, as it was named last.
    """
    things = list({(thing.kind, thing.id): thing for thing in changed}.values())
    if not things:
        return 0
    for tenant in sorted({thing.tenant for thing in things}):
        await database.lock_tenant(tenant)
    columns = zip(*(thing.row() for thing in things), strict=True)
    return max(int(revision) for _, revision, _ in await database.fetch(_TOUCH, *columns))


# From the last tenant down: one look into the index finds the tenant and its highest revision.
_WITHIN = """
WITH RECURSIVE found AS (
  SELECT last.tenant, last.revision, area.low FROM unnest($1::int[], $2::int[]) AS area (low, after)
  CROSS JOIN LATERAL (SELECT tenant, revision FROM change WHERE tenant >= area.low AND tenant < area.after
                      ORDER BY tenant DESC, revision DESC LIMIT 1) AS last
  UNION ALL
  SELECT last.tenant, last.revision, found.low FROM found
  CROSS JOIN LATERAL (SELECT tenant, revision FROM change WHERE tenant >= found.low AND tenant < found.tenant
                      ORDER BY tenant DESC, revision DESC LIMIT 1) AS last)
SELECT DISTINCT tenant, revision FROM found ORDER BY tenant"""
_TENANT_DIGITS = 9
_DISTRICT_DIGITS = 6


def areas_of(tenant: str) -> tuple[str, ...]:
    """Return the areas that hold a tenant and that a posting may name: the tenant itself and its district."""
    return tenant, tenant[:_DISTRICT_DIGITS]


async def newest_within(areas: Sequence[str]) -> dict[str, int]:
    """Return the highest revision of each tenant within areas, in order; an area may be a tenant or a whole district.

    A tenant of a district in which nothing ever changed is not known; one that is named itself has 0.
    """
    named = {area: 0 for area in areas if len(area) == _TENANT_DIGITS}
    low, after = ([(int(area) + more) * 10 ** (_TENANT_DIGITS - len(area)) for area in areas] for more in (0, 1))
    rows = await database.fetch(_WITHIN, low, after)
    return dict(sorted((named | {f"{row['tenant']:09d}": int(row["revision"]) for row in rows}).items()))


async def newest(tenant: str) -> int:
    """Return the highest revision of a tenant, 0 when nothing ever changed in it."""
    return int(
        await database.fetch_value("SELECT coalesce(max(revision), 0) FROM change WHERE tenant = $1", int(tenant))
    )
