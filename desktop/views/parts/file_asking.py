"""Asking for a file: for one that is there, or where one is to be written, wherever the program was started."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from PySide6.QtCore import QStandardPaths
from PySide6.QtWidgets import QFileDialog, QWidget


def ask_for_file(parent: QWidget, name: str, title: str, filters: Sequence[str], then: Callable[[Path], None]) -> None:
    """Open the question in the user's own folder; `then` is given the file, and nothing is called where none is chosen.

    `filters` as Qt has them: "Models (*.gguf)".
    """
    dialog = QFileDialog(parent, title, str(Path.home()))
    dialog.setObjectName(name)
    dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
    dialog.setNameFilters(list(filters))
    dialog.fileSelected.connect(lambda chosen: then(Path(chosen)))
    dialog.finished.connect(dialog.deleteLater)
    dialog.open()


def ask_where_to_save(
    parent: QWidget, name: str, title: str, kind: str, file: Path, then: Callable[[Path], None]
) -> None:
    """Open the question with `file` proposed, whose suffix is added to what is typed without one.

    `kind` as Qt has it: "Receipts (*.receipts)". Whoever names a file that is there is asked before `then` is called.
    """
    dialog = QFileDialog(parent, title, str(file.parent))
    dialog.setObjectName(name)
    dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
    dialog.setNameFilter(kind)
    dialog.setDefaultSuffix(file.suffix)
    dialog.selectFile(file.name)
    dialog.fileSelected.connect(lambda chosen: then(Path(chosen)))
    dialog.finished.connect(dialog.deleteLater)
    dialog.open()


def documents() -> Path:
    """The user's folder of documents."""
    return Path(QStandardPaths.writableLocation(QStandardPaths.StandardLocation.DocumentsLocation))
