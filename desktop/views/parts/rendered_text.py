"""Markdown laid out for reading: nothing is loaded, and a link is a question before it is an address.

Long texts are read on a thread, one after the other, and each is laid out when its turn comes: four answers of 8,000
words at once held the window for most of a second.
"""

from __future__ import annotations

from concurrent.futures import Future, ThreadPoolExecutor
from functools import cache

from PySide6.QtCore import QEvent, QMargins, QRect, QTimer, QUrl, Signal, Slot
from PySide6.QtGui import QImage, QPaintEvent
from PySide6.QtWidgets import QFrame, QTextBrowser, QWidget

from desktop.theme.theme import Theme, current_theme
from desktop.views.parts.measure import Measure
from desktop.views.parts.paint_guard import guarded
from desktop.views.parts.rendering import Breather, to_html
from desktop.views.parts.whole_lines import whole_height

AT_ONCE = 6000  # characters; a longer text is read on a thread
LOOK_MS = 10
_BREATHER = Breather()


class RenderedText(QTextBrowser):
    """`link_asked` carries the address of a link that was clicked or opened with Enter."""

    link_asked = Signal(str)
    _theme: Theme | None = None  # that the text is laid out in

    def __init__(self, name: str, words: str, *, inset: int = 0, above: int = 0, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._text = ""
        self.setObjectName(name)
        self.setAccessibleName(words)
        self.setOpenLinks(False)
        self.setOpenExternalLinks(False)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setTabChangesFocus(False)
        self.setProperty("reading", True)
        self.setProperty("ring", "card")
        self.document().setDocumentMargin(0)
        self._measure = Measure(self, QMargins(inset, above, inset, above))
        self.anchorClicked.connect(self._on_link)
        self._read: Future[str] | None = None
        self._look = QTimer(self, interval=LOOK_MS)
        self._look.timeout.connect(self._on_look)

    @property
    def laid_out(self) -> bool:
        """Whether the text is shown, not still being read."""
        return self._read is None

    def text(self) -> str:
        """The Markdown that is shown."""
        return self._text

    def show_markdown(self, text: str) -> None:
        """Lay `text` out; the same again leaves the reader where they are."""
        if text != self._text:
            self._text = text
            self._lay_out_text()

    def loadResource(self, kind: int, name: QUrl | str) -> object:
        """Nothing: None would let Qt open local files by itself."""
        return QImage()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.StyleChange and self._theme not in (None, current_theme()):
            self._lay_out_text()

    @guarded
    def paintEvent(self, event: QPaintEvent) -> None:
        shown = event.rect().intersected(QRect(0, 0, self.viewport().width(), whole_height(self)))
        if not shown.isEmpty():
            super().paintEvent(QPaintEvent(shown))

    def _lay_out_text(self) -> None:
        theme = self._theme = current_theme()
        small = theme.font_px("small")
        self.document().setDefaultStyleSheet(
            f"code, pre {{ font-family: '{theme.mono or 'monospace'}'; font-size: {small}px; }}"
            f"a {{ color: {theme.hex('accent-text')}; }}"
            f"th, td {{ padding: 2px 8px 2px 0; }}"
        )
        self._read = None
        if len(self._text) <= AT_ONCE:
            self.setHtml(to_html(self._text))
        else:
            self.clear()
            self._read = _reader().submit(to_html, self._text, _BREATHER)
            self._look.start()

    @Slot()
    def _on_look(self) -> None:
        if self._read is not None and not self._read.done():
            return
        self._look.stop()
        if self._read is not None:
            self.setHtml(self._read.result())
            self._read = None

    @Slot(QUrl)
    def _on_link(self, address: QUrl) -> None:
        self.link_asked.emit(address.toString(QUrl.ComponentFormattingOption.FullyEncoded))


@cache
def _reader() -> ThreadPoolExecutor:
    return ThreadPoolExecutor(max_workers=1, thread_name_prefix="markdown")
