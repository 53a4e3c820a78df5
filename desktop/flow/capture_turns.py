"""The turns of a capture as a trainer puts them right before judging: texts, roles, where one begins.

The last turn is the answer that is judged. What the browser handed over stays as it came. Must not know Qt.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

import msgspec

from desktop.flow.wording import gettext as _
from feedback_store.captures import MAX_MESSAGES, Capture
from feedback_store.inbox import Edit
from feedback_store.record_parts import Message

Role = Literal["system", "user", "assistant", "tool"]
ROLES: tuple[Role, ...] = ("system", "user", "assistant", "tool")
BETWEEN = "\n\n"  # turns that became one


class Turn(msgspec.Struct, frozen=True):
    """Who said what."""

    role: Role
    text: str


Turns = tuple[Turn, ...]


def role_name(role: Role) -> str:
    """Who said it, in a word."""
    return {"system": _("System"), "user": _("Prompt"), "assistant": _("Answer"), "tool": _("Tool")}[role]


def turns_of(capture: Capture) -> Turns:
    """All turns of a capture, its answer last."""
    return (*(Turn(each.role, each.content) for each in capture.messages), Turn("assistant", capture.response))


def edit_of(turns: Turns, joined: tuple[str, ...] = ()) -> Edit:
    """What is kept of turns in which `problem` finds nothing; empty ones are left out."""
    *before, answer = turns
    kept = tuple(Message(each.role, each.text) for each in before if each.text.strip())
    return Edit(kept, answer.text, joined)


def problem(turns: Turns) -> str:
    """Why turns cannot be judged, as a sentence; "" where they can."""
    if not turns or turns[-1].role != "assistant":
        return _("The last turn is the answer that is judged. Choose Answer for it, or remove what follows the answer.")
    if not turns[-1].text.strip():
        return _("The answer is empty. Write what stood on the page, or remove the turn.")
    if any(each.role == "system" for each in turns[1:]):
        return _("A system prompt stands before everything else. Choose another role, or join it with the first turn.")
    if len(turns) > MAX_MESSAGES:
        return _("More than {most} turns cannot be kept. Remove some.").format(most=MAX_MESSAGES)
    return ""


def changed(turns: Turns, at: int, *, role: Role | None = None, text: str | None = None) -> Turns:
    """The turns with another role or text of one."""
    old = turns[at]
    new = Turn(role if role is not None else old.role, text if text is not None else old.text)
    return (*turns[:at], new, *turns[at + 1 :])


def joined_with_next(turns: Turns, at: int) -> Turns:
    """The turns with one and its neighbour below as one, by whom the first is; unchanged where none is below."""
    if not 0 <= at < len(turns) - 1:
        return turns
    texts = (turns[at].text.rstrip(), turns[at + 1].text.lstrip())
    whole = Turn(turns[at].role, BETWEEN.join(text for text in texts if text))
    return (*turns[:at], whole, *turns[at + 2 :])


def parted(turns: Turns, at: int, place: int) -> Turns:
    """The turns with one in two at a place in its text (code points); unchanged where a part would be empty.

    What follows a prompt is an answer, what follows an answer a prompt; the last one stays the answer.
    """
    turn = turns[at]
    first, second = turn.text[:place].rstrip(), turn.text[place:].lstrip()
    if not first or not second:
        return turns
    if at == len(turns) - 1:
        return (*turns[:at], Turn("user", first), Turn(turn.role, second))
    other: Role = "assistant" if turn.role == "user" else "user"
    return (*turns[:at], Turn(turn.role, first), Turn(other, second), *turns[at + 1 :])


def without(turns: Turns, at: int) -> Turns:
    """The turns without one; the only one stays."""
    return turns if len(turns) == 1 else (*turns[:at], *turns[at + 1 :])


def one_conversation(first: Turns, second: Turns) -> Turns:
    """Two parts of a conversation, the earlier one first, as one: what both hold stands there once."""
    return (*first, *second[_overlap(first, second) :])


def _overlap(first: Sequence[Turn], second: Sequence[Turn]) -> int:
    """How many turns at the beginning of the second are the end of the first; all, where the first holds it whole."""
    for length in range(min(len(first), len(second)), 0, -1):
        if _same(first[len(first) - length :], second[:length]):
            return length
    return 0


def _same(one: Sequence[Turn], other: Sequence[Turn]) -> bool:
    return all(a.role == b.role and a.text.strip() == b.text.strip() for a, b in zip(one, other, strict=True))
