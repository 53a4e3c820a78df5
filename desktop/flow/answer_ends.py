"""How an answer ended, in the sentence below its text. Must not know Qt."""

from __future__ import annotations

from desktop.flow import keymap
from desktop.flow.draft import AnswerDraft
from desktop.flow.failed_answers import came_to_nothing
from desktop.flow.wording import gettext as _


def end_words(answer: AnswerDraft, said: str, *, in_hand: bool = False) -> str:
    """What is worth knowing of an answer's end, "" for nothing; `said` is what else is to be read below it.

    `in_hand`: it is the trainer's own, and being written.
    """
    own = answer.origin.kind == "human"
    if own and not in_hand and not answer.text.strip():
        keys, empty = keymap.current(), _("Still empty. {write} writes it, {remove} removes it.")
        return empty.format(write=keys.shown("rewrite"), remove=keys.shown("remove_own"))
    if answer.finish == "length":
        return _("Cut off at the longest length.")
    if answer.state == "failed":
        return said or _("This answer failed.")
    if answer.state == "stopped":
        return _stopped_words(answer)
    if not answer.text and answer.ready and not own and not said:
        return _("The model had nothing to say.")
    return said


def _stopped_words(answer: AnswerDraft) -> str:
    nothing = came_to_nothing(answer)
    if answer.closed:
        if nothing:
            return _("The window closed before its first word.")
        return _("Cut off when the window closed. You can judge it as it is.")
    return _("Stopped before the first word.") if nothing else _("Stopped early. You can judge it as it is.")
