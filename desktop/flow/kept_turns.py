"""The turns of a conversation as they are kept: drafts that wait, turns that were passed, saved judgements.

Must not know Qt.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import pairwise

import msgspec

from desktop.flow.conversation_tree import Glance, Tree, Turn, build, glance_at, glance_at_judgement
from desktop.flow.draft import Draft, Supersedes, conversation_id
from desktop.flow.kept_drafts import KeptDrafts
from desktop.flow.outcome import from_judgement
from feedback_store.records import Judgement, Parent
from feedback_store.store import Store, StoredRecord

replace = msgspec.structs.replace

Rank = tuple[bool, bool, int]  # of this trainer, standing, saved last: what is shown where a turn was judged twice


class KeptTurns:
    """Reads the conversations of `project` from the store; what was looked at once is not read again."""

    def __init__(self, store: Store, project: str, drafts: KeptDrafts) -> None:
        self._store = store
        self._records = store.records
        self._trainer = store.trainer
        self._project = project
        self._drafts = drafts
        self._conversation = ""
        self._kept: tuple[Glance, ...] | None = None
        self._judged: dict[int, tuple[Rank, Glance] | None] = {}  # by place: a revision never changes
        self._drafted: dict[str, tuple[int, str, Glance] | None] = {}  # with how often it was written, by key

    def look_again(self) -> None:
        """Something was kept, saved or withdrawn since."""
        self._kept = None

    def tree(self, present: Draft) -> Tree:
        """The conversation of the draft on the bench, with that draft as it is now."""
        conversation = conversation_id(present)
        if self._kept is None or conversation != self._conversation:
            if conversation != self._conversation:
                self._judged.clear()
            self._conversation, self._kept = conversation, tuple(self._look(conversation))
        here = glance_at(present)
        return build((here, *self._kept), here.comparison)

    def load(self, tree: Tree, turn: Turn) -> Draft | None:
        """A kept turn as a draft for the bench; None where it is not kept any more."""
        if turn.glance.key:
            return self._drafts.find(turn.glance.key)
        stored = self._records.newest(turn.glance.record) if turn.glance.record else None
        return None if stored is None or self._judgement(stored) is None else self.opened(stored, tree)

    def opened(self, stored: StoredRecord, tree: Tree | None = None) -> Draft:
        """A stored judgement for the bench, or what was begun of its next version; one that was withdrawn stands
        again when it is saved."""
        begun = next((key for key, glance in self._waiting() if glance.record == stored.id), "")
        found = self._drafts.find(begun) if begun else None
        if found is not None:
            return found
        judged = self._judgement(stored)
        assert judged is not None and isinstance(judged.record, Judgement)
        draft = from_judgement(judged.record, judged.sha256, judged.data)
        if stored is not judged:
            withdrawn = Supersedes(stored.id, stored.rev, stored.sha256, judged.data, draft.rubric)
            draft = replace(draft, supersedes=withdrawn)
        kept = self._drafts.words_kept(stored.id)
        return replace(draft, path=self._path(draft, tree or self.tree(draft)), kept=kept)

    def _path(self, draft: Draft, tree: Tree) -> tuple[Parent, ...]:
        """The way to a turn that a record names only the last step of."""
        steps = pairwise(tree.way(draft.comparison))
        return tuple(Parent(before.comparison, after.answer) for before, after in steps)

    def _look(self, conversation: str) -> Iterator[Glance]:
        """Drafts before records: of one turn, what was begun last says how it stands."""
        drafts = [glance for _key, glance in self._waiting(conversation)]
        drafts += [glance for _key, glance in self._glances(self._drafts.passed(conversation))]
        yield from drafts
        known = {glance.comparison for glance in drafts}
        wanted, named = {conversation}, conversation
        while wanted:
            judged = self._stored(wanted, named)
            yield from judged
            known |= wanted | {glance.comparison for glance in judged}
            wanted, named = {glance.path[-1].comparison for glance in judged if glance.path} - known, ""

    def _waiting(self, conversation: str = "") -> list[tuple[str, Glance]]:
        """The drafts that wait, those of a conversation or all, with their keys."""
        return list(self._glances(self._drafts.waiting(), conversation))

    def _glances(self, keys: Iterable[str], conversation: str = "") -> Iterator[tuple[str, Glance]]:
        for key in keys:
            writes = self._drafts.writes[key]
            seen = self._drafted.get(key)
            if seen is None or seen[0] != writes:
                draft = self._drafts.find(key)
                seen = (writes, conversation_id(draft), glance_at(draft, key)) if draft is not None else None
                self._drafted[key] = seen
            if seen is not None and conversation in ("", seen[1]):
                yield key, seen[2]

    def _stored(self, comparisons: set[str], conversation: str) -> list[Glance]:
        """The judgements, this trainer's before those of others, the one that was saved last before earlier ones."""
        places = self._records.places_of(self._project, sorted(comparisons), conversation)
        for stored in self._store.at(place for place in places if place not in self._judged):
            judged = self._judgement(stored)
            glance = glance_at_judgement(judged.data, withdrawn=judged is not stored) if judged is not None else None
            rank = (stored.trainer == self._trainer, stored is judged, stored.seq)
            self._judged[stored.seq] = (rank, glance) if glance is not None else None
        found = [each for place in places if (each := self._judged[place]) is not None]
        found.sort(key=lambda each: each[0], reverse=True)
        return [glance for _rank, glance in found]

    def _judgement(self, stored: StoredRecord) -> StoredRecord | None:
        """The judgement that a revision is, or takes back."""
        if stored.kind == "judgement":
            return stored if stored.erased_at is None else None
        earlier = self._records.history(stored.id)
        return next((each for each in reversed(earlier) if each.kind == "judgement" and each.data), None)
