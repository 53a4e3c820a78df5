"""Tooltips of foreign texts. Must not know what they are of."""

from __future__ import annotations

from html import escape

from desktop.flow.shown_text import named


def plain_tooltip(text: str) -> str:
    """`text` for a tooltip: what is invisible is named, and marks that could be read as markup are written out.

    A tooltip has no text format, and Qt loads what its markup points at, files of this computer included.
    """
    text = named(text)
    if "<" not in text and "&" not in text:
        return text
    return f"<p style='white-space: pre-wrap'>{escape(text)}</p>"
