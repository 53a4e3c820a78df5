"""Undoing a save: the judgement is withdrawn, and its draft is back on the bench. Must not know Qt."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future

import msgspec

from desktop.flow.candidates import Post
from desktop.flow.draft import Draft, Supersedes
from desktop.flow.telling import Saved
from feedback_store.saved_records import SavedRecords
from feedback_store.store import StoredRecord


class SaveUndo:
    """Withdraws a judgement. `back(draft)` takes its draft again; `failed(saved, error)` hears what went wrong."""

    def __init__(
        self,
        records: SavedRecords,
        post: Post,
        back: Callable[[Draft], None],
        failed: Callable[[Saved, BaseException], None],
    ) -> None:
        self._records, self._post = records, post
        self._back, self._failed = back, failed

    def withdraw(self, saved: Saved) -> Future[StoredRecord]:
        """Withdraw this judgement; its draft comes back once that is stored."""
        future = self._records.withdraw(saved.stored.id, "mistake")
        future.add_done_callback(lambda done: self._post(lambda: self._withdrawn(done, saved)))
        return future

    def _withdrawn(self, future: Future[StoredRecord], saved: Saved) -> None:
        error = future.exception()
        if error is not None:
            self._failed(saved, error)
            return
        withdrawn, draft = future.result(), saved.draft
        before = Supersedes(withdrawn.id, withdrawn.rev, withdrawn.sha256, saved.stored.data, draft.rubric)
        self._back(msgspec.structs.replace(draft, supersedes=before))
