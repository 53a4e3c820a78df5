"""What was found: a place in a text, and what stands there."""

from __future__ import annotations

from bisect import bisect
from dataclasses import dataclass
from typing import Literal, get_args

Kind = Literal["email", "phone", "card", "iban", "ip", "key"]
KINDS: tuple[Kind, ...] = get_args(Kind)


@dataclass(frozen=True)
class Found:
    """`quote` is `text[start:end]`: code points, end exclusive, as the spans of flags count."""

    start: int
    end: int
    kind: Kind
    quote: str


class Room:
    """Which places of a text are still free."""

    def __init__(self) -> None:
        self._taken: list[tuple[int, int]] = []

    def take(self, start: int, end: int) -> bool:
        """Take a place; False, and nothing is taken, where another one lies in it."""
        at = bisect(self._taken, (start, end))
        before = at > 0 and self._taken[at - 1][1] > start
        behind = at < len(self._taken) and self._taken[at][0] < end
        if before or behind:
            return False
        self._taken.insert(at, (start, end))
        return True
