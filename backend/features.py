"""Read things as features, a page in order of id: within a reach, a box and a time, with equal properties."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from backend import database

Box = tuple[float, float, float, float]


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What is asked for; all that is given must hold.

    Units: `box` is west, south, east, north in WGS 84 degrees. `since` and `until` are included.
    `equal` holds names of the source's properties with their values; `words` what its texts must hold, in any case;
    `among` the only ids that come into question.
    """

    box: Box | None = None
    since: datetime | None = None
    until: datetime | None = None
    equal: Mapping[str, object] | None = None
    words: str = ""
    among: tuple[UUID, ...] | None = None
    after: UUID | None = None
    limit: int = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """Where features come from: all of it SQL that we wrote, never what somebody sent.

    In it `$1` is today, and `{}` a value. `geometry` is GeoJSON text in WGS 84, or NULL.
    `inside` takes a box as {0} to {3}; without it whoever asks gives `among`. `since` and `until` are conditions on the
    time of a feature, absent where it has none; `span` is the first and the last of such times. `said` is the text
    in which words are looked for.
    """

    table: str
    place_code: str
    geometry: str
    properties: Mapping[str, str]
    said: str
    inside: str | None = None
    bounds: str | None = None
    since: str | None = None
    until: str | None = None
    span: str | None = None
    standing: str = "TRUE"


@dataclass(frozen=True, slots=True)
class Page:
    """One page, in order of id, and how many there are on all pages; `more` says that another one follows."""

    rows: list[Any]
    matched: int
    more: bool


@dataclass(frozen=True, slots=True)
class Extent:
    """Where and when there are features at all; None where there are none, or no end."""

    box: Box | None
    first: datetime | date | None = None
    last: datetime | date | None = None


class _Conditions:
    """Conditions that all hold, their arguments numbered from $1, which is today."""

    def __init__(self, today: date) -> None:
        self.arguments: list[Any] = [today]
        self.parts = ["$1::date IS NOT NULL"]

    def add(self, part: str, *values: object) -> None:
        numbered = [f"${len(self.arguments) + place}" for place in range(1, len(values) + 1)]
        self.arguments += values
        self.parts.append(part.format(*numbered))

    @property
    def where(self) -> str:
        return " AND ".join(f"({part})" for part in self.parts)


async def page(source: Source, wanted: Wanted, seen: tuple[str, list[object]], today: date) -> Page:
    """Return a page of features: `id`, `geometry` and every property of the source.

    `seen` is what `people.queries.reach_condition` gives for the source's place code, its arguments from $2 on.
    Count and page are one statement, so that they tell of the same moment.
    """
    conditions = _conditions(source, wanted, seen, today)
    everything = conditions.where
    if wanted.after is not None:
        conditions.add("id > {}::uuid", wanted.after)
    columns = ", ".join(f"{sql} AS {name}" for name, sql in source.properties.items())
    rows = await database.fetch(
        f"SELECT counted.matched, listed.* FROM (SELECT count(*) AS matched FROM {source.table} WHERE {everything})"  # noqa: S608
        f" AS counted LEFT JOIN (SELECT id, {source.geometry} AS geometry, {columns} FROM {source.table}"
        f" WHERE {conditions.where} ORDER BY id LIMIT {int(wanted.limit) + 1}) AS listed ON TRUE ORDER BY listed.id",
        *conditions.arguments,
    )
    found = [row for row in rows if row["id"] is not None]
    return Page(found[: wanted.limit], rows[0]["matched"], len(found) > wanted.limit)


def _conditions(source: Source, wanted: Wanted, seen: tuple[str, list[object]], today: date) -> _Conditions:
    conditions = _Conditions(today)
    conditions.parts += [seen[0], source.standing]
    conditions.arguments += seen[1]
    if wanted.box is not None and source.inside is not None:
        conditions.add(source.inside, *wanted.box)
    if wanted.among is not None:
        conditions.add("id = ANY ({}::uuid[])", list(wanted.among))
    for condition, moment in ((source.since, wanted.since), (source.until, wanted.until)):
        if condition is not None and moment is not None:
            conditions.add(condition, moment)
    if wanted.words:
        conditions.add(f"position(lower({{}}::text) in lower({source.said})) > 0", wanted.words)
    for name, value in (wanted.equal or {}).items():
        conditions.add(f"({source.properties[name]}) = {{}}", value)
    return conditions


async def extent(source: Source, seen: tuple[str, list[object]], today: date) -> Extent:
    """Return where and when there are features within a reach."""
    conditions = _conditions(source, Wanted(), seen, today)
    asked = ", ".join(filter(None, (source.bounds, source.span)))
    if not asked:
        return Extent(None)
    sql = f"SELECT {asked} FROM {source.table} WHERE {conditions.where}"  # noqa: S608
    row = await database.fetch_row(sql, *conditions.arguments)
    assert row is not None  # noqa: S101  # an aggregate always gives one
    box: Box | None = None
    if source.bounds is not None and row["west"] is not None:
        box = (row["west"], row["south"], row["east"], row["north"])
    return Extent(box, row["first"] if source.span else None, row["last"] if source.span else None)
