"""Check that a value read from JSON has an agreed shape, and name every place where it has not."""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import TypeAlias


@dataclass(frozen=True, slots=True)
class Fault:
    """One place that is not as agreed: its JSON pointer, and the reason in English."""

    pointer: str
    reason: str


Check: TypeAlias = Callable[[object, str], Iterator[Fault]]

_CONTROL = re.compile(r"[\x00-\x09\x0b-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ud800-\udfff]")


def text(longest: int = 400, pattern: str = "", *, may_be_empty: bool = False) -> Check:
    """Return a check of a text without control characters, at most `longest` characters, wholly of the pattern."""

    def check(value: object, pointer: str) -> Iterator[Fault]:
        if not isinstance(value, str):
            yield Fault(pointer, "must be a text")
        elif len(value) > longest or _CONTROL.search(value):
            yield Fault(pointer, f"must be at most {longest} characters without control characters")
        elif not (value.strip() or may_be_empty) or (pattern and not re.fullmatch(pattern, value)):
            yield Fault(pointer, f"must look like {pattern}" if pattern else "must not be empty")

    return check


def number(lowest: float, highest: float) -> Check:
    """Return a check of a number, borders included; a boolean is no number."""

    def check(value: object, pointer: str) -> Iterator[Fault]:
        if isinstance(value, bool) or not isinstance(value, int | float):
            yield Fault(pointer, "must be a number")
        elif not lowest <= value <= highest:
            yield Fault(pointer, f"must lie between {lowest} and {highest}")

    return check


def one_of(*values: str | bool) -> Check:
    """Return a check of a word out of a list."""

    def check(value: object, pointer: str) -> Iterator[Fault]:
        if not any(value is word or (isinstance(word, str) and value == word) for word in values):
            yield Fault(pointer, f"must be one of {', '.join(map(str, values))}")

    return check


def either(first: Check, second: Check) -> Check:
    """Return a check that one of two checks is content; the faults told are the second's."""

    def check(value: object, pointer: str) -> Iterator[Fault]:
        if next(first(value, pointer), None) is not None:
            yield from second(value, pointer)

    return check


def list_of(each: Check, fewest: int, most: int) -> Check:
    """Return a check of a list whose members all pass `each`."""

    def check(value: object, pointer: str) -> Iterator[Fault]:
        if not isinstance(value, list) or not fewest <= len(value) <= most:
            yield Fault(pointer, f"must be a list of {fewest} to {most}")
            return
        for index, member in enumerate(value):
            yield from each(member, f"{pointer}/{index}")

    return check


def table_of(each: Check, most: int) -> Check:
    """Return a check of an object with free names whose members all pass `each`."""

    def check(value: object, pointer: str) -> Iterator[Fault]:
        if not isinstance(value, Mapping) or len(value) > most:
            yield Fault(pointer, f"must be an object of at most {most}")
            return
        for name, member in value.items():
            yield from each(member, f"{pointer}/{name}")

    return check


def fields(required: Mapping[str, Check], optional: Mapping[str, Check] | None = None) -> Check:
    """Return a check of an object with exactly these names; unknown ones are faults."""
    known = {**required, **(optional or {})}

    def check(value: object, pointer: str) -> Iterator[Fault]:
        if not isinstance(value, Mapping):
            yield Fault(pointer, "must be an object")
            return
        for name in required:
            if name not in value:
                yield Fault(f"{pointer}/{name}", "is missing")
        for name, member in value.items():
            if name in known:
                yield from known[name](member, f"{pointer}/{name}")
            else:
                yield Fault(f"{pointer}/{name}", "is not a known name")

    return check
