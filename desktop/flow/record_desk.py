"""What is done to stored judgements from their room, and taken back there. Must not know Qt.

Everything here waits for the disk, so that it is called on a thread of its own; the answer is a sentence to be said.
Taking back is a next revision like any other: nothing that was stored ever changes.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from desktop.flow.quantities import count_text
from desktop.flow.retagging import retagged, tags_of, with_tags
from desktop.flow.wording import ngettext
from feedback_store.records import App, Judgement
from feedback_store.store import Store, StoredRecord


@dataclass(frozen=True)
class _Done:
    """What was done, and how it is taken back."""

    words: str
    back: Callable[[], object]


class RecordDesk:
    """Withdraws, lets stand again and tags, many at once: all of them or none."""

    def __init__(self, store: Store, app: App) -> None:
        self._records = store.records
        self._app = app
        self._done: list[_Done] = []

    @property
    def can_undo(self) -> bool:
        return bool(self._done)

    def withdraw(self, ids: Sequence[str]) -> str:
        """Take judgements back. Raises StoreError, as all of these do."""
        self._records.withdraw_all(ids, "mistake").result()
        words = ngettext("{} judgement was withdrawn.", "{} judgements were withdrawn.", len(ids))
        return self._note(words.format(count_text(len(ids))), lambda: self._records.reinstate_all(ids).result())

    def reinstate(self, ids: Sequence[str]) -> str:
        """Let withdrawn judgements stand again."""
        self._records.reinstate_all(ids).result()
        words = ngettext("{} judgement stands again.", "{} judgements stand again.", len(ids))
        return self._note(
            words.format(count_text(len(ids))), lambda: self._records.withdraw_all(ids, "mistake").result()
        )

    def tags_of(self, ids: Sequence[str]) -> tuple[str, ...]:
        """All tags that these judgements have."""
        return tags_of(self._newest(ids))

    def tag(self, ids: Sequence[str], add: Sequence[str], remove: Sequence[str]) -> str:
        """Give judgements these tags, and take those away; one that has them so already keeps its revision."""
        made = [
            (each, after) for each in self._newest(ids) if (after := retagged(each, add, remove, self._app)) is not None
        ]
        self._records.save_all([after for _before, after in made]).result()
        words = ngettext("{} judgement has other tags now.", "{} judgements have other tags now.", len(made))
        text = words.format(count_text(len(made)))
        return self._note(text, lambda: self._tag_as_before([before for before, _after in made])) if made else text

    def undo(self) -> str:
        """Take back what was done last; "" where there is nothing."""
        if not self._done:
            return ""
        last = self._done.pop()
        try:
            last.back()
        except BaseException:
            self._done.append(last)
            raise
        return last.words

    def _newest(self, ids: Sequence[str]) -> Iterator[StoredRecord]:
        found = (self._records.newest(each) for each in ids)
        return (each for each in found if each is not None and each.erased_at is None)

    def _tag_as_before(self, stored: Sequence[StoredRecord]) -> None:
        """Those that stand get the tags of these earlier revisions again."""
        made = []
        for each in stored:
            now = self._records.newest(each.id)
            if now is None or not isinstance(each.record, Judgement):
                continue
            after = with_tags(now, each.record.prompt.tags or (), self._app)
            made.extend([after] if after is not None else [])
        self._records.save_all(made).result()

    def _note(self, words: str, back: Callable[[], object]) -> str:
        self._done.append(_Done(words, back))
        return words
