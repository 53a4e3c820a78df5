"""What a trainer does in the outbox: let go, hold back, keep or black out what was found, and undo any of it.

Every act is written at once; undo writes the act that takes it back. Words that were blacked out are known to memory
alone, as on the bench: undo brings them back as the next version until the outbox is left for another project, or the
window is closed. Must not know Qt.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from concurrent.futures import Future
from dataclasses import dataclass
from typing import Any

import msgspec

from desktop.flow.quantities import count_text
from desktop.flow.waiting import Waiting, waiting
from desktop.flow.wording import gettext as _
from desktop.flow.wording import ngettext
from feedback_store import records
from feedback_store.errors import StoreError
from feedback_store.look_table import Place
from feedback_store.outbox import Unsent
from feedback_store.outbox_table import BatchRow
from feedback_store.record_parts import App, Judgement
from feedback_store.record_table import StoredRecord
from feedback_store.record_values import RedactedKind
from feedback_store.redaction import RECORD_TEXTS, Blackout, redacted, texts_of
from feedback_store.store import Store

STEPS = 200  # that can be undone
AT_ONCE = 2000  # records: the usual outbox stands there with the room, very many a moment later

Forget = Callable[[str, Blackout], None]  # a judgement's id, and what the drafts are to lose too


@dataclass(frozen=True)
class Act:
    """Something that was done: in words, and how it is taken back; `sending` may have made that impossible."""

    words: str
    back: Callable[[], Future[Any]]


@dataclass(frozen=True)
class Contents:
    """What waits, and the batches that were signed, the newest first."""

    waiting: Waiting
    batches: tuple[BatchRow, ...]


class OutboxDesk:
    """The outbox of one project. `forget` takes blacked out words from the drafts, too."""

    def __init__(self, store: Store, project: str, app: App, forget: Forget) -> None:
        self._store, self._outbox = store, store.outbox
        self._project, self._app, self._forget = project, app, forget
        self._acts: list[Act] = []

    @property
    def can_undo(self) -> bool:
        return bool(self._acts)

    def rows(self) -> list[Unsent]:
        """All that has not left, oldest first."""
        return self._outbox.unsent(self._project)

    @property
    def few(self) -> bool:
        """Whether all of it is read while somebody waits for it: some milliseconds."""
        return self._outbox.count_unsent(self._project, at_most=AT_ONCE + 1) <= AT_ONCE

    def read(self, before: Waiting) -> Contents:
        """What the outbox holds now, beside what it showed before. On any thread."""
        return Contents(waiting(self.rows(), before), tuple(self._outbox.batches(self._project)[::-1]))

    def places(self, stored: StoredRecord) -> tuple[Place, ...]:
        """What was found in a record, decided or not."""
        return self._outbox.places(stored)

    def release(self, row: Unsent) -> Future[int]:
        """Let a record go; a StoreError (code "undecided") where somebody has to look first."""
        return self._done(_("Released."), self._outbox.release([row.id]), [row])

    def take_back(self, row: Unsent) -> Future[int]:
        """Have a released record wait again."""
        return self._done(_("No longer released."), self._outbox.put_back([(row.id, "saved")]), [row])

    def hold(self, row: Unsent) -> Future[int]:
        """Hold a record back; one that is held already waits again."""
        if row.way == "held":
            return self._done(_("No longer held back."), self._outbox.put_back([(row.id, "saved")]), [row])
        return self._done(_("Held back."), self._outbox.hold([row.id]), [row])

    def release_clean(self, rows: Collection[Unsent]) -> Future[tuple[str, ...]]:
        """Release those of these rows that wait and in which nothing is undecided: their ids."""
        future = self._outbox.release_clean(self._project, frozenset(row.sha256 for row in rows))
        future.add_done_callback(self._released)
        return future

    def keep(self, row: Unsent, place: Place) -> Future[None]:
        """Decide that words may stay, or ask about them again."""
        act = Act(
            _("Asked again.") if place.kept else _("Kept."),
            lambda: self._outbox.keep(row.id, [place.quote], kept=place.kept),
        )
        future = self._outbox.keep(row.id, [place.quote], kept=not place.kept)
        future.add_done_callback(lambda done: self._note(done, act))
        return future

    def black_out(self, stored: StoredRecord, quote: str, kind: RedactedKind) -> Future[StoredRecord]:
        """Take words out of a judgement wherever they stand: its next version, and the text of those before is erased.

        Words that stand nowhere by themselves (half a word was marked) go wherever they stand. Raises StoreError where
        they do not stand in it.
        """
        before = stored.record
        if not isinstance(before, Judgement):
            raise StoreError(_("A withdrawal holds no text."), code="withdrawal")
        blackout = _blackout(before, quote, kind)
        made = redacted(before, blackout)
        if made is before:
            raise StoreError(_("These words do not stand in this record."), code="not_there")
        saved = self._next(made, stored, erase_earlier=True)
        self._forget(stored.id, blackout)
        saved.add_done_callback(lambda done: self._blacked_out(done, before))
        return saved

    def undo(self) -> tuple[str, Future[Any]] | None:
        """Take the last act back: what it was, in words, and when it is done; None where there is none."""
        if not self._acts:
            return None
        act = self._acts.pop()
        return act.words, act.back()

    def sent(self) -> None:
        """What was done before is on its way out: nothing of it can be undone."""
        self._acts.clear()

    # Inside

    def _done(self, words: str, future: Future[int], rows: Sequence[Unsent]) -> Future[int]:
        before = tuple((row.id, row.way) for row in rows if row.way in ("saved", "held", "released"))
        if before:
            asked = frozenset(row.sha256 for row in rows)
            act = Act(words, lambda: self._outbox.put_back(before, asked))
            future.add_done_callback(lambda done: self._note(done, act))
        return future

    def _released(self, done: Future[tuple[str, ...]]) -> None:
        ids = done.result() if done.exception() is None else ()
        if ids:
            words = ngettext("{} record released.", "{} records released.", len(ids)).format(count_text(len(ids)))
            self._acts.append(Act(words, lambda: self._outbox.put_back([(name, "saved") for name in ids])))

    def _blacked_out(self, done: Future[StoredRecord], before: Judgement) -> None:
        if done.exception() is None:
            made = done.result()
            self._note(done, Act(_("Blacked out."), lambda: self._next(before, made)))

    def _next(self, record: Judgement, stored: StoredRecord, *, erase_earlier: bool = False) -> Future[StoredRecord]:
        """The next version after `stored`; a StoreError in the future where another one was made meanwhile."""
        made = msgspec.structs.replace(
            record,
            rev=stored.rev + 1,
            supersedes=stored.sha256,
            nonce=records.new_nonce(),
            created_at=records.now(),
            app=self._app,
        )
        return self._store.records.save(made, erase_earlier=erase_earlier)

    def _note(self, done: Future[Any], act: Act) -> None:
        if done.exception() is None:
            self._acts.append(act)
            del self._acts[:-STEPS]


def _blackout(judgement: Judgement, quote: str, kind: RedactedKind) -> Blackout:
    blackout = Blackout(quote, kind)
    alone = any(blackout.places(text) for text in texts_of(judgement, RECORD_TEXTS))
    return blackout if alone else Blackout(quote, kind, alone=False)
