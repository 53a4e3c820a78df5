"""The window's header: what is worked in, a line, the room's name; at its right what waits."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QWidget

from desktop.theme.theme import current_theme
from desktop.views.parts.labels import plain_label


class Header(QWidget):
    """As high as the density has it; it grows with the text."""

    def __init__(self, first: QWidget, last: QWidget) -> None:
        super().__init__()
        self.setObjectName("header")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        divider = QWidget()
        divider.setProperty("divider", True)
        divider.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        divider.setFixedSize(1, 24)
        self._title = plain_label("", role="label")
        row = QHBoxLayout(self)
        row.setContentsMargins(4, 0, 12, 0)
        row.setSpacing(12)
        row.addWidget(first)
        row.addWidget(divider)
        row.addWidget(self._title)
        row.addStretch(1)
        row.addWidget(last)

    def show_title(self, text: str) -> None:
        """The name of the room that is shown."""
        self._title.setText(text)

    def sizeHint(self) -> QSize:
        return QSize(super().sizeHint().width(), current_theme().grown("header"))

    def minimumSizeHint(self) -> QSize:
        return QSize(super().minimumSizeHint().width(), self.sizeHint().height())
