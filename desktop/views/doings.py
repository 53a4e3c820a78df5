"""What a room can do, by the commands of the keymap's table: how it is done, and whether it can be done now.

Buttons, menus, keys and the palette all go this one way.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from PySide6.QtCore import QEvent, QObject, Qt, Signal, Slot
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QAbstractButton, QApplication, QWidget

from desktop.flow import keymap
from desktop.flow.keymap import CommandPlace
from desktop.views.parts import KeyButton
from desktop.views.parts.key_names import HELD, key_name


@dataclass(frozen=True)
class Doing:
    """One thing that a room does."""

    do: Callable[[], object]
    possible: Callable[[], bool] = lambda: True
    why_not: Callable[[], str] = lambda: ""  # said to whoever asks for it by a key while it cannot be done
    grey: Callable[[], str] = lambda: ""  # why its button cannot be pressed, said to whoever comes from another room
    show: Callable[[], object] = lambda: None  # where in the room it is done


Doings = Mapping[str, Doing]  # by the command's id


def by_button(button: QAbstractButton, why_not: Callable[[], str] = lambda: "") -> Doing:
    """What a button does, as long as it can be pressed; one that its page has hidden cannot."""

    def can_be_pressed() -> bool:
        hidden = button.isHidden() and button.testAttribute(Qt.WidgetAttribute.WA_WState_ExplicitShowHide)
        return button.isEnabled() and not hidden

    grey = (lambda: button.why_not) if isinstance(button, KeyButton) else (lambda: "")
    return Doing(button.click, can_be_pressed, why_not, grey)


def possible(doings: Doings) -> frozenset[str]:
    """The commands that can be given now."""
    return frozenset(name for name, doing in doings.items() if doing.possible())


def do(doings: Doings, command: str) -> None:
    """Do a command, if it can be done now."""
    doing = doings.get(command)
    if doing is not None and doing.possible():
        doing.do()


class RoomKeys(QObject):
    """Does the commands of a place by their keys: any of them at `keyed`, elsewhere on the page those that no text is.

    Lives as long as the page. It comes before the list, which would look for rows that begin with a letter. Buttons of
    the page show such a key only while it would do what they say; so do `more`, whose keys are the list's own.
    `refused` carries in a sentence why what was asked for cannot be done.
    """

    refused = Signal(str)

    def __init__(
        self,
        place: CommandPlace,
        doings: Doings,
        page: QWidget,
        keyed: QWidget,
        more: Sequence[KeyButton] = (),
    ) -> None:
        super().__init__(page)
        self._place: CommandPlace = place
        self._doings = doings
        self._keyed, self._page, self._more = keyed, page, tuple(more)
        self._here: bool | None = None  # whether the keyboard was at `keyed` when the buttons were told last
        for each in (page, keyed):
            each.installEventFilter(self)
        application = QApplication.instance()
        assert isinstance(application, QApplication)
        application.focusChanged.connect(self._on_focus)

    @Slot(QWidget, QWidget)
    def _on_focus(self, _old: QWidget | None, now: QWidget | None) -> None:
        if now is None or now.window() is not self._page.window():
            return  # another window, or a menu: the keyboard comes back to where it was
        here = now is self._keyed
        if here == self._here and not self._page.isVisible():
            return  # nothing is seen of it, and it has the keyboard when it is shown
        self._here = here
        for button in self._page.findChildren(KeyButton):
            if button in self._more:
                button.set_key_works(here)
            elif button.command in self._doings:
                button.set_key_works(here or not _types(keymap.current().keys(button.command)))

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() != QEvent.Type.KeyPress or not isinstance(event, QKeyEvent):
            return False
        is_text = not event.modifiers() & HELD and bool(event.text()) and event.text().isprintable()
        command = keymap.current().at(self._place, key_name(event))
        if command is None or (is_text and watched is not self._keyed):
            return False
        doing = self._doings.get(command)
        if doing is not None and not doing.possible() and (why := doing.why_not()):
            self.refused.emit(why)
        else:
            do(self._doings, command)
        return True


def _types(keys: Sequence[str]) -> bool:
    """Whether the first of these keys would be a letter in a text."""
    first = next(iter(keys), "").removeprefix("Shift+")
    return len(first) == 1 or first == "Space"
