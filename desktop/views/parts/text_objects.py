"""What stands in a text in place of words: names of invisible characters, covers over masked names, black boxes.

Each is an inline object of Qt's, one a UTF-16 unit of what it stands for; the first is painted, the rest take no room.
"""

from __future__ import annotations

from PySide6.QtCore import QRect, QRectF, QSizeF, Qt
from PySide6.QtGui import (
    QFont,
    QFontMetricsF,
    QPainter,
    QPen,
    QPyTextObject,
    QTextCharFormat,
    QTextDocument,
    QTextFormat,
)

from desktop.flow.shown_text import Stand
from desktop.theme.theme import current_theme

OBJECT_TYPE = QTextFormat.ObjectTypes.UserObject.value + 1
_LABEL = QTextFormat.Property.UserProperty.value + 1
_KIND = QTextFormat.Property.UserProperty.value + 2
_COLOURS = {  # border, ground and words
    "mask": ("border-strong", "surface-sunken", "text-secondary"),
    "invisible": ("warning", "warning-subtle", "warning"),
    "blackout": ("text", "text", "surface"),
}


def object_format(stand: Stand, unit: int) -> QTextCharFormat:
    """The format of one unit of a stand."""
    form = QTextCharFormat()
    form.setObjectType(OBJECT_TYPE)
    form.setProperty(_LABEL, stand.label if unit == 0 else "")
    form.setProperty(_KIND, stand.kind)
    return form


class TextObjects(QPyTextObject):
    """Paints the inline objects: names of invisible characters, and masks."""

    def intrinsicSize(self, doc: QTextDocument, posInDocument: int, format: QTextFormat) -> QSizeF:
        label = str(format.property(_LABEL) or "")
        if not label:
            return QSizeF(0, 1)
        theme = current_theme()
        return QSizeF(QFontMetricsF(_face(format)).horizontalAdvance(label) + 10, theme.line_px("micro") - 4)

    def drawObject(
        self,
        painter: QPainter,
        rect: QRectF | QRect,
        doc: QTextDocument,
        posInDocument: int,
        format: QTextFormat,
    ) -> None:
        label = str(format.property(_LABEL) or "")
        if not label:
            return
        theme = current_theme()
        line, ground, words = _COLOURS[str(format.property(_KIND))]
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        pen = QPen(theme.colour(line), 1)
        if format.property(_KIND) == "mask":
            pen.setStyle(Qt.PenStyle.DashLine)
        painter.setPen(pen)
        painter.setBrush(theme.colour(ground))
        frame = QRectF(rect.left() + 1.5, rect.top() + 0.5, rect.width() - 3, theme.line_px("micro") - 1)
        painter.drawRoundedRect(frame, theme.tokens.radius["mark"], theme.tokens.radius["mark"])
        painter.setPen(theme.colour(words))
        painter.setFont(_face(format))
        painter.drawText(frame, int(Qt.AlignmentFlag.AlignCenter), label)
        painter.restore()


def _face(form: QTextFormat) -> QFont:
    invisible = form.property(_KIND) == "invisible"
    return current_theme().font("micro" if invisible else "small", mono=invisible)
