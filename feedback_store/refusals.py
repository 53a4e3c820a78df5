"""Why a value is refused, in one sentence with its place: by a rule of ours, or by a type.

msgspec says of a type "Expected `int | null`, got `str`"; here that becomes "'often' stands where a whole number from 1
to 5 belongs", with what the type and its description say. Must not know which types there are.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Collection, Iterable, Iterator
from functools import lru_cache
from typing import Any, NoReturn

import msgspec
from msgspec import inspect

from feedback_store.errors import StoreError

_MOST_SHOWN = 40  # characters of a refused text
_STEP = re.compile(r"\.(\w+)|\[(\d+)\]")
_FIELD = re.compile(r"Object (contains unknown|missing required) field `(.*)`$", re.DOTALL)


def refuse(kind: type[StoreError], path: str, sentence: str) -> NoReturn:
    """Raise `kind` for the value at `path`; the sentence comes without its full stop."""
    end = "" if sentence.endswith("?") else "."
    raise kind(f"{path}: {sentence}{end}", code="refused", path=path)


def unknown_key(name: str, known: Collection[str]) -> str:
    """The sentence for a key that is not known, with the nearest one that is."""
    near = difflib.get_close_matches(name, sorted(known), 1)
    return f"Unknown key {_shown(name)}" + (
        f"; did you mean {near[0]!r}?" if near else f". Known: {', '.join(sorted(known))}"
    )


def convert(kind: type[StoreError], value: object, wanted: Any, root: str = "$") -> Any:
    """Parsed JSON as the type `wanted`; raises `kind` with the path of the first misfit, which begins with `root`."""
    try:
        return msgspec.convert(value, wanted)
    except msgspec.ValidationError as error:
        path, sentence = _misfit(error, value, wanted)
        refuse(kind, path.replace("$", root, 1), sentence)


def _misfit(error: msgspec.ValidationError, value: object, wanted: Any) -> tuple[str, str]:
    """Path and sentence for a `value` that msgspec did not take for what is wanted."""
    message, _, path = str(error).partition(" - at `")
    path = path.rstrip("`") or "$"
    steps = [name or int(index) for name, index in _STEP.findall(path)]
    field = _FIELD.match(message)
    if field is not None and field[1] == "missing required":
        return path, f"{field[2]!r} is missing"
    found, kinds = _walk(value, _type_of(wanted), steps)
    if field is not None:
        return path, unknown_key(field[2], {name for each in kinds for name in _fields(each)})
    return path, f"{_shown(found)} stands where {_either(_words(kinds))} belongs"


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


def _words(kinds: Iterable[inspect.Type]) -> Iterator[str]:
    for kind in kinds:
        match kind:
            case inspect.Metadata(extra_json_schema={"description": str(words)}):
                yield words
            case inspect.LiteralType(values=values):
                yield from (repr(value) if isinstance(value, str) else str(value) for value in values)
            case inspect.IntType(ge=least, le=most):
                yield "a whole number" + _range(least, most)
            case inspect.StrType(min_length=least, max_length=most):
                yield "a text" + _counted(least, most, "character")
            case inspect.CollectionType(min_length=least, max_length=most):
                yield "a list" + _counted(least, most, "entry")
            case inspect.BoolType():
                yield from ("true", "false")
            case _:
                yield "an object with named fields"


def _range(least: int | None, most: int | None) -> str:
    if least is None:
        return ""
    return f" of {least} or more" if most is None else f" from {least} to {most}"


def _counted(least: int | None, most: int | None, one: str) -> str:
    many = one.removesuffix("y") + "ies" if one.endswith("y") else one + "s"
    if most is not None:
        return f" of {least} to {most} {many}" if least else f" of at most {most} {many}"
    return f" of {least} or more {many}" if least else ""


def _either(words: Iterable[str]) -> str:
    *first, last = dict.fromkeys(words) or ("something else",)
    return f"{', '.join(first)} or {last}" if first else last


def _shown(value: object) -> str:
    """A refused value as a person would name it."""
    if isinstance(value, str):
        return repr(value if len(value) <= _MOST_SHOWN else value[: _MOST_SHOWN - 1] + "…")
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int):
        return str(value)
    name = "list" if isinstance(value, list) else "object"
    return f"{'A' if name == 'list' else 'An'} {name}" if value else f"An empty {name}"
