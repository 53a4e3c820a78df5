"""A read-only text view for text by strangers: it opens nothing, follows nothing, and keeps the source's offsets."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QMimeData, QRect, QRectF, QSizeF, Qt, QUrl
from PySide6.QtGui import (
    QFont,
    QFontMetricsF,
    QImage,
    QPainter,
    QPaintEvent,
    QPen,
    QPyTextObject,
    QTextBlock,
    QTextBlockFormat,
    QTextCharFormat,
    QTextCursor,
    QTextDocument,
    QTextFormat,
)
from PySide6.QtWidgets import QFrame, QTextBrowser, QWidget

from desktop.flow.wording import gettext as _
from desktop.theme.theme import current_theme
from desktop.views.parts.paint_guard import guarded
from desktop.views.parts.shown_text import Cover, Shown, Stand, settled, show_text
from desktop.views.parts.text_ink import TextInk
from desktop.views.parts.text_offsets import to_code_points, to_utf16

_OBJECT_TYPE = QTextFormat.ObjectTypes.UserObject.value + 1
_LABEL = QTextFormat.Property.UserProperty.value + 1
_KIND = QTextFormat.Property.UserProperty.value + 2
_COLOURS = {  # border, ground and words
    "mask": ("border-strong", "surface-sunken", "text-secondary"),
    "invisible": ("warning", "warning-subtle", "warning"),
    "blackout": ("text", "text", "surface"),
}
_FIXED = QTextBlockFormat.LineHeightTypes.FixedHeight.value


class SealedText(QTextBrowser):
    """Shows source text as it is, with masks and invisible characters painted; places are code points of the source."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._source = ""
        self._masks: tuple[tuple[int, int], ...] = ()
        self._blackouts: tuple[Cover, ...] = ()
        self._shown = 0  # code points of the source whose shown form is settled
        self._tall: frozenset[int] = frozenset()  # blocks whose lines carry a third lane
        self.setProperty("ring", "card")
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setOpenLinks(False)
        self.setOpenExternalLinks(False)
        self.setAcceptDrops(False)
        self.setTabChangesFocus(True)
        self.setUndoRedoEnabled(False)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setTextInteractionFlags(
            Qt.TextInteractionFlag.TextSelectableByMouse | Qt.TextInteractionFlag.TextSelectableByKeyboard
        )
        self.viewport().setAutoFillBackground(False)
        document = self.document()
        document.setDocumentMargin(0)
        self._objects = _Objects(self)
        document.documentLayout().registerHandler(_OBJECT_TYPE, self._objects)
        self.ink = TextInk(self)
        self._take_font()

    def loadResource(self, kind: int, name: QUrl | str) -> object:
        """Nothing is ever loaded. Returning None would still let Qt open a local file."""
        if kind == QTextDocument.ResourceType.ImageResource.value:
            return QImage()
        return ""

    def text(self) -> str:
        """The source text, unaltered."""
        return self._source

    def set_text(self, text: str) -> None:
        """Show another text from its beginning."""
        self._source = text
        self._fill(show_text(text, self._masks, _("name hidden"), self._blackouts))
        self._shown = settled(text)

    def append_text(self, text: str) -> None:
        """Add to the end, cheaply: what stands already is not touched."""
        if not text:
            return
        if self._blackouts:  # an answer that goes on, which is rare enough to be laid out anew
            self.set_text(self._source + text)
            return
        keep = min(self._shown, self._mask_before(self._shown))
        place = to_utf16(self._source, keep)
        self._source += text
        masks = [(max(start - keep, 0), end - keep) for start, end in self._masks if end > keep]
        context = min(keep, 2)  # what joiners look back at
        tail = self._source[keep - context :]
        ranges = [(start + context, end + context) for start, end in masks]
        shown = _without_first(show_text(tail, ranges, _("name hidden")), to_utf16(tail, context))
        bar = self.verticalScrollBar()
        at_end = bar.value() == bar.maximum() and bar.maximum() > 0
        caret = self._caret()
        cursor = QTextCursor(self.document())
        cursor.setPosition(min(place, self.document().characterCount() - 1))
        cursor.movePosition(QTextCursor.MoveOperation.End, QTextCursor.MoveMode.KeepAnchor)
        first = self.document().findBlock(cursor.anchor()).blockNumber()
        cursor.beginEditBlock()
        cursor.insertText(shown.text, QTextCharFormat())
        self._format_blocks(self.document().findBlockByNumber(first))
        self._place_stands(shown.stands, place)
        cursor.endEditBlock()
        self._shown = settled(self._source)
        self._put_caret(*caret)
        if at_end:
            bar.setValue(bar.maximum())

    def set_masks(self, masks: Sequence[tuple[int, int]]) -> None:
        """Cover these ranges (code points) with "name hidden"; the source stays as it is."""
        cleaned = tuple(sorted(masks))
        if cleaned != self._masks:
            self._masks = cleaned
            self._show_anew()

    def set_blackouts(self, blackouts: Sequence[Cover]) -> None:
        """Paint black boxes with these words over ranges (code points) that hold placeholders."""
        cleaned = tuple(sorted(blackouts))
        if cleaned != self._blackouts:
            self._blackouts = cleaned
            self._show_anew()

    def selection(self) -> tuple[int, int] | None:
        """The selected range in code points, or None."""
        cursor = self.textCursor()
        if not cursor.hasSelection():
            return None
        start = to_code_points(self._source, cursor.selectionStart())
        end = to_code_points(self._source, cursor.selectionEnd())
        return (start, end) if end > start else None

    def select(self, start: int, end: int) -> None:
        """Select a range given in code points."""
        cursor = self.textCursor()
        cursor.setPosition(to_utf16(self._source, start))
        cursor.setPosition(to_utf16(self._source, end), QTextCursor.MoveMode.KeepAnchor)
        self.setTextCursor(cursor)

    def deselect(self) -> None:
        """The caret stays where it is, nothing is selected any more."""
        cursor = self.textCursor()
        cursor.clearSelection()
        self.setTextCursor(cursor)

    def show_place(self, place: int) -> None:
        """Scroll to a place in code points and put the caret there."""
        cursor = self.textCursor()
        cursor.setPosition(to_utf16(self._source, place))
        self.setTextCursor(cursor)
        self.ensureCursorVisible()

    def createMimeDataFromSelection(self) -> QMimeData:
        """What Copy takes: the source, with masked names still hidden."""
        data = QMimeData()
        chosen = self.selection()
        if chosen is not None:
            data.setText(self._copied(*chosen))
        return data

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.StyleChange:
            self._take_font()

    @guarded
    def paintEvent(self, event: QPaintEvent) -> None:
        self.ink.paint_under()
        super().paintEvent(event)
        self.ink.paint_over()

    def set_tall_blocks(self, blocks: frozenset[int]) -> None:
        """Give the lines of these blocks room for a third lane."""
        if blocks != self._tall:
            changed, self._tall = blocks ^ self._tall, blocks
            for number in changed:
                block = self.document().findBlockByNumber(number)
                if block.isValid():
                    self._format_block(block)

    def _take_font(self) -> None:
        """Fonts and line heights of the theme; the sheet sets the same size on the widget."""
        self.document().setDefaultFont(current_theme().font("reading"))
        self._format_blocks(self.document().firstBlock())
        self.ink.forget()

    def _show_anew(self) -> None:
        """The same source, shown otherwise: caret and selection stay."""
        caret = self._caret()
        self.set_text(self._source)
        self._put_caret(*caret)

    def _caret(self) -> tuple[int, int]:
        """Anchor and caret, in UTF-16 units."""
        cursor = self.textCursor()
        return cursor.anchor(), cursor.position()

    def _put_caret(self, anchor: int, position: int) -> None:
        """Where the trainer left it: what Qt inserts at a caret pushes it along. Nothing is scrolled."""
        if (anchor, position) == self._caret():
            return
        bar, cursor, last = self.verticalScrollBar(), self.textCursor(), self.document().characterCount() - 1
        value = bar.value()
        cursor.setPosition(min(anchor, last))
        cursor.setPosition(min(position, last), QTextCursor.MoveMode.KeepAnchor)
        self.setTextCursor(cursor)
        bar.setValue(value)

    def _fill(self, shown: Shown) -> None:
        cursor = QTextCursor(self.document())
        cursor.beginEditBlock()
        cursor.select(QTextCursor.SelectionType.Document)
        cursor.insertText(shown.text, QTextCharFormat())
        self._tall = frozenset()
        self._format_blocks(self.document().firstBlock())
        self._place_stands(shown.stands, 0)
        cursor.endEditBlock()
        cursor.movePosition(QTextCursor.MoveOperation.Start)
        self.setTextCursor(cursor)

    def _format_blocks(self, block: QTextBlock) -> None:
        while block.isValid():
            self._format_block(block)
            block = block.next()

    def _format_block(self, block: QTextBlock) -> None:
        height = block_height(block, tall=block.blockNumber() in self._tall)
        if block.blockFormat().lineHeight() == height and block.blockFormat().lineHeightType() == _FIXED:
            return
        form = QTextBlockFormat()
        form.setLineHeight(height, _FIXED)
        QTextCursor(block).mergeBlockFormat(form)

    def _place_stands(self, stands: Sequence[Stand], offset: int) -> None:
        cursor = QTextCursor(self.document())
        for stand in stands:
            for unit in range(stand.length):
                form = QTextCharFormat()
                form.setObjectType(_OBJECT_TYPE)
                form.setProperty(_LABEL, stand.label if unit == 0 else "")
                form.setProperty(_KIND, stand.kind)
                cursor.setPosition(offset + stand.start + unit)
                cursor.setPosition(offset + stand.start + unit + 1, QTextCursor.MoveMode.KeepAnchor)
                cursor.setCharFormat(form)

    def _mask_before(self, place: int) -> int:
        return min((start for start, end in self._masks if end > place), default=place)

    def _copied(self, start: int, end: int) -> str:
        pieces: list[str] = []
        at = start
        for mask_start, mask_end in self._masks:
            if mask_end <= at or mask_start >= end:
                continue
            pieces += [self._source[at : max(at, mask_start)], f"[{_('name hidden')}]"]
            at = mask_end
        pieces.append(self._source[at:end] if at < end else "")
        return "".join(pieces)


class _Objects(QPyTextObject):
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


def block_height(block: QTextBlock, *, tall: bool) -> int:
    """Lines are 20 px; an empty line between paragraphs is the gap of 8; a third lane needs 24."""
    theme = current_theme()
    if block.length() == 1 and block.next().isValid() and block.previous().isValid():
        return round(8 * theme.zoom)
    paint = theme.tokens.paint
    return theme.line_px("reading") + (paint["line-height-three-lanes"] - paint["line-height-two-lanes"] if tall else 0)


def _without_first(shown: Shown, units: int) -> Shown:
    """`shown` less its first units, which were context only."""
    kept = tuple(
        Stand(stand.start - units, stand.length, stand.label, stand.kind)
        for stand in shown.stands
        if stand.start >= units
    )
    text = shown.text.encode("utf-16-le", "surrogatepass")[units * 2 :].decode("utf-16-le", "surrogatepass")
    return Shown(text, kept)
