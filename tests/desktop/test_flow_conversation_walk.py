"""Any way through a conversation: nothing judged is lost, and the tree is the one that the store gives back."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import msgspec
from hypothesis import given, settings
from hypothesis import strategies as st
from session_desk import Desk

from desktop.flow import answers_anew, conversation, judging
from desktop.flow.conversation_tree import Tree
from desktop.flow.draft import REVISION, Draft, PromptDraft, RevisionDraft
from desktop.flow.kept_drafts import KeptDrafts
from desktop.flow.kept_turns import KeptTurns
from desktop.flow.left_drafts import as_found
from feedback_store.records import Judgement

replace = msgspec.structs.replace

ACTS = ("ask", "ask", "ask", "best", "judge", "revise", "save", "judge and save", "judge and save", "continue",
        "continue", "rewritten", "branch", "walk", "walk", "branch at", "continue at", "undo", "redo", "again",
        "continue saved", "undo save", "open", "restart")  # fmt: skip
STEPS = st.lists(st.tuples(st.sampled_from(ACTS), st.integers(0, 7)), min_size=5, max_size=24)


class Walker:
    """Does what the steps say, as far as the bench allows it, and remembers what was judged."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.desk = Desk(folder)
        self.desk.session.begin_with(PromptDraft(model="smollm2", answers=4))
        self.judged: dict[str, Any] = {}
        self.asked = 0

    def step(self, act: str, number: int) -> None:
        desk, session = self.desk, self.desk.session
        draft, tree = session.draft, session.tree
        turn = tree.turns[number % len(tree.turns)]
        key = draft.order[number % len(draft.order)] if draft.order else ""
        if act == "ask":
            self.asked += 1
            session.ask(replace(draft.prompt, text=f"Question {self.asked}"))
            session.generate()
            desk.settle(lambda: session.draft.finished and not session.writing)
        elif act == "best" and draft.finished:
            session.act(judging.best(draft, number % len(draft.order)))
        elif act in ("judge", "judge and save") and draft.finished and len(draft.order) == 4:
            desk.judge()
            self.judged.pop(draft.comparison, None)
            if act == "judge and save" and session.can_save:
                desk.save()
        elif act == "revise" and draft.finished:
            session.act(judging.revise(draft, RevisionDraft(of=key, text=f"Better {number}.", summary="Better.")))
        elif act == "save" and session.can_save:
            desk.save()
        elif act == "continue" and draft.finished:
            conversation.continue_with(session, key)
        elif act == "rewritten" and draft.finished and draft.revision:
            conversation.continue_with(session, REVISION)
        elif act == "branch" and draft.answers:
            conversation.branch_here(session)
        elif act == "walk":
            assert conversation.visit(session, turn) == (turn.glance.state != "gone")
            assert turn.glance.state == "gone" or session.draft.comparison == turn.comparison
        elif act == "branch at":
            conversation.branch_at(session, turn)
        elif act == "continue at":
            conversation.continue_at(session, turn)
        elif act == "undo":
            session.undo()
        elif act == "redo":
            session.redo()
        elif act == "again" and draft.finished:
            answers_anew.again(session, number % len(draft.order))
            desk.settle(lambda: session.draft.finished and not session.writing)
        elif act == "continue saved" and session.saved:
            conversation.continue_saved(session)
        elif act == "undo save" and session.saved:
            future = session.undo_save()
            assert future is not None
            desk.settle(lambda: future.done() and session.draft.supersedes is not None)
        elif act == "open":
            stored = list(desk.store.records.iter_newest(desk.project.id))
            if stored:
                session.open(stored[number % len(stored)])
        elif act == "restart":
            self.keep()
            desk.close()
            self.desk = Desk(self.folder)
            if not self.desk.session.restore():
                self.desk.session.begin_with(PromptDraft(model="smollm2", answers=4))

    def keep(self) -> None:
        kept = self.desk.session.keep()
        if kept is not None:
            kept.result()

    def look(self) -> None:
        """What was judged elsewhere is still there as it was; the tree and the bench are those of the store."""
        self.keep()
        session, store, project = self.desk.session, self.desk.store, self.desk.project.id
        fresh = KeptDrafts(store, project)
        found = {draft.comparison: said(draft) for key in fresh.waiting() if (draft := fresh.find(key))}
        for stored in store.records.iter_newest(project):
            assert isinstance(stored.record, Judgement)
            found.setdefault(stored.record.comparison.id, said_in(stored.record))
        self.judged.pop(session.draft.comparison, None)  # acts and undo change it as they like
        assert {each: found.get(each) for each in self.judged} == self.judged
        self.judged.update({each: what for each, what in found.items() if any(what)})
        if not session.draft.empty:
            latest = fresh.latest()
            assert latest == as_found(session.draft)
            rebuilt = KeptTurns(store, project, fresh).tree(latest)
            assert keyless(rebuilt) == keyless(session.tree)
            in_shape(rebuilt)

    def close(self) -> None:
        self.desk.close()


def said(draft: Draft) -> tuple[Any, ...]:
    revised = (draft.revision.of, draft.revision.text) if draft.revision else ()
    return (draft.verdicts, tuple(sorted(draft.ratings, key=lambda r: (r.candidate, r.axis))), revised)


def said_in(judgement: Judgement) -> tuple[Any, ...]:
    revised = (judgement.revision.of, judgement.revision.text) if judgement.revision else ()
    return (judgement.verdicts, judgement.ratings, revised)


def keyless(tree: Tree) -> list[Any]:
    """The tree without where it is kept: a draft on the bench is under another key than one that was passed."""
    return [
        msgspec.to_builtins(turn) | {"glance": {**msgspec.to_builtins(turn.glance), "key": ""}} for turn in tree.turns
    ]


def in_shape(tree: Tree) -> None:
    """Every turn stands once, below the one that it goes on from, in a lane that leads there."""
    rows = {turn.comparison: row for row, turn in enumerate(tree.turns)}
    assert len(rows) == len(tree.turns)
    for row, turn in enumerate(tree.turns):
        assert (turn.parent == "") == (turn.number == 1 or not turn.glance.path)
        if turn.parent:
            before = tree.turns[rows[turn.parent]]
            assert rows[turn.parent] < row and before.number == turn.number - 1
            assert turn.lane == before.lane + turn.hangs
        siblings = [each for each in tree.turns if each.parent == turn.parent]
        assert sorted(each.branch for each in siblings) == list(range(1, turn.branches + 1))
        assert sum(not each.hangs for each in siblings) == 1
        if turn.branches > 1 and turn.branch > 1:
            assert tree.turns[tree.beside(row, -1)].branch == turn.branch - 1


@settings(max_examples=30)
@given(STEPS)
def test_nothing_judged_is_lost_on_any_way_through_a_conversation(steps: list[tuple[str, int]]) -> None:
    with TemporaryDirectory() as folder:
        walker = Walker(Path(folder) / "profile")
        try:
            for act, number in steps:
                walker.step(act, number)
                walker.look()
        finally:
            walker.close()
