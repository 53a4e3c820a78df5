"""A ranking as the trainer types it, and its translation between positions and keys.

On the screen and in typed text letters are positions: A is the answer shown first. Records hold the candidates'
keys. `to_tiers` and `from_tiers` are the only translation; a property test holds over every order.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from desktop.flow.wording import gettext as _

MAX_STRENGTH = 3


class RankingError(ValueError):
    """Typed text that is not a ranking; str() says what to do."""


@dataclass(frozen=True)
class Ranking:
    """Positions (0 = A) in tiers, best first; a strength 0…3 only where two answers are compared."""

    tiers: tuple[tuple[int, ...], ...]
    strength: int | None = None


def letter(position: int) -> str:
    """The letter of a position: 0 is A."""
    return chr(ord("A") + position)


def parse(text: str, count: int, *, with_strength: bool = False) -> Ranking:
    """Read `b>a=c>d` for `count` answers; with two answers and a strength also `a>>b`, `a>>>b`.

    Raises RankingError with a sentence for the trainer.
    """
    compact = re.sub(r"\s+", "", text).lower()
    if not compact:
        raise RankingError(_("Type the letters, best first, like {example}.").format(example=_example(count)))
    pieces = re.findall(r"[a-z]|>+|=|.", compact)
    letters, marks = pieces[0::2], pieces[1::2]
    strange = [p for p in letters if not ("a" <= p <= "z")] + [m for m in marks if m[0] not in ">="]
    if strange or len(letters) != len(marks) + 1:
        raise RankingError(_("Put > or = between the letters, like {example}.").format(example=_example(count)))
    _check_letters(letters, count)
    tiers: list[list[int]] = [[ord(letters[0]) - ord("a")]]
    for mark, name in zip(marks, letters[1:], strict=True):
        if mark == "=":
            tiers[-1].append(ord(name) - ord("a"))
        else:
            tiers.append([ord(name) - ord("a")])
    return Ranking(tuple(tuple(sorted(tier)) for tier in tiers), _strength(marks, count, with_strength=with_strength))


def format_ranking(ranking: Ranking) -> str:
    """The ranking as it would be typed: `b>a=c>d`."""
    mark = ">" * max(1, ranking.strength or 1)
    return mark.join("=".join(letter(p).lower() for p in tier) for tier in ranking.tiers)


def to_tiers(ranking: Ranking, order: Sequence[str]) -> tuple[tuple[str, ...], ...]:
    """Positions to keys, where `order` names the key at each position; keys sorted inside a tier."""
    return tuple(tuple(sorted(order[position] for position in tier)) for tier in ranking.tiers)


def from_tiers(tiers: Sequence[Sequence[str]], order: Sequence[str], strength: int | None = None) -> Ranking:
    """Keys to positions: the inverse of `to_tiers`."""
    place = {key: position for position, key in enumerate(order)}
    return Ranking(tuple(tuple(sorted(place[key] for key in tier)) for tier in tiers), strength)


def _check_letters(letters: Sequence[str], count: int) -> None:
    known = [letter(position).lower() for position in range(count)]
    names = _list_of_letters(count)
    for name in letters:
        if name not in known:
            raise RankingError(
                _("There is no answer {letter}. Use {letters} once each.").format(letter=name.upper(), letters=names)
            )
    for name in known:
        if letters.count(name) > 1:
            raise RankingError(
                _("{letter} stands twice. Use {letters} once each.").format(letter=name.upper(), letters=names)
            )
        if name not in letters:
            raise RankingError(
                _("{letter} is missing. Use {letters} once each.").format(letter=name.upper(), letters=names)
            )


def _strength(marks: Sequence[str], count: int, *, with_strength: bool) -> int | None:
    longest = max((len(mark) for mark in marks if mark != "="), default=0)
    if count != 2 or not with_strength:
        if longest > 1:
            raise RankingError(_("Use one > between two letters."))
        return None
    if longest > MAX_STRENGTH:
        raise RankingError(_("Use at most >>> for much better."))
    return longest


def _example(count: int) -> str:
    known = [letter(position).lower() for position in range(count)]
    return "b>a=c>d" if count == 4 else ">".join(reversed(known))


def _list_of_letters(count: int) -> str:
    known = [letter(position) for position in range(count)]
    if len(known) == 1:
        return known[0]
    return _("{first} and {last}").format(first=", ".join(known[:-1]), last=known[-1])
