"""From the form of a mutation's arguments and one good example, make every nonsense that a field of it can hold."""

import copy
import json
from collections.abc import Iterator
from typing import Any, NamedTuple

import msgspec
from msgspec import inspect

from tests.hostile.forms import FAULTS, KINDS, NO_JSON, ODDITIES, TAKES, Token, nothing

Path = tuple[str | int, ...]


class Field(NamedTuple):
    """One place in the arguments: where, of which form, and whether it may be left out."""

    path: Path
    form: inspect.Type
    required: bool


class Nonsense(NamedTuple):
    """Arguments as text with one fault, and what the fault is; some are no JSON at all, which spoils the whole push."""

    fault: str
    body: str
    is_json: bool = True


def fields_of(args: type[msgspec.Struct], example: Any) -> Iterator[Field]:
    """Yield every field of the arguments, and of what is inside them where the example has something inside."""
    yield from _inside(inspect.type_info(args), example, ())


def _inside(form: inspect.Type, example: Any, path: Path) -> Iterator[Field]:
    form = _choice(form, example)
    if isinstance(form, inspect.StructType) and isinstance(example, dict):
        for field in form.fields:
            here = (*path, field.encode_name)
            yield Field(here, field.type, field.required)
            if field.encode_name in example:
                yield from _inside(field.type, example[field.encode_name], here)
    elif isinstance(form, inspect.ListType) and isinstance(example, list) and example:
        yield Field((*path, 0), form.item_type, required=False)
        yield from _inside(form.item_type, example[0], (*path, 0))
    elif isinstance(form, inspect.DictType) and isinstance(example, dict) and example:
        key = next(iter(example))
        yield Field((*path, key), form.value_type, required=False)


def _bare(form: inspect.Type) -> inspect.Type:
    return _bare(form.type) if isinstance(form, inspect.Metadata) else form


def choices(form: inspect.Type) -> list[inspect.Type]:
    """Return the forms that a field may take."""
    form = _bare(form)
    return [_bare(each) for each in form.types] if isinstance(form, inspect.UnionType) else [form]


def _choice(form: inspect.Type, example: Any) -> inspect.Type:
    found = choices(form)
    return next((each for each in found if not isinstance(each, inspect.NoneType)), found[0]) if example else found[0]


def changed(args: Any, path: Path, value: Any) -> Any:
    """Return a copy of the arguments with one field replaced, or put in."""
    made = copy.deepcopy(args)
    at = made
    for step in path[:-1]:
        at = at[step]
    at[path[-1]] = value
    return made


def without(args: Any, path: Path) -> Any:
    """Return a copy of the arguments without one field."""
    made = copy.deepcopy(args)
    at = made
    for step in path[:-1]:
        at = at[step]
    at.pop(path[-1], None)
    return made


def written(value: Any) -> str:
    """Return the JSON text of a value with tokens in it."""
    tokens: list[str] = []

    def bare(part: Any) -> Any:
        if isinstance(part, Token):
            tokens.append(part.text)
            return f"@token {len(tokens) - 1}@"
        if isinstance(part, dict):
            return {name: bare(each) for name, each in part.items()}
        return [bare(each) for each in part] if isinstance(part, list) else part

    text = json.dumps(bare(value))
    for number, token in enumerate(tokens):
        text = text.replace(f'"@token {number}@"', token)
    return text


def nonsense(args: type[msgspec.Struct], example: dict[str, Any]) -> Iterator[Nonsense]:
    """Yield all arguments with one fault that must be refused."""
    yield from _of_objects(example)
    for field in fields_of(args, example):
        name = "/".join(map(str, field.path))
        if field.required:
            yield Nonsense(f"{name}: missing", written(without(example, field.path)))
        for fault, value in _faults(field.form):
            yield Nonsense(f"{name}: {fault}", written(changed(example, field.path, value)), value not in NO_JSON)


def _of_objects(example: dict[str, Any]) -> Iterator[Nonsense]:
    yield Nonsense("unknown name", written(example | {"surprise": 1}))
    first = next(iter(example))
    whole = written(example)
    yield Nonsense("a name twice", f"{{{json.dumps(first)}:{written(example[first])},{whole[1:]}")
    for value in ([], "text", 7, None, True):
        yield Nonsense(f"no object but {value}", written(value))
    for depth, is_json in ((150, True), (3000, False)):  # deeper than any reader goes is no JSON
        deep = '{"a":' * depth + "1" + "}" * depth
        yield Nonsense(f"{depth} deep in an unknown name", f'{whole[:-1]},"deep":{deep}}}', is_json)
        yield Nonsense(f"{depth} deep", "[" * depth + "]" * depth, is_json)
    yield Nonsense("no JSON but NaN", "NaN", is_json=False)
    yield Nonsense("cut off", whole[:-1], is_json=False)


def _faults(form: inspect.Type) -> Iterator[tuple[str, Any]]:
    allowed = choices(form)
    if any(isinstance(each, inspect.AnyType) for each in allowed):
        return
    takes = set().union(*(TAKES[type(each)] for each in allowed))
    for kind, value in KINDS.items():
        if kind not in takes:
            yield f"a {kind}", value
    for each in allowed:
        yield from FAULTS.get(type(each), nothing)(each)


def huge_texts(args: type[msgspec.Struct], example: dict[str, Any]) -> Iterator[Nonsense]:
    """Yield the arguments with a text of a megabyte, once in each field that takes a text."""
    for field in fields_of(args, example):
        if any(isinstance(each, inspect.StrType) for each in choices(field.form)):
            yield Nonsense(f"{field.path}: a megabyte", written(changed(example, field.path, "很" * 150_000)))


def odd_but_good(args: type[msgspec.Struct], example: dict[str, Any]) -> Iterator[Nonsense]:
    """Yield arguments with unusual but well-formed values, which a rule may refuse and nothing may fail on."""
    for field in fields_of(args, example):
        for form in choices(field.form):
            for fault, value in ODDITIES.get(type(form), nothing)(form):
                yield Nonsense(f"{field.path}: {fault}", written(changed(example, field.path, value)))
