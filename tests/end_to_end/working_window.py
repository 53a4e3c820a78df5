"""A true window at which somebody works without end. The process is there to be killed at any moment.

    python working_window.py PROFILE DIARY scripted|starter

Prompt, answers, and, while they stream, ranking, ratings, a flag and why; then save, and on to the next prompt. What
stood there after a kill is gone on with. Prints "open" once the first look is in the diary, and "streaming" when the
first words of a fresh answer are on screen.
"""

from __future__ import annotations

import itertools
import secrets
import sys
import time
from pathlib import Path

from diary import Diary, Stored, look
from person import Person
from PySide6.QtCore import Qt, QTimer
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from desktop.app import Workbench
from desktop.profile import Profile
from desktop.theme.appearance import Appearance
from desktop.views.parts import dress
from local_models.scripted import ScriptedEngine

WORDS = 160  # of each answer; with PAUSE_S a stream of about four seconds
PAUSE_S = 0.025
PACE_MS = 30  # between two keys
LOOK_MS = 25
LONG_ENOUGH_S = 4  # a real model is stopped then, as a trainer does who has seen enough

CONTROL = Qt.KeyboardModifier.ControlModifier
SHIFT = Qt.KeyboardModifier.ShiftModifier


class Work:
    """What the person does, over and over."""

    def __init__(self, person: Person, workbench: Workbench, diary: Diary) -> None:
        self._person = person
        self._session = workbench.session
        self._bench = workbench.bench
        self._diary = diary
        self._digits = itertools.cycle("43210")

    def go_on(self) -> None:
        if not self._session.draft.answers:
            self._ask()
        self._judge()
        self._save()

    def _ask(self) -> None:
        person, draft = self._person, lambda: self._session.draft
        person.control(Qt.Key.Key_End)
        person.type(f"Question {secrets.token_hex(4)}: why? ")
        person.control(Qt.Key.Key_Return)
        person.until(lambda: any(card.text.text() for card in self._bench.answers.cards), "words come", 60)
        print("streaming", flush=True)
        person.until(lambda: all(len(answer.text) > 20 for answer in draft().answers), "there is something to flag", 60)

    def _judge(self) -> None:
        person, session = self._person, self._session
        person.type("v")
        person.control(Qt.Key.Key_A)
        person.type("b>a=c>d")
        person.press(Qt.Key.Key_Return)
        person.type("1")
        person.press(Qt.Key.Key_Return)
        while any(notice.place == "ratings" for notice in session.missing):
            person.type(next(self._digits))
        person.press(Qt.Key.Key_Escape)
        person.type("2")
        person.press(Qt.Key.Key_Home, CONTROL)
        person.press(Qt.Key.Key_Right, SHIFT, times=9)
        person.type("fu2")
        person.press(Qt.Key.Key_Return)
        while person.focus is not self._bench.panel.why:
            person.press(Qt.Key.Key_F6)
        person.control(Qt.Key.Key_End)
        person.type("Because B says so in fewer words. ")
        person.press(Qt.Key.Key_Escape)

    def _save(self) -> None:
        person, session = self._person, self._session
        for _ in range(LONG_ENOUGH_S * 10):
            if not session.writing:
                break
            QTest.qWait(100)
        else:
            person.control(Qt.Key.Key_Period)
        person.until(lambda: session.draft.finished and not session.writing, "no model writes", 60)
        before = session.saved
        person.control(Qt.Key.Key_S)
        person.until(lambda: session.saved is not before, "it is saved", 60)
        assert session.saved is not None
        stored = session.saved.stored
        assert session.draft.comparison != session.saved.draft.comparison, "what is saved still stands on the bench"
        self._diary.note(Stored(time.monotonic(), stored.id, stored.sha256))


def main() -> None:
    folder, diary, engine = Path(sys.argv[1]), Diary(Path(sys.argv[2])), sys.argv[3]
    application = QApplication(["preceptor"])
    dress(application, Appearance("light").theme)
    profile = Profile.open(folder)
    text = " ".join(f"word{number}" for number in range(WORDS))
    scripted = ScriptedEngine(lambda _prompt, count: [f"{n} {text}" for n in range(count)], pause=PAUSE_S)
    workbench = Workbench(profile, engine=scripted if engine == "scripted" else None)
    workbench.show()
    QTest.qWaitForWindowActive(workbench.window)
    diary.note(look(workbench))
    print("open", flush=True)
    looking = QTimer(interval=LOOK_MS)
    looking.timeout.connect(lambda: diary.note(look(workbench)))
    looking.start()
    work = Work(Person(PACE_MS), workbench, diary)
    while True:
        work.go_on()


if __name__ == "__main__":
    main()
