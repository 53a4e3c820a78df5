"""Find any command by its words: a field, below it what fits, Enter does it."""

from __future__ import annotations

from collections.abc import Container, Sequence
from dataclasses import dataclass

from PySide6.QtCore import QEvent, QModelIndex, QObject, QPersistentModelIndex, QRectF, Qt, Signal, Slot
from PySide6.QtGui import QKeyEvent, QPainter
from PySide6.QtWidgets import (
    QFrame,
    QLineEdit,
    QListWidget,
    QListWidgetItem,
    QStyleOptionViewItem,
    QVBoxLayout,
    QWidget,
)

from desktop.flow import keymap
from desktop.flow.elsewhere import found_text
from desktop.flow.finding import findable, plainly
from desktop.flow.keymap import CommandPlace
from desktop.flow.wording import gettext as _
from desktop.theme.theme import current_theme
from desktop.views.parts import in_one_line, plain_label, plain_tooltip
from desktop.views.parts.key_cap import key_cap_width, paint_key_cap
from desktop.views.parts.mirroring import mirrored_x
from desktop.views.parts.paint_guard import guarded
from desktop.views.parts.rows import RowDelegate

WIDTH = 560  # of text at 100 %
TOP = 56  # below the header
SHOWN = 10  # rows at once
_ENTRY = Qt.ItemDataRole.UserRole + 1
_SIDE = 12
_AROUND = 8


@dataclass(frozen=True)
class Entry:
    """Something that can be done: an id for its owner, words, its key ("" for none). What is `elsewhere` comes last."""

    id: str
    text: str
    key: str = ""
    elsewhere: bool = False


def fitting(entries: Sequence[Entry], typed: str) -> list[Entry]:
    """The entries that hold every typed word, those that begin with what was typed first; of other rooms the last."""
    words = plainly(typed).split()
    found = [entry for entry in entries if all(word in findable(entry.text) for word in words)]
    begun = plainly(typed).strip()
    return sorted(found, key=lambda entry: (entry.elsewhere, not findable(entry.text).startswith(begun)))


def everything(
    rooms: Sequence[tuple[str, str]],
    projects: Sequence[tuple[str, str]],
    place: CommandPlace = "everywhere",
    possible: Container[str] | None = None,
    idle: Container[str] = (),
    elsewhere: Sequence[tuple[CommandPlace, str]] = (),
) -> list[Entry]:
    """Commands for everywhere and of one place; then rooms and projects, as pairs of an id and a name; and the commands
    of the other rooms, which the pairs of `elsewhere` name by their place.

    With `possible` only those of the place's commands that are in it, the ones that can be done now; none of `idle`,
    which would do nothing here. What can be done in another room is known there.
    """
    now, others = keymap.current(), dict(elsewhere)
    return [
        *(
            Entry(each.id, each.text, now.shown(each.id))
            for each in keymap.commands()
            if each.id != "palette"
            and not each.is_row
            and each.id not in idle
            and (each.place == "everywhere" or (each.place == place and (possible is None or each.id in possible)))
        ),
        *(
            Entry(name, _("Go to: {room}").format(room=title), now.in_row("room", number))
            for number, (name, title) in enumerate(rooms, 1)
        ),
        *(Entry(name, _("Judge in: {project}").format(project=title)) for name, title in projects),
        *(
            Entry(each.id, found_text(others[each.place], each.text), elsewhere=True)
            for each in keymap.commands()
            if each.place in others
        ),
    ]


