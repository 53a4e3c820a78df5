"""A menu in the words of this program. Must not know what is chosen in it.

Popped up, never run with `exec`: no second event loop runs beneath it, so the window goes on, can be closed, and a test
can look at an open menu as a person does. What is chosen comes as `triggered`, after the menu is gone. A key that
stands at an entry chooses it; one with Ctrl or Alt closes the menu, and does in the window what it does there.
"""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication, QEvent, QPoint, Qt
from PySide6.QtGui import QAction, QKeyEvent, QKeySequence, QShortcut
from PySide6.QtWidgets import QMenu, QWidget

from desktop.flow import keymap
from desktop.flow.shown_text import in_one_line, named
from desktop.qt_models.tooltips import plain_tooltip
from desktop.views.parts.key_names import HELD, key_name

_WIDEST = 480  # of the words of an entry, in logical pixels
_KEY = "chosenByKey"
_PRESSED = {"Backspace": "⌫"}  # keys by what stands at an entry, where the keymap has no name for them
_BY_ITSELF = (Qt.Key.Key_Control, Qt.Key.Key_Shift, Qt.Key.Key_Alt, Qt.Key.Key_AltGr, Qt.Key.Key_Meta)


class HouseMenu(QMenu):
    """One menu under its accessible name; it is gone for good once it is closed, unless it is `kept`."""

    def __init__(self, name: str, words: str, parent: QWidget | None = None, *, kept: bool = False) -> None:
        super().__init__(parent)
        self.setObjectName(name)
        self.setAccessibleName(named(words))
        self.setToolTipsVisible(True)
        if not kept:
            self.aboutToHide.connect(self.deleteLater)

    def entry(
        self,
        text: str,
        data: object = None,
        *,
        key: str = "",
        press: str = "",
        name: str = "",
        on: bool | None = None,
        why_not: str = "",
    ) -> QAction:
        """A new last entry; `key` stands at its right and chooses it, and with `on` it has a tick that is set or not.

        Where its words begin with their key, that one is `press`, and nothing stands at the right.

        `text` may be anybody's: it is one plain line, and one that is too long gives up its middle, and has all of it
        in its tooltip. With a reason `why_not` it cannot be chosen, and its tooltip says that one.
        """
        action = QAction(self.in_width(text) + (f"\t{key}" if key else ""), self)
        action.setObjectName(name)
        action.setData(data)
        action.setProperty(_KEY, press or key)
        action.setToolTip(plain_tooltip(why_not or in_one_line(text)))
        action.setStatusTip(why_not)
        action.setEnabled(not why_not)
        if on is not None:
            action.setCheckable(True)
            action.setChecked(on)
        self.addAction(action)
        return action

    def below(self, text: str, name: str) -> HouseMenu:
        """A new last entry that opens a menu of its own, which lives as long as this one."""
        menu = HouseMenu(name, text, self, kept=True)
        menu.setTitle(self.in_width(text))
        self.addMenu(menu)
        return menu

    def in_width(self, text: str) -> str:
        """Foreign words as an entry can show them: what is invisible is named, and & is no letter to press."""
        words = self.fontMetrics().elidedText(in_one_line(text), Qt.TextElideMode.ElideMiddle, _WIDEST)
        return words.replace("&", "&&")

    def open_at(self, place: QPoint, first: QAction | None = None) -> None:
        """Pop it up at a place of the screen, on `first`, or the first entry that can be chosen."""
        self.popup(place)
        usable = [action for action in self.actions() if action.isEnabled() and not action.isSeparator()]
        start = first or next(iter(usable), None)
        if start is not None and start.menu() is None:  # one with a menu of its own would open that too
            self.setActiveAction(start)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Home and End go to the first and the last entry; Qt knows them only in a menu that scrolls."""
        step = {Qt.Key.Key_Home: Qt.Key.Key_Down, Qt.Key.Key_End: Qt.Key.Key_Up}.get(Qt.Key(event.key()))
        chosen = self._by_key(event)
        if step is not None and not event.modifiers() & HELD:
            self.setActiveAction(None)  # type: ignore[arg-type]  # from nowhere Down is the first, Up the last
            super().keyPressEvent(QKeyEvent(QEvent.Type.KeyPress, step, Qt.KeyboardModifier.NoModifier))
        elif chosen is not None:
            self.setActiveAction(chosen)
            enter = QKeyEvent(QEvent.Type.KeyPress, Qt.Key.Key_Return, Qt.KeyboardModifier.NoModifier)
            super().keyPressEvent(enter)
        elif event.modifiers() & HELD and event.key() not in _BY_ITSELF:
            self._hand_on(event)
        else:
            super().keyPressEvent(event)

    def _by_key(self, event: QKeyEvent) -> QAction | None:
        """The entry that can be chosen by this key."""
        name = key_name(event)
        key = _PRESSED.get(name, keymap.shown(name))
        return next((each for each in self.actions() if key and each.property(_KEY) == key and each.isEnabled()), None)

    def _hand_on(self, event: QKeyEvent) -> None:
        """Close the menu, and let the window have the key: below an open menu Qt asks no shortcut."""
        menu: QWidget | None = self
        while isinstance(menu, QMenu):
            menu.close()
            menu = menu.parentWidget()
        if menu is None:
            return
        window, held = menu.window(), menu.window().focusWidget() or menu
        asked = _again(event, QEvent.Type.ShortcutOverride)
        QCoreApplication.sendEvent(held, asked)
        found = None if asked.isAccepted() else _shortcut(window, QKeySequence(event.keyCombination()))
        if found is not None:
            found.activated.emit()
        else:
            QCoreApplication.sendEvent(held, _again(event, QEvent.Type.KeyPress))

    def open_under(self, button: QWidget) -> None:
        """Pop it up below a button."""
        self.open_at(button.mapToGlobal(QPoint(0, button.height())))

    def open_over(self, button: QWidget, first: QAction | None = None) -> None:
        """Pop it up above a button that stands at the lower edge of the window."""
        self.open_at(button.mapToGlobal(QPoint(0, -self.sizeHint().height())), first)


def _again(event: QKeyEvent, kind: QEvent.Type) -> QKeyEvent:
    """The same key as an event of another kind, not accepted yet."""
    made = QKeyEvent(kind, event.key(), event.modifiers(), event.text(), event.isAutoRepeat())
    made.ignore()
    return made


def _shortcut(window: QWidget, keys: QKeySequence) -> QShortcut | None:
    """What the window does by these keys wherever its keyboard is."""
    for shortcut in window.findChildren(QShortcut):
        owner = shortcut.parent()
        here = isinstance(owner, QWidget) and owner.window() is window and owner.isVisible()
        if here and shortcut.isEnabled() and shortcut.key() == keys:
            return shortcut
    return None
