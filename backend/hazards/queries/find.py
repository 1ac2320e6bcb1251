"""Find hazards by filters, a page at a time, and count them by place."""

from collections.abc import Iterable
from datetime import date
from typing import Annotated, Any, Literal

import msgspec

from backend import database
from backend.hazards.queries.rows import LISTED, HazardRow, rows_of
from backend.hazards.rules import CLOSED_STAGES, OPEN_STAGES
from backend.hazards.tables import STAGE_CODES
from backend.people.queries import reach_condition
from backend.people.rules import Reach
from backend.people.rules.reach import TENANT_DIGITS
from backend.problems import Malformed

EPOCH = date(1970, 1, 1)
Sort = Literal["deadline", "newest"]


class Asked(msgspec.Struct, frozen=True, kw_only=True):
    """Filters that all hold; empty ones do not filter. `open` is every stage that has not ended."""

    stage: tuple[str, ...] = ()
    category: tuple[str, ...] = ()
    grade: tuple[str, ...] = ()
    track: str | None = None
    overdue: bool = False
    undecided: bool = False
    place_code: str | None = None
    place_id: str | None = None
    q: str | None = None


class Found(msgspec.Struct):
    """One page of hazards, how many there are in all, and where the next page begins."""

    hazards: list[HazardRow]
    total: int
    next: str | None


class Count(msgspec.Struct, frozen=True):
    """How many hazards of a place stand where; `counted_closed` are the closed whose photos have all arrived."""

    place_code: str
    open: int = 0
    overdue: int = 0
    closed: int = 0
    counted_closed: int = 0
    transferred: int = 0


_FIGURES = Count.__struct_fields__[1:]


class Cursor(msgspec.Struct, array_like=True, frozen=True):
    """The last row of a page: its sorting key and its number."""

    key: Annotated[int, msgspec.Meta(ge=-(2**31), le=2**31 - 1)]
    fid: Annotated[int, msgspec.Meta(ge=0, le=2**31 - 1)]


class _Words:
    """An SQL condition that grows, its arguments numbered as they are added."""

    def __init__(self, condition: str, arguments: list[Any]) -> None:
        self.parts = [condition]
        self.arguments = arguments

    def add(self, part: str, value: object) -> None:
        self.arguments.append(value)
        self.parts.append(part.format(f"${len(self.arguments)}"))

    @property
    def where(self) -> str:
        return " AND ".join(self.parts)


# Without a deadline last; the same key that the cursor and the index `hazard_due_ix` keep.
_DUE = "coalesce(h.deadline_day, 2147483647)"
_KEYS: dict[str, str] = {"deadline": _DUE, "newest": "0::int"}
_ORDERS: dict[str, str] = {"deadline": "ASC", "newest": "DESC"}
# What a search looks through; the phone's desk looks through the same (`screens/hazards/choose.ts`).
SAID = "concat_ws(' ', number, place_name, array_to_string(what, ' '), description, responsible_unit, location_note)"
UNDECIDED = "h.grid_basis = 'undecided' AND h.stage <> 'voided'"
FROM = "FROM hazard h JOIN change c ON c.kind = 'hazard' AND c.id = h.id"


def filtered(asked: Asked, reach: Reach, today: date) -> tuple[str, list[Any]]:
    """Return the SQL condition and its arguments of what was asked, within a reach."""
    words = _Words(*_seen(reach, 1))
    stages = [STAGE_CODES.index(each) + 1 for each in _stages(asked.stage)]  # by its code, which an index knows
    for part, value in (
        ("h.stage_code = ANY ({}::int[])", stages),
        ("h.category = ANY ({}::text[])", list(asked.category)),
        ("h.grade = ANY ({}::text[])", list(asked.grade)),
        ("h.track = {}::text", asked.track),
        (f"{_DUE} < {{}}::int", (today - EPOCH).days if asked.overdue else None),
        ("starts_with(h.place_code, {}::text)", asked.place_code),
        ("h.place_id = {}::uuid", asked.place_id),
        (f"position(lower({{}}::text) in lower({SAID})) > 0", asked.q and asked.q.strip()),
    ):
        if value:
            words.add(part, value)
    words.parts += [UNDECIDED] if asked.undecided else []
    return words.where, words.arguments


