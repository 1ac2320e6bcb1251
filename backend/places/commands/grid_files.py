"""Bring in grids from a surveyor's file: keep the file, survey it in a process of its own, put its grids in force."""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Annotated, Literal
from uuid import UUID

import msgspec
from msgspec import Meta, Struct

from backend import database
from backend.acts import DAYS, Act
from backend.ids import new_id
from backend.places.commands.grids import put_in_force
from backend.places.commands.ground import allow
from backend.places.queries.names import edition
from backend.places.reading import Asked, Found, Laid, Look, Progress, Surveyed, Wish, ask
from backend.places.rules import GridFileUnreadable, GroundMoved, SurveyGone, why_not_entered

KEPT_FOR = timedelta(days=1)
FILES_KEPT = 5
"""Of each subdistrict, so that nobody fills the disk by trying."""

PROGRESS_KEPT = 100

Column = Annotated[str, Meta(min_length=1, max_length=200)]
Encoding = Literal["utf-8", "gb18030"]
Hear = Callable[[Progress], None]


class SurveyAsked(Struct, forbid_unknown_fields=True, frozen=True):
    """How a file is to be read: its layer, encoding and reference system, which column is what, and what is agreed to.

    `columns` names the fields of code, name and kind; `agreed` takes names that the report proposes.
    """

    crs: Annotated[str, Meta(min_length=4, max_length=12)]
    columns: dict[Literal["code", "name", "kind"], Column]
    effective_on: date
    layer: Annotated[str, Meta(max_length=400)] | None = None
    encoding: Encoding | None = None
    agreed: list[Literal["wind", "close", "drop_height", "untangle", "clean", "exclave"]] = []


@dataclass(frozen=True, slots=True)
class GridFile:
    """A file that was brought: its name and its bytes."""

    name: str
    content: bytes


async def keep_file(tenant: str, file: GridFile, at: datetime) -> UUID:
    """Return the id by which a file is surveyed; the oldest of the subdistrict's files give way."""
    file_id = new_id(at)
    await database.execute("DELETE FROM grid_file WHERE uploaded_at < $1", at - KEPT_FOR)
    await database.execute("DELETE FROM grid_survey WHERE surveyed_at < $1", at - KEPT_FOR)
    await database.execute(
        "INSERT INTO grid_file (id, tenant, name, content, uploaded_at) VALUES ($1, $2, $3, $4, $5)",
        file_id, int(tenant), file.name, file.content, at,
    )  # fmt: skip
    await database.execute(
        "DELETE FROM grid_file WHERE tenant = $1 AND id NOT IN"
        " (SELECT id FROM grid_file WHERE tenant = $1 ORDER BY uploaded_at DESC, id DESC LIMIT $2)",
        int(tenant),
        FILES_KEPT,
    )
    return file_id


async def kept_file(tenant: str, file_id: UUID) -> GridFile:
    """Return a file that was brought in the last day.

    Errors: SurveyGone.
    """
    row = await database.fetch_row(
        "SELECT name, content FROM grid_file WHERE id = $1 AND tenant = $2", file_id, int(tenant)
    )
    if row is None:
        raise SurveyGone
    return GridFile(row["name"], row["content"])


async def look_into(
    file: GridFile, layer: str | None = None, encoding: Literal["utf-8", "gb18030"] | None = None
) -> Look:
    """Return what a file holds.

    Errors: GridFileUnreadable.
    """
    answer = await ask(file.content, Asked(file.name, layer, encoding))
    if answer.look is None:
        raise _unreadable(answer.refused)
    return answer.look


