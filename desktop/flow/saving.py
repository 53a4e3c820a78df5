"""A judgement's way into the store, one at a time, and back: the one saved last can be withdrawn.

Must not know Qt, nor what comes onto the bench afterwards.
"""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future

import msgspec

from desktop.flow import checks
from desktop.flow.candidates import Post
from desktop.flow.draft import Draft, Supersedes
from desktop.flow.kept_drafts import KeptDrafts
from desktop.flow.outcome import Frame, to_judgement
from desktop.flow.personal import Findings
from desktop.flow.telling import Saved
from feedback_store.rubric_check import check_judgement
from feedback_store.rubrics import Rubric
from feedback_store.saved_records import SavedRecords
from feedback_store.store import StoredRecord


class Saving:
    """`stored` hears that `last` is a new one, `back` gets the draft of a withdrawn one, `failed` why either was not.

    All three are called by way of `post`, once `save` and `withdraw` have returned.
    """

    def __init__(
        self,
        records: SavedRecords,
        drafts: KeptDrafts,
        post: Post,
        *,
        stored: Callable[[], None],
        back: Callable[[Draft], None],
        failed: Callable[[BaseException], None],
    ) -> None:
        self.under_way = False
        self.last: Saved | None = None
        self._records, self._drafts, self._post = records, drafts, post
        self._tell_stored, self._put_back, self._tell_failed = stored, back, failed

    def save(self, draft: Draft, frame: Frame, rubric: Rubric, findings: Findings) -> Future[StoredRecord]:
        """Save the judgement of a draft; what was blacked out in it goes from the drafts that wait, too.

        Raises StoreError where it cannot be a record; nothing is begun then.
        """
        judgement = to_judgement(draft, frame)
        check_judgement(judgement, rubric)
        self._drafts.change_others(draft, findings.gone_from(draft))
        self._drafts.keep_words(judgement.id, draft.kept)
        future = self._records.save(judgement, draft=self._drafts.key(draft), erase_earlier=draft.blacked_out)
        self.under_way = True
        doubts = checks.doubts(draft, rubric, findings, read_ms=max(draft.shown_ms, draft.active_ms))
        future.add_done_callback(lambda done: self._post(lambda: self._stored(done, draft, doubts)))
        return future

    def withdraw(self) -> Future[StoredRecord] | None:
        """Withdraw the judgement saved last; None where there is none. Its draft comes back once that is stored."""
        if self.last is None or self.under_way:
            return None
        saved, self.last = self.last, None
        future = self._records.withdraw(saved.stored.id, "mistake")
        future.add_done_callback(lambda done: self._post(lambda: self._withdrawn(done, saved)))
        return future

    def forget(self, record: str) -> None:
        """If this one was saved last, its draft does not come back any more."""
        if self.last is not None and self.last.stored.id == record:
            self.last = None

    def _stored(self, future: Future[StoredRecord], draft: Draft, doubts: tuple[checks.Notice, ...]) -> None:
        self.under_way = False
        error = future.exception()
        if error is not None:
            self._tell_failed(error)
            return
        self.last = Saved(future.result(), draft, doubts)
        self._tell_stored()

    def _withdrawn(self, future: Future[StoredRecord], saved: Saved) -> None:
        error = future.exception()
        if error is not None:
            self.last = saved
            self._tell_failed(error)
            return
        withdrawn, draft = future.result(), saved.draft
        before = Supersedes(withdrawn.id, withdrawn.rev, withdrawn.sha256, saved.stored.data, draft.rubric)
        self._put_back(msgspec.structs.replace(draft, supersedes=before))
