"""Brings a passphrase from the window to the thread that needs it, and keeps it no longer than that.

The thread waits; the question is shown in the window's thread, and its answer comes back by a future. Must not know
what the passphrase protects, nor how it is asked for.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from contextlib import contextmanager
from dataclasses import dataclass, field

from PySide6.QtCore import QObject, Signal

from desktop.bridge.courier import Courier
from desktop.flow.wording import gettext as _
from desktop.flow.wording import sentence
from feedback_store.errors import SecretsError
from feedback_store.passphrases import check_new


@dataclass(frozen=True)
class Question:
    """A passphrase is wanted: a new one, or the one that was chosen once.

    `reason` says what for, where somebody may not expect it; `problem` why it is asked again.
    """

    new: bool
    problem: str = ""
    reason: str = ""
    answer: Future[str | None] = field(default_factory=Future, repr=False)

    def give(self, words: str) -> None:
        """Answer with the passphrase."""
        self.answer.set_result(words)

    def give_up(self) -> None:
        """No answer will come; without effect where one was given."""
        if not self.answer.done():
            self.answer.set_result(None)


class PassphraseAsker(QObject):
    """`ask` is what a profile is given. `given` is taken the first time, in place of a question."""

    asked = Signal(object)  # Question, in the window's thread
    unlocked = Signal()  # the keys are open from now on; in the window's thread

    def __init__(self, courier: Courier, *, given: str = "", parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._courier = courier
        self._given = given
        self.is_open = False
        self._problem = ""
        self._reason = threading.local()  # each thread waits for a reason of its own
        self._guard = threading.Lock()  # of the next two
        self._open: list[Question] = []
        self._stopped = False

    @property
    def knows(self) -> bool:
        """Whether the next question is answered without the trainer."""
        return bool(self._given)

    def ask(self, new: bool) -> str:
        """The passphrase; waits for the trainer. Raises SecretsError where none is given."""
        given, self._given = self._given, ""
        if given and not (new and self._lacks_something(given)):
            return given
        question, self._problem = Question(new, self._problem, getattr(self._reason, "words", "")), ""
        with self._guard:
            if self._stopped:
                raise _withheld()
            self._open.append(question)
        self._courier.post(lambda: self.asked.emit(question))
        try:
            said = question.answer.result()
        finally:
            with self._guard:
                self._open.remove(question)
        if said is None:
            raise _withheld()
        return said

    @contextmanager
    def because(self, reason: str) -> Iterator[None]:
        """What is asked in the block, on this thread, says what for; "" where nobody is surprised."""
        self._reason.words = reason
        try:
            yield
        finally:
            self._reason.words = ""

    def _lacks_something(self, given: str) -> bool:
        """Whether a new passphrase must be asked for all the same; what it lacks is said with the question."""
        try:
            check_new(given)
        except SecretsError as error:
            self._problem = sentence(error)
            return True
        return False

    def until_right(self, unlock: Callable[[], None], reason: str = "") -> None:
        """Have `unlock` ask until the passphrase is the right one, or none is given; `reason` says what it is for."""
        with self.because(reason):
            while True:
                try:
                    unlock()
                    self.is_open = True
                    return self._courier.post(self.unlocked.emit)
                except SecretsError as error:
                    if error.code != "passphrase_wrong":
                        raise
                    self._problem = sentence(error)

    def stop(self) -> None:
        """Nobody will answer any more: the window is closing."""
        with self._guard:
            self._stopped = True
            waiting = tuple(self._open)
        for question in waiting:
            question.give_up()


def _withheld() -> SecretsError:
    return SecretsError(
        _("Without the passphrase your keys cannot be used. Nothing was done; everything is as it was."),
        code="passphrase_withheld",
    )