async def survey_file(
    file: GridFile, asked: SurveyAsked, tenant: str, communities: Collection[str], at: datetime, hear: Hear
) -> tuple[Found, UUID | None]:
    """Return what bringing a file's grids into force would mean, and the survey to import; None while it has faults.

    `communities` are those whose grids the person may change.
    Errors: GridFileUnreadable, NotYet.
    """
    problem = why_not_entered(asked.effective_on, at.astimezone(DAYS).date())
    if problem is not None:
        raise problem
    beside = await edition(tenant)
    wish = await _wish(asked, tenant, communities)
    answer = await ask(file.content, Asked(file.name, asked.layer, asked.encoding, wish), hear)
    if answer.found is None:
        raise _unreadable(answer.refused)
    found = answer.found
    survey_id = (
        await keep_survey(file.name, asked.effective_on, tenant, beside, found.grids, at) if found.grids else None
    )
    hear(Progress("done"))
    return found, survey_id


def _unreadable(refused: tuple[str, str] | None) -> GridFileUnreadable:
    zh, en = refused or ("文件无法读取", "the file cannot be read")
    return GridFileUnreadable(reason_zh=zh, reason_en=f"{en[:1].upper()}{en[1:]}")


async def _wish(asked: SurveyAsked, tenant: str, communities: Collection[str]) -> Wish:
    rows = await database.fetch(
        "SELECT code, shape, retired_on IS NULL OR retired_on > $2 AS in_use FROM grid WHERE starts_with(code, $1)",
        tenant,
        asked.effective_on,
    )
    standing = [Laid(row["code"], row["shape"]) for row in rows if row["in_use"]]
    used = [row["code"] for row in rows]
    columns = {str(column): field for column, field in asked.columns.items()}
    return Wish(asked.crs, columns, list(asked.agreed), tenant, sorted(communities), standing, used)


async def keep_survey(
    name: str, effective_on: date, tenant: str, beside: int, grids: Sequence[Surveyed], at: datetime
) -> UUID:
    """Return the id by which grids that were found to fit, beside an edition of the others, are imported."""
    survey_id = new_id(at)
    await database.execute(
        "INSERT INTO grid_survey (id, tenant, file_name, effective_on, edition, grids, surveyed_at)"
        " VALUES ($1, $2, $3, $4, $5, $6, $7)",
        survey_id, int(tenant), name, effective_on, beside, msgspec.msgpack.encode(grids), at,
    )  # fmt: skip
    return survey_id


class ImportGridFile(Struct, forbid_unknown_fields=True, frozen=True):
    """The survey of a file, every grid of which comes into force, or none."""

    survey_id: UUID


async def import_grid_file(args: ImportGridFile, act: Act) -> None:
    """Put the grids of a survey in force.

    Errors: SurveyGone, GroundMoved; NotFound and NotYourRole for any one of its communities.
    """

    def allowed(community_code: str) -> None:
        allow(act, "import_grid_file", community_code)

    await import_survey(args.survey_id, act.tenant, act.received_at, allowed, lambda each: note(args.survey_id, each))


async def import_survey(survey_id: UUID, tenant: str, at: datetime, allowed: Callable[[str], None], hear: Hear) -> None:
    """Put the grids of a survey in force, inside the caller's transaction; `allowed` raises for a community.

    Errors: SurveyGone; GroundMoved when grids have changed since, whose fit nobody has looked at.
    """
    await database.lock_tenant(tenant)
    row = await database.fetch_row(
        "DELETE FROM grid_survey WHERE id = $1 AND tenant = $2 RETURNING effective_on, edition, grids",
        survey_id,
        int(tenant),
    )
    if row is None:
        raise SurveyGone
    grids = msgspec.msgpack.decode(row["grids"], type=list[Surveyed])
    for community_code in sorted({grid.code[:12] for grid in grids}):
        allowed(community_code)
    if row["edition"] != await edition(tenant):
        raise GroundMoved
    await put_in_force(grids, row["effective_on"], tenant, at, hear)


_progress: dict[UUID, Progress] = {}


def note(about: UUID, progress: Progress) -> None:
    """Remember how far the survey of a file, or the import of a survey, has come."""
    _progress.pop(about, None)
    _progress[about] = progress
    while len(_progress) > PROGRESS_KEPT:
        _progress.pop(next(iter(_progress)))


def progress_of(about: UUID) -> Progress:
    """Return how far the survey of a file, or the import of a survey, has come in this process."""
    return _progress.get(about, Progress())
