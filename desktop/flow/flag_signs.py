"""What tells the categories of a set of flags from one another: the letter of each, and its place in the set.

How a place looks is the theme's to say. Must not know Qt.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from feedback_store.rubrics import FlagSet


@dataclass(frozen=True)
class FlagSign:
    """A category's letter, and its place in its set, counted from 0."""

    letter: str
    place: int


def signs_of(flags: FlagSet | None) -> Mapping[str, FlagSign]:
    """The signs of a set's categories by their ids; none where there is no set."""
    categories = flags.categories if flags is not None else ()
    return {category.id: FlagSign(category.letter, place) for place, category in enumerate(categories)}
