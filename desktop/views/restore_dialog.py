"""Choosing a backup to put back, of this profile or a file from anywhere; and what that will do, before it does."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import Future
from pathlib import Path

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QListWidget, QListWidgetItem, QWidget

from desktop.bridge.work import Work
from desktop.flow import backing_up, why_not
from desktop.flow.wording import gettext as _
from desktop.flow.wording import sentence
from desktop.views.parts import Field, HouseDialog, KeyButton, ask_for_file, plain_label
from desktop.views.parts.rows import RowDelegate
from feedback_store.backups import Backup

LIST_HEIGHT = 108
MOST = 200  # that are offered; any other is a file
_PATH = Qt.ItemDataRole.UserRole


class RestoreDialog(HouseDialog):
    """`chosen` carries the path of a backup; the dialog stays, busy, until it is told what became of it.

    `what_happens(path)` is asked on a thread; until it has answered nothing can be put back. Enter keeps what stands.
    """

    chosen = Signal(object)  # Path

    def __init__(
        self,
        found: Sequence[Backup],
        work: Work,
        what_happens: Callable[[Path], tuple[str, ...]],
        *,
        first: Backup | None = None,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__("restoreDialog", _("Put a backup back"), _("Put it back"), parent)
        self._work = work
        self._what_happens = what_happens
        self.leave_by_enter(_("Keep what stands"))
        self.list = QListWidget()
        self.list.setObjectName("backups")
        self.list.setAccessibleName(_("Backups of this profile"))
        self.list.setItemDelegate(RowDelegate(self.list))
        self.list.setUniformItemSizes(True)
        self.list.setMinimumHeight(LIST_HEIGHT)
        for backup in found[:MOST]:
            item = QListWidgetItem(" · ".join(backing_up.row_of(backup)), self.list)
            item.setToolTip(item.text())  # its end, why it was made, may be cut
            item.setData(_PATH, str(backup.path))
        self.list.currentRowChanged.connect(self._on_row)
        self.browse = KeyButton(_("Choose …"), name="backupChoose")
        self.browse.clicked.connect(self._on_browse)
        self.file = Field("backupFile", _("File"), most=4096, beside=self.browse)
        self.file.edit.textChanged.connect(self._look)
        if found:
            self.body.addWidget(plain_label(_("Backups of this profile"), role="label"))
            self.body.addWidget(self.list, 1)
        else:
            self.list.setParent(None)
            none = _("This profile has no backups. One of another computer lies there in the folder “backups”.")
            self.body.addWidget(plain_label(none, role="secondary", wrap=True))
        self.body.addWidget(self.file)
        self.becomes = plain_label("", role="label", wrap=True, name="whatItBecomes")
        self.happens = plain_label("", role="secondary", wrap=True, name="whatHappens")
        self.body.addWidget(self.becomes)
        self.body.addWidget(self.happens)
        self.main.clicked.connect(self._on_main)
        self.main.allow(why_not.backup_read())
        if found:
            self.list.setCurrentRow(next((row for row, each in enumerate(found[:MOST]) if each == first), 0))
            self.list.setFocus(Qt.FocusReason.OtherFocusReason)
        else:
            self.file.edit.setFocus(Qt.FocusReason.OtherFocusReason)

    @property
    def path(self) -> Path:
        """The file that is named now."""
        return Path(self.file.text.strip()).expanduser()

    def tell(self, problem: str) -> None:
        """It could not be put back: what is wrong."""
        self.show_idle()
        self.main.allow(problem)
        self.file.show_problem(problem)

    @Slot(int)
    def _on_row(self, row: int) -> None:
        item = self.list.item(row)
        if item is not None:
            self.file.edit.setText(str(item.data(_PATH)))

    @Slot()
    def _look(self) -> None:
        """Say what the file that is named would do, once it was read."""
        path = self.path
        self.main.allow(why_not.backup_read())
        self.becomes.clear()
        self.happens.clear()
        self.file.show_problem("")
        if path.is_file():
            self._work.start("backup", lambda: self._what_happens(path), lambda done: self._looked(path, done))

    def _looked(self, path: Path, done: Future[tuple[str, ...]]) -> None:
        if path != self.path or not self.isVisible():
            return  # another one is named by now
        error = done.exception()
        if error is not None:
            self.main.allow(sentence(error))
            self.file.show_problem(sentence(error))
            return
        first, *others = done.result()
        self.becomes.setText(first)
        self.happens.setText("\n".join(others))
        self.main.allow()

    @Slot()
    def _on_browse(self) -> None:
        filters = (_("Backups (*.sqlite3)"),)
        ask_for_file(
            self, "backupFileDialog", _("Choose a backup"), filters, lambda file: self.file.edit.setText(str(file))
        )

    @Slot()
    def _on_main(self) -> None:
        self.show_busy(_("Restoring …"))
        self.chosen.emit(self.path)