class Palette(QFrame):
    """Lies over its window; `chosen` carries the id of what is to be done, once the focus is back where it was.

    A child of the window, not a window of its own: on Wayland only so can it be placed.
    """

    chosen = Signal(str)
    closed = Signal()

    def __init__(self, entries: Sequence[Entry], window: QWidget) -> None:
        super().__init__(window)
        self.setObjectName("palette")
        self.setAccessibleName(_("Find any command"))
        self.setProperty("popup", True)
        self._before = window.focusWidget()
        self._entries = tuple(entries)
        self.field = QLineEdit()
        self.field.setObjectName("paletteField")
        self.field.setAccessibleName(_("Find any command"))
        self.field.setPlaceholderText(_("Find any command"))
        self.field.setMaxLength(100)
        self.field.installEventFilter(self)
        self.field.textChanged.connect(self._on_typed)
        self.list = QListWidget()
        self.list.setObjectName("paletteList")
        self.list.setAccessibleName(_("Commands"))
        self.list.setItemDelegate(_EntryDelegate(self.list))
        self.list.setUniformItemSizes(True)
        self.list.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.list.itemClicked.connect(self._on_clicked)
        self._none = plain_label(_("No command is called so."), role="secondary", name="paletteNone")
        self._none.setContentsMargins(_SIDE, _AROUND, _SIDE, _AROUND)
        column = QVBoxLayout(self)
        column.setContentsMargins(_AROUND, _AROUND, _AROUND, _AROUND)
        column.setSpacing(_AROUND)
        for part in (self.field, self.list, self._none):
            column.addWidget(part)
        self.setFixedWidth(min(round(WIDTH * current_theme().zoom), window.width() - 32))
        self.move((window.width() - self.width()) // 2, TOP)
        self._on_typed("")
        self.show()
        self.raise_()
        self.field.setFocus(Qt.FocusReason.PopupFocusReason)

    def close_palette(self) -> None:
        """Close it; the focus goes back to where it was."""
        if self.isHidden():
            return
        held = self.isAncestorOf(self.window().focusWidget()) if self.window().focusWidget() else False
        self.hide()
        if held and self._before is not None and self._before.isVisible():
            self._before.setFocus(Qt.FocusReason.PopupFocusReason)
        self.closed.emit()
        self.deleteLater()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if watched is self.field and event.type() == QEvent.Type.FocusOut and self.window().isActiveWindow():
            self.close_palette()
        elif watched is self.field and isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress:
            steps = {Qt.Key.Key_Down: 1, Qt.Key.Key_Up: -1, Qt.Key.Key_PageDown: SHOWN, Qt.Key.Key_PageUp: -SHOWN}
            key = Qt.Key(event.key())
            if key == Qt.Key.Key_Escape:
                self.close_palette()
                return True
            if key in steps and self.list.count():
                row = self.list.currentRow() + steps[key]
                self.list.setCurrentRow(min(max(row, 0), self.list.count() - 1))
                return True
            if key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
                self._do(self.list.currentItem())
                return True
        return False

    @Slot(str)
    def _on_typed(self, text: str) -> None:
        self.list.clear()
        for entry in fitting(self._entries, text):
            item = QListWidgetItem(in_one_line(entry.text), self.list)
            item.setData(_ENTRY, entry)
            item.setToolTip(plain_tooltip(entry.text))  # whole, where the row has no room for it
            item.setData(Qt.ItemDataRole.AccessibleTextRole, f"{in_one_line(entry.text)} {entry.key}".strip())
        self.list.setCurrentRow(0)
        found = self.list.count()
        self.list.setVisible(found > 0)
        self._none.setVisible(found == 0)
        row = current_theme().grown("row")
        room = self.window().height() - TOP - self.field.sizeHint().height() - 4 * _AROUND
        self.list.setFixedHeight(max(1, min(found, SHOWN, room // row)) * row + 2)
        self.adjustSize()

    @Slot(QListWidgetItem)
    def _on_clicked(self, item: QListWidgetItem) -> None:
        self._do(item)

    def _do(self, item: QListWidgetItem | None) -> None:
        if item is None:
            return
        entry = item.data(_ENTRY)
        self.close_palette()
        self.chosen.emit(entry.id)


class _EntryDelegate(RowDelegate):
    @guarded
    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        key = index.data(_ENTRY).key
        width = key_cap_width(key)
        self.paint_row(painter, option, index, before_end=width + _SIDE if key else 0)
        if key:
            theme, rect = current_theme(), QRectF(option.rect)
            x = mirrored_x(painter, rect.right() - width - _SIDE, width, rect)
            ink, edge = theme.colour("text-secondary"), theme.colour("border")
            paint_key_cap(painter, key, x, rect.center().y(), ink=ink, edge=edge, ground=theme.colour("surface"))
