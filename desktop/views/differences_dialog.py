"""Two versions of a text side by side: struck at the left what is gone, underlined at the right what is new."""

from __future__ import annotations

from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from desktop.flow.word_diff import compare
from desktop.flow.wording import gettext as _
from desktop.views.parts import DiffRun, DiffText, HouseDialog, plain_label
from desktop.views.parts.difference_text import Side


class DifferencesDialog(HouseDialog):
    """`before` and `now` are a title and a text each; `action` is what the main button says."""

    def __init__(
        self,
        name: str,
        title: str,
        action: str,
        before: tuple[str, str],
        now: tuple[str, str],
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(name, title, action, parent)
        self.leave.setText(_("Close"))
        changes = compare(before[1], now[1]).changes
        row = QHBoxLayout()
        row.setSpacing(16)
        sides: tuple[tuple[Side, tuple[str, str], list[DiffRun]], ...] = (
            ("deleted", before, [DiffRun(*change.original) for change in changes]),
            ("inserted", now, [DiffRun(*change.revised) for change in changes]),
        )
        for side, (heading, text), runs in sides:
            shown = DiffText(side)
            shown.setObjectName(f"{name}{side.capitalize()}")
            shown.setAccessibleName(heading)
            shown.set_text(text)
            shown.show_runs(runs)
            column = QVBoxLayout()
            column.addWidget(plain_label(heading, role="label"))
            column.addWidget(shown, 1)
            row.addLayout(column, 1)
        self.body.addLayout(row, 1)
        self.main.clicked.connect(self.accept)
        self.resize(880, 520)
