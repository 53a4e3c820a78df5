"""Foreign Markdown as HTML that cannot reach out: no pictures, no raw HTML, no styles, links to look at only.

markdown-it-py reads it without HTML, nh3 lets through a short list of tags, and whatever shows it loads nothing
(rendered_text.py). No Qt.

A thread that reads a long text breathes between its paragraphs. Otherwise the window's thread would wait for the
interpreter each time that it wants it back, which it does many times to paint once.
"""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from functools import lru_cache
from html import escape
from itertools import pairwise

from desktop.flow.shown_text import named

LONGEST = 200_000  # characters that are laid out; what is longer is shown as it is written
TAGS = {
    "a", "blockquote", "br", "code", "del", "em", "h1", "h2", "h3", "h4", "h5", "h6", "hr", "li", "ol", "p", "pre", "s",
    "strong", "table", "tbody", "td", "th", "thead", "tr", "ul",
}  # fmt: skip
SCHEMES = {"http", "https", "mailto"}


# A heading of a page would shout beside answers; Qt gives h1 twice the size, whatever a style says.
_HEADING = re.compile(r"<h[1-6]>(.*?)</h[1-6]>", re.DOTALL)
_KEPT = re.compile(r"[^\S \t]+$")  # blanks, and none that Markdown takes for an indent


BREATH_S = 0.0005
WORK_S = 0.001  # between two breaths


class Breather:
    """Gives the interpreter away for a moment after each millisecond; to be called much more often than that."""

    def __init__(self) -> None:
        self._last = time.perf_counter()

    def __call__(self) -> None:
        if time.perf_counter() - self._last >= WORK_S:
            time.sleep(BREATH_S)
            self._last = time.perf_counter()


def _go_on() -> None:
    """Take no breath."""


def _blanks_before(paragraph: str, line: str) -> str:
    """The no-break spaces that begin a paragraph, whose first line this is; the reader takes them away."""
    before, found, _ = line.partition(paragraph.partition("\n")[0])
    kept = _KEPT.search(before) if found else None
    return kept[0] if kept else ""


@lru_cache(maxsize=64)
def to_html(text: str, breathe: Callable[[], None] = _go_on) -> str:
    """`text` as HTML; invisible characters stand there by their names. `breathe` is called after every paragraph."""
    if not text.strip():
        return ""
    import nh3  # neither is needed before something is laid out
    from markdown_it import MarkdownIt
    from markdown_it.rules_core import StateCore

    text = named(text)
    if len(text) > LONGEST:
        return f"<pre>{escape(text)}</pre>"
    reader = MarkdownIt("commonmark", {"html": False}).enable(["table", "strikethrough"]).disable("image")

    def read_paragraphs(state: StateCore) -> None:
        lines = state.src.split("\n")
        for before, token in pairwise(state.tokens):
            if token.type == "inline":
                if before.type == "paragraph_open" and token.map:
                    token.content = _blanks_before(token.content, lines[token.map[0]]) + token.content
                token.children = []
                state.md.inline.parse(token.content, state.md, state.env, token.children)
                breathe()

    reader.core.ruler.at("inline", read_paragraphs)
    html = reader.render(text)
    clean = nh3.clean(html, tags=TAGS, attributes={"a": {"href"}}, url_schemes=SCHEMES, link_rel=None)
    return _HEADING.sub(r"<p><strong>\1</strong></p>", clean).strip()
