"""The backups there are, one more at once, and the way to putting one back."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QHeaderView, QTreeWidget, QTreeWidgetItem, QWidget

from desktop.flow import backing_up, why_not
from desktop.flow.wording import gettext as _
from desktop.views.parts import KeyButton, name_headers, plain_label
from desktop.views.parts.rows import CellDelegate
from desktop.views.settings.laid_out import filled, in_a_row
from feedback_store.backups import Backup

_BACKUP = Qt.ItemDataRole.UserRole + 1


class BackupsPage(QWidget):
    """Shows what it is given; `restore_asked` carries the Backup of the current row."""

    make_asked = Signal()
    restore_asked = Signal(object)  # Backup
    folder_asked = Signal()

    def __init__(self, folder: Path, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.list = QTreeWidget()
        self.list.setObjectName("backupList")
        self.list.setAccessibleName(_("Backups"))
        name_headers(self.list)
        self.list.setProperty("ring", "outside")
        self.list.setHeaderLabels([_("Made"), _("Size"), _("Why")])
        for column in (0, 1):
            self.list.header().setSectionResizeMode(column, QHeaderView.ResizeMode.ResizeToContents)
        self.list.setRootIsDecorated(False)
        self.list.setUniformRowHeights(True)
        self.list.setAllColumnsShowFocus(True)
        self.list.setItemDelegate(CellDelegate(self.list))
        self.list.currentItemChanged.connect(self._on_current)
        self.list.itemActivated.connect(self._on_restore)
        self.make = KeyButton(_("Make one now"), name="makeBackup", command="make_backup")
        self.make.clicked.connect(self.make_asked)
        self.restore = KeyButton(_("Put this one back …"), name="restoreBackup", command="restore_backup")
        self.restore.clicked.connect(self._on_restore)
        self.open = KeyButton(_("Open the folder"), kind="quiet", name="openBackups", command="open_backups")
        self.open.clicked.connect(self.folder_asked)
        self._words = plain_label("", role="secondary", wrap=True, name="backupWords")
        self._where = _(
            "One is made every half hour while something changes, and old ones are thinned out. "
            "They lie in {folder}; keys are not in them."
        ).format(folder=folder)
        filled(
            self, _("Backups"), self._words, self.list, in_a_row(self.make, self.restore, self.open), grows=self.list
        )
        self.show_backups(())

    @property
    def current(self) -> Backup | None:
        """The backup of the current row."""
        item = self.list.currentItem()
        found = item.data(0, _BACKUP) if item is not None else None
        return found if isinstance(found, Backup) else None

    def show_backups(self, found: Sequence[Backup]) -> None:
        """Show these, the newest first; the current one stays so where it is still there."""
        before = self.current
        self.list.clear()
        for backup in found:
            words = backing_up.row_of(backup)
            item = QTreeWidgetItem(self.list, list(words))
            item.setData(0, _BACKUP, backup)
            item.setData(0, Qt.ItemDataRole.AccessibleTextRole, ", ".join(words))
            if before is not None and backup.name == before.name:
                self.list.setCurrentItem(item)
        first = self.list.topLevelItem(0)
        if self.list.currentItem() is None and first is not None:
            self.list.setCurrentItem(first)
        self.list.setHeaderHidden(first is None)
        none = _("There are no backups yet.")
        self._words.setText(self._where if found else f"{none} {self._where}")
        self._on_current()

    def show_busy(self, busy: bool) -> None:
        """A backup is being made, or looked into."""
        self.make.allow(why_not.backed_up(busy=busy))
        self.restore.allow(why_not.put_back(chosen=self.current is not None, busy=busy))

    @Slot()
    def _on_current(self) -> None:
        self.restore.allow(why_not.put_back(chosen=self.current is not None))

    @Slot()
    def _on_restore(self) -> None:
        if self.current is not None and self.restore.isEnabled():
            self.restore_asked.emit(self.current)
