"""A read-only text view for text by strangers: it opens nothing, follows nothing, and keeps the source's offsets.

A long text is put in by pieces, one a turn of the event loop: what is in sight comes at once, and nothing waits for the
rest. Whoever needs a place in it has the rest put in first (`fill_up`).
"""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QMimeData, QRect, Qt, QTimer, QUrl, Signal, Slot
from PySide6.QtGui import (
    QFont,
    QImage,
    QKeyEvent,
    QPaintEvent,
    QTextBlock,
    QTextBlockFormat,
    QTextCharFormat,
    QTextCursor,
    QTextDocument,
)
from PySide6.QtWidgets import QFrame, QTextBrowser, QWidget

from desktop.flow.shown_text import OBJECT, Cover, Shown, Stand, pieces_of, settled, show_text
from desktop.flow.text_offsets import to_code_points, to_utf16, utf16_length
from desktop.flow.unseen import LOOKS_BACK
from desktop.flow.wording import gettext as _
from desktop.theme.theme import Theme, current_theme
from desktop.views.parts.paint_guard import guarded
from desktop.views.parts.text_ink import TextInk
from desktop.views.parts.text_objects import OBJECT_TYPE, TextObjects, object_format
from desktop.views.parts.whole_lines import whole_height

_FIXED = QTextBlockFormat.LineHeightTypes.FixedHeight.value
FIRST = 1500  # characters that are put in at once, at most: about what a card shows
LEAST = 500
SPARE_LINES = 2
NARROW = 2  # letters on the room of a high one, as text goes
PIECE = 4000  # and with every turn after it, some 3 ms
TURN_MS = 5  # from one to the next: whatever else waits comes in between


