"""Choosing a backup to put back, of this profile or a file from anywhere; and what will happen, before it does."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QFileDialog, QListWidget, QListWidgetItem, QWidget

from desktop.flow.restoring import BackupRow, what_happens
from desktop.flow.wording import gettext as _
from desktop.views.parts import Field, HouseDialog, KeyButton, plain_label

LIST_HEIGHT = 140


class RestoreDialog(HouseDialog):
    """`chosen` carries the path of a backup; the dialog stays, busy, until it is told what became of it."""

    chosen = Signal(object)

    def __init__(self, rows: Sequence[BackupRow], parent: QWidget | None = None) -> None:
        super().__init__("restoreDialog", _("Restore a backup"), _("Restore"), parent)
        self.leave.setText(_("Cancel"))
        self.list = QListWidget()
        self.list.setObjectName("backups")
        self.list.setAccessibleName(_("Backups of this profile"))
        self.list.setMinimumHeight(LIST_HEIGHT)
        for row in rows:
            item = QListWidgetItem(row.words)
            item.setData(Qt.ItemDataRole.UserRole, str(row.path))
            self.list.addItem(item)
        self.list.currentRowChanged.connect(self._on_row)
        self.browse = KeyButton(_("Choose …"), name="backupChoose")
        self.browse.clicked.connect(self._on_browse)
        self.file = Field("backupFile", _("File"), most=4096, beside=self.browse)
        if rows:
            self.body.addWidget(plain_label(_("Backups of this profile"), role="label"))
            self.body.addWidget(self.list, 1)
        else:
            self.list.setParent(None)
            none = _("This profile has no backups. One of another computer lies there in the folder “backups”.")
            self.body.addWidget(plain_label(none, role="secondary", wrap=True))
        self.body.addWidget(self.file)
        self.body.addWidget(plain_label(what_happens(), role="secondary", wrap=True, name="whatHappens"))
        self.main.clicked.connect(self._on_main)
        if rows:
            self.list.setCurrentRow(0)
            self.list.setFocus(Qt.FocusReason.OtherFocusReason)
        else:
            self.file.edit.setFocus(Qt.FocusReason.OtherFocusReason)

    def tell(self, problem: str) -> None:
        """It could not be put back: what is wrong."""
        self.show_idle()
        self.file.show_problem(problem)

    @Slot(int)
    def _on_row(self, row: int) -> None:
        item = self.list.item(row)
        if item is not None:
            self.file.edit.setText(str(item.data(Qt.ItemDataRole.UserRole)))
            self.file.show_problem("")

    @Slot()
    def _on_browse(self) -> None:
        asking = QFileDialog(self, _("Choose a backup"))
        asking.setObjectName("backupFileDialog")
        asking.setFileMode(QFileDialog.FileMode.ExistingFile)
        asking.setNameFilter(_("Backups (*.sqlite3)"))
        asking.fileSelected.connect(self.file.edit.setText)
        asking.finished.connect(asking.deleteLater)
        asking.open()

    @Slot()
    def _on_main(self) -> None:
        name = self.file.text.strip()
        if not name or not Path(name).expanduser().is_file():
            self.file.show_problem(_("Choose a backup: there is no such file."))
            return
        self.show_busy(_("Restoring …"))
        self.chosen.emit(Path(name).expanduser())
