"""The drafts of one project in the store: the one on the bench, those that wait for it, and turns that were passed.

A draft that waits comes back by itself after a save. A turn that was passed without a judgement is kept beside its
conversation, to be found in its tree, and never comes by itself. Must not know Qt.
"""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Callable
from concurrent.futures import Future
from typing import Literal

import msgspec

from desktop.flow.draft import Draft, conversation_id, to_bytes
from desktop.flow.left_drafts import as_found, as_left
from desktop.flow.outcome import untouched
from desktop.flow.sound_draft import sound
from feedback_store import kept_words
from feedback_store.store import Store

_log = logging.getLogger(__name__)

Fate = Literal["dropped", "waits", "passed"]


def fate(left: Draft, now: Draft) -> Fate:
    """What becomes of a draft that leaves the bench for another one."""
    if left.empty or untouched(left) or now.replaces == left.id or left.replaces == now.id:
        return "dropped"
    if left.judged or left.supersedes is not None or left.basis is not None:
        return "waits"
    related = conversation_id(left) == conversation_id(now)
    copied = left.prompt.text in (left.copied, now.prompt.text if related and left.path == now.path else None)
    if not left.answers and (copied or not left.prompt.text.strip()):
        return "dropped"
    return "passed" if related else "waits"


def key_of(project: str, draft: Draft) -> str:
    """Under which a draft is kept that waits for the bench of a project."""
    return f"{project}/{draft.id}"


class KeptDrafts:
    """Keeps and finds the drafts of `project`; those of others, with other rubrics, are not seen."""

    def __init__(self, store: Store, project: str) -> None:
        self._drafts = store.drafts
        self._records = store.records
        self._project = project
        self._writing: dict[str, tuple[Future[None], bytes | None]] = {}
        self.writes: Counter[str] = Counter()  # by key: who has read a draft knows whether it is still the same
        self._complained: set[str] = set()  # the keys of drafts of which was said that something is left out

    def key(self, draft: Draft) -> str:
        """Under which the store keeps a draft that is on the bench, or waits."""
        return key_of(self._project, draft)

    def keep(self, draft: Draft, *, left: Draft | None = None) -> Future[None]:
        """Keep the draft on the bench; and in the same step put away the one that it has taken the place of.

        A kill finds both as they were, or both as they are to be.
        """
        kept: list[tuple[str, bytes]] = []
        dropped = {self.key(draft), self._passed_key(draft)}
        if left is not None:
            left = as_left(left)  # what was written there has been stopped, and comes to no draft any more
            dropped |= {self.key(left), self._passed_key(left)}
            becomes = fate(left, draft)
            if becomes != "dropped":
                kept.append((self.key(left) if becomes == "waits" else self._passed_key(left), to_bytes(left)))
        for each in (left, draft):
            if each is not None and each.supersedes is not None:
                name = kept_words.key_of(each.supersedes.id)
                dropped.add(name)
                kept += [(name, kept_words.to_bytes(each.supersedes.id, each.kept))] if each.kept else []
        if not draft.empty:
            kept.append((self.key(draft), to_bytes(draft)))
        future = self._drafts.change(kept, sorted(dropped))
        self._writing.update(dict.fromkeys(dropped, (future, None)) | {key: (future, data) for key, data in kept})
        self.writes.update(dropped)
        return future

    def change_others(self, draft: Draft, change: Callable[[Draft], Draft]) -> None:
        """Change all drafts that wait or were passed but this one; they keep their order."""
        for keys in (self.waiting(), self._under(f"{self._project}:")):
            kept = [(key, self._data(key) or b"") for key in reversed(keys) if not key.endswith(f"/{draft.id}")]
            made = [(key, _changed(data, change)) for key, data in kept]
            if made != kept:
                future = self._drafts.change(made)
                self._writing.update({key: (future, data) for key, data in made})
                self.writes.update(key for key, _data in made)

    def keep_words(self, record: str, words: tuple[str, ...]) -> None:
        """Keep which words may stay in a judgement that is about to be saved; what was kept before goes."""
        name = kept_words.key_of(record)
        data = kept_words.to_bytes(record, words) if words else None
        if data != self._data(name):
            future = self._drafts.change([(name, data)] if data is not None else (), (name,))
            self._writing[name] = (future, data)

    def words_kept(self, record: str) -> tuple[str, ...]:
        """Which words may stay in a judgement."""
        return kept_words.from_bytes(self._data(kept_words.key_of(record)))

    def latest(self) -> Draft | None:
        """The draft kept last; answers that were being written stand as far as they came."""
        found = (self.find(key) for key in self.waiting())
        return next((draft for draft in found if draft is not None), None)

    def waiting(self) -> list[str]:
        """The keys of the drafts that come back by themselves, of the one kept last first."""
        return self._under(f"{self._project}/")

    def passed(self, conversation: str) -> list[str]:
        """The keys of the turns of a conversation that were passed without a judgement."""
        return self._under(self._passed_prefix(conversation))

    def find(self, key: str) -> Draft | None:
        """A kept draft; None for one that is gone, or of another version, which stays for that version."""
        data = self._data(key)
        if data is None:
            return None
        try:
            draft, left_out = sound(data)
        except msgspec.DecodeError:
            return None
        if left_out and key not in self._complained:
            self._complained.add(key)
            _log.warning("left %d flags without a place in their answers out of the draft %s", left_out, key)
        return self.following_on(as_found(draft))

    def following_on(self, draft: Draft) -> Draft:
        """The draft as the next version of its judgement, also where one was stored since it was begun."""
        before = draft.supersedes
        newest = self._records.newest(before.id) if before is not None else None
        if before is None or newest is None or newest.rev == before.rev:
            return draft
        after = msgspec.structs.replace(before, rev=newest.rev, sha256=newest.sha256)
        return msgspec.structs.replace(draft, supersedes=after)

    def _passed_prefix(self, conversation: str) -> str:
        return f"{self._project}:{conversation}/"

    def _passed_key(self, draft: Draft) -> str:
        return f"{self._passed_prefix(conversation_id(draft))}{draft.id}"

    def _under(self, prefix: str) -> list[str]:
        """The keys that begin so. What is being written counts as written."""
        writing = self._in_flight()
        fresh = [key for key, data in reversed(writing.items()) if data is not None and key.startswith(prefix)]
        return [*fresh, *(key for key in self._drafts.keys(prefix) if key not in writing)]

    def _data(self, key: str) -> bytes | None:
        writing = self._in_flight()
        if key in writing:
            return writing[key]
        kept = self._drafts.get(key)
        return kept.data if kept is not None else None

    def _in_flight(self) -> dict[str, bytes | None]:
        """What is being written now, by key; None is being dropped."""
        self._writing = {key: each for key, each in self._writing.items() if not each[0].done()}
        return {key: data for key, (_future, data) in self._writing.items()}


def _changed(data: bytes, change: Callable[[Draft], Draft]) -> bytes:
    """A draft's bytes after a change; those that nothing changed, or that another version wrote, stay as they are."""
    try:
        draft, _left_out = sound(data)
    except msgspec.DecodeError:
        return data
    made = change(draft)
    return data if made is draft else to_bytes(made)
