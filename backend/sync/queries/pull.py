"""Pull: what changed for one person since a cursor, each row as it is now; nothing is missed, whoever else writes."""

from collections import defaultdict
from collections.abc import Awaitable, Callable, Sequence
from datetime import date
from importlib import import_module
from importlib.util import find_spec
from typing import Any
from uuid import UUID

import msgspec

from backend import changes
from backend.people.rules import Person, Reach, reach
from backend.problems import NotFound
from backend.sync.queries.carried import MAY_BE_LEFT_OUT, too_many
from backend.sync.queries.cursor import Cursor, scope_of, still_counting
from backend.sync.queries.cursor import read as read_cursor
from backend.sync.queries.scan import Change, fresh_page, later_page
from backend.sync.rules import PAGE_ROWS

Loader = Callable[[str, list[UUID], Person], Awaitable[Sequence[Any]]]

SLICES = {
    "places": ("community", "grid", "building", "household", "premises"),
    "visits": ("household", "premises", "visit", "checklist"),  # it adds the last visit to the places' own rows
    "hazards": ("hazard",),
}
"""Which slice gives phones the rows of a kind; a later line counts."""


class Gone(msgspec.Struct, frozen=True):
    """A row that the phone must forget."""

    kind: str
    id: UUID


class Pulled(msgspec.Struct):
    """One page of changes; with `more`, the phone asks again at once. `fresh` says: begin with an empty store.

    `left_out` are kinds of which this reach holds more than a phone carries: those it asks the server for.
    """

    cursor: str
    more: bool
    fresh: bool
    rows: dict[str, list[Any]]
    gone: list[Gone]
    left_out: list[str]


def loaders() -> dict[str, Loader]:
    """Return, by kind, how its slice gives rows to phones."""
    found: dict[str, Loader] = {}
    for name, kinds in SLICES.items():
        if find_spec(f"backend.{name}") is not None and find_spec(f"backend.{name}.queries") is not None:
            loader = getattr(import_module(f"backend.{name}.queries"), "rows_for_phone", None)
            if loader is not None:
                found |= dict.fromkeys(kinds, loader)
    return found


LOADERS = loaders()


def narrowed(whole: Reach, grids: Sequence[str]) -> Reach:
    """Return the part of a reach that lies in the grids a phone subscribed to; all of it when it names none.

    Errors: NotFound when a grid is outside the reach.
    """
    if not grids:
        return whole
    if not all(grid.startswith(whole.prefixes) for grid in grids):
        raise NotFound
    above = {grid[:digits] for grid in grids for digits in (6, 9, 12)}
    return Reach(tuple(sorted(set(grids))), whole.ancestors | above, whole.keys, whole.scopes)


async def pull(
    person: Person, on: date, cursor: str | None = None, grids: Sequence[str] = (), kinds: Sequence[str] = ()
) -> Pulled:
    """Return the next page for a person; without a cursor, the first.

    Errors: CursorStale; NotFound when a grid is outside the person's reach.
    """
    seen = narrowed(reach(person, on), grids)
    # Read before the rows: everything up to here is committed, and what commits later is given next time.
    newest = await changes.newest(person.tenant)
    told = None if cursor is None else read_cursor(cursor)
    asked = [kind for kind in LOADERS if not kinds or kind in kinds]
    fewer = [kind for kind in asked if kind not in MAY_BE_LEFT_OUT]
    left_out = await too_many(seen, newest, told is not None and told.scope == scope_of(seen, grids, fewer))
    wanted = [kind for kind in asked if kind not in left_out]
    scope = scope_of(seen, grids, wanted)
    began = told is None
    at = Cursor(person.tenant, 0, newest, scope) if told is None else still_counting(told, person.tenant, scope, newest)
    if at.is_fresh:
        found = await fresh_page(person.tenant, seen, wanted, at.revision, at.fresh_until)
        top = at.fresh_until
    else:
        found = await later_page(person.tenant, seen, wanted, at.revision, newest)
        top = newest
    full = len(found) > PAGE_ROWS
    page = found[:PAGE_ROWS]
    reached = page[-1].revision if full else top
    rows, gone = await _rows(page, person)
    after = Cursor(person.tenant, reached, at.fresh_until, scope)
    return Pulled(after.encode(), full or reached < newest, began, rows, gone, sorted(left_out))


async def _rows(page: list[Change], person: Person) -> tuple[dict[str, list[Any]], list[Gone]]:
    here: dict[str, dict[UUID, int]] = defaultdict(dict)
    gone = [Gone(each.kind, each.id) for each in page if not each.is_here]
    for each in page:
        if each.is_here:
            here[each.kind][each.id] = each.revision
    rows: dict[str, list[Any]] = {kind: [] for kind in LOADERS}
    for kind, revisions in here.items():
        for row in await LOADERS[kind](kind, list(revisions), person):
            row.revision = revisions.pop(row.id)
            rows[kind].append(row)
        # What its slice no longer gives to phones, a phone need not keep.
        gone += [Gone(kind, each) for each in revisions]
    return rows, gone
