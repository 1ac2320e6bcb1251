"""Read which bytes of a file a request wants (RFC 9110 §14)."""

import re
from dataclasses import dataclass

from backend.base_maps.rules.problems import RangeNotSatisfiable

_ONE_RANGE = re.compile(r"bytes=[ \t]*(\d{0,18})-(\d{0,18})[ \t]*", re.ASCII | re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Span:
    """Bytes from `start` on, `length` of them."""

    start: int
    length: int


def wanted(asked: str | None, if_range: str | None, etag: str, size_bytes: int) -> Span | None:
    """Return the part that a Range header wants, or None when the whole file is to be sent.

    Several ranges, another unit, and what cannot be read are answered with the whole, as the RFC allows; so is a part
    of another edition, which is what If-Range is for.
    Errors: RangeNotSatisfiable when it lies behind the end.
    """
    found = _ONE_RANGE.fullmatch(asked or "")
    if found is None or found.group(1) == found.group(2) == "" or (if_range is not None and if_range != etag):
        return None
    first, last = found.group(1), found.group(2)
    if not first:
        start, end = max(0, size_bytes - int(last)), size_bytes
    else:
        start, end = int(first), min(size_bytes, int(last) + 1 if last else size_bytes)
        if last and int(last) < start:
            return None
    if start >= size_bytes or end <= start:
        raise RangeNotSatisfiable(size_bytes=size_bytes)
    return Span(start, end - start)
