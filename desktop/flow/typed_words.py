"""Whether letters at the answers are words of somebody who believes to be typing in a field. Must not know Qt.

Nobody who knows the keys is asked anything: only a letter that means nothing there, or a command that nobody can want
yet, begins such words; whatever follows within a second belongs to them.
"""

from __future__ import annotations

import time
from collections.abc import Callable

from desktop.flow.draft import Draft
from desktop.flow.keymap import Keymap

PAUSE_S = 1.0  # between two letters: who waits longer means the next one by itself
WHILE_WRITING = ("more_answers",)
BEFORE_THE_FIRST = ("not_rankable", "all_good", "all_bad")  # a verdict on answers of which no word stands


class TypedWords:
    """Follows the characters at the answers of one bench; `clock` counts seconds."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._last: float | None = None  # when the words were gone on with; None where none are

    def begin(self, text: str, command: str | None, draft: Draft) -> bool:
        """Whether this character begins words: then it is said, once, that letters are commands here."""
        begun = unwanted(command, draft) or (command is None and text.isalpha() and _never_a_key(text))
        if begun and not self.go_on(text):
            self._last = self._clock()
            return True
        return False

    def go_on(self, text: str) -> bool:
        """Whether this character belongs to words that were begun, and so does nothing."""
        now = self._clock()
        if self._last is None or now - self._last > PAUSE_S or not text.isprintable() or not text:
            self._last = None
            return False
        self._last = now
        return True


def _never_a_key(text: str) -> bool:
    """Whether it is no command's usual key either: that of a changed one is pressed by habit."""
    return Keymap({}).at("answers", text.upper()) is None


def unwanted(command: str | None, draft: Draft) -> bool:
    """Whether nobody can want this command yet, while the models write."""
    if all(answer.ready for answer in draft.answers):
        return False
    return command in WHILE_WRITING or (
        command in BEFORE_THE_FIRST and not any(answer.text for answer in draft.answers)
    )
