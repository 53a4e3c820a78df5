"""Where a flag's words stand after the text around them was changed by hand. Must not know the draft or the screen."""

from __future__ import annotations

import msgspec

from feedback_store.record_parts import Span
from feedback_store.spans import span_at


def stands(span: Span, text: str) -> bool:
    """Whether the quote of a span stands at its place in `text`."""
    return text[span.start : span.end] == span.exact


def moved(span: Span, before: str, after: str) -> Span:
    """The span where its words stand in `after`, which was edited from `before` in one place.

    One whose words are gone keeps its quote, so that it can be shown and found again. They are looked for only where
    the text was changed: the same words elsewhere are not those that were marked.
    """
    first = _alike(before, after)
    rest = min(len(before), len(after)) - first
    last = min(rest, _alike(before[::-1], after[::-1]))
    shift = len(after) - len(before)
    start = span.start
    if span.start >= len(before) - last:
        start += shift
    elif stands(span, before) and span.end > first:
        start = -1  # its own words were changed
    if start >= 0 and after[start : start + len(span.exact)] == span.exact:
        return span_at(after, start, start + len(span.exact))
    near = start if start >= 0 else min(span.start, first)
    size = len(span.exact)
    low, high = max(0, first - size), min(len(after), len(after) - last + size)
    places = [at for at in range(low, high - size + 1) if after.startswith(span.exact, at)]
    if places:
        found = min(places, key=lambda at: abs(at - near))
        return span_at(after, found, found + size)
    return msgspec.structs.replace(span, start=near, end=near + size)


def _alike(one: str, other: str) -> int:
    """How many characters two texts begin with alike."""
    shorter = min(len(one), len(other))
    return next((at for at in range(shorter) if one[at] != other[at]), shorter)
