"""Count coverage per grid: distinct doors and premises, always a numerator and a denominator, never a person."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

import msgspec

from backend import database
from backend.acts import DAYS


class DoorCounts(msgspec.Struct, kw_only=True):
    """Doors by their counted outcome: entered if anybody was let in during the period, else the last outcome.

    A vacant door leaves the denominator only with evidence; a notice posted on the door counts as delivered.
    """

    doors: int = 0
    entered: int = 0
    no_answer: int = 0
    declined: int = 0
    vacant: int = 0
    other_use: int = 0
    not_visited: int = 0
    vacant_with_evidence: int = 0
    notices: int = 0
    numerator: int = 0
    denominator: int = 0


class PremisesCounts(msgspec.Struct, kw_only=True):
    """Premises in use (家), those entered at least once, and how often (家次)."""

    registered: int = 0
    numerator: int = 0
    denominator: int = 0
    visits: int = 0


class GridCoverage(msgspec.Struct, kw_only=True):
    """The coverage of one grid."""

    grid_code: str
    households: DoorCounts = msgspec.field(default_factory=DoorCounts)
    premises: PremisesCounts = msgspec.field(default_factory=PremisesCounts)


class Coverage(msgspec.Struct, kw_only=True):
    """Coverage of a place from a day to a day, both included, in all, by category of premises, and by grid."""

    place_code: str
    from_on: date
    to_on: date
    households: DoorCounts
    premises: PremisesCounts
    categories: dict[str, PremisesCounts]
    grids: list[GridCoverage]


@dataclass(frozen=True, slots=True)
class Period:
    """Days from and to, both included, as they are counted where the work is done."""

    from_on: date
    to_on: date

    @property
    def moments(self) -> tuple[datetime, datetime]:
        """The first instant, and the first after it."""
        begin = datetime.combine(self.from_on, time(), DAYS)
        return begin, datetime.combine(self.to_on + timedelta(days=1), time(), DAYS)


# One row for each grid and counted outcome; `outcome` is null where nobody came.
_DOORS = """
SELECT h.grid_code, counted.outcome, count(*) AS doors,
       count(*) FILTER (WHERE counted.outcome = 'vacant' AND counted.evidence) AS with_evidence,
       count(*) FILTER (WHERE noticed.delivered) AS notices
FROM household h
LEFT JOIN LATERAL (
  SELECT v.outcome, coalesce(v.vacancy_evidence, '') <> '' AS evidence FROM visit v
  WHERE v.place_id = h.id AND v.corrected_by IS NULL AND v.ended_at >= $1 AND v.ended_at < $2
  ORDER BY v.outcome = 'entered' DESC, v.ended_at DESC, v.serial DESC LIMIT 1) counted ON true
LEFT JOIN LATERAL (
  SELECT bool_or(v.notice->>'delivered' <> 'none') AS delivered FROM visit v
  WHERE v.place_id = h.id AND v.corrected_by IS NULL AND v.ended_at >= $1 AND v.ended_at < $2) noticed ON true
WHERE (h.retired_on IS NULL OR h.retired_on > $3) AND h.grid_code >= $4 AND h.grid_code < $5
GROUP BY h.grid_code, counted.outcome
"""

_PREMISES = """
SELECT p.grid_code, p.category, count(*) AS registered, count(*) FILTER (WHERE made.visits > 0) AS entered,
       coalesce(sum(made.visits), 0)::int AS visits
FROM premises p
LEFT JOIN LATERAL (
  SELECT count(*) AS visits FROM visit v
  WHERE v.place_id = p.id AND v.corrected_by IS NULL AND v.outcome = 'entered'
    AND v.ended_at >= $1 AND v.ended_at < $2) made ON true
WHERE (p.retired_on IS NULL OR p.retired_on > $3) AND p.grid_code >= $4 AND p.grid_code < $5
GROUP BY p.grid_code, p.category
"""


def _add_doors(counts: DoorCounts, row: Any) -> None:
    outcome, doors = row["outcome"] or "not_visited", row["doors"]
    counts.doors += doors
    setattr(counts, outcome, getattr(counts, outcome) + doors)
    counts.vacant_with_evidence += row["with_evidence"]
    counts.notices += row["notices"]
    counts.numerator = counts.entered
    counts.denominator = counts.doors - counts.vacant_with_evidence


def _add_premises(counts: PremisesCounts, row: Any) -> None:
    counts.registered += row["registered"]
    counts.numerator += row["entered"]
    counts.denominator = counts.registered
    counts.visits += row["visits"]


async def coverage(place_code: str, period: Period) -> Coverage:
    """Return the coverage of the doors and premises at or below a place; the caller asks whether it may be seen."""
    after = str(int(place_code) + 1).zfill(len(place_code))
    given = (*period.moments, period.to_on, place_code, after)
    doors = await database.fetch(_DOORS, *given)
    premises = await database.fetch(_PREMISES, *given)
    grids: dict[str, GridCoverage] = {}
    categories: dict[str, PremisesCounts] = defaultdict(PremisesCounts)
    whole = GridCoverage(grid_code=place_code)
    for row in doors:
        for grid in (whole, grids.setdefault(row["grid_code"], GridCoverage(grid_code=row["grid_code"]))):
            _add_doors(grid.households, row)
    for row in premises:
        for grid in (whole, grids.setdefault(row["grid_code"], GridCoverage(grid_code=row["grid_code"]))):
            _add_premises(grid.premises, row)
        _add_premises(categories[row["category"]], row)
    return Coverage(
        place_code=place_code,
        from_on=period.from_on,
        to_on=period.to_on,
        households=whole.households,
        premises=whole.premises,
        categories=dict(sorted(categories.items())),
        grids=[grids[code] for code in sorted(grids)],
    )
