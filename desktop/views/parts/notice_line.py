"""A sentence with a small sign before it, at the place that it is about; without words it takes no room."""

from __future__ import annotations

from typing import Literal

from PySide6.QtWidgets import QHBoxLayout, QWidget

from desktop.theme.theme import current_theme
from desktop.views.parts.labels import ElidedLabel, IconSign, plain_label

NoticeKind = Literal["warning", "danger"]
GAP = 4
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
        layout.setSpacing(GAP)
        layout.addWidget(IconSign(_SIGNS[kind], kind))
        layout.addWidget(self._words, 1)
        self.hide()

    def keep_place(self, kept: bool) -> None:
        """Whether its room is there without words too, so that nothing moves when it says something."""
        policy = self.sizePolicy()
        policy.setRetainSizeWhenHidden(kept)
        self.setSizePolicy(policy)

    def text(self) -> str:
        return self._words.text()

    def width_of(self, text: str) -> int:
        """What the line would take with this text and no word cut; 0 without words."""
        if not text:
            return 0
        margins, sign = self._words.contentsMargins(), current_theme().tokens.size["icon-small"]
        words = self._words.fontMetrics().horizontalAdvance(text)
        return sign + GAP + words + margins.left() + margins.right() + 2

    def setText(self, text: str) -> None:
        """Say this; "" takes the line away."""
        self._words.setText(text)
        self.setVisible(bool(text))
