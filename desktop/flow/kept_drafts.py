"""The drafts of one project in the store: the one on the bench, and those that were set aside. Must not know Qt."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import Future

import msgspec

from desktop.flow.draft import Draft, as_left, from_bytes, to_bytes
from feedback_store.store import Store


class KeptDrafts:
    """Keeps and finds the drafts of `project`; those of others, with other rubrics, are not seen."""

    def __init__(self, store: Store, project: str) -> None:
        self._drafts = store.drafts
        self._records = store.records
        self._project = project

    def key(self, draft: Draft) -> str:
        """Under which the store keeps a draft."""
        return f"{self._project}/{draft.id}"

    def keep(self, draft: Draft, *, instead_of: Draft | None = None) -> Future[None]:
        """Keep a draft as it is now, in one step in place of another; an empty one is dropped."""
        before = None if instead_of is None else self.key(instead_of)
        if draft.empty:
            return self._drafts.delete(before or self.key(draft))
        return self._drafts.save(self.key(draft), to_bytes(draft), instead_of=before)

    def latest(self) -> Draft | None:
        """The draft kept last; answers that were being written stand as far as they came."""
        return next(self._all(), None)

    def of_record(self, record_id: str) -> Draft | None:
        """What was begun of a stored judgement's next version."""
        return next((d for d in self._all() if d.supersedes is not None and d.supersedes.id == record_id), None)

    def _all(self) -> Iterator[Draft]:
        for kept in self._drafts.list():
            if kept.key.startswith(f"{self._project}/"):
                try:
                    draft = from_bytes(kept.data)
                except msgspec.DecodeError:
                    continue  # of another version: it stays in the table for that version
                yield self._following_on(as_left(draft))

    def _following_on(self, draft: Draft) -> Draft:
        """The draft as the next version of its judgement, also where one was stored since it was begun."""
        before = draft.supersedes
        newest = self._records.newest(before.id) if before is not None else None
        if before is None or newest is None or newest.rev == before.rev:
            return draft
        after = msgspec.structs.replace(before, rev=newest.rev, sha256=newest.sha256)
        return msgspec.structs.replace(draft, supersedes=after)
