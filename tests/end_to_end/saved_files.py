"""How a trainer saves the deliveries as a file, by keys."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Qt
from trainer import Trainer


def save_as(trainer: Trainer, file: Path) -> None:
    """From whichever room, without waiting for its end."""
    outbox = trainer.workbench.outbox
    outbox.message.clear()
    trainer.control(Qt.Key.Key_4)
    trainer.until(lambda: outbox.sent.save.isEnabled(), "there is something to save")
    trainer.push("saveFile")
    trainer.dialog("saveFileDialog")
    trainer.replace_text(str(file))
    trainer.press(Qt.Key.Key_Return)
