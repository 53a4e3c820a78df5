"""A place in a text, kept with its quote and what stands around it (W3C Web Annotation, TextQuoteSelector).

So that it is found again in a text that changed, and a reader sees what was meant.
"""

from __future__ import annotations

from feedback_store.record_parts import Span

CONTEXT_CHARACTERS = 32  # code points of prefix and suffix


def span_at(text: str, start: int, end: int) -> Span:
    """The span of `text` from `start` to `end` (code points) with its quote and surroundings."""
    return Span(
        start=start,
        end=end,
        exact=text[start:end],
        prefix=text[max(0, start - CONTEXT_CHARACTERS) : start],
        suffix=text[end : end + CONTEXT_CHARACTERS],
    )
