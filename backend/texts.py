"""Say which texts are accepted: their lengths, and the characters that never belong in a record."""

import re
import unicodedata
from datetime import datetime
from typing import Annotated

import msgspec
from msgspec import Meta

# Control characters break documents and logs; line separators break CSV; direction overrides can make a printed
# sentence read as another. Emoji joiners (U+200D) stay.
_NEVER = "\\x00-\\x08\\x0b\\x0c\\x0e-\\x1f\\x7f-\\x9f\\u2028\\u2029\\u202a-\\u202e\\u2066-\\u2069\\ufeff\\ufffe\\uffff"
# `$` alone would let one trailing line feed through, in Python and nowhere else.
_END = "$(?!\\n)"
_LINE = f"^[^{_NEVER}\\t\\n\\r]*{_END}"
_FILLED_LINE = f"^(?=.*\\S)[^{_NEVER}\\t\\n\\r]*{_END}"
_NOTE = f"^[^{_NEVER}\\r]*$"

Name = Annotated[str, Meta(min_length=1, max_length=80, pattern=_FILLED_LINE)]
Line = Annotated[str, Meta(max_length=200, pattern=_LINE)]
Note = Annotated[str, Meta(max_length=2000, pattern=_NOTE)]
Phone = Annotated[str, Meta(min_length=5, max_length=20, pattern=f"^\\+?[0-9][0-9 -]*[0-9]{_END}")]
CommunityCode = Annotated[str, Meta(pattern=f"^[0-9]{{12}}{_END}")]
GridCode = Annotated[str, Meta(pattern=f"^[0-9]{{15}}{_END}")]
PlaceCode = Annotated[str, Meta(pattern=f"^(?:[0-9]{{6}}|[0-9]{{9}}|[0-9]{{12}}|[0-9]{{15}}){_END}")]
Sha256 = Annotated[str, Meta(pattern=f"^[0-9a-f]{{64}}{_END}")]
Instant = Annotated[datetime, Meta(tz=True)]

_ESCAPED = re.compile(rb"\\u0[3-9a-fA-F]|\\u[1-9a-fA-F]")


def normalised(body: bytes) -> bytes:
    """Return the same JSON with every text in Unicode's composed form (NFC), so that equal words are equal bytes.

    Errors: UnicodeDecodeError when the bytes are no UTF-8, msgspec.DecodeError when they are no JSON.
    """
    if body.isascii() and _ESCAPED.search(body) is None:
        return body
    if _ESCAPED.search(body) is not None:
        body = msgspec.json.encode(msgspec.json.decode(body))
    text = body.decode()
    return body if unicodedata.is_normalized("NFC", text) else unicodedata.normalize("NFC", text).encode()
