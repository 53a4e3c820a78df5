"""A trainer who has only the window: goes to its menu, its buttons and its dialogs by keys."""

from __future__ import annotations

from collections.abc import Callable

from person import Person
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QDialog, QLabel, QMenu, QWidget

from desktop.app import Workbench

ANSWERS = ("Old people never listen.", "It is the light.", "Because of scattering.", "I do not know.")

OpenWindow = Callable[..., Workbench]  # the fixture open_window
ShowWindow = Callable[..., Workbench]  # the fixture show_window

TABS = 60  # further than any way by Tab


class Trainer(Person):
    """Sits before one workbench; looks at it, and acts by keys alone."""

    def __init__(self, workbench: Workbench) -> None:
        super().__init__()
        self.workbench = workbench
        self.window: QWidget = workbench.window  # that is sat before when no dialog is

    @property
    def focus(self) -> QWidget:
        self.until(lambda: QApplication.focusWidget() is not None, "the keyboard is somewhere")
        return super().focus

    def until(self, true: Callable[[], bool], what: str, seconds: float = 60) -> None:
        def managed() -> bool:
            """Drawn into memory there is no window manager: when a dialog or menu goes, nobody gives the focus back."""
            active = QApplication.activeWindow()
            if active is None or not active.isVisible():
                (QApplication.activeModalWidget() or self.window).activateWindow()
            return true()

        super().until(managed, what, seconds)

    def choose_in_menu(self, words: str) -> None:
        """Open the list of projects and choose the entry that begins with `words`."""
        self.control(Qt.Key.Key_P)
        self.choose_entry(words)

    def choose_entry(self, words: str) -> None:
        """Choose the entry that begins with `words` in the menu that is open."""
        menu = open_menu()
        for _ in menu.actions():
            active = menu.activeAction()
            if active is not None and active.text().replace("&&", "&").startswith(words):
                QTest.keyClick(menu, Qt.Key.Key_Return)
                return
            QTest.keyClick(menu, Qt.Key.Key_Down)
        raise AssertionError(f"the menu has no {words!r}: {[action.text() for action in menu.actions()]}")

    def go_to(self, name: str) -> None:
        """Tab until the widget of this name has the focus."""
        passed: list[str] = []
        for _ in range(TABS):
            if self.focus.objectName() == name:
                return
            self.press(Qt.Key.Key_Tab)
            passed.append(_focus_name())
        raise AssertionError(f"Tab never comes to {name}, only to {passed}")

    def comes_to(self, name: str, seconds: float = 60) -> None:
        """Wait until the window itself puts the focus on the widget of this name."""
        self.until(lambda: _focus_name() == name, f"the focus is on {name}, not on {_focus_name()!r}", seconds)

    def push(self, name: str) -> None:
        """Go to a button and press it."""
        self.go_to(name)
        self.press(Qt.Key.Key_Space)

    def dialog(self, name: str) -> QDialog:
        """The dialog of this name, once it stands before everything else."""
        self.until(lambda: _modal_name() == name, f"{name} is open, not {_modal_name()!r}")
        found = QApplication.activeModalWidget()
        assert isinstance(found, QDialog)
        self.until(lambda: found.isAncestorOf(QApplication.focusWidget()), f"{name} has the focus")
        return found

    def accept_terms(self) -> None:
        """Of a team's project that is being joined: they have the keyboard, to be read first."""
        self.comes_to("joinTerms", 20)
        self.push("joinDialogMain")

    def alone(self) -> None:
        """No dialog stands before the window any more."""
        self.until(lambda: _modal_name() == "", f"{_modal_name()} is closed")
        window = self.workbench.window
        self.until(lambda: window.isAncestorOf(QApplication.focusWidget()), "the window has the focus")

    def replace_text(self, text: str) -> None:
        """Type in place of what stands in the field."""
        self.control(Qt.Key.Key_A)
        self.type(text)


def open_menu() -> QMenu:
    """The menu that is open."""
    menu = QApplication.activePopupWidget()
    assert isinstance(menu, QMenu), "no menu is open"
    return menu


def _focus_name() -> str:
    widget = QApplication.focusWidget()
    return widget.objectName() if widget is not None else ""


def _modal_name() -> str:
    modal = QApplication.activeModalWidget()
    return modal.objectName() if modal is not None else ""


def words_of(widget: QWidget, name: str) -> str:
    """What the label of this name says."""
    label = widget.findChild(QLabel, name)
    assert label is not None, name
    return label.text()
