"""Word differences: `DiffText` shows struck or inserted runs, `RevisionText` is the editor that shows them live."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Literal

from PySide6.QtCore import QEvent, QMimeData, QRect, Qt, Slot
from PySide6.QtGui import (
    QInputMethodEvent,
    QKeyEvent,
    QKeySequence,
    QPainter,
    QPaintEvent,
    QResizeEvent,
    QTextBlockFormat,
    QTextCharFormat,
    QTextCursor,
)
from PySide6.QtWidgets import QFrame, QTextEdit, QWidget

from desktop.flow.text_offsets import to_code_points, to_utf16, to_utf16_all
from desktop.flow.word_diff import ends_alike
from desktop.theme.theme import current_theme
from desktop.views.parts.found_marks import FoundRange, found_strokes
from desktop.views.parts.measure import Measure, longest_line
from desktop.views.parts.paint_guard import guarded
from desktop.views.parts.sealed_text import SealedText, block_height
from desktop.views.parts.text_ink import Stroke, TextInk, line_boxes
from desktop.views.parts.whole_lines import whole_height

Side = Literal["deleted", "inserted"]
_INSET = 8
_FIXED = QTextBlockFormat.LineHeightTypes.FixedHeight.value


@dataclass(frozen=True)
class DiffRun:
    """A run that differs, in code points of the text that shows it."""

    start: int
    end: int


class DiffText(SealedText):
    """Read-only text whose runs are struck ("deleted") or underlined ("inserted"); each side stays readable."""

    def __init__(self, side: Side, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._side: Side = side
        self._runs: tuple[DiffRun, ...] = ()
        self._measure = Measure(self)

    def show_runs(self, runs: Sequence[DiffRun]) -> None:
        """Show these runs."""
        self._runs = tuple(runs)
        self.ink.set_strokes(_strokes(self.text(), self._runs, self._side))

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.StyleChange and hasattr(self, "_runs"):
            self.show_runs(self._runs)


class RevisionText(QTextEdit):
    """A plain-text editor with the same lines as an answer; undo is the document's own.

    Runs are painted under and over the text and so never enter undo; a bar stands beside each changed paragraph.
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._runs: tuple[DiffRun, ...] = ()
        self._found: tuple[FoundRange, ...] = ()
        self.setAcceptRichText(False)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setTabChangesFocus(True)
        self.setProperty("ring", "card")
        self.viewport().setAutoFillBackground(False)
        self.document().setDocumentMargin(0)
        self._formatting = False
        self._taken: str | None = None  # what came so far of what somebody else writes
        self.ink = TextInk(self)
        self._take_font()
        self.document().contentsChanged.connect(self._on_changed)

    def text(self) -> str:
        """The text as it stands."""
        return self.toPlainText()

    def set_text(self, text: str) -> None:
        """Begin with another text; what was before cannot be undone."""
        self.setUndoRedoEnabled(False)
        cursor = QTextCursor(self.document())
        cursor.beginEditBlock()  # laid out once, not after each of these
        cursor.select(QTextCursor.SelectionType.Document)
        cursor.insertText(text, QTextCharFormat())
        cursor.movePosition(QTextCursor.MoveOperation.Start)
        self.setTextCursor(cursor)  # now: from the end, Qt would first look where the caret has been
        self._take_font()
        cursor.endEditBlock()
        self.verticalScrollBar().setValue(0)
        self.setUndoRedoEnabled(True)

    def take(self, text: str) -> None:
        """Show what somebody else writes; all that comes until `settle` is one step of undo."""
        cursor = QTextCursor(self.document())
        if self._taken is None:
            cursor.beginEditBlock()
        else:
            cursor.joinPreviousEditBlock()
        if self._taken is not None and text.startswith(self._taken):
            cursor.movePosition(QTextCursor.MoveOperation.End)
            cursor.insertText(text[len(self._taken) :])
        else:
            cursor.select(QTextCursor.SelectionType.Document)
            cursor.insertText(text)
        self._taken = text
        self._format_blocks(QTextCursor(self.document()))
        cursor.endEditBlock()
        self.moveCursor(QTextCursor.MoveOperation.End)

    def put(self, start: int, end: int, words: str) -> None:
        """Put words in place of a range (code points), as one step of undo; the caret stands behind them."""
        text = self.text()
        cursor = self.textCursor()
        cursor.setPosition(to_utf16(text, start))
        cursor.setPosition(to_utf16(text, end), QTextCursor.MoveMode.KeepAnchor)
        with self._one_step():
            cursor.insertText(words)
        self.setTextCursor(cursor)

    def become(self, text: str) -> None:
        """Show another text as one step of undo; only what differs is touched, so that nothing else moves."""
        now = self.text()
        start, same = ends_alike(now, text)
        self.put(start, len(now) - same, text[start : len(text) - same])

    @property
    def taking(self) -> bool:
        """Whether more may come to what was taken."""
        return self._taken is not None

    def settle(self) -> None:
        """Nothing more comes to what was taken."""
        self._taken = None

    def show_runs(self, runs: Sequence[DiffRun]) -> None:
        """Show these runs as inserted."""
        self._runs = tuple(runs)
        text = self.text()
        self.ink.set_strokes([*_strokes(text, self._runs, "inserted"), *found_strokes(text, self._found)])

    def set_found(self, found: Sequence[FoundRange]) -> None:
        """Mark these places as found, in code points."""
        self._found = tuple(found)
        self.show_runs(self._runs)

    def place(self) -> int:
        """Where the caret stands, in code points."""
        return to_code_points(self.text(), self.textCursor().position())

    def go_to(self, place: int) -> None:
        """Put the caret at a place in code points."""
        cursor = self.textCursor()
        cursor.setPosition(min(to_utf16(self.text(), place), self.document().characterCount() - 1))
        self.setTextCursor(cursor)
        self.ensureCursorVisible()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        keys = QKeySequence.StandardKey
        if event.matches(keys.Undo) or event.matches(keys.Redo) or not self._may_change_gaps(event):
            super().keyPressEvent(event)
            return
        with self._one_step():
            super().keyPressEvent(event)

    def inputMethodEvent(self, event: QInputMethodEvent) -> None:
        with self._one_step():
            super().inputMethodEvent(event)

    def insertFromMimeData(self, source: QMimeData) -> None:
        """Paste and drop: the text of it only."""
        with self._one_step():
            self.textCursor().insertText(source.text())

    def resizeEvent(self, event: QResizeEvent) -> None:
        self._keep_measure()
        super().resizeEvent(event)

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.StyleChange and hasattr(self, "ink"):
            self._keep_measure()
            self._take_font()
            self.show_runs(self._runs)

    @guarded
    def paintEvent(self, event: QPaintEvent) -> None:
        height = whole_height(self)
        shown = event.rect().intersected(QRect(0, 0, self.viewport().width(), height))
        seen = self.ink.paint_under(height)
        if not shown.isEmpty():
            super().paintEvent(QPaintEvent(shown))
        self.ink.paint_over(height, seen)
        self._paint_bars(height)

    @Slot()
    def _take_font(self) -> None:
        self.document().setDefaultFont(current_theme().font("reading"))
        self._format_blocks(QTextCursor(self.document()))
        frame = self.document().rootFrame()
        margins = frame.frameFormat()
        margins.setLeftMargin(_INSET)  # room for the bars, inside the viewport
        margins.setRightMargin(_INSET)
        frame.setFrameFormat(margins)
        self.ink.forget()

    def _keep_measure(self) -> None:
        """Lines as long as can be read well, in all of the view's room: beside a line too, a click goes to its end."""
        most = longest_line() + 2 * _INSET
        fits = self.viewport().width() <= most
        width = 0 if fits else most
        if width != self.lineWrapColumnOrWidth():  # else Qt would lay all of it out again
            self.setLineWrapColumnOrWidth(width)
        self.setLineWrapMode(QTextEdit.LineWrapMode.WidgetWidth if fits else QTextEdit.LineWrapMode.FixedPixelWidth)

    def _may_change_gaps(self, event: QKeyEvent) -> bool:
        """Whether a key may fill an empty line or make one; ordinary typing keeps to Qt's own joining of steps."""
        cursor = self.textCursor()
        keys = (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Backspace, Qt.Key.Key_Delete)
        cut = event.matches(QKeySequence.StandardKey.Cut)
        return cut or event.key() in keys or cursor.hasSelection() or cursor.block().length() == 1

    @contextmanager
    def _one_step(self) -> Iterator[None]:
        """An edit and the heights of lines that follow from it, undone together."""
        cursor = QTextCursor(self.document())
        cursor.beginEditBlock()
        try:
            yield
            self._format_blocks(QTextCursor(self.document()))
        finally:
            cursor.endEditBlock()

    @Slot()
    def _on_changed(self) -> None:
        """Edits that came another way: an empty line that got words needs a line's height, and the reverse."""
        if self._formatting or self.document().isRedoAvailable() or not self.document().isUndoAvailable():
            return
        block = self.document().firstBlock()
        while block.isValid():
            if block.blockFormat().lineHeight() != block_height(block):
                cursor = QTextCursor(self.document())
                cursor.joinPreviousEditBlock()
                self._format_blocks(cursor)
                cursor.endEditBlock()
                return
            block = block.next()

    def _format_blocks(self, cursor: QTextCursor) -> None:
        self._formatting = True
        cursor.beginEditBlock()  # laid out once, not after each line
        block = self.document().firstBlock()
        while block.isValid():
            height = block_height(block)
            if block.blockFormat().lineHeight() != height or block.blockFormat().lineHeightType() != _FIXED:
                form = QTextBlockFormat()
                form.setLineHeight(height, _FIXED)
                cursor.setPosition(block.position())
                cursor.mergeBlockFormat(form)
            block = block.next()
        cursor.endEditBlock()
        self._formatting = False

    def _paint_bars(self, most: int) -> None:
        seen = self.ink.seen(self.ink.strokes[: len(self._runs)])
        changed = {box.block for _stroke, boxes in seen for box in boxes}
        if not changed:
            return
        painter = QPainter(self.viewport())
        colour = current_theme().colour("inserted-line")
        layout = self.document().documentLayout()
        line = current_theme().line_px("reading")
        for number in changed:
            block = self.document().findBlockByNumber(number)
            lines = line_boxes(self.document(), block.position(), block.position() + max(1, block.length() - 1))
            top = layout.blockBoundingRect(block).top() - self.verticalScrollBar().value()
            height = max(line, len({box.baseline for box in lines}) * line)
            painter.fillRect(0, round(top) + 2, 3, min(height - 4, most - round(top) - 2), colour)
        painter.end()


def _strokes(text: str, runs: Sequence[DiffRun], side: Side) -> list[Stroke]:
    theme = current_theme()
    ground, line = theme.colour(side), theme.colour(f"{side}-line")
    places = to_utf16_all(text, [place for run in runs for place in (run.start, run.end)])
    pattern: Literal["through", "solid"] = "through" if side == "deleted" else "solid"
    return [Stroke(start, end, ground, line, pattern) for start, end in zip(places[::2], places[1::2], strict=True)]
