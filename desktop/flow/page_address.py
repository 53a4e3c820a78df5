"""The address by which a captured page is opened again, with the words of its answer as a text fragment.

Only what the trainer chose to keep, and only http(s). Must not know Qt, nor open anything.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from urllib.parse import quote, urlsplit

from desktop.flow.draft import Draft
from desktop.flow.together import several
from desktop.flow.wording import gettext as _
from feedback_store import records
from feedback_store.record_parts import Page, PositionSelector, QuoteSelector, Selector
from feedback_store.records import Context, Judgement

WORDS = 8  # at the beginning and the end of what is looked for
ENOUGH = 3  # words of a line that will hardly stand elsewhere on the page
MOST_CHARACTERS = 120  # of either
LETTER = re.compile(r"\w")
MARKS = re.compile(r"[*`]+|~~|\\(?=[^\w\s])|\]\([^)\s]*\)|[\[\]]")  # of Markdown, which its page shows otherwise
BEGINS = re.compile(r"^[\s>]*(?:#{1,6}\s+|[-+*]\s+|\d+[.)]\s+)*(?:\[[x ]\]\s+)?")


def address(url: str | None, selectors: Iterable[Selector], texts: Iterable[str] = ()) -> str:
    """The page's address with `#:~:text=` and the first and last words of the answer; "" where none can be opened.

    A browser that finds them scrolls there and marks them; one that does not, or a page that has changed, just opens.
    It finds only whole words of one block, and a quote does not say where its blocks end, so the words are those of a
    line of the answer that stands in the quote, too: `texts` are what was answered.
    """
    if url is None or not _opens(url):
        return ""
    found = tuple(selectors)
    quoted = next((each.exact for each in found if isinstance(each, QuoteSelector)), "")
    whole = next((each.end - each.start for each in found if isinstance(each, PositionSelector)), len(quoted))
    fragment = _fragment(quoted, texts, is_whole=whole <= len(quoted))
    bare = url.partition("#")[0]
    return f"{bare}#:~:text={fragment}" if fragment else bare


def address_of(page: Page | None, texts: Iterable[str] = ()) -> str:
    """The address of a record's page, "" where there is none to be opened."""
    return address(page.url, page.selectors, texts) if page is not None else ""


def page_of(draft: Draft) -> Page | None:
    """The page that the draft on the bench is from, also where its record was opened again."""
    context = context_of(draft)
    return context.page if context is not None else None


def context_of(draft: Draft) -> Context | None:
    """Where the draft on the bench is from, also where its record was opened again."""
    before = draft.supersedes or draft.basis
    if before is not None:
        record = records.decode(before.record)
        return record.context if isinstance(record, Judgement) else None
    return draft.context


def hidden_because(draft: Draft) -> str:
    """Why the page cannot be opened from the bench now, as a sentence; "" where it can."""
    page = page_of(draft)
    if page is None:
        return _("This does not come from a page.")
    if draft.blind and several(draft):
        return _("The page would tell which answer is its own. Save first, or show the names.")
    return "" if address_of(page) else not_kept()


def not_kept() -> str:
    """Said where the trainer did not keep a page's address."""
    return _("The page's address was not kept. Tick Keep the page's address in the panel before you send an answer.")


def _opens(url: str) -> bool:
    try:
        parts = urlsplit(url)
    except ValueError:
        return False
    plain = url.isprintable() and not any(each.isspace() for each in url)
    return plain and parts.scheme in ("http", "https") and bool(parts.hostname)


def _fragment(quoted: str, texts: Iterable[str], *, is_whole: bool) -> str:
    """`start` or `start,end` of WICG's text fragments, with what means something there escaped."""
    stands = " ".join(quoted.split())
    if not is_whole:
        stands = _without_cut(stands)
    lines = [_words(cell) for text in texts for line in text.splitlines() for cell in line.split("|")]
    if not any(lines):
        lines = [line.split() for line in quoted.splitlines()]
    begun = [_beginning(words, stands) for words in lines]
    start = next((each for each in begun if len(each.split()) >= ENOUGH), max(begun, key=len, default=""))
    if not start or not is_whole:
        return _escaped(start)
    rest = stands[stands.index(start) + len(start) :]
    ended = (_ending(words, rest) for words in reversed(lines))
    end = next(filter(None, ended), "")
    return f"{_escaped(start)},{_escaped(end)}" if end else _escaped(start)


def _without_cut(text: str) -> str:
    """A text that was cut, up to the last place between two words."""
    end = len(text)
    while end and LETTER.match(text[end - 1]):
        end -= 1
    return text[:end].rstrip()


def _words(line: str) -> list[str]:
    """A line of Markdown as the words that its page shows."""
    return MARKS.sub("", BEGINS.sub("", line)).split()


def _beginning(words: list[str], text: str) -> str:
    """The longest beginning of a line, in whole words, that stands in a text."""
    for count in range(min(WORDS, len(words)), 0, -1):
        found = " ".join(words[:count])
        if len(found) <= MOST_CHARACTERS and found in text and LETTER.search(found):
            return found
    first = _without_cut(words[0][:MOST_CHARACTERS]) if words else ""  # of scripts without blanks, up to a comma
    return first if first and first in text else ""


def _ending(words: list[str], text: str) -> str:
    """The longest end of a line that a text ends with."""
    for count in range(min(WORDS, len(words)), 0, -1):
        found = " ".join(words[-count:])
        if len(found) <= MOST_CHARACTERS and text.endswith(found) and LETTER.search(found):
            return found
    return ""


def _escaped(text: str) -> str:
    return quote(text, safe="").replace("-", "%2D")
