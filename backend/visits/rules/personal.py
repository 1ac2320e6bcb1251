"""Find the number patterns of persons that do not belong in a remark: ID cards and telephones, never names."""

import re
import unicodedata
from typing import Final

# Groups as people write them. No look-behind: the oldest iPhones cannot read one, and the phone has the same patterns.
_BEFORE: Final = "(?:^|[^0-9A-Za-z])"
_AFTER: Final = "(?![0-9A-Za-z])"
PATTERNS: Final = {
    "id_card": f"{_BEFORE}[0-9]{{6}}[ -]?[0-9]{{8}}[ -]?[0-9]{{3}}[0-9Xx]{_AFTER}",
    "mobile": f"{_BEFORE}(?:(?:[+]|00)?86[ -]?)?1[3-9][0-9][ -]?[0-9]{{4}}[ -]?[0-9]{{4}}{_AFTER}",
    "landline": f"{_BEFORE}0[1-9][0-9]{{1,2}}[ -]?[2-9][0-9]{{6,7}}{_AFTER}",
}
_PATTERNS = {kind: re.compile(pattern) for kind, pattern in PATTERNS.items()}


def personal_number(text: str) -> str | None:
    """Return which kind of personal number a text seems to hold (id_card, mobile, landline), or None.

    Full-width digits and unusual dashes count as the plain ones.
    """
    plain = re.sub("[‐-―−]", "-", unicodedata.normalize("NFKC", text))
    return next((kind for kind, pattern in _PATTERNS.items() if pattern.search(plain)), None)
