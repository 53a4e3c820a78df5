"""Keeping the draft on the bench: what is on the disk, what is still to be, and who hears of it. With a real store."""

from __future__ import annotations

import queue
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from desktop.flow.draft import Draft, PromptDraft, new_draft
from desktop.flow.keeping import Keeping
from desktop.flow.kept_drafts import KeptDrafts
from feedback_store.records import App
from feedback_store.store import Store

THOUGHT = new_draft(PromptDraft(text="Half a thought", model="smollm2"))


class Kept:
    """A store, and what is heard of the drafts that are kept in it."""

    def __init__(self, folder: Path) -> None:
        self.store = Store.open(folder, app=App("preceptor", "test"))
        self.drafts = KeptDrafts(self.store, "p")
        self.heard: list[str] = []
        self._posted: queue.Queue[Callable[[], None]] = queue.Queue()
        self.keeping = Keeping(
            self.drafts,
            self._posted.put,
            kept=lambda: self.heard.append("kept"),
            failed=lambda error: self.heard.append(str(error)),
        )

    def keep(self, draft: Draft, left: Draft | None = None) -> None:
        self.keeping.keep(draft, left=left)
        self._posted.get(timeout=180)()

    def allow(self, pages: int) -> None:
        """How large the database may become, in pages; 0 for as large as it is."""
        database = self.store._database
        most = pages or database.write(lambda c: int(c.execute("PRAGMA page_count").fetchone()[0])).result()
        database.write(lambda c: c.execute(f"PRAGMA max_page_count = {most}")).result()


@pytest.fixture
def kept(tmp_path: Path) -> Iterator[Kept]:
    made = Kept(tmp_path)
    yield made
    made.store.close()


def test_what_did_not_change_is_not_kept_again(kept: Kept) -> None:
    assert kept.keeping.catch_up(THOUGHT) is None
    kept.keeping.note_change()
    first = kept.keeping.catch_up(THOUGHT)
    assert first is not None and kept.keeping.catch_up(THOUGHT) is first
    first.result()
    assert kept.drafts.latest() == THOUGHT
    kept.keeping.note_change()
    assert kept.keeping.catch_up(THOUGHT) is not first


def test_what_was_just_read_is_not_written_back(kept: Kept) -> None:
    kept.keeping.note_change()
    kept.keeping.note_same()
    assert kept.keeping.catch_up(THOUGHT) is None and kept.drafts.latest() is None


def test_the_draft_and_what_becomes_of_the_one_before_are_kept_in_one_step(kept: Kept) -> None:
    kept.keep(THOUGHT)
    other = new_draft(PromptDraft(text="Another thought"))
    kept.keep(other, left=THOUGHT)
    assert [kept.drafts.find(key) for key in kept.drafts.waiting()] == [other, THOUGHT]


def test_that_drafts_are_kept_is_heard_once_until_one_cannot_be(kept: Kept) -> None:
    assert not kept.keeping.works
    kept.keep(THOUGHT)
    kept.keep(THOUGHT)
    assert kept.keeping.works and kept.heard == ["kept"]


def test_a_draft_that_cannot_be_kept_is_still_to_be_and_each_try_is_heard(kept: Kept) -> None:
    kept.keep(THOUGHT)
    kept.allow(0)
    long = new_draft(PromptDraft(text="A whole thought. " * 10_000))
    kept.keep(long)
    kept.keep(long)
    assert not kept.keeping.works and [said[:17] for said in kept.heard] == ["kept", *["The disk is full."] * 2]
    kept.allow(1_000_000)
    again = kept.keeping.catch_up(long)
    assert again is not None
    again.result()
    kept.keep(long)
    assert kept.keeping.works and kept.drafts.latest() == long
