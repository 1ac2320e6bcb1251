"""For each form that a field can have: values that must be refused, and odd ones that need not be."""

from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

from msgspec import inspect


class Token(NamedTuple):
    """A piece of JSON that Python's encoder would not write."""

    text: str


Values = Iterator[tuple[str, Any]]

NEVER_TEXT = {
    "nul": "安全\x00出口", "bell": "a\x07b", "delete": "a\x7fb", "escape": "\x1b[31m红", "c1 control": "a\x85b",
    "line separator": "a\u2028b", "direction override": "\u202egnp.exe", "isolate": "a\u2066b",
    "byte order mark": "\ufeffa",
    "lone surrogate": "a\ud800b", "low surrogate": "\udfff", "reversed pair": "\ude00\ud83d",
}  # fmt: skip
GOOD_TEXT = {
    "chinese": "出口被杂物堵塞，已当场清理。", "rare chinese": "𠮷野家㐂𫝹", "emoji": "🔥🚪👨‍👩‍👧‍👦🇨🇳",
    "quotes": "';DROP TABLE hazard;--\"\\", "markup": "<script>alert(1)</script>&amp;{{7*7}}%s%n${x}",
    "combining": "e\u0301" * 20, "spaces": "   ", "formula": "=cmd|' /C calc'!A0", "nothing": "",
}  # fmt: skip
NO_JSON = (Token("NaN"), Token("-Infinity"), Token("0x10"))
NO_NUMBER = (Token("1e999"), Token("-1e999"), Token("1" + "0" * 400))
KINDS: dict[str, Any] = {
    "null": None, "boolean": True, "integer": 7, "fraction": 7.5, "text": "7", "list": [], "object": {},
    "list of lists": [[[]]],
}  # fmt: skip
TAKES = {
    inspect.StrType: {"text"}, inspect.EnumType: set(), inspect.LiteralType: set(), inspect.UUIDType: set(),
    inspect.DateType: set(), inspect.DateTimeType: set(), inspect.IntType: {"integer"},
    inspect.FloatType: {"integer", "fraction"}, inspect.BoolType: {"boolean"}, inspect.NoneType: {"null"},
    inspect.ListType: {"list", "list of lists"}, inspect.DictType: {"object"}, inspect.StructType: {"object"},
}  # fmt: skip
_BAD_DAYS = ["2026-13-01", "2026-02-30", "20260302", "2026-3-2", "0000-00-00", "tomorrow", "2026-03-02T00:00:00Z", ""]
_BAD_INSTANTS = ["2026-03-02", "2026-03-02T00:00:00", "2026-03-02T25:00:00Z", "2026-03-02T00:00:00+99:00", "now", "",
                 "10000-01-01T00:00:00Z", "2026-02-30T00:00:00Z"]  # fmt: skip
_BAD_IDS = ["", "x", "018f0000-0000-7000-8000", "018f0000-0000-7000-8000-0000000000zz", "{}", "../../etc/passwd"]
_ODD_DAYS = ["0001-01-01", "1969-12-31", "2026-02-28", "9999-12-31"]
_ODD_INSTANTS = ["0001-01-01T00:00:00Z", "0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59.999999Z",
                 "9999-12-31T23:59:59-14:00", "1970-01-01T00:00:00Z", "2026-03-02T00:00:00.123456789Z"]  # fmt: skip
_ODD_IDS = ["00000000-0000-0000-0000-000000000000", "ffffffff-ffff-ffff-ffff-ffffffffffff"]
_ODD_NUMBERS = [0, -1, 2**31, -(2**31), 2**63]
_ODD_FRACTIONS = [-0.0, 1e-308, 1e308, 5e-324, 1e12]


def nothing(form: Any) -> Values:
    """Yield nothing: of this form there is no more to say."""
    yield from ()


def _bad_texts(form: inspect.StrType) -> Values:
    yield from NEVER_TEXT.items()
    if form.max_length is not None:
        yield "too long", "长" * (form.max_length + 1)


def _bad_numbers(form: inspect.IntType | inspect.FloatType) -> Values:
    yield from ((token.text[:20], token) for token in (*NO_JSON, *NO_NUMBER))
    if form.ge is not None:
        yield f"below {form.ge}", form.ge - 1
    if form.le is not None:
        yield f"above {form.le}", form.le + 1


def _bad_lists(form: inspect.ListType) -> Values:
    if form.max_length is not None:
        yield "too many", [Token("null")] * (form.max_length + 1)


def _bad_words(form: inspect.LiteralType | inspect.EnumType) -> Values:
    yield "a word not in the list", "wgs85"
    yield from NEVER_TEXT.items()


def _each(values: list[Any]) -> Callable[[Any], Values]:
    return lambda form: ((repr(value), value) for value in values)


FAULTS: dict[type, Callable[[Any], Values]] = {
    inspect.StrType: _bad_texts,
    inspect.IntType: _bad_numbers,
    inspect.FloatType: _bad_numbers,
    inspect.DateType: _each(_BAD_DAYS),
    inspect.DateTimeType: _each(_BAD_INSTANTS),
    inspect.UUIDType: _each(_BAD_IDS),
    inspect.StructType: _each([{"surprise": {"surprise": []}}]),
    inspect.ListType: _bad_lists,
    inspect.LiteralType: _bad_words,
    inspect.EnumType: _bad_words,
}


def _odd_texts(form: inspect.StrType) -> Values:
    yield from GOOD_TEXT.items()
    if form.max_length is not None:
        yield "as long as may be", "字" * form.max_length
        yield "emoji as long as may be", "🔥" * form.max_length


def _odd_numbers(form: inspect.IntType | inspect.FloatType) -> Values:
    limits = [limit for limit in (form.ge, form.le) if limit is not None]
    more = _ODD_FRACTIONS if isinstance(form, inspect.FloatType) else []
    yield from _each([*_ODD_NUMBERS, *limits, *more])(form)


ODDITIES: dict[type, Callable[[Any], Values]] = {
    inspect.StrType: _odd_texts,
    inspect.IntType: _odd_numbers,
    inspect.FloatType: _odd_numbers,
    inspect.DateType: _each(_ODD_DAYS),
    inspect.DateTimeType: _each(_ODD_INSTANTS),
    inspect.UUIDType: _each(_ODD_IDS),
    inspect.ListType: _each([[]]),
    inspect.LiteralType: lambda form: ((str(value), value) for value in form.values),
    inspect.EnumType: lambda form: ((each.value, each.value) for each in form.cls),
}
