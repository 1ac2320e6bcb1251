"""Read a push strictly, and give each of its mutations a fingerprint by which a repeat is known."""

import hashlib
import json
import re
from datetime import UTC
from typing import Annotated, Any, NoReturn
from uuid import UUID

import msgspec
from msgspec import Meta, Struct

from backend.http import decode
from backend.problems import Malformed, Problem
from backend.sync.mutations import Mutation
from backend.sync.rules import MUTATIONS_MOST, UnknownMutation
from backend.texts import Instant, normalised

Count = Annotated[int, Meta(ge=0, le=1_000_000)]
Bytes = Annotated[int, Meta(ge=0, le=10**12)]


SKEW_MOST_MS = 4 * 10**12
Skew = Annotated[int, Meta(ge=-SKEW_MOST_MS, le=SKEW_MOST_MS)]


class Waiting(Struct, forbid_unknown_fields=True, frozen=True):
    """What is still on the phone after this push."""

    mutations: Count
    photos: Count
    bytes: Bytes


class Sent(Struct, forbid_unknown_fields=True, frozen=True):
    """One mutation as it was sent; its arguments are read at its own turn."""

    id: UUID
    number: Annotated[int, Meta(ge=1, le=2_000_000_000)]
    name: Annotated[str, Meta(min_length=1, max_length=64, pattern="^[^\\x00-\\x1f]+$")]
    at: Instant
    args: msgspec.Raw
    skew_ms: Skew | None = None
    """How far its device's clock was behind the server's when it was made, if the device knew."""


class Push(Struct, forbid_unknown_fields=True, frozen=True):
    """The envelope."""

    device: UUID
    rulebook: Annotated[str, Meta(max_length=64)]
    sent_at: Instant
    waiting: Waiting
    mutations: Annotated[list[Sent], Meta(max_length=MUTATIONS_MOST)]


# Half of an emoji: JavaScript sends it as an escape, and no reader takes it. The escape of NUL, which no text of ours
# allows, takes its place, so that the one mutation is refused in words and the others of the push go on.
_HALF = re.compile(
    rb"(?<!\\)((?:\\\\)*)(\\u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2})"
    rb"|(?<!\\)((?:\\\\)*)\\u[dD][89a-fA-F][0-9a-fA-F]{2}"
)


def _whole(found: "re.Match[bytes]") -> bytes:
    return found[0] if found[2] else found[3] + rb"\u0000"


def mended(body: bytes) -> bytes:
    """Return a body that readers take: halves of emoji become what refuses their own mutation in words."""
    return _HALF.sub(_whole, body) if rb"\ud" in body or rb"\uD" in body else body


def read(body: bytes) -> Push:
    """Return the push that a body holds.

    Errors: Malformed, naming the field of the envelope that is wrong.
    """
    body = mended(body)
    sent = decode(body, Push)
    _check_names(body)
    return sent


class _Repeats(dict[str, Any]):
    """An object that named something twice; msgspec silently takes the last."""


def _marked(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    named = dict(pairs)
    return named if len(named) == len(pairs) else _Repeats(named)


_marker = json.JSONDecoder(object_pairs_hook=_marked)


def _check_names(body: bytes) -> None:
    """Let an envelope pass in which nothing is named twice; the arguments are looked at in their own turn."""
    try:
        said = _marker.decode(body.decode())
    except (ValueError, RecursionError):  # the envelope was read, so this is within the arguments of a mutation
        return
    if any(isinstance(part, _Repeats) for part in (said, said["waiting"], *said["mutations"])):
        raise Malformed.at("", "an object repeats a name")


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    named = dict(pairs)
    if len(named) != len(pairs):
        raise Malformed.at("/args", "an object repeats a name")
    return named


def _no_constant(name: str) -> NoReturn:
    raise Malformed.at("/args", f"{name} is not a number")


_reader = json.JSONDecoder(object_pairs_hook=_once, parse_constant=_no_constant)


def arguments(sent: Sent, known: dict[str, Mutation]) -> tuple[Mutation, Any]:
    """Return what the mutation's name stands for, and its arguments.

    Errors: UnknownMutation; Malformed when the arguments have another form, repeat a name, or nest too deeply.
    """
    mutation = known.get(sent.name)
    if mutation is None:
        raise UnknownMutation(name=sent.name)
    try:
        body = bytes(sent.args)
        _reader.decode(body.decode())  # as it was sent: normalised, a name that came twice would be there once
        return mutation, decode(normalised(body), mutation.args)
    except (ValueError, RecursionError) as error:
        raise Malformed.at("/args", str(error)[:200]) from None


def fingerprint(sent: Sent, person_id: UUID) -> bytes:
    """Return a hash of what a person meant: equal for equal contents, whatever the order of their names."""
    try:
        args = msgspec.json.encode(msgspec.json.decode(sent.args), order="sorted")
    except (ValueError, RecursionError):  # it will be refused, but the refusal is a receipt too
        args = bytes(sent.args)
    try:
        at = sent.at.astimezone(UTC).isoformat()
    except OverflowError:  # the first or the last day there is, seen from another zone
        at = sent.at.isoformat()
    said = [person_id.hex, sent.name, sent.number, at]
    return hashlib.sha256(msgspec.json.encode(said) + args).digest()


def refusal(problem: Problem) -> str:
    """Return a Problem as a receipt keeps it."""
    return msgspec.json.encode(problem.as_body()).decode()
