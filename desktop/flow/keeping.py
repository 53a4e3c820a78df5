"""Whether the draft on the bench is on the disk as it stands, so that a kill loses none of it.

Must not know Qt, nor what else is kept, nor when it is time to keep: its owner asks every second at most.
"""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future

from desktop.flow.candidates import Post
from desktop.flow.draft import Draft
from desktop.flow.kept_drafts import KeptDrafts


class Keeping:
    """Keeps one draft after the other; `kept` hears when that begins to work, `failed` each time it does not."""

    def __init__(
        self, drafts: KeptDrafts, post: Post, *, kept: Callable[[], None], failed: Callable[[BaseException], None]
    ) -> None:
        self.works = False
        self.writing: Future[None] | None = None  # also after it has ended
        self._behind = False
        self._drafts, self._post = drafts, post
        self._tell_kept, self._tell_failed = kept, failed

    def note_change(self) -> None:
        """The draft on the bench is another one than on the disk."""
        self._behind = True

    def note_same(self) -> None:
        """What stands on the bench was just read from the disk, or is nothing yet that is worth keeping."""
        self._behind = False

    def catch_up(self, draft: Draft) -> Future[None] | None:
        """Keep the draft if it changed; else what is being kept now."""
        return self.keep(draft) if self._behind else self.writing

    def keep(self, draft: Draft, *, left: Draft | None = None) -> Future[None]:
        """Keep the draft, and in one step with it what becomes of the one that it has taken the place of."""
        self._behind = False
        self.writing = future = self._drafts.keep(draft, left=left)
        future.add_done_callback(lambda done: self._post(lambda: self._ended(done)))
        return future

    def _ended(self, future: Future[None]) -> None:
        worked, error = self.works, future.exception()
        self.works = error is None
        if error is not None:
            self._behind = True  # tried again within a second
            self._tell_failed(error)
        elif not worked:
            self._tell_kept()
