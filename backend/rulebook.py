"""Gather every rule table into pwa/src/core/rulebook.json."""

import hashlib
import json
import sys
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import Final

from backend.problems import catalogue

VERSION: Final = 1
"""Raised by hand whenever an older phone would decide differently; the server accepts the last three."""

SLICES: Final = ("people", "places", "photos", "visits", "hazards", "sync")
SAID_BY_THE_PHONE: Final = (
    "backend.problems", "backend.people.rules.grants", "backend.visits.rules", "backend.hazards.rules",
    "backend.sync.rules",
)  # fmt: skip
"""Whose refusals the phone foresees and words by itself; every other one brings its own words from the server."""
PATH: Final = Path(__file__).parent.parent / "pwa" / "src" / "core" / "rulebook.json"


def rulebook() -> dict[str, object]:
    """Return every slice's tables, the words of every refusal, the names of every mutation, a version and a hash.

    Errors: ValueError when two slices would write the same table.
    """
    book: dict[str, object] = {}
    parts = [_tables(slice_) for slice_ in SLICES]
    for part in (*parts, {"mutations": _mutations(), "problems": _problems()}):
        twice = book.keys() & part.keys()
        if twice:
            raise ValueError(f"two slices write the table {sorted(twice)}")
        book |= part
    digest = hashlib.sha256(json.dumps(book, sort_keys=True, ensure_ascii=False).encode()).hexdigest()
    return {"version": VERSION, "hash": digest[:16], **book}


def _tables(slice_: str) -> dict[str, object]:
    name = f"backend.{slice_}.rules"
    if find_spec(f"backend.{slice_}") is None or find_spec(name) is None:
        return {}
    written = getattr(import_module(name), "rulebook", None)
    return {} if written is None else dict(written())


def _mutations() -> object:
    names: list[str] = []
    for slice_ in SLICES:
        if find_spec(f"backend.{slice_}") and find_spec(f"backend.{slice_}.commands"):
            names += getattr(import_module(f"backend.{slice_}.commands"), "MUTATIONS", ())
    return sorted(names)


def _problems() -> object:
    return {
        code: {
            "status": kind.status,
            "title": {"zh": kind.title_zh, "en": kind.title_en},
            "detail": {"zh": kind.detail_zh, "en": kind.detail_en},
        }
        for code, kind in catalogue().items()
        if kind.__module__.startswith(SAID_BY_THE_PHONE)
    }


def as_text() -> str:
    """Return the rulebook as the file holds it."""
    return json.dumps(rulebook(), ensure_ascii=False, indent=1) + "\n"


def main(arguments: list[str]) -> None:
    """Write the file, or print the life-cycle's diagram when asked for it."""
    if "--diagram" in arguments:
        from backend.hazards.rules import diagram

        sys.stdout.write(diagram())
        return
    PATH.write_text(as_text(), encoding="utf-8")


if __name__ == "__main__":
    main(sys.argv[1:])
