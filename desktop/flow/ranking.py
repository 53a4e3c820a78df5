"""A ranking by positions, as the trainer types and sees it, and its translation to keys and back.

On the screen and in typed text letters are positions: A is the answer shown first. Records hold the candidates' keys.
`to_tiers` and `from_tiers` are the only translation; a property test holds over every order. The grammar of what is
typed stands in feedback_store/typed_ranking.py, for the bench and for imports alike.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from desktop.flow.wording import sentence
from feedback_store import typed_ranking
from feedback_store.errors import RecordError


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
    letters = [letter(position).lower() for position in range(count)]
    try:
        typed = typed_ranking.read(text, letters, with_strength=with_strength)
    except RecordError as error:
        raise RankingError(sentence(error)) from error
    return from_tiers(typed.tiers, letters, typed.strength)


def format_ranking(ranking: Ranking) -> str:
    """The ranking as it would be typed: `b>a=c>d`."""
    mark = ">" * max(1, ranking.strength or 1)
    return mark.join("=".join(letter(p).lower() for p in tier) for tier in ranking.tiers)


def spaced_ranking(ranking: Ranking) -> str:
    """The ranking as it is read: `B > A = C`; a strength is one sign, `B >>> A`."""
    mark = ">" * max(1, ranking.strength or 1)
    return f" {mark} ".join(" = ".join(map(letter, tier)) for tier in ranking.tiers)


def to_tiers(ranking: Ranking, order: Sequence[str]) -> tuple[tuple[str, ...], ...]:
    """Positions to keys, where `order` names the key at each position; keys sorted inside a tier."""
    return tuple(tuple(sorted(order[position] for position in tier)) for tier in ranking.tiers)


def from_tiers(tiers: Sequence[Sequence[str]], order: Sequence[str], strength: int | None = None) -> Ranking:
    """Keys to positions: the inverse of `to_tiers`."""
    place = {key: position for position, key in enumerate(order)}
    return Ranking(tuple(tuple(sorted(place[key] for key in tier)) for tier in tiers), strength)
