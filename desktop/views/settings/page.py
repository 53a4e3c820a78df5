"""The Settings room: a list of pages at one side, the page that is chosen beside it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QEvent, Qt, Slot
from PySide6.QtGui import QFontMetrics, QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QListWidget, QListWidgetItem, QStackedWidget, QVBoxLayout, QWidget

from desktop.flow.wording import gettext as _
from desktop.theme.theme import current_theme
from desktop.views.parts import MessageBar
from desktop.views.parts.rows import RowDelegate

LEAST_LIST = 168
AROUND_WORDS = 40


@dataclass(frozen=True)
class Part:
    """A page of the settings and its name in the list."""

    name: str
    title: str
    page: QWidget


class SettingsPage(QWidget):
    """Arrows in the list show a page, Enter goes into it, Esc comes back."""

    def __init__(self, parts: Sequence[Part], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("settings")
        self.setAccessibleName(_("Settings"))
        self._parts = tuple(parts)
        self.message = MessageBar()
        self.message.setObjectName("settingsMessage")
        self.list = QListWidget()
        self.list.setObjectName("settingsList")
        self.list.setAccessibleName(_("Pages of the settings"))
        self.list.setItemDelegate(RowDelegate(self.list))
        self.list.setUniformItemSizes(True)
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._stack = QStackedWidget()
        for part in self._parts:
            QListWidgetItem(part.title, self.list)
            self._stack.addWidget(part.page)
        self.list.currentRowChanged.connect(self._stack.setCurrentIndex)
        self.list.itemActivated.connect(self._on_activated)
        line = QWidget()
        line.setProperty("divider", True)
        line.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        line.setFixedWidth(1)
        side = QVBoxLayout()
        side.setContentsMargins(0, 12, 0, 12)
        side.addWidget(self.list)
        beside = QHBoxLayout()
        beside.setContentsMargins(0, 0, 0, 0)
        beside.setSpacing(0)
        beside.addLayout(side)
        beside.addWidget(line)
        beside.addWidget(self._stack, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.message)
        column.addLayout(beside, 1)
        self.list.setCurrentRow(0)
        self._measure()

    @property
    def shown(self) -> str:
        """The name of the page that is shown."""
        return self._parts[self.list.currentRow()].name

    def show_part(self, name: str) -> None:
        """Show the page of this name."""
        self.list.setCurrentRow([part.name for part in self._parts].index(name))

    def give_back(self, name: str) -> None:
        """Put the keyboard where it was in the page that stood here before, by the name of that place."""
        held = self._parts[self.list.currentRow()].page.findChild(QWidget, name) if name else None
        if held is not None and _takes_keyboard(held):
            held.setFocus(Qt.FocusReason.OtherFocusReason)

    def take_focus(self) -> None:
        self.list.setFocus(Qt.FocusReason.OtherFocusReason)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape and not self.list.hasFocus():
            self.take_focus()
        else:
            super().keyPressEvent(event)

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() in (QEvent.Type.StyleChange, QEvent.Type.FontChange):
            self._measure()

    def _measure(self) -> None:
        metrics = QFontMetrics(current_theme().font("body"))
        widest = max(metrics.horizontalAdvance(part.title) for part in self._parts)
        self.list.setFixedWidth(max(LEAST_LIST, widest + AROUND_WORDS))

    @Slot(QListWidgetItem)
    def _on_activated(self, _item: QListWidgetItem) -> None:
        """Into the page: to the first place of it that takes the keyboard."""
        page = self._parts[self.list.currentRow()].page
        now = self.list.nextInFocusChain()
        while now is not None and now is not self.list:
            if page.isAncestorOf(now) and _takes_keyboard(now):
                now.setFocus(Qt.FocusReason.TabFocusReason)
                return
            now = now.nextInFocusChain()


def _takes_keyboard(widget: QWidget) -> bool:
    return bool(widget.focusPolicy() & Qt.FocusPolicy.TabFocus) and widget.isVisible() and widget.isEnabled()
