"""Rubrics as files: one leaves, and comes in from a colleague; a broken one is refused in a sentence."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication, QFileDialog
from rubric_steps import opened
from trainer import OpenWindow, Trainer

from feedback_store import rubrics

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support", extend=True)


def chosen_file(trainer: Trainer, name: str, path: Path) -> None:
    """Type a file's name in the dialog that asks for one."""
    trainer.until(lambda: bool(QApplication.topLevelWidgets()) and _asks(name) is not None, f"{name} is open")
    dialog = _asks(name)
    assert dialog is not None
    dialog.selectFile(str(path))
    dialog.fileSelected.emit(str(path))
    dialog.reject()
    trainer.until(lambda: _asks(name) is None, f"{name} is closed")


def _asks(name: str) -> QFileDialog | None:
    active = QApplication.activeModalWidget()
    return active if isinstance(active, QFileDialog) and active.objectName() == name else None


def test_a_rubric_leaves_as_a_file_and_comes_in_from_one_and_a_broken_file_is_refused_in_a_sentence(
    open_window: OpenWindow, tmp_path: Path
) -> None:
    trainer, file = Trainer(open_window()), tmp_path / "from a colleague.json"
    page = opened(trainer)
    trainer.push("rubricExport")
    chosen_file(trainer, "rubricExportDialog", file)
    assert rubrics.read(file) == rubrics.load("helpsteer2")
    values = json.loads(file.read_text(encoding="utf-8")) | {"id": "clinic", "name": "Clinic", "version": 4}
    file.write_text(json.dumps(values | {"axis": []}), encoding="utf-8")
    trainer.push("rubricImport")
    chosen_file(trainer, "rubricImportDialog", file)
    assert page.message.message is not None and "did you mean 'axes'?" in page.message.message.text
    file.write_text(json.dumps(values), encoding="utf-8")
    trainer.push("rubricImport")
    chosen_file(trainer, "rubricImportDialog", file)
    trainer.comes_to("rubricList")
    assert page.shelf.current is not None and page.shelf.current.group == "file"
    trainer.type("j")
    trainer.alone()
    trainer.until(lambda: trainer.workbench.session.rubric.id == "clinic", "it is judged by")
    assert trainer.workbench.session.rubric.version == 4
