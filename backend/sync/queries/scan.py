"""Scan the list of changes for what a reach may see, or no longer sees."""

from collections.abc import Sequence
from typing import NamedTuple
from uuid import UUID

from backend import database
from backend.people.rules import Reach
from backend.sync.rules import PAGE_ROWS, SHARED_KINDS


class Change(NamedTuple):
    """One changed row; `is_here` is false when it is gone or has left the reach."""

    revision: int
    kind: str
    id: UUID
    is_here: bool


class _Words:
    """Arguments of a statement, numbered as they are used."""

    def __init__(self, *first: object) -> None:
        self.arguments: list[object] = list(first)

    def __call__(self, value: object) -> str:
        self.arguments.append(value)
        return f"${len(self.arguments)}"


def _below(column: str, code: str, word: _Words) -> str:
    after = str(int(code) + 1).zfill(len(code))
    return f"({column} >= {word(code)} AND {column} < {word(after)})"


def _in_place(reach: Reach, word: _Words) -> list[str]:
    """Return the conditions under which a row's place code, or what is shared above it, lies in the reach."""
    found = [_below("place_code", code, word) for code in reach.prefixes]
    if reach.ancestors:
        shared = f"place_code = ANY ({word(sorted(reach.ancestors))}::text[])"
        found.append(f"({shared} AND kind = ANY ({word(sorted(SHARED_KINDS))}::text[]))")
    return found


def _named(reach: Reach, word: _Words) -> list[str]:
    """Return the condition under which a row names the person, the premises or the department."""
    if not reach.keys or not reach.scopes:
        return []
    within = " OR ".join(_below("place_code", scope, word) for scope in reach.scopes)
    return [f"(also <> '{{}}' AND also && {word(sorted(reach.keys))}::text[] AND ({within}))"]


def _has_left(reach: Reach, word: _Words) -> str:
    codes = [_below("key", code, word) for code in reach.prefixes]
    keys = f"key = ANY ({word(sorted(reach.keys))}::text[])"
    # Nearly nothing ever leaves, so the first test spares the second on nearly every row.
    return (
        f"(left_reach <> '{{}}' AND EXISTS (SELECT FROM unnest(left_reach) AS key WHERE {' OR '.join([*codes, keys])}))"
    )


async def fresh_page(tenant: str, reach: Reach, kinds: Sequence[str], after: int, until: int) -> list[Change]:
    """Return up to one more than a page of what is there, in order of revision, between two revisions."""
    word = _Words(int(tenant), after, until, list(kinds))
    seen = [*_in_place(reach, word), *_named(reach, word)]
    if not seen:
        return []
    # Only constants and numbered arguments are written into the statement. UNION lets each condition use its own
    # index: a grid its range of places, a whole subdistrict the order of revisions, a name the list of keys.
    parts = " UNION ".join(
        "(SELECT revision, kind, id FROM change WHERE tenant = $1 AND revision > $2 AND revision <= $3"  # noqa: S608
        f" AND kind = ANY ($4::text[]) AND NOT gone AND {each} ORDER BY revision LIMIT {PAGE_ROWS + 1})"
        for each in seen
    )
    rows = await database.fetch(f"{parts} ORDER BY revision LIMIT {PAGE_ROWS + 1}", *word.arguments)
    return [Change(row["revision"], row["kind"], row["id"], is_here=True) for row in rows]


async def later_page(tenant: str, reach: Reach, kinds: Sequence[str], after: int, until: int) -> list[Change]:
    """Return up to one more than a page of what changed, what is gone and what has left the reach."""
    if after >= until:
        return []
    word = _Words(int(tenant), after, until, list(kinds))
    seen = " OR ".join([*_in_place(reach, word), *_named(reach, word)]) or "FALSE"
    left = _has_left(reach, word)
    rows = await database.fetch(
        f"SELECT revision, kind, id, NOT gone AND ({seen}) AS is_here FROM change"  # noqa: S608
        f" WHERE tenant = $1 AND revision > $2 AND revision <= $3 AND kind = ANY ($4::text[])"
        f" AND (({seen}) OR {left}) ORDER BY revision LIMIT {PAGE_ROWS + 1}",
        *word.arguments,
    )
    return [Change(*row) for row in rows]
