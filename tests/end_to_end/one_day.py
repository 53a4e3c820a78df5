"""What the person at working_window.py does, over and over: one comparison after the other, or a conversation."""

from __future__ import annotations

import itertools
import secrets
import time
from functools import partial

from diary import Diary, Stored
from passing_time import live
from person import Person
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QPushButton

from desktop.app import Workbench

LONG_ENOUGH_S = 4  # a real model is stopped then, as a trainer does who has seen enough
READING_MS = 1000  # a reason is read once more, so that of many kills some are sure to come while it is begun
TURNS = 3

CONTROL = Qt.KeyboardModifier.ControlModifier
SHIFT = Qt.KeyboardModifier.ShiftModifier


COUNTS = "24"  # how many answers are asked for, one time and the next


class Comparisons:
    """Field, tags and prompt, answers, and, while they stream, all that can be said of them; then save, and the next.

    Two answers are compared by how much better one is, four in tiers. Every third comparison is called not rankable
    after all. One flag has all that a flag can have. Steps are undone and done again, and an answer is rewritten. Of
    what was saved one is opened and changed, another one withdrawn. What was begun before a kill is gone on with.
    """

    def __init__(self, person: Person, workbench: Workbench, diary: Diary) -> None:
        self._person = person
        self._session = workbench.session
        self._bench = workbench.bench
        self._diary = diary
        self._window = workbench.window
        self._records = workbench.records
        self._store = workbench._profile.store
        self._digits = itertools.cycle("43210")
        self._words = itertools.cycle("nyu")
        self._round = secrets.randbelow(6)

    def go_on(self) -> None:
        self._come_to_the_bench()
        if not self._session.draft.answers:
            self._settle()
            self._ask()
        self._have_written_what_is_empty()
        if self._session.missing or not self._session.draft.justification:  # else all was said before a kill
            self._judge()
        self._undo_and_redo()
        if self._round % 2:
            self._await_answers()
            self._rewrite()
        self._save()
        if self._round % 3 == 1:
            self._change_what_is_saved()
        elif self._round % 3 == 2:
            self._withdraw()
        self._round += 1

    def _come_to_the_bench(self) -> None:
        """A kill may have come in another room, and a window may open in that."""
        if self._window.room.name != "bench":
            self._person.control(Qt.Key.Key_1)
            self._person.until(lambda: self._window.room.name == "bench", "the bench is there")

    def _undo_and_redo(self) -> None:
        """Two steps are taken back, looked at, and taken after all."""
        person = self._person
        for key in (Qt.Key.Key_Z, Qt.Key.Key_Y):
            for _ in range(2):
                person.control(key)
            live(READING_MS)

    def _rewrite(self) -> None:
        person = self._person
        person.type("1e")
        person.until(lambda: person.focus is self._bench.revision.version, "the answer is rewritten")
        person.press(Qt.Key.Key_End, CONTROL)
        person.type(" And so it is, as everybody knows.")
        person.press(Qt.Key.Key_Return, CONTROL)
        person.until(lambda: not self._bench.rewriting, "the answers are back")

    def _come_to_the_newest(self) -> None:
        """What was saved last is chosen in the list of records."""
        person, page = self._person, self._records
        assert self._session.saved is not None
        newest = self._session.saved.stored.id
        person.control(Qt.Key.Key_3)
        person.until(lambda: page.current is not None and page.current.id == newest, "it is read")
        person.press(Qt.Key.Key_Return)
        person.until(lambda: person.focus is page.list, "the list has the keyboard")

    def _change_what_is_saved(self) -> None:
        """Open it, say more, and save it as its next version."""
        person, session = self._person, self._session
        self._come_to_the_newest()
        person.type("o")
        person.until(lambda: session.draft.supersedes is not None, "it is on the bench")
        self._come_to_the_bench()
        self._say_why("On second thought for another reason too. ")
        live(2 * READING_MS)
        self._save()

    def _withdraw(self) -> None:
        person, page = self._person, self._records
        self._come_to_the_newest()
        person.type("w")
        person.until(lambda: QApplication.activeModalWidget() is not None, "it is asked")
        yes = QApplication.activeModalWidget().findChild(QPushButton, "confirmWithdrawMain")
        assert yes is not None
        yes.setFocus()
        person.press(Qt.Key.Key_Space)
        person.until(lambda: page.reader.withdrawn, "it is withdrawn")
        assert page.current is not None
        last = self._store.records.history(page.current.id)[-1]
        assert last.kind == "withdrawal"
        self._diary.note(Stored(time.monotonic(), last.id, last.sha256))
        self._window.activateWindow()
        person.until(lambda: QApplication.focusWidget() is not None, "the keyboard is back")
        self._come_to_the_bench()

    def _have_written_what_is_empty(self) -> None:
        """A kill may come before the first word of an answer; it is asked for again.

        What is written anew can be the same as another answer, and is one with it then: places are looked up each time.
        """
        person, session = self._person, self._session
        while not session.writing and (
            empty := [key for key in session.draft.order if not session.draft.answer(key).text]
        ):
            if person.focus is self._bench.prompt.text:
                person.press(Qt.Key.Key_Escape)
            person.type(f"{session.draft.order.index(empty[0]) + 1}r")
            person.until(partial(self._is_written, empty[0]), "it is written")
            self._await_answers()

    def _is_written(self, key: str) -> bool:
        return all(len(answer.text) > 20 for answer in self._session.draft.answers if answer.key == key)

    def _settle(self) -> None:
        """Field, tags and the number of answers of the next prompt."""
        person, prompt = self._person, self._bench.prompt
        for field, words in ((prompt.domain, f"Law {self._round}"), (prompt.tags, f"short, round {self._round}")):
            field.setFocus()
            person.control(Qt.Key.Key_A)
            person.type(words)
        prompt.count.setFocus()
        person.type(COUNTS[self._round % 2])
        prompt.text.setFocus()

    def _ask(self) -> None:
        person, draft = self._person, lambda: self._session.draft
        person.control(Qt.Key.Key_End)
        person.type(f"Question {secrets.token_hex(4)}: why? ")
        person.control(Qt.Key.Key_Return)
        person.until(lambda: any(card.text.text() for card in self._bench.answers.cards), "words come")
        person.until(lambda: all(len(answer.text) > 20 for answer in draft().answers), "there is something to flag")

    def _rank(self) -> None:
        person = self._person
        if person.focus is self._bench.prompt.text:
            person.press(Qt.Key.Key_Escape)  # what waited comes back after a save, with the keyboard in the prompt
        person.type("v")
        person.control(Qt.Key.Key_A)
        person.type("b>a=c>d" if len(self._session.draft.order) == 4 else "b>>a")
        person.press(Qt.Key.Key_Return)

    def _judge(self) -> None:
        person, session = self._person, self._session
        self._rank()
        begun, said = session.draft.begun_reason, session.draft.not_rankable is not None  # before a kill
        if begun or (self._round % 3 == 0 and not said):
            self._call_not_rankable()
        person.type("1")
        person.press(Qt.Key.Key_Return)
        while any(notice.place == "ratings" for notice in session.missing):
            self._rate_or_answer()
        person.press(Qt.Key.Key_Escape)
        self._flag()
        person.type("s")
        person.type(next(self._digits))
        person.press(Qt.Key.Key_Escape)
        self._say_why("Because B says so in fewer words. ")

    def _say_why(self, words: str) -> None:
        person = self._person
        while person.focus is not self._bench.panel.why:
            person.press(Qt.Key.Key_F6)
        person.control(Qt.Key.Key_End)
        person.type(words)
        person.press(Qt.Key.Key_Escape)

    def _rate_or_answer(self) -> None:
        """The next row: a digit for a scale or a choice, else the letter of an answer."""
        person, missing = self._person, self._session.missing
        person.type(next(self._digits))
        if self._session.missing == missing:
            person.type(next(self._words))
            person.press(Qt.Key.Key_Return)

    def _flag(self) -> None:
        """Bias of a kind, against a group, how bad, with a note and how it should read."""
        person = self._person
        person.type("2")
        person.press(Qt.Key.Key_Home, CONTROL)
        person.press(Qt.Key.Key_Right, SHIFT, times=9)
        person.type("fb2")
        popup = self._bench.popup
        for part, words in (
            (popup.groups, ""),
            (popup.kinds, ""),
            (popup.note, "Says so of all of them, and not who told it."),
            (popup.suggestion, "Nobody knows"),
        ):
            part.setFocus()
            person.press(Qt.Key.Key_Down)
            person.type(words)
        person.press(Qt.Key.Key_Return)
        person.until(lambda: not popup.is_open, "it is flagged")

    def _call_not_rankable(self) -> None:
        person = self._person
        person.type("n")
        person.until(lambda: person.focus.window() is not self._bench.window(), "it is asked why")
        person.type("Neither answers what was asked, and both say too much of what nobody asked.")
        live(READING_MS)
        person.press(Qt.Key.Key_Return)
        person.until(self._back_from_the_dialog, "they are not rankable")

    def _back_from_the_dialog(self) -> bool:
        """Drawn into memory there is no window manager: when a dialog goes, nobody gives the focus back."""
        if self._session.draft.not_rankable is None:
            return False
        self._bench.window().activateWindow()
        return QApplication.focusWidget() is not None

    def _save(self) -> None:
        person, session = self._person, self._session
        self._await_answers()
        before = session.saved
        person.control(Qt.Key.Key_S)
        said = [notice.text for notice in (*session.missing, *filter(None, (session.problem,)))]
        person.until(lambda: session.saved is not before, f"it is saved, which lacked {said}")
        assert session.saved is not None
        stored = session.saved.stored
        assert session.draft.comparison != session.saved.draft.comparison, "what is saved still stands on the bench"
        self._diary.note(Stored(time.monotonic(), stored.id, stored.sha256))

    def _await_answers(self) -> None:
        person, session = self._person, self._session
        for _ in range(LONG_ENOUGH_S * 10):
            if not session.writing:
                break
            live(100)
        else:
            person.control(Qt.Key.Key_Period)
        person.until(lambda: session.draft.finished and not session.writing, "no model writes")


