"""A ranking as people type it: `b>a=c>d`, best first; of two `a>>b` and `a>>>b` too. The only reader of that grammar.

The bench reads positions by it, an import the candidates' keys. Must not know which.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from feedback_store.errors import RecordError

MAX_STRENGTH = 3


@dataclass(frozen=True)
class TypedRanking:
    """Names in tiers, best first; a strength 0…3 only where two are compared and it was asked for."""

    tiers: tuple[tuple[str, ...], ...]
    strength: int | None


def read(text: str, names: Sequence[str], *, with_strength: bool) -> TypedRanking:
    """Read a ranking of exactly these names (lower-case letters), in either case and with any spaces.

    Raises RecordError with a sentence that says what to do.
    """
    compact = re.sub(r"\s+", "", text).lower()
    if not compact:
        raise RecordError.worded(
            "Type the letters, best first, like {example}.", code="ranking", example=_example(names)
        )
    pieces = re.findall(r"[a-z]+|>+|=|.", compact)
    named, marks = pieces[0::2], pieces[1::2]
    glued = [name for name in named if name not in names and (not name.isalpha() or set(name) <= set(names))]
    strange = [mark for mark in marks if mark[0] not in ">="]
    if glued or strange or len(named) != len(marks) + 1:
        raise RecordError.worded(
            "Put > or = between the letters, like {example}.", code="ranking", example=_example(names)
        )
    _check_names(named, names)
    tiers = [[named[0]]]
    for mark, name in zip(marks, named[1:], strict=True):
        if mark == "=":
            tiers[-1].append(name)
        else:
            tiers.append([name])
    strength = _strength(marks, asked_for=with_strength and len(names) == 2)
    return TypedRanking(tuple(tuple(sorted(tier)) for tier in tiers), strength)


def _check_names(named: Sequence[str], names: Sequence[str]) -> None:
    letters = ", ".join(names).upper()
    for name in named:
        if name not in names:
            raise RecordError.worded(
                "There is no answer {letter}. Use each of {letters} once.",
                code="ranking",
                letter=name[:20].upper(),
                letters=letters,
            )
    for name in names:
        if named.count(name) > 1:
            raise RecordError.worded(
                "{letter} stands twice. Use each of {letters} once.",
                code="ranking",
                letter=name.upper(),
                letters=letters,
            )
    missing = [name.upper() for name in names if name not in named]
    if len(missing) == 1:
        raise RecordError.worded(
            "{letter} is missing. Use each of {letters} once.", code="ranking", letter=missing[0], letters=letters
        )
    if missing:
        raise RecordError.worded(
            "{missing} are missing. Use each of {letters} once.",
            code="ranking",
            missing=", ".join(missing),
            letters=letters,
        )


def _strength(marks: Sequence[str], *, asked_for: bool) -> int | None:
    longest = max((len(mark) for mark in marks if mark != "="), default=0)
    if asked_for:
        if longest > MAX_STRENGTH:
            raise RecordError.worded("Use at most >>> for much better.", code="ranking")
        return longest
    if longest > 1:
        raise RecordError.worded("Use one > between two letters here.", code="ranking")
    return None


def _example(names: Sequence[str]) -> str:
    if len(names) < 4:
        return ">".join(reversed(names))
    first, second, third, *rest = names
    return ">".join([second, f"{first}={third}", *rest])
