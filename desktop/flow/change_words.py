"""One change of a rewritten answer in words: what went, what came, and the sentence that it stands in.

Takes and gives plain text of the answer as it is shown, so what is covered stays covered. Must not know Qt.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from desktop.flow.word_diff import Change

LONGEST = 160  # characters of a sentence before and behind a change, and of the change itself
_SENTENCE_ENDS = re.compile(r"[.!?…:][\"'”’»)\]]*\s+|\n|[。！？]")


@dataclass(frozen=True)
class ChangeWords:
    """`before` and `after` are the rest of the sentence, "" where the change fills it; "…" stands for what is cut."""

    before: str
    removed: str
    added: str
    after: str


def words_of(original: str, revised: str, change: Change) -> ChangeWords:
    """A change in its sentence: what stands before it as in the original, what stands behind it as in the revision."""
    start, end = change.original
    begin, stop = change.revised
    return ChangeWords(
        _sentence_before(original[max(0, start - 2 * LONGEST) : start]),
        _cut(original[start : min(end, start + 2 * LONGEST)]),
        _cut(revised[begin : min(stop, begin + 2 * LONGEST)]),
        _sentence_after(revised[stop : stop + 2 * LONGEST]),
    )


def _sentence_before(text: str) -> str:
    ends = [match.end() for match in _SENTENCE_ENDS.finditer(text)]
    text = text[ends[-1] if ends else 0 :]
    return text if len(text) <= LONGEST else f"…{text[-LONGEST:]}"


def _sentence_after(text: str) -> str:
    found = _SENTENCE_ENDS.search(text)
    return _cut(text[: found.end()].rstrip() if found is not None else text)


def _cut(text: str) -> str:
    return text if len(text) <= LONGEST else f"{text[:LONGEST]}…"
