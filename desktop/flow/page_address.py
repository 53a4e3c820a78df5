"""The address by which a captured page is opened again, with the words of its answer as a text fragment.

Only what the trainer chose to keep, and only http(s). Must not know Qt, nor open anything.
"""

from __future__ import annotations

from collections.abc import Iterable
from urllib.parse import quote, urlsplit

from desktop.flow.draft import Draft
from desktop.flow.together import several
from desktop.flow.wording import gettext as _
from feedback_store import records
from feedback_store.record_parts import Page, QuoteSelector, Selector
from feedback_store.records import Context, Judgement

WORDS = 5  # at the beginning and the end of what is looked for
MOST_CHARACTERS = 120  # of either


def address(url: str | None, selectors: Iterable[Selector]) -> str:
    """The page's address with `#:~:text=` and the first and last words of the answer; "" where none can be opened.

    A browser that finds them scrolls there and marks them; one that does not, or a page that has changed, just opens.
    """
    if url is None or not _opens(url):
        return ""
    found = next((each.exact for each in selectors if isinstance(each, QuoteSelector)), "")
    fragment = _fragment(found)
    bare = url.partition("#")[0]
    return f"{bare}#:~:text={fragment}" if fragment else bare


def address_of(page: Page | None) -> str:
    """The address of a record's page, "" where there is none to be opened."""
    return address(page.url, page.selectors) if page is not None else ""


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


def _fragment(text: str) -> str:
    """`start` or `start,end` of WICG's text fragments, with what means something there escaped."""
    lines = [" ".join(line.split()) for line in text.splitlines()]
    words = [line.split(" ") for line in lines if line]
    if not words:
        return ""
    if len(words) == 1 and len(words[0]) <= 2 * WORDS:
        return _escaped(" ".join(words[0])[: 2 * MOST_CHARACTERS])
    start, end = " ".join(words[0][:WORDS]), " ".join(words[-1][-WORDS:])
    return f"{_escaped(start[:MOST_CHARACTERS])},{_escaped(end[-MOST_CHARACTERS:])}"


def _escaped(text: str) -> str:
    return quote(text, safe="").replace("-", "%2D")