class SealedText(QTextBrowser):
    """Shows source text as it is, with masks and invisible characters painted; places are code points of the source."""

    filled = Signal()  # the last piece of a long text is in

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._source = ""
        self._masks: tuple[tuple[int, int], ...] = ()
        self._blackouts: tuple[Cover, ...] = ()
        self._shown = 0  # code points of the source whose shown form is settled
        self._rest: list[Shown] = []  # of a long text, what is still to be put in
        self._turn = QTimer(self, interval=TURN_MS, singleShot=True)
        self._turn.timeout.connect(self._on_turn)
        self._lanes_of: dict[int, int] = {}  # of blocks whose lines carry more than two lanes
        self._theme: Theme | None = None  # that the text is dressed in
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
        self._objects = TextObjects(self)
        document.documentLayout().registerHandler(OBJECT_TYPE, self._objects)
        self.ink = TextInk(self)
        self._dress()

    def loadResource(self, kind: int, name: QUrl | str) -> object:
        """Nothing is ever loaded. Returning None would still let Qt open a local file."""
        if kind == QTextDocument.ResourceType.ImageResource.value:
            return QImage()
        return ""

    def text(self) -> str:
        """The source text, unaltered."""
        return self._source

    def set_text(self, text: str, masks: Sequence[tuple[int, int]] | None = None) -> None:
        """Show another text from its beginning; with `masks`, those in place of the ones that were set."""
        self._source = text
        if masks is not None:
            self._masks = tuple(sorted(masks))
        self._fill(show_text(text, self._masks, _("name hidden"), self._blackouts))
        self._shown = settled(text)

    def append_text(self, text: str) -> None:
        """Add to the end, cheaply: what stands already is not touched."""
        if not text:
            return
        if self._blackouts:  # an answer that goes on, which is rare enough to be laid out anew
            self.set_text(self._source + text)
            return
        self.fill_up()
        keep = min(self._shown, self._mask_before(self._shown))
        place = to_utf16(self._source, keep)
        self._source += text
        masks = [(max(start - keep, 0), end - keep) for start, end in self._masks if end > keep]
        context = min(keep, LOOKS_BACK)
        tail = self._source[keep - context :]
        ranges = [(start + context, end + context) for start, end in masks]
        shown = _without_first(show_text(tail, ranges, _("name hidden")), to_utf16(tail, context))
        cursor = QTextCursor(self.document())
        cursor.setPosition(min(place, self.document().characterCount() - 1))
        first, *self._rest = pieces_of(shown, FIRST, PIECE)
        self._put(first, cursor)
        self._shown = settled(self._source)
        self._turn_if_left()

    def set_masks(self, masks: Sequence[tuple[int, int]]) -> None:
        """Cover these ranges (code points) with "name hidden"; the source stays as it is.

        What only comes to those that are there leaves reader and caret where they are: a text may still be growing.
        """
        cleaned, before = tuple(sorted(masks)), self._masks
        if cleaned == before:
            return
        self._masks = cleaned
        ends = (0, *(end for _start, end in cleaned))
        apart = all(end <= start for end, (start, _end) in zip(ends, cleaned, strict=False))
        if apart and ends[-1] <= len(self._source) and set(before) <= set(cleaned) and not self._blackouts:
            self.fill_up()
            for start, end in sorted(set(cleaned) - set(before)):
                self._mask(start, end)
        else:
            self._show_anew()

    def set_blackouts(self, blackouts: Sequence[Cover]) -> None:
        """Paint black boxes with these words over ranges (code points) that hold placeholders."""
        cleaned = tuple(sorted(blackouts))
        if cleaned != self._blackouts:
            self._blackouts = cleaned
            self._show_anew()

    @property
    def whole(self) -> bool:
        """Whether all of the text is in the document."""
        return not self._rest

    def fill_up(self) -> None:
        """Put in what is left of a long text, now."""
        while self._rest:
            self._put_next()

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
        self.fill_up()
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
        self.fill_up()
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
            self._dress()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        self.fill_up()  # it may be one that goes to the end, or selects all
        super().keyPressEvent(event)

    @guarded
    def paintEvent(self, event: QPaintEvent) -> None:
        height = whole_height(self)
        shown = event.rect().intersected(QRect(0, 0, self.viewport().width(), height))
        seen = self.ink.paint_under(height)
        if not shown.isEmpty():
            super().paintEvent(QPaintEvent(shown))
        self.ink.paint_over(height, seen)

    def set_lanes_of_blocks(self, lanes: dict[int, int]) -> None:
        """Give the lines of these blocks room for so many lanes, where it is more than two."""
        if lanes != self._lanes_of:
            before, self._lanes_of = self._lanes_of, lanes
            for number in {number for number, _lanes in before.items() ^ lanes.items()}:
                block = self.document().findBlockByNumber(number)
                if block.isValid():
                    self._format_block(block)

    def _dress(self) -> None:
        """Take the theme, where it is another one; Qt tells of a change of style for every new parent as well."""
        theme, font = current_theme(), self._font()
        if self.document().defaultFont() != font:  # the sheet has set the widget's own, of the same size
            self.document().setDefaultFont(font)
            self.ink.forget()
        if theme != self._theme:
            self._theme = theme
            self._take_theme()

    def _font(self) -> QFont:
        return current_theme().font("reading")

    def _take_theme(self) -> None:
        """Line heights of the theme, and what else of the text is of its making."""
        self._format_blocks(self.document().firstBlock())
        self.ink.forget()

    def _show_anew(self) -> None:
        """The same source, shown otherwise: caret and selection stay."""
        caret = self._caret()
        self.set_text(self._source)
        if max(caret):
            self.fill_up()
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

    def _in_sight(self) -> int:
        """About how many characters the view shows, and some more; of one that was never shown, as many as a card."""
        if not self.testAttribute(Qt.WidgetAttribute.WA_WState_Created):
            return FIRST
        theme, size = current_theme(), self.viewport().size()
        lines = size.height() // theme.line_px("reading") + SPARE_LINES
        return max(LEAST, min(FIRST, lines * size.width() * NARROW // theme.font_px("reading")))

    def _fill(self, shown: Shown) -> None:
        first, *self._rest = pieces_of(shown, self._in_sight(), PIECE)
        cursor = QTextCursor(self.document())
        cursor.beginEditBlock()
        cursor.select(QTextCursor.SelectionType.Document)
        cursor.insertText(first.text, QTextCharFormat())
        self._lanes_of = {}
        self._format_blocks(self.document().firstBlock())
        self._place_stands(first.stands, 0)
        cursor.endEditBlock()
        cursor.movePosition(QTextCursor.MoveOperation.Start)
        self.setTextCursor(cursor)
        self._turn_if_left()

    def _turn_if_left(self) -> None:
        if self._rest:
            self._turn.start()

    @Slot()
    def _on_turn(self) -> None:
        if self._rest:
            self._put_next()
        self._turn_if_left()

    def _put_next(self) -> None:
        """Put in one piece more, at the end."""
        cursor = QTextCursor(self.document())
        cursor.movePosition(QTextCursor.MoveOperation.End)
        self._put(self._rest.pop(0), cursor)
        if not self._rest:
            self.filled.emit()

    def _put(self, piece: Shown, cursor: QTextCursor) -> None:
        """Put a piece in place of all from the cursor on; who reads the end stays at the end."""
        bar = self.verticalScrollBar()
        at_end = bar.value() == bar.maximum() and bar.maximum() > 0
        caret, place, first = self._caret(), cursor.position(), cursor.blockNumber()
        cursor.movePosition(QTextCursor.MoveOperation.End, QTextCursor.MoveMode.KeepAnchor)
        cursor.beginEditBlock()
        cursor.insertText(piece.text, QTextCharFormat())
        self._format_blocks(self.document().findBlockByNumber(first))
        self._place_stands(piece.stands, place)
        cursor.endEditBlock()
        self._put_caret(*caret)
        if at_end:
            bar.setValue(bar.maximum())

    def _format_blocks(self, block: QTextBlock) -> None:
        while block.isValid():
            self._format_block(block)
            block = block.next()

    def _format_block(self, block: QTextBlock) -> None:
        height = block_height(block, self._lanes_of.get(block.blockNumber(), 2))
        if block.blockFormat().lineHeight() == height and block.blockFormat().lineHeightType() == _FIXED:
            return
        form = QTextBlockFormat()
        form.setLineHeight(height, _FIXED)
        QTextCursor(block).mergeBlockFormat(form)

    def _place_stands(self, stands: Sequence[Stand], offset: int) -> None:
        cursor = QTextCursor(self.document())
        for stand in stands:
            for unit in range(stand.length):
                cursor.setPosition(offset + stand.start + unit)
                cursor.setPosition(offset + stand.start + unit + 1, QTextCursor.MoveMode.KeepAnchor)
                cursor.setCharFormat(object_format(stand, unit))

    def _mask(self, start: int, end: int) -> None:
        """Cover a range of the text as it stands in the document."""
        if start == end:
            return
        place, length = to_utf16(self._source, start), utf16_length(self._source[start:end])
        cursor = QTextCursor(self.document())
        cursor.setPosition(place)
        cursor.setPosition(place + length, QTextCursor.MoveMode.KeepAnchor)
        cursor.beginEditBlock()
        cursor.insertText(OBJECT * length, QTextCharFormat())
        self._format_block(cursor.block())
        self._place_stands((Stand(place, length, _("name hidden"), "mask"),), 0)
        cursor.endEditBlock()

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


def block_height(block: QTextBlock, lanes: int = 2) -> int:
    """Lines are 20 px; an empty line between paragraphs is the gap of 8; a third lane needs 24, each further one 4."""
    theme = current_theme()
    if block.length() == 1 and block.next().isValid() and block.previous().isValid():
        return round(8 * theme.zoom)
    paint = theme.tokens.paint
    more: int = (lanes - 2) * (paint["line-height-three-lanes"] - paint["line-height-two-lanes"])
    return theme.line_px("reading") + (more if lanes <= 3 else round(more * max(1.0, theme.zoom)))


def _without_first(shown: Shown, units: int) -> Shown:
    """`shown` less its first units, which were context only."""
    kept = tuple(
        Stand(stand.start - units, stand.length, stand.label, stand.kind)
        for stand in shown.stands
        if stand.start >= units
    )
    text = shown.text.encode("utf-16-le", "surrogatepass")[units * 2 :].decode("utf-16-le", "surrogatepass")
    return Shown(text, kept)
