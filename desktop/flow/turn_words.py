"""A turn of a conversation in words: where it stands, what it goes on from, and how far its judgement has come.

Nothing here names a model. Must not know Qt.
"""

from __future__ import annotations

from desktop.flow.conversation_tree import State, Tree, Turn
from desktop.flow.ranking import letter
from desktop.flow.wording import gettext as _
from desktop.flow.wording import ngettext

# Always shown together with the word.
STATE_ICONS: dict[State, str] = {
    "judged": "circle-check",
    "begun": "pencil",
    "unjudged": "scale",
    "unasked": "message-square",
    "withdrawn": "ban",
    "gone": "minus",
}


def state_text(state: State) -> str:
    """How far the judgement of a turn has come."""
    return {
        "judged": _("Judged"),
        "begun": _("Being judged"),
        "unjudged": _("Not judged"),
        "unasked": _("Not asked yet"),
        "withdrawn": _("Withdrawn"),
        "gone": _("Not kept"),
    }[state]


def asked_text(turn: Turn) -> str:
    """What was asked, or that nothing was."""
    return turn.glance.asked or _("(nothing is asked yet)")


def from_text(turn: Turn) -> str:
    """Which answer a turn goes on from, "" for a first turn."""
    if not turn.answer:
        return ""
    if turn.letter is None:
        return _("from a rewritten answer") if turn.rewritten else _("from an answer")
    if turn.rewritten:
        text = _("from {letter}, rewritten")
    else:
        text = _("from {letter}, the best") if turn.chosen else _("from {letter}")
    return text.format(letter=letter(turn.letter))


def branch_text(turn: Turn) -> str:
    """Which of the branches at its place it is, "" where there is one way only. The same words again are a try."""
    if turn.branches == 1:
        return ""
    if turn.again:
        return _("try {number} of {all}").format(number=turn.branch, all=turn.branches)
    return _("branch {number} of {all}").format(number=turn.branch, all=turn.branches)


def spoken(turn: Turn) -> str:
    """A turn as a screen reader says it: its level, its place there, what was asked, where from, and its state."""
    place = ", ".join(filter(None, (_("Turn {}").format(turn.number), branch_text(turn), from_text(turn))))
    said = (f"{place}: {asked_text(turn)}", state_text(turn.glance.state), _("on the bench now") if turn.here else "")
    return "; ".join(part for part in said if part)


def place_text(tree: Tree) -> str:
    """Where the turn on the bench stands, beside its number: "from B, rewritten, branch 2 of 2"."""
    here = tree.turns[tree.here]
    return ", ".join(filter(None, (from_text(here), branch_text(here))))


def count_text(tree: Tree) -> str:
    """How many branches there are, and how many of all turns, which have a row of the list each, are judged."""
    judged = sum(turn.glance.state == "judged" for turn in tree.turns)
    count = len(tree.turns)
    ends = {turn.comparison for turn in tree.turns} - {turn.parent for turn in tree.turns}
    if len(ends) > 1:
        words = _("{branches} branches, {judged} of {all} turns judged")
        if all(turn.again for turn in tree.turns if turn.branches > 1):
            words = _("{branches} tries, {judged} of {all} judged")  # the same turn several times, to whoever asks
        return words.format(branches=len(ends), judged=judged, all=count)
    many = ngettext("{} turn", "{} turns", count).format(count)
    return _("{turns}, {judged} judged").format(turns=many, judged=judged)
