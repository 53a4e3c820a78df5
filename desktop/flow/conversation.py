"""Conversations: the next turn after any answer, and another branch from an earlier one. Must not know the store.

The acts at the end put a turn on a session's bench; everything before them is pure.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from desktop.flow.draft import Draft, new_draft
from feedback_store.records import Conversation, Message, Parent, new_id

if TYPE_CHECKING:
    from desktop.flow.session import BenchSession

REVISION = "revision"  # the rewritten answer, where a candidate's key would stand

replace = msgspec.structs.replace


def rooted(draft: Draft) -> Draft:
    """The draft as a turn of a conversation, its first one where it was none yet."""
    return draft if draft.conversation is not None else replace(draft, conversation=Conversation(new_id()))


def next_turn(draft: Draft, answer: str) -> Draft:
    """An empty turn after one answer of `draft`, by its key or REVISION; KeyError where there is none."""
    asked = draft.asked or draft.prompt
    if answer == REVISION:
        if draft.revision is None:
            raise KeyError(answer)
        said = draft.revision.text
    else:
        said = draft.answer(answer).text
    path = (*draft.path, Parent(draft.comparison, answer))
    turns = (*asked.turns, Message("user", asked.text), Message("assistant", said))
    return _turn(draft, turns, path, "")


def branch(draft: Draft, turn: int) -> Draft:
    """Another branch from the user's turn number `turn` (0 is the first), its words to be changed.

    IndexError for a turn that the draft does not have before its own.
    """
    turns = (draft.asked or draft.prompt).turns
    users = [place for place, message in enumerate(turns) if message.role == "user"]
    place = users[turn]
    return _turn(draft, turns[:place], draft.path[:turn], turns[place].content)


def _turn(draft: Draft, turns: tuple[Message, ...], path: tuple[Parent, ...], text: str) -> Draft:
    conversation = rooted(draft).conversation
    assert conversation is not None
    parent = path[-1] if path else None
    fresh = new_draft(replace(draft.prompt, text=text, turns=turns))
    return replace(fresh, conversation=Conversation(conversation.id, parent), path=path)


def continue_with(session: BenchSession, answer: str) -> None:
    """Go on from an answer of the draft on the bench, by its key or REVISION."""
    if session.draft.finished and not session.saving:
        root = rooted(session.draft)
        session.go_to(next_turn(root, answer), root)


def continue_saved(session: BenchSession) -> None:
    """Go on from the judgement saved last: from the rewritten answer, else from the best one."""
    if session.saved is not None and not session.saving:
        judged = session.saved.draft
        best = judged.tiers[0][0] if judged.tiers else judged.order[0]
        session.go_to(next_turn(judged, REVISION if judged.revision is not None else best), session.draft)


def branch_from(session: BenchSession, turn: int) -> None:
    """Word an earlier turn of the user otherwise."""
    if not session.saving:
        root = rooted(session.draft)
        session.go_to(branch(root, turn), root)
