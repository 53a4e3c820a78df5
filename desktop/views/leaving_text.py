"""What would leave, to be read: texts as they are, corners around what was found, boxes where words are gone."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QEvent
from PySide6.QtGui import QFont, QTextCharFormat, QTextCursor
from PySide6.QtWidgets import QWidget

from desktop.flow.leaving import Passage
from desktop.flow.shown_text import Cover
from desktop.flow.text_offsets import to_utf16
from desktop.flow.wording import gettext as _
from desktop.views.parts.found_marks import FoundRange, found_strokes
from desktop.views.parts.measure import Measure
from desktop.views.parts.sealed_text import SealedText

BETWEEN = "\n\n"


@dataclass(frozen=True)
class Marked:
    """A passage with its marks: `found` and `boxes` in code points of its text."""

    passage: Passage
    found: tuple[FoundRange, ...] = ()
    boxes: tuple[Cover, ...] = ()


class LeavingText(SealedText):
    """All passages as one text; a place is where it stands in that text."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("willLeave")
        self.setAccessibleName(_("What will leave"))
        self.setProperty("ring", "outside")
        self._found: tuple[FoundRange, ...] = ()
        self._measure = Measure(self)

    @property
    def found(self) -> tuple[FoundRange, ...]:
        """The marks, in code points of all that is shown."""
        return self._found

    def show_passages(self, marked: Sequence[Marked]) -> None:
        """Show these passages. The same texts with other marks stay where they were scrolled to."""
        pieces: list[str] = []
        heads: list[tuple[int, int]] = []
        found: list[FoundRange] = []
        boxes: list[Cover] = []
        at = 0
        for each in marked:
            head = (BETWEEN if pieces else "") + each.passage.heading + "\n"
            heads.append((at + len(head) - len(each.passage.heading) - 1, at + len(head) - 1))
            at += len(head)
            found += [FoundRange(at + place.start, at + place.end, place.current) for place in each.found]
            boxes += [(at + start, at + end, label) for start, end, label in each.boxes]
            pieces += [head, each.passage.text]
            at += len(each.passage.text)
        text = "".join(pieces)
        if text != self.text() or tuple(sorted(boxes)) != self._blackouts:
            self._blackouts = tuple(sorted(boxes))
            self.set_text(text)
            self.fill_up()
            self._embolden(heads)
        self._found = tuple(found)
        self._paint_found()

    def show_first(self, quote: str) -> None:
        """Bring the first marked place of these words into sight."""
        for place in self._found:
            if self.text()[place.start : place.end] == quote:
                self.show_place(place.start)
                return

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.StyleChange and hasattr(self, "_found"):
            self._paint_found()

    def _paint_found(self) -> None:
        self.ink.set_strokes(found_strokes(self.text(), self._found))

    def _embolden(self, heads: Sequence[tuple[int, int]]) -> None:
        strong = QTextCharFormat()
        strong.setFontWeight(QFont.Weight.DemiBold)
        cursor = QTextCursor(self.document())
        cursor.beginEditBlock()
        for start, end in heads:
            cursor.setPosition(to_utf16(self.text(), start))
            cursor.setPosition(to_utf16(self.text(), end), QTextCursor.MoveMode.KeepAnchor)
            cursor.mergeCharFormat(strong)
        cursor.endEditBlock()
