"""Say at the server's keyboard how a file of grids is to be read, how far it has come, and what is wrong with it."""

import sys
from argparse import ArgumentTypeError
from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any

import msgspec

from backend import clock
from backend.acts import DAYS
from backend.places.commands.grid_files import Encoding, GridFile, SurveyAsked, look_into
from backend.places.reading import UPLOAD_BYTES, Look, Progress
from backend.problems import Malformed, NotFound, TooLarge

__all__ = ["asked", "column", "encoding", "file", "look_into", "show", "show_look", "tell"]


def column(text: str) -> tuple[str, str]:
    """Return which column of a grid a field of the file is.

    Errors: ArgumentTypeError.
    """
    name, _, field = text.partition("=")
    if name not in ("code", "name", "kind") or not field:
        raise ArgumentTypeError(f"{text} is not code=FIELD, name=FIELD or kind=FIELD")
    return name, field


def file(path: Path) -> GridFile:
    """Return a file by its path.

    Errors: NotFound, TooLarge.
    """
    if not path.is_file():
        raise NotFound
    if path.stat().st_size > UPLOAD_BYTES:
        raise TooLarge(limit_bytes=UPLOAD_BYTES)
    return GridFile(path.name, path.read_bytes())


def encoding(name: str | None) -> Encoding | None:
    """Return an encoding as it is decoded."""
    return {"utf-8": "utf-8", "gbk": "gb18030"}[name] if name else None  # type: ignore[return-value]


def asked(
    look: Look, crs: str, columns: Mapping[str, str], effective_on: date | None, agreed: Sequence[str]
) -> SurveyAsked:
    """Return how a file that was looked into is to be surveyed.

    Errors: Malformed, for a repair that does not exist.
    """
    said: dict[str, Any] = {
        "crs": crs, "columns": dict(columns), "effective_on": effective_on or clock.now().astimezone(DAYS).date(),
        "layer": look.layer, "encoding": encoding(look.encoding.lower()), "agreed": list(agreed),
    }  # fmt: skip
    try:
        return msgspec.convert(said, SurveyAsked)
    except msgspec.ValidationError as error:
        raise Malformed.at("", str(error)) from None


def show_look(look: Look, columns: Mapping[str, str]) -> None:
    """Print what the file holds, and which field is taken for what."""
    said = f", {look.encoding} ({look.encoding_said_by})" if look.encoding else ""
    print(f"··  {look.layer}: {look.features} features{said}; declares {look.declares or 'no reference system'}")
    if len(look.layers) > 1:
        print(f"··  other layers: {', '.join(each for each in look.layers if each != look.layer)}")
    print(f"··  {', '.join(f'{column}={field}' for column, field in columns.items()) or 'no columns'}")


def tell(progress: Progress) -> None:
    """Show how far it has come, on one line, to a person who watches."""
    if sys.stderr.isatty():
        print(f"\r{progress.stage} {progress.done} / {progress.of}   ", end="", file=sys.stderr, flush=True)


def show(report: Mapping[str, Any], *, only_check: bool) -> None:
    """Print a report: what is wrong, each with its place; what was put right; and what became of it."""
    for each in report["faults"]:
        where = "" if each["feature"] is None else f"  [{each['feature']}]"
        at = "" if each["at"] is None else f"  @ {each['at'][0]:.7f},{each['at'][1]:.7f}"
        agree = "" if each["agree"] is None else f"  (--agree {each['agree']})"
        print(f"!!{where}  {each['zh']}  {each['en']}{at}{agree}")
    if report["fault_count"] > len(report["faults"]):
        print(f"…  {report['fault_count'] - len(report['faults'])} more")
    for repair, count in report["repaired"].items():
        print(f"··  {repair}: {count}")
    for note in report["notes"]:
        print(f"··  {note['zh']}  {note['en']}")
    grids = ", ".join(f"{code}: {count}" for code, count in report["communities"].items())
    if not report["is_clean"]:
        print(f"nothing was imported: {report['fault_count']} faults")
    else:
        print(f"{'would import' if only_check else 'imported'} {report['grids']} grids ({grids})")
