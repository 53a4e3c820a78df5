"""Sentences in which an answer speaks of itself, in twelve languages; for `model_names`.

Two kinds of signs: words that make a sentence one about the speaker wherever the name stands in it, and words that do
so only right beside the name. Which words these are stands in `self_phrases`. No Qt.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from functools import cached_property, lru_cache

from desktop.flow.self_phrases import AROUND_A_NAME, BEGINNINGS, INTRODUCTIONS, LANGUAGES, SIGNS, rows

LONGEST_SENTENCE = 600  # characters around a name that are looked at, to each side
_NEAR = 80  # characters around a name in which the words right beside it stand
_LONGEST_INTRODUCTION = 40

_ENDS = re.compile(r"[.!?](?=\s|$)|[。！？\n]")
_ENGLISH_I = re.compile(r"\bI\b")
_NAME_ENDS = r"[\"'”“»«*_`\]]*"
_NAME_BEGINS = r"[\"'“„”«»*_`\[「『《]*"
_ARTICLE = r"(?:(?:an?|the|der|die|das|eine?|la|le|una?)\s+)?"


@dataclass(frozen=True)
class _Patterns:
    """What finds the phrases. The one group of `signs` is the whole sign, since signs may lie over each other.

    `beside` are pairs: what ends right before a name, and what begins right behind it.
    """

    signs: re.Pattern[str]
    beside: tuple[tuple[re.Pattern[str], re.Pattern[str]], ...]
    introduced: re.Pattern[str]


@lru_cache(maxsize=1)
def _patterns() -> _Patterns:
    spaced = [language for language in LANGUAGES if language not in BEGINNINGS]
    signs, introductions = rows(SIGNS), rows(INTRODUCTIONS)
    words = rf"\b(?:{_any_of(signs, spaced)})(?:(?<=['’])|(?!\w))"
    others = (f"(?=[{begins}])(?:{_any_of(signs, [language])})" for language, begins in BEGINNINGS.items())
    named = rf"\b(?:{_any_of(introductions, spaced)})\s+{_ARTICLE}|{_any_of(introductions, BEGINNINGS)}"
    return _Patterns(
        signs=re.compile(f"(?=({words}|{'|'.join(others)}))"),
        beside=tuple(_before_and_behind(phrase) for _language, phrase in rows(AROUND_A_NAME)),
        introduced=re.compile(rf"(?:{named})[\"'“„«*_`]*\Z", re.IGNORECASE),
    )


def _any_of(phrases: Iterable[tuple[str, str]], languages: Collection[str]) -> str:
    return "|".join(phrase for language, phrase in phrases if language in languages)


def _before_and_behind(phrase: str) -> tuple[re.Pattern[str], re.Pattern[str]]:
    before, behind = phrase.split("⟨⟩")
    return (
        re.compile(rf"(?:{before}){_NAME_BEGINS}\Z", re.IGNORECASE),
        re.compile(rf"{_NAME_ENDS}(?:{behind})", re.IGNORECASE),
    )


class Spoken:
    """Of one text, where it speaks of itself. It is read once, and only when a name was found: most hold none."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._patterns = _patterns()

    def around(self, start: int, end: int) -> bool:
        """Whether the sentence around a name speaks of itself."""
        first, last = self._sentence(start, end)
        begins, lasts = self._signs
        at = bisect_left(begins, first)
        while at < len(begins) and begins[at] < last:
            if lasts[at] <= last:
                return True
            at += 1
        before = self._text[max(first, start - _NEAR) : start]
        after = self._text[end : min(last, end + _NEAR)]
        return any(left.search(before) and right.match(after) for left, right in self._patterns.beside)

    def introduced(self, start: int) -> bool:
        """Whether what begins here is introduced as a name: "I am …", "made by …"."""
        return bool(self._patterns.introduced.search(self._text[max(0, start - _LONGEST_INTRODUCTION) : start]))

    def _sentence(self, start: int, end: int) -> tuple[int, int]:
        first, last = max(0, start - LONGEST_SENTENCE), end + LONGEST_SENTENCE
        ends, afters = self._ends
        before = bisect_right(afters, start) - 1
        behind = bisect_left(ends, end)
        if before >= 0:
            first = max(first, afters[before])
        return first, min(last, ends[behind]) if behind < len(ends) else min(last, len(self._text))

    @cached_property
    def _signs(self) -> tuple[list[int], list[int]]:
        plain = self._text.replace("İ", "i").lower()  # as long as the text: of all letters this one alone would grow
        found = [match.span(1) for match in self._patterns.signs.finditer(plain)]
        found = sorted([*found, *(match.span() for match in _ENGLISH_I.finditer(self._text))])
        return [first for first, _last in found], [last for _first, last in found]

    @cached_property
    def _ends(self) -> tuple[list[int], list[int]]:
        """Where sentences end, before and behind the sign that ends them."""
        found = [match.span() for match in _ENDS.finditer(self._text)]
        return [first for first, _last in found], [last for _first, last in found]
