"""Say which rulebooks are accepted: the present one and the two before it."""

from functools import lru_cache
from pathlib import Path

import msgspec

PRESENT = Path(__file__).parents[3] / "pwa" / "src" / "core" / "rulebook.json"
FORMER = Path(__file__).parents[1] / "former_rulebooks.txt"
"""One hash a line, newest first; a line is added whenever a changed rulebook is released."""


class _Book(msgspec.Struct):
    hash: str = ""


@lru_cache(maxsize=1)
def accepted_rulebooks() -> tuple[str, ...]:
    """Return the hashes of the rulebooks that a phone may work by, newest first; read once."""
    present = msgspec.json.decode(PRESENT.read_bytes(), type=_Book).hash if PRESENT.exists() else ""
    lines = (line.partition("#")[0].strip() for line in FORMER.read_text().splitlines())
    return tuple(each for each in (present, *lines) if each)
