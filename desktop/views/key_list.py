"""Every key by place, in one list with a search; those of commands can be changed here.

The window of all keys and the settings show it. Must not know who lets changed keys hold.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import QEvent, QObject, Qt, Signal, Slot
from PySide6.QtGui import QKeyEvent, QKeySequence
from PySide6.QtWidgets import QHBoxLayout, QHeaderView, QLineEdit, QTreeWidget, QTreeWidgetItem, QVBoxLayout, QWidget

from desktop.flow import keymap, why_not
from desktop.flow.finding import findable, plainly
from desktop.flow.keymap import Keymap
from desktop.flow.places import KeyHelp
from desktop.flow.wording import gettext as _
from desktop.views.parts import EmptyState, KeyButton, name_headers
from desktop.views.parts.key_names import key_name, whole_key_name
from desktop.views.parts.rows import CellDelegate

Group = tuple[str, Sequence[KeyHelp]]

_HELP = Qt.ItemDataRole.UserRole + 1
_MODIFIERS = (Qt.Key.Key_Shift, Qt.Key.Key_Control, Qt.Key.Key_Alt, Qt.Key.Key_Meta, Qt.Key.Key_AltGr)


class KeyList(QWidget):
    """`groups` gives the list as it is now, for `show_keys`. `changed` carries the next Keymap; its owner lets it hold.

    `said` carries words for beside the button that its owner has for `wait_for_key`, `current_changed` whether there is
    something for that button to do.
    """

    changed = Signal(object)
    said = Signal(str)
    current_changed = Signal(bool)

    def __init__(self, groups: Callable[[], Sequence[Group]], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._groups = groups
        self._waiting: str | None = None  # the command whose next key is waited for
        self._asked: QTreeWidgetItem | None = None  # the row that says so
        self.search = QLineEdit()
        self.search.setObjectName("keysSearch")
        self.search.setAccessibleName(_("Find a key"))
        self.search.setPlaceholderText(_("Find a key by what it does"))
        self.search.setMaxLength(100)
        self.search.setClearButtonEnabled(True)
        self.search.textChanged.connect(self.show_keys)
        self.search.installEventFilter(self)
        self.list = QTreeWidget()
        self.list.setObjectName("keysList")
        self.list.setAccessibleName(_("All keys"))
        name_headers(self.list)
        self.list.setProperty("ring", "outside")
        self.list.setColumnCount(2)
        self.list.setHeaderLabels([_("Does"), _("Press")])
        self.list.header().setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
        self.list.header().setSectionResizeMode(1, QHeaderView.ResizeMode.ResizeToContents)
        self.list.header().setStretchLastSection(False)
        self.list.setRootIsDecorated(False)
        self.list.setIndentation(12)
        self.list.header().sectionResized.connect(self.list.scheduleDelayedItemsLayout)
        self.list.currentItemChanged.connect(self._on_current)
        self.list.itemActivated.connect(self.wait_for_key)
        self.list.installEventFilter(self)
        self.list.setItemDelegate(CellDelegate(self.list))
        self.list.setAllColumnsShowFocus(True)
        self.empty = EmptyState("noKey", self.list)
        self.empty.asked.connect(self.search.clear)
        self.usual = KeyButton(_("Usual key"), kind="quiet", name="usualKey", command="usual_key")
        self.usual.clicked.connect(self._on_usual)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(12)
        column.addWidget(self.search)
        column.addWidget(self.list, 1)
        self.foot = QHBoxLayout()  # its owner puts something before the button, or after it
        self.foot.setSpacing(8)
        self.foot.addWidget(self.usual)
        column.addLayout(self.foot)

    def hold(self) -> None:
        """Let the keys be read, and none be changed."""
        self.usual.hide()
        self.list.itemActivated.disconnect(self.wait_for_key)

    @property
    def command(self) -> str:
        """The command of the current row, "" where its key belongs to a place."""
        return self._current.command if self._current is not None else ""

    @property
    def _current(self) -> KeyHelp | None:
        item = self.list.currentItem()
        found = item.data(0, _HELP) if item is not None else None
        return found if isinstance(found, KeyHelp) else None

    @Slot()
    def show_keys(self) -> None:
        """The keys that fit what is searched, as they are now; the same row stays current."""
        before, words = self._current, plainly(self.search.text()).split()
        self._waiting = self._asked = None
        self.list.clear()
        for title, keys in self._groups():
            fit = [each for each in keys if all(word in _searched(title, each) for word in words)]
            if not fit:
                continue
            head = QTreeWidgetItem(self.list, [title])
            head.setFlags(Qt.ItemFlag.ItemIsEnabled)
            font = head.font(0)
            font.setBold(True)
            head.setFont(0, font)
            for each in fit:
                row = QTreeWidgetItem(head, [each.text, keys_text(each.keys)])
                row.setData(0, _HELP, each)
                row.setData(0, Qt.ItemDataRole.AccessibleTextRole, f"{each.text}: {' '.join(each.keys)}")
                if before is not None and (each.command, each.text) == (before.command, before.text):
                    self.list.setCurrentItem(row)
            head.setExpanded(True)
        first = self.list.topLevelItem(0)
        child = first.child(0) if first is not None else None
        if self.list.currentItem() is None and child is not None:
            self.list.setCurrentItem(child)
        if first is None:
            words_of_help = _("Try fewer words, or the name of a key.")
            self.empty.show_words(_("Nothing found"), words_of_help, _("Show every key"))
        else:
            self.empty.hide()
        self._on_current()

    def show_group(self, title: str) -> None:
        """Begin at the keys of one place, by its title; at the top where there is none of that title."""
        for row in range(self.list.topLevelItemCount()):
            head = self.list.topLevelItem(row)
            first = head.child(0) if head is not None and head.text(0) == title else None
            if head is not None and first is not None:
                self.list.setCurrentItem(first)
                self.list.scrollToItem(head, QTreeWidget.ScrollHint.PositionAtTop)

    @Slot()
    def wait_for_key(self) -> None:
        """Take the next key for the command of the current row, which says so where its key stands."""
        if self.command:
            self._waiting = self.command
            self._asked = self.list.currentItem()
            if self._asked is not None:
                self._asked.setText(1, _("Press the new key"))
            self.list.setFocus(Qt.FocusReason.OtherFocusReason)
            self.said.emit(_("Press the new key. Esc leaves it as it is."))

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if not isinstance(event, QKeyEvent):
            return False
        if watched is self.search and event.type() == QEvent.Type.KeyPress and event.key() == Qt.Key.Key_Down:
            self.list.setFocus(Qt.FocusReason.TabFocusReason)
            return True
        enter = event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter)
        if watched is self.search and event.type() == QEvent.Type.KeyPress and enter:
            self.wait_for_key()  # as in the list: the filled button shows Enter at both
            return True
        if watched is not self.list or self._waiting is None:
            return False
        if event.type() == QEvent.Type.ShortcutOverride:
            event.accept()  # no shortcut takes what is meant to become one
            return True
        if event.type() == QEvent.Type.KeyPress and Qt.Key(event.key()) not in _MODIFIERS:
            self._take(event)
            return True
        return False

    @Slot()
    def _on_current(self) -> None:
        if self._asked is not None:
            self._asked.setText(1, keys_text(self._asked.data(0, _HELP).keys))
        self._waiting = self._asked = None
        self.usual.allow(why_not.usual_key(own=self.command in keymap.current().changed))
        self.current_changed.emit(bool(self.command))
        fixed = _("What is typed as a value, or moves within its place, is no command: its key stays.")
        self.said.emit("" if self.command else fixed)

    @Slot()
    def _on_usual(self) -> None:
        self._let_hold(keymap.current().with_key(self.command, ""))

    def _take(self, event: QKeyEvent) -> None:
        assert self._waiting is not None
        if event.key() == Qt.Key.Key_Escape:
            self._on_current()
            return
        values = keymap.command(self._waiting).place == "ratings"  # where a character by itself is one
        key = whole_key_name(event) if values else key_name(event)
        if not key or not QKeySequence(key).toString():
            return
        problem = keymap.current().problem(self._waiting, key)
        if problem:
            self.said.emit(problem)
            if self._asked is not None:
                self._asked.setText(1, _("Press another key"))
            return
        self._let_hold(keymap.current().with_key(self._waiting, key))

    def _let_hold(self, changed: Keymap) -> None:
        self.changed.emit(changed)
        self.show_keys()


def keys_text(keys: Sequence[str]) -> str:
    """Keys in one line; what several are held with is said once: Shift+↑ ↓."""
    held = {key.rpartition("+")[0] for key in keys}
    if len(keys) > 1 and len(held) == 1 and "" not in held:
        return " ".join((keys[0], *(key.rpartition("+")[2] for key in keys[1:])))
    return "  ".join(keys)


def _searched(title: str, help_of_key: KeyHelp) -> str:
    """What a row is found by: its words, and its keys by the names of this keyboard and of an English one."""
    keys = " ".join((*help_of_key.keys, *(keymap.in_english(key) for key in help_of_key.keys)))
    return findable(f"{title} {help_of_key.text} {keys}")
