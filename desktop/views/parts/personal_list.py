"""What was found as personal data, a row each: one key blacks it out, one keeps it, Enter shows the place."""

from __future__ import annotations

from PySide6.QtCore import QModelIndex, QRectF, Qt, Signal, Slot
from PySide6.QtGui import QFontMetrics, QKeyEvent, QPainter
from PySide6.QtWidgets import QWidget

from desktop.flow import keymap
from desktop.flow.wording import gettext as _
from desktop.qt_models.personal_rows import PersonalRow
from desktop.theme.theme import current_theme
from desktop.views.parts.key_names import key_name
from desktop.views.parts.row_list import RowList, paint_words

MOST_ROWS = 4
_SHORTEST = "A…"  # of where something stands, that it is still said


class PersonalList(RowList[PersonalRow]):
    """`black_out_asked` and `keep_asked` carry a row. Going from row to row shows their places."""

    black_out_asked = Signal(int)
    keep_asked = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("personal", _("Personal data"), MOST_ROWS, parent)
        self.selectionModel().currentChanged.connect(self._on_current)

    def pressed_at(self, row: int, event: QKeyEvent) -> bool:
        command = keymap.current().at("personal", key_name(event))
        if command is None:
            return False
        (self.black_out_asked if command == "black_out" else self.keep_asked).emit(row)
        return True

    def paint_row(self, painter: QPainter, row: PersonalRow, rect: QRectF) -> None:
        """Kind, words, and at the right where they stand, or what was decided."""
        theme = current_theme()
        body, small = theme.font("body"), theme.font("small")
        inside = rect.adjusted(6, 0, -6, 0)
        painter.setPen(theme.colour("text-secondary"))
        kind = QRectF(inside.left(), rect.top(), self.lead_width + 2, rect.height())
        paint_words(painter, row.kind, body, kind, rect)
        right = row.decided or row.where
        left = inside.left() + self.lead_width + 10
        words = QFontMetrics(body).horizontalAdvance(row.quote) + 2
        # What is decided upon is read whole; where it stands is marked in the texts as well.
        most = inside.width() * 0.75 if row.decided else max(inside.right() - left - words - 8, 0)
        room = min(round(most), QFontMetrics(small).horizontalAdvance(right) + 2)
        if room < QFontMetrics(small).horizontalAdvance(_SHORTEST):
            room = -8  # nothing of it can be read
        else:
            place = QRectF(inside.right() - room, rect.top(), room, rect.height())
            paint_words(painter, right, small, place, rect, align=Qt.AlignmentFlag.AlignRight)
        painter.setPen(theme.colour("text-secondary" if row.decided else "text"))
        place = QRectF(left, rect.top(), max(0.0, inside.right() - room - 8 - left), rect.height())
        paint_words(painter, row.quote, body, place, rect, elide=Qt.TextElideMode.ElideMiddle)

    @Slot(QModelIndex, QModelIndex)
    def _on_current(self, index: QModelIndex, _before: QModelIndex) -> None:
        if self.hasFocus():
            self.activated_row.emit(index.row())
