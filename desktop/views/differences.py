"""Two versions of a text side by side: struck at the left what is gone, underlined at the right what is new."""

from __future__ import annotations

from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from desktop.flow.word_diff import compare
from desktop.views.parts import DiffRun, DiffText, plain_label
from desktop.views.parts.difference_text import Side

SIDES: tuple[Side, Side] = ("deleted", "inserted")


class Differences(QWidget):
    """Shows two texts, each with a title over it; `name` begins the names of both."""

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.titles = [plain_label("", role="label") for _side in SIDES]
        self.texts = [DiffText(side) for side in SIDES]
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(16)
        for side, title, text in zip(SIDES, self.titles, self.texts, strict=True):
            text.setObjectName(f"{name}{side.capitalize()}")
            column = QVBoxLayout()
            column.addWidget(title)
            column.addWidget(text, 1)
            row.addLayout(column, 1)

    def show_texts(self, before: tuple[str, str], now: tuple[str, str]) -> None:
        """Show a title and a text each."""
        changes = compare(before[1], now[1]).changes
        runs = ([DiffRun(*change.original) for change in changes], [DiffRun(*change.revised) for change in changes])
        for label, shown, (title, words), of_side in zip(self.titles, self.texts, (before, now), runs, strict=True):
            label.setText(title)
            shown.setAccessibleName(title)
            shown.set_text(words)
            shown.show_runs(of_side)
