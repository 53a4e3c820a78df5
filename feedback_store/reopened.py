"""The captured page that a person has opened again, until its browser asks where on it the answer stands.

In memory alone: who closes the window has looked. Must not know a browser.
"""

from __future__ import annotations

import hashlib

from feedback_store.record_parts import Page, Selector


class Reopened:
    """The page that was opened last; used by one thread."""

    def __init__(self) -> None:
        self._pairing = ""
        self._sha256 = ""
        self._selectors: tuple[Selector, ...] = ()

    def keep(self, pairing: str | None, page: Page) -> None:
        """A person has opened this page, which came by this pairing."""
        self._pairing, self._selectors = pairing or "", page.selectors
        self._sha256 = hashlib.sha256((page.url or "").encode()).hexdigest()

    def take(self, pairing: str, sha256: str) -> tuple[Selector, ...]:
        """Where the answer stands on the page with this SHA-256 of its address: once, and for its own pairing."""
        if not self._pairing or (self._pairing, self._sha256) != (pairing, sha256):
            return ()
        self._pairing = ""
        return self._selectors
