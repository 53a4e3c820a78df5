"""What the current row of the ratings asks, in full, with the meaning of each value."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QRect, Qt
from PySide6.QtGui import QFontMetrics, QResizeEvent
from PySide6.QtWidgets import QLabel, QWidget

from desktop.flow.shown_text import named
from desktop.qt_models.ratings import RatingLine

MOST_STEPS = 11


class RatingHelp(QLabel):
    """As high as the longest row's text, so that nothing moves when another row becomes current."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("ratingHelp")
        self.setProperty("role", "secondary")
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setWordWrap(True)
        self.setAlignment(Qt.AlignmentFlag.AlignTop | Qt.AlignmentFlag.AlignLeft)
        self._texts: tuple[str, ...] = ()
        self._row = 0

    def show_lines(self, lines: Sequence[RatingLine]) -> None:
        """Explain these rows from now on."""
        texts = tuple(named(help_text(line)) for line in lines)
        if texts != self._texts:
            self._texts = texts
            self.setVisible(bool(texts))
            self._measure()
            self.show_row(self._row)

    def show_row(self, row: int) -> None:
        """The row that is current."""
        self._row = row
        self.setText(self._texts[row] if row < len(self._texts) else "")

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._measure()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() in (QEvent.Type.FontChange, QEvent.Type.StyleChange) and hasattr(self, "_texts"):
            self._measure()

    def _measure(self) -> None:
        metrics, room = QFontMetrics(self.font()), QRect(0, 0, max(1, self.width()), 10_000)
        heights = (metrics.boundingRect(room, int(Qt.TextFlag.TextWordWrap), text).height() for text in self._texts)
        self.setMinimumHeight(max(heights, default=0))


def help_text(line: RatingLine) -> str:
    """A row's question or explanation, and below it what its values mean."""
    if line.marks:
        ends = "" if line.name.endswith(("?", ".", "!")) else "."
        first = f"{line.full_name}{ends} {line.help}" if line.help else line.full_name
        values = [f"{mark.key}\u00a0{mark.gloss or mark.name}" for mark in line.marks]
    else:
        first = f"{line.full_name}: {line.help}" if line.help else line.full_name
        values = [f"{value}\u00a0{name}" for value, name in line.steps if name][:MOST_STEPS]
    return "\n".join(filter(None, (first, " · ".join(values))))