class Conversation(Comparisons):
    """Three turns, each judged by half and rewritten, then a branch beside the last; then what waits is saved.

    Once all turns stand, each kill is followed by a further branch; every other one is rewritten too. A save brings
    back what waits, of turns that were judged by half or have nothing written yet, until the bench is empty.
    """

    def go_on(self) -> None:
        session = self._session
        if not session.draft.answers:
            self._ask()
        while self._turn < TURNS:
            self._await_answers()
            self._judge_half()
            self._rewrite()
            self._turn_on("m")
        self._await_answers()
        self._turn_on("t")
        self._await_answers()
        if self._round % 2:
            self._rewrite()
        for _ in range(2 * TURNS):
            if not session.draft.answers:
                break
            self._have_written_what_is_empty()
            self._judge()
            self._save()

    @property
    def _turn(self) -> int:
        return len(self._session.draft.path) + 1

    def _turn_on(self, key: str) -> None:
        """Go on from the first answer, or ask the turn otherwise."""
        person = self._person
        if person.focus is self._bench.prompt.text:
            person.press(Qt.Key.Key_Escape)
        person.type(f"1{key}")
        person.until(lambda: person.focus is self._bench.prompt.text, "the prompt is asked for")
        self._ask()

    def _judge_half(self) -> None:
        person = self._person
        self._rank()
        person.type("1")
        person.press(Qt.Key.Key_Return)
        person.type("43")
        person.press(Qt.Key.Key_Escape)
