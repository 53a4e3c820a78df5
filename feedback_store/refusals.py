"""Why a value is refused, in one sentence with its place: by a rule of ours, or by a type.

msgspec says of a type "Expected `int | null`, got `str`"; here that becomes "'often' stands where a whole number from 1
to 5 belongs", with what the type and its description say. Must not know which types there are.
"""

from __future__ import annotations

import dataclasses
import difflib
import re
from collections.abc import Collection, Iterable, Iterator
from functools import lru_cache
from typing import Any, NoReturn

import msgspec
from msgspec import inspect

from feedback_store.canonical import MAX_INTEGER
from feedback_store.errors import Phrase, PlacedError

_MOST_SHOWN = 40  # characters of a refused text
_STEP = re.compile(r"\.(\w+)|\[(\d+)\]")
_FIELD = re.compile(r"Object (contains unknown|missing required) field `(.*)`$", re.DOTALL)


def refuse(error_kind: type[PlacedError], path: str, template: str, /, **values: object) -> NoReturn:
    """Raise an error of this kind for the value at `path`."""
    raise error_kind.worded(template, code="refused", path=path, **values)


def unknown_key(name: str, known: Collection[str]) -> Phrase:
    """The sentence for a key that is not known, with the nearest one that is."""
    near = difflib.get_close_matches(name, sorted(known), 1)
    if near:
        return Phrase("Unknown key {name}; did you mean {near!r}?", {"name": _shown(name), "near": near[0]})
    return Phrase("Unknown key {name}. Known: {known}.", {"name": _shown(name), "known": ", ".join(sorted(known))})


def convert(kind: type[PlacedError], value: object, wanted: Any, root: str = "$") -> Any:
    """Parsed JSON as the type `wanted`; raises `kind` with the path of the first misfit, which begins with `root`."""
    try:
        return msgspec.convert(value, wanted)
    except msgspec.ValidationError as error:
        path, sentence = _misfit(error, value, wanted)
        refuse(kind, path.replace("$", root, 1), sentence.template, **sentence.values)


def _misfit(error: msgspec.ValidationError, value: object, wanted: Any) -> tuple[str, Phrase]:
    """Path and sentence for a `value` that msgspec did not take for what is wanted."""
    message, _, path = str(error).partition(" - at `")
    path = path.rstrip("`") or "$"
    steps = [name or int(index) for name, index in _STEP.findall(path)]
    field = _FIELD.match(message)
    if field is not None and field[1] == "missing required":
        return path, Phrase("{name!r} is missing.", {"name": field[2]})
    found, kinds = _walk(value, _type_of(wanted), steps)
    if field is not None:
        return path, unknown_key(field[2], {name for each in kinds for name in _fields(each)})
    belongs = _either(_words(kinds))
    return path, Phrase("{found} stands where {belongs} belongs.", {"found": _shown(found), "belongs": belongs})


@lru_cache
def _type_of(wanted: Any) -> inspect.Type:
    return inspect.type_info(wanted)


def _walk(value: Any, kind: inspect.Type, steps: Iterable[str | int]) -> tuple[Any, list[inspect.Type]]:
    """What stands at the end of the path, and the types that may stand there."""
    kinds = list(_alternatives(kind))
    for step in steps:
        kinds = [part for each in kinds for part in _parts(each, step, value)]
        value = value[step]
    return value, kinds


def _alternatives(kind: inspect.Type) -> Iterator[inspect.Type]:
    """The types of a union one by one; None is left out, for what is absent has no null."""
    if isinstance(kind, inspect.UnionType):
        for part in kind.types:
            yield from _alternatives(part)
    elif not isinstance(kind, inspect.NoneType):
        yield kind


def _parts(kind: inspect.Type, step: str | int, value: Any) -> Iterator[inspect.Type]:
    """The types of the part at `step`; of several objects told apart by a tag, those that `value` can be."""
    if isinstance(kind, inspect.StructType):
        if step == kind.tag_field:
            yield inspect.LiteralType((kind.tag,))
        elif kind.tag_field is None or value.get(kind.tag_field, kind.tag) == kind.tag:
            for field in kind.fields:
                if field.encode_name == step:
                    yield from _alternatives(field.type)
    elif isinstance(kind, inspect.CollectionType):
        yield from _alternatives(kind.item_type)
    elif isinstance(kind, inspect.DictType):
        yield from _alternatives(kind.value_type)


def _fields(kind: inspect.Type) -> Iterator[str]:
    if isinstance(kind, inspect.StructType):
        yield from (field.encode_name for field in kind.fields)
        if kind.tag_field is not None:
            yield kind.tag_field


def _words(kinds: Iterable[inspect.Type]) -> Iterator[str | Phrase]:
    for kind in kinds:
        match kind:
            case inspect.Metadata(extra_json_schema={"description": str(template)}):
                yield Phrase(template)  # as it was written out in Meta
            case inspect.LiteralType(values=values):
                yield from (repr(value) if isinstance(value, str) else str(value) for value in values)
            case inspect.IntType(ge=least, le=most):
                yield _whole_number(least, most)
            case inspect.StrType(min_length=least, max_length=most):
                yield _text_or_list(_TEXT, least, most)
            case inspect.CollectionType(min_length=least, max_length=most):
                yield _text_or_list(_LIST, least, most)
            case inspect.BoolType():
                yield from ("true", "false")
            case _:
                yield Phrase("an object with named fields")


def _whole_number(least: int | None, most: int | None) -> Phrase:
    """What canonical JSON bears at most is no bound that anybody needs to hear of."""
    if least in (None, -MAX_INTEGER):
        return Phrase("a whole number")
    if most in (None, MAX_INTEGER):
        return Phrase("a whole number of {least} or more", {"least": least})
    return Phrase("a whole number from {least} to {most}", {"least": least, "most": most})


# Any length, at least, at most, between the two.
_TEXT = (
    Phrase("a text"),
    Phrase("a text of {least} or more characters"),
    Phrase("a text of at most {most} characters"),
    Phrase("a text of {least} to {most} characters"),
)
_LIST = (
    Phrase("a list"),
    Phrase("a list of {least} or more entries"),
    Phrase("a list of at most {most} entries"),
    Phrase("a list of {least} to {most} entries"),
)


def _text_or_list(phrases: tuple[Phrase, ...], least: int | None, most: int | None) -> Phrase:
    chosen = phrases[(1 if least else 0) + (2 if most is not None else 0)]
    return dataclasses.replace(chosen, values={"least": least, "most": most})


def _either(words: Iterable[str | Phrase]) -> str | Phrase:
    """The alternatives in one phrase: a, b or c."""
    found: list[str | Phrase] = []
    for each in words:
        if each not in found:
            found.append(each)
    if not found:
        return Phrase("something else")
    said = found[0]
    for each in found[1:-1]:
        said = Phrase("{first}, {second}", {"first": said, "second": each})
    return said if len(found) == 1 else Phrase("{first} or {last}", {"first": said, "last": found[-1]})


def _shown(value: object) -> str | Phrase:
    """A refused value as a person would name it."""
    if isinstance(value, str):
        return repr(value if len(value) <= _MOST_SHOWN else value[: _MOST_SHOWN - 1] + "…")
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int):
        return str(value)
    if isinstance(value, list):
        return Phrase("A list") if value else Phrase("An empty list")
    return Phrase("An object") if value else Phrase("An empty object")
