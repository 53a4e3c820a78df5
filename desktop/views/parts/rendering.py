"""Foreign Markdown as HTML that cannot reach out: no pictures, no raw HTML, no styles, links to look at only.

markdown-it-py reads it without HTML, nh3 lets through a short list of tags, and whatever shows it loads nothing
(rendered_text.py). No Qt.
"""

from __future__ import annotations

import re
from functools import lru_cache
from html import escape

from desktop.views.parts.shown_text import named

LONGEST = 200_000  # characters that are laid out; what is longer is shown as it is written
TAGS = {
    "a", "blockquote", "br", "code", "del", "em", "h1", "h2", "h3", "h4", "h5", "h6", "hr", "li", "ol", "p", "pre", "s",
    "strong", "table", "tbody", "td", "th", "thead", "tr", "ul",
}  # fmt: skip
SCHEMES = {"http", "https", "mailto"}


# A heading of a page would shout beside answers; Qt gives h1 twice the size, whatever a style says.
_HEADING = re.compile(r"<h[1-6]>(.*?)</h[1-6]>", re.DOTALL)


@lru_cache(maxsize=64)
def to_html(text: str) -> str:
    """`text` as HTML; invisible characters stand there by their names."""
    if not text.strip():
        return ""
    import nh3  # neither is needed before something is laid out
    from markdown_it import MarkdownIt

    text = named(text)
    if len(text) > LONGEST:
        return f"<pre>{escape(text)}</pre>"
    reader = MarkdownIt("commonmark", {"html": False}).enable(["table", "strikethrough"]).disable("image")
    html = reader.render(text)
    clean = nh3.clean(html, tags=TAGS, attributes={"a": {"href"}}, url_schemes=SCHEMES, link_rel=None)
    return _HEADING.sub(r"<p><strong>\1</strong></p>", clean).strip()