def _tenant(reach: Reach) -> str | None:
    """Return the tenant whose hazards somebody sees all of: then neither keys nor the table of changes are asked."""
    (code, *others) = reach.prefixes or ("",)
    elsewhere = others or any(scope != code for scope in reach.scopes)
    return code if len(code) == TENANT_DIGITS and not elsewhere else None


def _seen(reach: Reach, first_parameter: int) -> tuple[str, list[object]]:
    if _tenant(reach) is None:
        return reach_condition(reach, "c.place_code", "c.also", first_parameter)
    return reach_condition(reach, "h.place_code", None, first_parameter)


def _counted_from(reach: Reach) -> str:
    return FROM if _tenant(reach) is None else "FROM hazard h"


def _stages(asked: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(OPEN_STAGES) if asked == ("open",) else asked


async def find_hazards(
    asked: Asked, reach: Reach, today: date, *, sort: Sort = "deadline", after: str | None = None, limit: int = 50
) -> Found:
    """Return a page of the hazards that were asked for, and how many there are in all.

    Errors: Malformed when `after` is no cursor of ours.
    """
    where, arguments = filtered(asked, reach, today)
    total = await database.fetch_value(f"SELECT count(*) {_counted_from(reach)} WHERE {where}", *arguments)
    if tenant := _tenant(reach):
        where += f" AND h.tenant = {int(tenant)}"  # read in the order of the index, no further than the page
    key, order = _KEYS[sort], _ORDERS[sort]
    beyond = ""
    if after is not None:
        cursor = _cursor(after)
        than = ">" if order == "ASC" else "<"
        beyond = f" AND ({key}, h.fid) {than} (${len(arguments) + 1}::int, ${len(arguments) + 2}::int)"
        arguments += [cursor.key, cursor.fid]
    rows = await database.fetch(
        f"SELECT {LISTED}, {key} AS key {FROM} WHERE {where}{beyond}"
        f" ORDER BY {key} {order}, h.fid {order} LIMIT {int(limit) + 1}",
        *arguments,
    )
    page = rows[:limit]
    following = f"{page[-1]['key']}.{page[-1]['fid']}" if len(rows) > limit else None
    return Found(await rows_of(page, reach), int(total), following)


def _cursor(after: str) -> Cursor:
    try:
        return msgspec.convert([int(part) for part in after.split(".", 1)], Cursor)
    except (ValueError, msgspec.ValidationError):
        raise Malformed.at("/after", "not a cursor of this list") from None


async def counts(reach: Reach, today: date) -> list[Count]:
    """Return the counts of each place that has hazards of its own within a reach; voided left out."""
    seen, arguments = _seen(reach, 3)
    closed = f"h.stage IN {tuple(stage.value for stage in CLOSED_STAGES)}"
    is_open = f"h.stage IN {tuple(stage.value for stage in OPEN_STAGES)}"
    rows = await database.fetch(
        f"""SELECT h.place_code, count(*) FILTER (WHERE {is_open}) AS open,
              count(*) FILTER (WHERE h.deadline_day < $1) AS overdue, count(*) FILTER (WHERE {closed}) AS closed,
              count(*) FILTER (WHERE {closed} AND h.photos_awaited = 0) AS counted_closed,
              count(*) FILTER (WHERE h.stage = 'transferred') AS transferred
            {_counted_from(reach)} WHERE h.stage <> $2 AND {seen} GROUP BY 1 ORDER BY 1""",
        (today - EPOCH).days,
        "voided",
        *arguments,
    )
    return [Count(**row) for row in rows]


def summed(by_place: Iterable[Count], digits: int) -> dict[str, Count]:
    """Return the sums of all places whose codes begin with the same digits, by these."""
    sums: dict[str, Count] = {}
    for each in by_place:
        code = each.place_code[:digits]
        known = sums.get(code, Count(code))
        figures = {name: getattr(known, name) + getattr(each, name) for name in _FIGURES}
        sums[code] = Count(code, **figures)
    return sums
