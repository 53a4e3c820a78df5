"""The program at work on a profile, who works in it, and what is done in several pictures alike."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path

import example
from model import Model
from person import Person
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QMainWindow

from desktop.app import Workbench
from desktop.flow.session import BenchSession
from desktop.opening import Opening
from desktop.practising import Practising
from desktop.profile import Profile
from desktop.theme.appearance import Appearance

PASSPHRASE = os.environ["PRECEPTOR_PASSPHRASE"]


class Scene:
    """A start of the program on the profile `folder`, in a window of this size; `person` works in what it shows."""

    def __init__(self, folder: Path, model: Model, appearance: Appearance, size: tuple[int, int]) -> None:
        self.model = model
        self._size = size
        self._appearance = appearance
        self._benches: list[Workbench] = []
        self._opening = Opening(
            folder,
            appearance,
            lambda: Profile.open(folder),
            self._build,
            Practising(Workbench, appearance).open,
        )
        model.order = lambda: self.session.draft.order
        self._opening.show()
        self.person = Person(self._front())
        self._arrive()

    @property
    def workbench(self) -> Workbench:
        return self._benches[-1]

    @property
    def session(self) -> BenchSession:
        return self.workbench.session

    @property
    def practice(self) -> Workbench:
        """The practice window's workbench."""
        practice = self.workbench._practising.bench
        assert practice is not None, "nobody practises"
        return practice

    @property
    def density(self) -> str:
        return self._appearance.density

    def end(self) -> None:
        """Close everything, as closing the window does."""
        for window in QApplication.topLevelWidgets():
            window.close()
        self._opening.close()
        self._opening.end()
        self.model.close()
        for window in QApplication.topLevelWidgets():
            window.deleteLater()
        QTest.qWait(0)

    def start(self) -> None:
        """From the welcome to the bench, as it is offered."""
        self.person.press(Qt.Key.Key_Return)
        self.person.until(lambda: bool(self._benches), "the bench is shown")
        self._go_into(self.workbench)

    def practise(self) -> None:
        """Into the practice window."""
        shift = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier
        self.person.press(Qt.Key.Key_P, shift)
        self._go_into(self.practice)

    def change_project(self, name: str) -> None:
        """To another project, by the palette."""
        self.person.control(Qt.Key.Key_K)
        self.person.comes_to("paletteField")
        self.person.type(name)
        self.person.press(Qt.Key.Key_Return)
        self.person.until(lambda: self.workbench.rooms.project.name == name, f"the project is {name}")

    def ask(self, case: example.Case = example.COLD, count: int = 4) -> None:
        """Have `count` answers to the case stand on the bench."""
        self.person.go_to("systemPrompt")
        self.person.type(case.system)
        self.person.go_to("domain")
        self.person.type(case.field)
        self.person.go_to("promptText")
        self._send(case.prompt, count)

    def ask_on(self, prompt: str) -> None:
        """Ask this as the next turn, or in place of the one that stands there."""
        self.person.comes_to("promptText")
        self.person.control(Qt.Key.Key_A)
        self._send(prompt, 4)

    def _send(self, prompt: str, count: int) -> None:
        self.person.type(prompt)
        self.model.wait()
        self.person.control(Qt.Key.Key_Return)
        self.model.begin()
        self.person.until(
            lambda: len(self.session.draft.answers) == count and self.session.draft.finished, "the answers stand"
        )

    def rank(self, ranking: str = example.RANKING) -> None:
        self.person.type("v" + ranking)
        self.person.press(Qt.Key.Key_Return)

    def rate(self, ratings: Sequence[str] = example.RATINGS) -> None:
        for position, values in enumerate(ratings):
            self.person.type(str(position + 1))
            self.person.press(Qt.Key.Key_Return)
            self.person.type(values)
            self.person.press(Qt.Key.Key_Escape)

    def select(self, marked: example.Marked) -> None:
        start = example.ANSWERS[marked.position].index(marked.quote)
        self.person.type(str(marked.position + 1))
        self.person.press(Qt.Key.Key_Home, Qt.KeyboardModifier.ControlModifier)
        self.person.press(Qt.Key.Key_Right, times=start)
        self.person.press(Qt.Key.Key_Right, Qt.KeyboardModifier.ShiftModifier, times=len(marked.quote))

    def flag(self, marked: example.Marked) -> None:
        self.select(marked)
        if len(marked.keys) > 2:
            self.person.pause()  # its second letter is looked for in a list of groups
        self.person.type("f" + marked.keys)
        self.person.press(Qt.Key.Key_Return)
        self.person.press(Qt.Key.Key_Home, Qt.KeyboardModifier.ControlModifier)  # nothing stays selected
        span = self.session.draft.flags[-1].span
        if span is None or span.exact != marked.quote:
            raise SystemExit(f"Flagged {span.exact if span else 'all'!r} in place of {marked.quote!r}.")

    def say_why(self, why: str = example.WHY, *, back: str = "answerTextD") -> None:
        self.person.go_to("why")
        self.person.type(why)
        self.person.go_to("confidence")
        self.person.type(str(example.HOW_SURE))
        self.person.go_to(back)

    def point(self, text: str) -> None:
        """Add a point to what shall change."""
        self.person.go_to("newPoint")
        self.person.type(text + "\n")

    def rewrite(self) -> None:
        self.person.type("3e")
        text = example.ANSWERS[2]
        for old, new in example.REWRITTEN:
            self.person.press(Qt.Key.Key_Home, Qt.KeyboardModifier.ControlModifier)
            self.person.press(Qt.Key.Key_Right, times=text.index(old))
            self.person.press(Qt.Key.Key_Right, Qt.KeyboardModifier.ShiftModifier, times=len(old))
            self.person.press(Qt.Key.Key_Delete)
            self.person.type(new)
            text = text.replace(old, new, 1)
        for point in example.POINTS:
            self.point(point)
        self.person.go_to("summary")
        self.person.type(example.SUMMARY)
        self.person.go_to("revisionText")
        for point in example.TICKED:
            self.person.alt(point)
        revision = self.session.draft.revision
        if revision is None or revision.text != text:
            raise SystemExit("The rewritten answer does not read as it should.")

    def save(self) -> None:
        self.person.control(Qt.Key.Key_S)
        self.person.until(lambda: self.session.saved is not None, "the judgement is saved")

    def _build(self, profile: Profile) -> Workbench:
        self._benches.append(Workbench(profile, engine=self.model, passphrase=PASSPHRASE, appearance=self._appearance))
        return self._benches[-1]

    def _front(self) -> QMainWindow:
        shown = [each for each in QApplication.topLevelWidgets() if isinstance(each, QMainWindow) and each.isVisible()]
        return shown[0]

    def _go_into(self, workbench: Workbench) -> None:
        self.person.window = workbench.window
        self._arrive()

    def _arrive(self) -> None:
        """Sit down before the window once it has the keyboard, in its size."""
        self.person.window.activateWindow()
        if not QTest.qWaitForWindowActive(self.person.window, 10_000):
            raise SystemExit("The window was not made active; is there a window manager?")
        self.person.size(*self._size)
