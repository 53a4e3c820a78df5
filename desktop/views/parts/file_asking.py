"""Asking for a file that is there. It begins in the user's own folder, wherever the program was started."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from PySide6.QtWidgets import QFileDialog, QWidget


def ask_for_file(parent: QWidget, name: str, title: str, filters: Sequence[str], then: Callable[[Path], None]) -> None:
    """Open the question; `then` is given the file, and nothing is called where none is chosen.

    `filters` as Qt has them: "Models (*.gguf)".
    """
    dialog = QFileDialog(parent, title, str(Path.home()))
    dialog.setObjectName(name)
    dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
    dialog.setNameFilters(list(filters))
    dialog.fileSelected.connect(lambda chosen: then(Path(chosen)))
    dialog.finished.connect(dialog.deleteLater)
    dialog.open()
