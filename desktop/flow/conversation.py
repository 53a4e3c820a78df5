"""Conversations: the next turn after any answer, and another branch beside any turn. Must not know the store.

The acts at the end put a turn on a session's bench; everything before them is pure.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from desktop.flow import revising
from desktop.flow.conversation_tree import Turn, glance_at
from desktop.flow.draft import REVISION, Draft, asked_anew, conversation_id, new_draft
from desktop.flow.prompt_settings import next_settings
from desktop.flow.telling import gone_on_words
from feedback_store.records import Conversation, Message, Parent, Redaction
from feedback_store.redaction import PLACEHOLDERS, added

if TYPE_CHECKING:
    from desktop.flow.session import BenchSession

replace = msgspec.structs.replace


def next_turn(draft: Draft, answer: str) -> Draft:
    """An empty turn after one answer of `draft`, by its key or REVISION; KeyError where there is none."""
    asked = draft.asked or draft.prompt
    if answer == REVISION:
        if draft.revision is None:
            raise KeyError(answer)
        said = draft.revision.text
    else:
        said = draft.answer(answer).text
    parent = Parent(draft.comparison, answer)
    turns = (*asked.turns, Message("user", asked.text), Message("assistant", said))
    fresh = new_draft(replace(draft.prompt, text="", system=asked.system, turns=turns))
    return replace(
        fresh,
        conversation=Conversation(conversation_id(draft), parent),
        path=(*draft.path, parent),
        redactions=_redactions_into(draft, answer, said),
        kept=draft.kept,
    )


def branch(draft: Draft) -> Draft:
    """Another branch beside a turn, its words to be changed."""
    asked = draft.asked or draft.prompt
    prompt = replace(draft.prompt, text=asked.text, system=asked.system, turns=asked.turns)
    return replace(asked_anew(draft, prompt, beside=True), copied=asked.text)


def meant_by(draft: Draft, key: str) -> str:
    """What going on from an answer goes on from: its rewriting, where it was rewritten."""
    draft = revising.to_be_saved(draft)
    return REVISION if draft.revision is not None and draft.revision.of == key else key


def continue_with(session: BenchSession, answer: str) -> None:
    """Go on from an answer of the draft on the bench, by its key or REVISION."""
    if session.draft.finished:
        session.go_to(next_turn(session.draft, answer))


def continue_saved(session: BenchSession) -> None:
    """Go on from the judgement saved last: from the rewritten answer, else from the best one."""
    if session.saved is not None:
        judged = session.saved.draft
        session.go_to(next_turn(judged, glance_at(judged).best or judged.order[0]))


def branch_here(session: BenchSession) -> None:
    """Word the turn on the bench otherwise, beside it."""
    session.go_to(branch(session.draft))


def drop(session: BenchSession) -> bool:
    """Put an empty bench in the place of the draft, which is not kept; undo brings it back. False where it stays.

    A judgement that was opened stays stored as it was; what the conversation goes on from has to stay.
    """
    draft = session.draft
    if draft.empty or session.saving:
        return False
    if len(session.tree.turns) > 1 and (draft.conversation is None or session.tree.after(draft.comparison)):
        session.refuse(gone_on_words())
        return False
    fresh = new_draft(next_settings(draft))
    session.go_to(replace(fresh, replaces=draft.id))
    return True


def step_out(session: BenchSession) -> bool:
    """Back to the turn from which an unanswered one was begun; False where there is none.

    What was written meanwhile stays a turn of the tree; a branch whose words are still those it began with goes.
    """
    draft, before = session.draft, session.history.before
    if draft.answers or before is None or before.id == draft.id:
        return False
    session.undo()
    return True


def visit(session: BenchSession, turn: Turn) -> bool:
    """Put a turn of the tree on the bench; False where it is not kept any more."""
    kept = _kept(session, turn)
    if kept is not None and kept is not session.draft:
        session.go_to(kept)
    return kept is not None


def branch_at(session: BenchSession, turn: Turn) -> bool:
    """Word any turn of the tree otherwise, beside it; False where it is not kept any more."""
    kept = _kept(session, turn)
    if kept is not None:
        session.go_to(branch(kept))
    return kept is not None


def continue_at(session: BenchSession, turn: Turn) -> bool:
    """Go on from a turn of the tree: from its rewritten or best answer, else as it was gone on from last.

    False where none of its answers was preferred: then one has to be chosen on the bench.
    """
    after = session.tree.after(turn.comparison)
    answer = turn.glance.best or (after[-1].answer if after else "")
    kept = _kept(session, turn) if answer else None
    if kept is None or not kept.finished:
        return False
    session.go_to(next_turn(kept, answer))
    return True


def _redactions_into(draft: Draft, answer: str, said: str) -> tuple[Redaction, ...]:
    """What is blacked out of the turn after an answer: in its prompt stand the words of this turn, and the answer's."""
    asked = tuple(each for each in draft.redactions if each.part == "prompt")
    wheres: set[tuple[str, str | None]] = {("answer", answer)}
    if answer == REVISION and draft.revision is not None:  # rewritten from an answer, whose placeholders it took over
        wheres = {("answer", draft.revision.of), ("judgement", None)}
    kinds = dict.fromkeys(each.kind for each in draft.redactions if (each.part, each.candidate) in wheres)
    counts = ((kind, said.count(PLACEHOLDERS[kind])) for kind in kinds)
    return added(asked, tuple(Redaction("prompt", kind, count) for kind, count in counts if count))


def _kept(session: BenchSession, turn: Turn) -> Draft | None:
    """A turn of the tree: the draft on the bench, or as it was put away; None where it is not kept any more."""
    if turn.comparison == session.draft.comparison:
        return session.draft
    tree = session.tree
    row = tree.row(turn.comparison)
    return session.turns.load(tree, tree.turns[row]) if row >= 0 else None
