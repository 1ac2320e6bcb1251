"""Decide how grids may be drawn anew, what the new ones may be called, and until when that can be undone."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from backend.places.rules.places import AlreadyRegistered, GridKind, why_not_nested
from backend.problems import Problem
from geo import edits
from geo.edits import Edited
from geo.grids import Grid
from geo.points import LonLat

UNDO_WITHIN = timedelta(days=1)
LONGEST_NAME = 80


class GridEditRefused(Problem):
    """The line or polygon does not make grids; `reason_zh` and `reason_en` say why."""

    status = 422
    title_en, title_zh = "The grids cannot be drawn like that", "网格不能这样画"
    detail_en = "{reason_en}. Nothing was changed. Draw it again."
    detail_zh = "{reason_zh}。未作任何更改，请重画。"


class UndoTooLate(Problem):
    """A change of grids is undone within a day, or else by another change."""

    status = 409
    title_en, title_zh = "Too late to undo", "已过撤销时限"
    detail_en = "A change of grids can be undone for 24 hours. Draw the grids anew instead, with a new change."
    detail_zh = "网格变更只能在 24 小时内撤销。请另做一次变更。"


class ChangedSince(Problem):
    """Something newer builds on the change, or it was undone already."""

    status = 409
    title_en, title_zh = "Changed again since", "之后又有变更"
    detail_en = (
        "These grids, or grids beside them, were changed again or put back already. Undo the newest change first."
    )
    detail_zh = "这些网格或相邻网格之后又有变更，或已经撤销。请先撤销最新的变更。"


class PostedSince(Problem):
    """People are posted to grids that an undo would take away."""

    status = 409
    title_en, title_zh = "People are posted to the new grids", "新网格已有人任职"
    detail_en = "{people} posting(s) name the new grids. End them first, then undo."
    detail_zh = "已有 {people} 项任职在新网格。请先结束这些任职，再撤销。"


class EditKind(StrEnum):
    """The ways in which grids are drawn anew."""

    SPLIT = "split"
    MERGE = "merge"
    CARVE = "carve"
    REDRAW = "redraw"


@dataclass(frozen=True, slots=True)
class Naming:
    """What a new grid is called."""

    code: str
    name: str
    kind: GridKind


def edited(kind: EditKind, grids: Sequence[Grid], codes: Sequence[str], line: Sequence[LonLat]) -> Edited:
    """Return what an edit of a community's grids makes.

    Errors: BadEdit.
    """
    if kind is EditKind.SPLIT:
        return edits.split(grids, codes[0] if len(codes) == 1 else "", line)
    if kind is EditKind.MERGE:
        return edits.merge(grids, codes)
    if kind is EditKind.REDRAW:
        return edits.redraw(grids, codes, line)
    return edits.carve(grids, line)


def proposed(kind: EditKind, found: Edited, old: Mapping[str, Naming], used: Collection[str]) -> list[Naming]:
    """Return a name for each piece: a code that was never used, and words that say where it comes from.

    `old` names the grids as they stand, by code.

    Errors: GridEditRefused when a community has used up its codes.
    """
    codes = _free_codes(found.ended[0][:12], used, len(found.pieces))
    if len(codes) < len(found.pieces):
        raise GridEditRefused(reason_zh="本社区的网格编码已用完", reason_en="The community has no codes left")
    made = []
    for number, (piece, code) in enumerate(zip(found.pieces, codes, strict=True)):
        most = old[piece.of[0]]
        if piece.is_carved:
            made.append(Naming(code, "", GridKind.DEDICATED))
        elif kind is EditKind.SPLIT or (kind is EditKind.REDRAW and len({each.of[0] for each in found.pieces}) == 1):
            made.append(Naming(code, f"{most.name[: LONGEST_NAME - 3]}({'一二'[number]})", most.kind))
        else:
            made.append(Naming(code, most.name, most.kind))
    return made


def _free_codes(community_code: str, used: Collection[str], wanted: int) -> list[str]:
    """Return codes above all that were ever used; from the gaps between them when the numbers run out."""
    numbers = {int(code[-3:]) for code in used}
    highest = max(numbers, default=0)
    free = [*range(highest + 1, 1000), *(number for number in range(1, highest) if number not in numbers)]
    return [f"{community_code}{number:03}" for number in free[:wanted]]


def why_not_named(namings: Sequence[Naming], pieces: int, community_code: str, used: Collection[str]) -> Problem | None:
    """May the pieces be called that?"""
    if len(namings) != pieces:
        return GridEditRefused(
            reason_zh=f"分出 {pieces} 个网格，却填了 {len(namings)} 个编码",
            reason_en=f"The change makes {pieces} grid(s), and {len(namings)} are named",
        )
    known = set(used)
    for each in namings:
        problem = why_not_nested(each.code, community_code)
        if problem is not None:
            return problem
        if each.code in known:
            return AlreadyRegistered(what=each.code)
        known.add(each.code)
    return None


def successors(code: str, found: Edited, namings: Sequence[Naming]) -> list[str]:
    """Return the codes of the pieces that take the ground of an ended grid, the largest share first."""
    shares = [
        (piece.of.index(code), -piece.shape.area, name.code)
        for piece, name in zip(found.pieces, namings, strict=True)
        if code in piece.of
    ]
    return [name for _, _, name in sorted(shares)]


def why_not_undone(changed_at: datetime, undone_at: datetime | None, at: datetime) -> Problem | None:
    """May a change still be undone?"""
    if undone_at is not None:
        return ChangedSince()
    return UndoTooLate() if at >= changed_at + UNDO_WITHIN else None
