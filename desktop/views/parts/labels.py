"""Labels that never read markup in what they show: texts of models, captures and files come from strangers."""

from __future__ import annotations

from typing import Literal

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QMouseEvent, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QLabel, QSizePolicy, QWidget

from desktop.flow.shown_text import in_one_line, named
from desktop.qt_models.tooltips import plain_tooltip
from desktop.theme.icons import paint_icon
from desktop.theme.theme import current_theme
from desktop.views.parts.paint_guard import guarded

LabelRole = Literal[
    "",
    "secondary",
    "tertiary",
    "small",
    "micro",
    "label",
    "title",
    "display",
    "reading",
    "warning",
    "danger",
    "success",
]


class _PlainLabel(QLabel):
    """A click on the name of a field puts the keyboard into the field: who clicks there wants to type there."""

    def setText(self, text: str) -> None:
        super().setText(named(text))

    def mousePressEvent(self, event: QMouseEvent) -> None:
        field = self.buddy()
        if field is not None and field.isEnabled() and field.isVisible():
            field.setFocus(Qt.FocusReason.MouseFocusReason)
        else:
            super().mousePressEvent(event)


def plain_label(
    text: str,
    role: LabelRole = "",
    *,
    wrap: bool = False,
    name: str = "",
    parent: QWidget | None = None,
    field: QWidget | None = None,
) -> QLabel:
    """A QLabel that shows `text` as it is, what is invisible by its name; `role` picks colour and size.

    `field` is what it is the name of: a click on the label goes there.
    """
    label = _PlainLabel(parent)
    label.setTextFormat(Qt.TextFormat.PlainText)
    label.setText(text)
    label.setWordWrap(wrap)
    if role:
        label.setProperty("role", role)
    if name:
        label.setObjectName(name)
    if field is not None:
        label.setBuddy(field)
    return label


class ElidedLabel(QLabel):
    """One line of plain text that gives up its end, or its middle, when there is no room; the whole is its tooltip."""

    def __init__(
        self,
        text: str = "",
        role: LabelRole = "",
        elide: Qt.TextElideMode = Qt.TextElideMode.ElideRight,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.elide = elide
        if role:
            self.setProperty("role", role)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self.setText(text)

    def setText(self, text: str) -> None:
        """Set the text; line breaks become spaces, and what is invisible is named."""
        line = in_one_line(text)
        if line != self.text():
            super().setText(line)
            self.setAccessibleName(line)
            self._explain()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._explain()

    def minimumSizeHint(self) -> QSize:
        return QSize(self.fontMetrics().horizontalAdvance("…"), super().minimumSizeHint().height())

    def sizeHint(self) -> QSize:
        return QSize(self.fontMetrics().horizontalAdvance(self.text()) + 1, super().minimumSizeHint().height())

    @guarded
    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        rect = self.contentsRect()
        shown = self.fontMetrics().elidedText(self.text(), self.elide, rect.width())
        painter.setPen(self.palette().color(self.foregroundRole()))
        painter.drawText(rect, int(self.alignment()), shown)
        painter.end()

    def _explain(self) -> None:
        """The whole text as the tooltip, while the end is cut off."""
        cut = self.fontMetrics().horizontalAdvance(self.text()) > self.contentsRect().width()
        self.setToolTip(plain_tooltip(self.text()) if cut else "")


class IconSign(QWidget):
    """A small icon in a colour role beside a sentence; the sentence says it all, so it has no name of its own."""

    def __init__(self, icon: str, role: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._icon_name = icon
        self._role = role
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    def sizeHint(self) -> QSize:
        side = current_theme().tokens.size["icon-small"]
        return QSize(side, side)

    @guarded
    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        side = current_theme().tokens.size["icon-small"]
        paint_icon(painter, self._icon_name, current_theme().colour(self._role), 0, (self.height() - side) / 2, side)
        painter.end()
