"""Keep hazards as columns in the order of the map: what lies in a tile is one slice, whatever is asked of it."""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from backend.hazards.queries.find import EPOCH, Asked
from backend.hazards.tables import CATEGORY_CODES, GRADE_CODES, STAGE_CODES
from backend.people.rules import Reach
from geo.tiles import columns_rows

NEVER: Final = 2**31 - 1  # the deadline where no clock runs
_LONGEST: Final = 15  # digits of a place code

# A hazard as the database packs it: one value of bytes for many costs a seventh of a record for each.
ROW: Final = np.dtype([("quad", ">i8"), ("fid", ">i4"), ("stage", ">i2"), ("grade", ">i2"), ("category", ">i2"),
                       ("deadline", ">i4"), ("place", ">i8")])  # fmt: skip
PACKED: Final = (
    "string_agg(int8send(coalesce(quad, -1)) || int4send(fid) || int2send(stage_code) || int2send(grade_code)"
    f" || int2send(category_code) || int4send(coalesce(deadline_day, {NEVER}))"
    f" || int8send(rpad(place_code, {_LONGEST}, '0')::bigint * 16 + length(place_code)), '')"
)

Bools = NDArray[np.bool_]
Ints = NDArray[np.integer]


class Columns(NamedTuple):
    """Hazards in order of quad, an array for each thing that a tile says of them, all as long.

    `column` and `row` are the quad's on the 31-bit map. `stage`, `grade` and `category` are places in STAGE_CODES,
    GRADE_CODES and CATEGORY_CODES. `deadline` counts days from 1970-01-01, NEVER where no clock runs.
    `place` is the place code as a number, see `number_of`.
    """

    quad: Ints
    column: Ints
    row: Ints
    fid: Ints
    stage: Ints
    grade: Ints
    category: Ints
    deadline: Ints
    place: Ints

    def taken(self, which: slice | Bools | Ints) -> "Columns":
        """Return some of them, in their order."""
        return Columns(*(each[which] for each in self))

    def between(self, low: int, after: int) -> slice:
        """Return which have a quad from `low` up to and without `after`."""
        first, end = np.searchsorted(self.quad, np.array((low, after)))
        return slice(int(first), int(end))


def unpacked(packed: bytes | None) -> Columns:
    """Return the columns of what PACKED gave."""
    rows = np.frombuffer(packed or b"", dtype=ROW)
    quad = rows["quad"].astype(np.int64)
    if np.any(quad[1:] < quad[:-1]):
        rows = rows[np.argsort(quad, kind="stable")]
        quad = rows["quad"].astype(np.int64)
    column, row = (line.astype(np.int32) for line in columns_rows(quad))
    fid, deadline = (rows[name].astype(np.int32) for name in ("fid", "deadline"))
    stage, grade, category = ((rows[name] - 1).astype(np.uint8) for name in ("stage", "grade", "category"))
    return Columns(quad, column, row, fid, stage, grade, category, deadline, rows["place"].astype(np.int64))


def joined(parts: Sequence[Columns]) -> Columns:
    """Return all parts as one, in order of quad."""
    filled = [part for part in parts if part.quad.size]
    if len(filled) < 2:
        return (filled or list(parts))[0]
    whole = Columns(*(np.concatenate(each) for each in zip(*filled, strict=True)))
    return whole.taken(np.argsort(whole.quad, kind="stable"))


def number_of(code: str) -> int:
    """Return a place code as a number, so that all that begin with it lie between it and `_after`.

    Filled up to the longest code, and then how long it is: a subdistrict's comes before those of its grids.
    """
    return int(code.ljust(_LONGEST, "0")) * 16 + len(code)


def _after(code: str) -> int:
    return int(str(int(code) + 1).zfill(len(code)).ljust(_LONGEST, "0")) * 16


def code_of(number: int) -> str:
    """Return the place code that `number_of` made a number of."""
    return str(number // 16).zfill(_LONGEST)[: number % 16]


def _below(of: Columns, code: str) -> Bools:
    return (of.place >= number_of(code)) & (of.place < _after(code))


def wanted(
    of: Columns, tenant: str, reach: Reach, asked: Asked, today: date, named: Ints | None = None
) -> Bools | None:
    """Return which are within a reach and pass the filters; None for all of them.

    Within a reach is what lies in its places, and what is `named` by its number, because a key reaches it.
    """
    masks = []
    if not tenant.startswith(reach.prefixes):
        seen = np.zeros(of.quad.size, dtype=np.bool_) if named is None else np.isin(of.fid, named)
        for code in reach.prefixes:
            seen |= _below(of, code)
        masks.append(seen)
    if asked.place_code:
        masks.append(_below(of, asked.place_code))
    for values, codes, words in (
        (asked.stage, of.stage, STAGE_CODES),
        (asked.category, of.category, CATEGORY_CODES),
        (asked.grade, of.grade, GRADE_CODES),
    ):
        if values:
            masks.append(np.array([word in values for word in words])[codes])
    if asked.overdue:
        masks.append(of.deadline < (today - EPOCH).days)
    return np.logical_and.reduce(masks) if masks else None


class Groups(NamedTuple):
    """Groups of hazards in order of place: their middle, how many, how many overdue, and the highest grade."""

    column: Ints
    row: Ints
    held: Ints
    overdue: Ints
    grade: Ints


def grouped(parts: Iterable[Columns], low: int, after: int, today: date, *, cells_log2: int) -> Groups:
    """Return the groups of all parts, which lie in a tile: one for each cell of a tile 2^cells_log2 cells across."""
    count = 1 << 2 * cells_log2
    edges = np.arange(low, after + 1, (after - low) // count)
    held, column, row, overdue, grade = (np.zeros(count, dtype=np.int64) for _ in range(5))
    for part in parts:
        starts = np.searchsorted(part.quad, edges)
        sizes = np.diff(starts)
        filled = np.flatnonzero(sizes)
        if not filled.size:
            continue
        first = starts[filled]
        held[filled] += sizes[filled]
        column[filled] += np.add.reduceat(part.column, first, dtype=np.int64)
        row[filled] += np.add.reduceat(part.row, first, dtype=np.int64)
        late = part.deadline < (today - EPOCH).days
        overdue[filled] += np.add.reduceat(late, first, dtype=np.int64)
        grade[filled] = np.maximum(grade[filled], np.maximum.reduceat(part.grade, first))
    cells = np.flatnonzero(held)
    held = held[cells]
    return Groups(column[cells] // held, row[cells] // held, held, overdue[cells], grade[cells])
