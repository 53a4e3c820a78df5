"""The browsers that are connected, the way to one more, and whether those on this computer find Preceptor."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QEvent, QSize, Qt, QTimer, Signal, Slot
from PySide6.QtGui import QGuiApplication, QHideEvent, QShowEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QLayout,
    QSizePolicy,
    QTreeWidget,
    QTreeWidgetItem,
    QVBoxLayout,
    QWidget,
)

from desktop.flow import why_not
from desktop.flow.browser_words import BrowserRow, FoundRow, none_here
from desktop.flow.shown_text import in_one_line, named
from desktop.flow.wording import gettext as _
from desktop.views.parts import Confirmation, ElidedLabel, KeyButton, name_headers, plain_label, plain_tooltip
from desktop.views.parts.rows import CellDelegate
from desktop.views.settings.laid_out import in_a_row, scrolling

MOST_NAME = 80  # characters, as where it is connected
GLANCE_EVERY_MS = 2000
LEAST_ROWS = 2  # in sight where the window is low; a table scrolls then
_PAIRING = Qt.ItemDataRole.UserRole + 1
_NAME = Qt.ItemDataRole.UserRole + 2
_ROW = Qt.ItemDataRole.UserRole + 3


class BrowsersPage(QWidget):
    """Shows what it is given; `leave_asked` carries the pairing of the current row, once that was asked twice.

    A table is as high as its rows, and is away without any, so that nobody comes into an empty one by the keyboard.
    """

    look_asked = Signal()  # it is shown, or somebody wants it
    glance_asked = Signal()  # some time is over, and it is still shown
    connect_asked = Signal()
    leave_asked = Signal(str)
    rename_asked = Signal(str, str)  # pairing, its new name
    repair_asked = Signal(str)  # a browser of this computer, by its name
    folder_copied = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.list = _Table(
            "browserList", _("Connected browsers"), (_("Name"), _("Browser"), _("Since"), _("Last seen"))
        )
        self.list.currentItemChanged.connect(self._on_current)
        self.found = _Table(
            "foundBrowsers",
            _("Browsers on this computer"),
            (
                _("Browser"),
                _("Finds Preceptor"),
            ),
        )
        self.connect_one = KeyButton(_("Connect a browser …"), name="connectBrowser", command="connect_browser")
        self.connect_one.clicked.connect(self.connect_asked)
        self.leave = KeyButton(_("Disconnect …"), name="disconnectBrowser", command="disconnect_browser")
        self.leave.clicked.connect(self._on_leave)
        self.rename = KeyButton(_("Rename"), name="renameBrowser", command="rename_browser")
        self.rename.clicked.connect(self._on_rename)
        self.list.itemChanged.connect(self._on_changed)
        self.found.currentItemChanged.connect(self._on_found)
        self.repair = KeyButton(_("Let it find Preceptor"), name="repairBrowsers", command="repair_browsers")
        self.repair.clicked.connect(self._on_repair)
        self.again = KeyButton(_("Look again"), name="lookForBrowsers", command="look_for_browsers")
        self.again.clicked.connect(self.look_asked)
        self._words = plain_label("", role="secondary", wrap=True, name="browserWords")
        self._none = plain_label("", role="secondary", wrap=True, name="noBrowserWords")
        self._said = plain_label("", role="secondary", wrap=True, name="foundWords")
        self._folder = ElidedLabel("", "", Qt.TextElideMode.ElideMiddle)
        self._folder.setObjectName("extensionFolder")
        self._folder.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Preferred)
        self._folder_path = ""
        self.copy = KeyButton(_("Copy the folder"), name="copyExtensionFolder")
        self.copy.clicked.connect(self._on_copy)
        self._shown: tuple[BrowserRow, ...] | None = None
        rows: tuple[QWidget | QLayout, ...] = (
            self._words,
            self.list,
            in_a_row(self.connect_one, self.rename, self.leave),
            plain_label(_("On this computer"), role="label"),
            self._none,
            self.found,
            self._next_steps(),
            in_a_row(self.copy, self.repair, self.again),
        )
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.addWidget(scrolling("browsersScroll", _("Browsers"), rows))
        self._glance = QTimer(self, interval=GLANCE_EVERY_MS)
        self._glance.timeout.connect(self.glance_asked)
        self.show_browsers(())
        self.show_found(())

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.look_asked.emit()
        self._glance.start()

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self._glance.stop()

    @property
    def current(self) -> str:
        """The pairing of the current row, "" where there is none."""
        item = self.list.currentItem()
        return str(item.data(0, _PAIRING)) if item is not None else ""

    def show_browsers(self, rows: Sequence[BrowserRow]) -> None:
        """Show these; the current one stays so where it is still there. While a name is typed nothing changes."""
        shown = tuple(rows)
        if shown == self._shown or self.list.is_typed_in:
            return
        before, self._shown = self.current, shown
        self.list.blockSignals(True)  # filling is no renaming
        self.list.clear()
        for row in rows:
            words = [in_one_line(row.name), in_one_line(row.program), row.since, row.seen]
            item = QTreeWidgetItem(self.list, words)
            item.setData(0, _PAIRING, row.pairing)
            item.setData(0, _NAME, row.name)
            item.setFlags(item.flags() | Qt.ItemFlag.ItemIsEditable)
            item.setData(0, Qt.ItemDataRole.AccessibleTextRole, named(row.spoken))
            if row.pairing == before:
                self.list.setCurrentItem(item)
        first = self.list.topLevelItem(0)
        if self.list.currentItem() is None and first is not None:
            self.list.setCurrentItem(first)
        self.list.blockSignals(False)
        self._fit(self.list, self.connect_one)
        what = _("A connected browser can put answers from a page into your inbox. Signing stays here.")
        self._words.setText(what if rows else f"{_('No browser is connected yet.')} {what}")
        self._on_current()

    def show_found(self, rows: Sequence[FoundRow]) -> None:
        """The browsers of this computer, and whether each finds Preceptor."""
        before = self._found_browser
        self.found.clear()
        for row in rows:
            item = QTreeWidgetItem(self.found, [row.browser, row.answer])
            item.setToolTip(1, plain_tooltip(row.whole))
            item.setData(0, Qt.ItemDataRole.AccessibleTextRole, named(f"{row.browser}, {row.whole}"))
            item.setData(0, _ROW, row)
        self._fit(self.found, self.again)
        self._none.setText(none_here())
        self._none.setVisible(not rows)
        names = [row.browser for row in rows]
        first = next((at for at, row in enumerate(rows) if row.repairable), 0)
        shown = self.found.topLevelItem(names.index(before) if before in names else first)
        if shown is not None:
            self.found.setCurrentItem(shown)
        self._on_found()

    def _fit(self, table: _Table, other: KeyButton) -> None:
        """No higher than its rows, and away without any; the keyboard goes on at the `other` then."""
        empty = table.topLevelItemCount() == 0
        if empty and table.hasFocus():
            other.setFocus()
        table.setHidden(empty)
        table.updateGeometry()

    @property
    def _found_browser(self) -> str:
        row = self._found_row
        return row.browser if row is not None else ""

    @property
    def _found_row(self) -> FoundRow | None:
        item = self.found.currentItem()
        row = item.data(0, _ROW) if item is not None else None
        return row if isinstance(row, FoundRow) else None

    def _next_steps(self) -> QVBoxLayout:
        """What is said of a browser, and close below it the folder that this is about."""
        column = QVBoxLayout()
        column.setSpacing(4)
        column.addWidget(self._said)
        column.addWidget(self._folder)
        return column

    @Slot()
    def _on_found(self) -> None:
        """What can be repaired for the current browser, and where nothing, why; or what comes next."""
        row = self._found_row
        self._said.setText(row.said if row is not None else "")
        self._said.setVisible(row is not None)
        ready = row is not None and row.ready
        self._folder.setVisible(ready)
        self.copy.setVisible(ready)
        if ready and self.repair.hasFocus():
            self.copy.setFocus()
        self.repair.setVisible(row is not None and not ready)  # one of the two: a low window has no room for both
        self.repair.allow(row.why_not if row is not None else why_not.browser_used(chosen=False))

    @Slot()
    def _on_repair(self) -> None:
        """Ask first where another profile loses something by it."""
        row = self._found_row
        if row is None:
            return
        question, means = row.taking
        if not question:
            self.repair_asked.emit(row.browser)
            return
        asked = Confirmation(
            "takeOverQuestion",
            _("Let a browser find Preceptor"),
            question,
            means,
            action=_("Take over"),
            keep=_("Leave it there"),
            danger=False,
            parent=self.window(),
        )
        asked.accepted.connect(lambda: self.repair_asked.emit(row.browser))
        asked.open()

    def show_extension(self, folder: Path) -> None:
        """The folder that a browser is to load."""
        self._folder_path = str(folder)
        self._folder.setText(self._folder_path)

    @Slot()
    def _on_copy(self) -> None:
        QGuiApplication.clipboard().setText(self._folder_path)
        self.folder_copied.emit()

    @Slot()
    def _on_current(self) -> None:
        for button in (self.leave, self.rename):
            button.allow(why_not.browser_used(chosen=bool(self.current)))

    @Slot()
    def _on_rename(self) -> None:
        item = self.list.currentItem()
        if item is not None:
            self.list.setFocus()
            self.list.editItem(item, 0)

    @Slot(QTreeWidgetItem, int)
    def _on_changed(self, item: QTreeWidgetItem, column: int) -> None:
        """A name was typed; none is no name, and the old one stays."""
        pairing, before, name = str(item.data(0, _PAIRING)), str(item.data(0, _NAME)), " ".join(item.text(0).split())
        if column == 0 and pairing and name != before:
            self.rename_asked.emit(pairing, name[:MOST_NAME].strip() or before)

    @Slot()
    def _on_leave(self) -> None:
        pairing, item = self.current, self.list.currentItem()
        if item is None:
            return
        question = Confirmation(
            "disconnectQuestion",
            _("Disconnect a browser"),
            _("Disconnect {name}?").format(name=item.text(0)),
            _("It puts nothing into your inbox any more. What came from it stays. It can be connected again."),
            action=_("Disconnect"),
            keep=_("Keep it connected"),
            parent=self.window(),
        )
        question.accepted.connect(lambda: self.leave_asked.emit(pairing))
        question.open()


class _Table(QTreeWidget):
    """As high as its rows, where there is room."""

    def __init__(self, name: str, words: str, headings: Sequence[str]) -> None:
        super().__init__()
        self.setObjectName(name)
        self.setAccessibleName(words)
        name_headers(self)
        self.setProperty("ring", "outside")
        self.setHeaderLabels(list(headings))
        self.setRootIsDecorated(False)
        self.setUniformRowHeights(True)
        self.setAllColumnsShowFocus(True)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setItemDelegate(CellDelegate(self))
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Maximum)
        for column in range(len(headings) - 1):
            self.header().setSectionResizeMode(column, self.header().ResizeMode.ResizeToContents)

    @property
    def is_typed_in(self) -> bool:
        return self.state() == QAbstractItemView.State.EditingState

    def sizeHint(self) -> QSize:
        return QSize(super().sizeHint().width(), self._height(self.topLevelItemCount()))

    def minimumSizeHint(self) -> QSize:
        return QSize(super().minimumSizeHint().width(), self._height(min(self.topLevelItemCount(), LEAST_ROWS)))

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() in (QEvent.Type.StyleChange, QEvent.Type.FontChange):
            self.updateGeometry()

    def _height(self, rows: int) -> int:
        return self.header().sizeHint().height() + max(rows, 1) * max(self.sizeHintForRow(0), 1) + 2 * self.frameWidth()
