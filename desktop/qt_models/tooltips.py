"""Tooltips of foreign texts. Must not know what they are of."""

from __future__ import annotations

from html import escape


def plain_tooltip(text: str) -> str:
    """`text` for a tooltip, which has no text format: marks that could be read as markup are written out.

    Qt loads what the markup of a tooltip points at, files of this computer included.
    """
    if "<" not in text and "&" not in text:
        return text
    return f"<p style='white-space: pre-wrap'>{escape(text)}</p>"
