"""A sentence with a small sign before it, at the place that it is about; without words it takes no room."""

from __future__ import annotations

from typing import Literal

from PySide6.QtWidgets import QHBoxLayout, QWidget

from desktop.views.parts.labels import ElidedLabel, IconSign, plain_label

NoticeKind = Literal["warning", "danger"]
_SIGNS = {"warning": "circle-alert", "danger": "triangle-alert"}


class NoticeLine(QWidget):
    """Wraps its words, or with `elided` cuts them and takes no width of its own."""

    def __init__(
        self, kind: NoticeKind, *, name: str = "", elided: bool = False, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._words = ElidedLabel("", role=kind) if elided else plain_label("", role=kind, wrap=True)
        self._words.setObjectName(name)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(4)
        layout.addWidget(IconSign(_SIGNS[kind], kind))
        layout.addWidget(self._words, 1)
        self.hide()

    def text(self) -> str:
        return self._words.text()

    def setText(self, text: str) -> None:
        """Say this; "" takes the line away."""
        self._words.setText(text)
        self.setVisible(bool(text))
