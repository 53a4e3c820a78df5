"""Every key by place, in one list."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QGridLayout, QScrollArea, QVBoxLayout, QWidget

from desktop.flow.wording import gettext as _
from desktop.views.parts import plain_label

Group = tuple[str, Sequence[tuple[tuple[str, ...], str]]]


class KeysDialog(QDialog):
    """Esc closes it; it changes nothing."""

    def __init__(self, groups: Sequence[Group], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("keysDialog")
        self.setWindowTitle(_("All keys"))
        self.resize(560, 520)
        inside = QWidget()
        grid = QGridLayout(inside)
        grid.setContentsMargins(16, 16, 16, 16)
        grid.setHorizontalSpacing(16)
        row = 0
        for title, keys in groups:
            grid.addWidget(plain_label(title, role="label"), row, 0, 1, 2)
            row += 1
            for names, text in keys:
                grid.addWidget(plain_label("  ".join(names), role="secondary"), row, 0, Qt.AlignmentFlag.AlignTop)
                grid.addWidget(plain_label(text), row, 1)
                row += 1
        grid.setColumnStretch(1, 1)
        area = QScrollArea()
        area.setObjectName("keysList")
        area.setAccessibleName(_("All keys"))
        area.setWidgetResizable(True)
        area.setWidget(inside)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(area)
