"""Markdown laid out for reading: nothing is loaded, and a link is a question before it is an address."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QUrl, Signal, Slot
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QFrame, QTextBrowser, QWidget

from desktop.theme.theme import current_theme
from desktop.views.parts.rendering import to_html


class RenderedText(QTextBrowser):
    """`link_asked` carries the address of a link that was clicked or opened with Enter."""

    link_asked = Signal(str)

    def __init__(self, name: str, words: str, *, inset: int = 0, parent: QWidget | None = None) -> None:
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
        self.setViewportMargins(inset, 0, inset, 0)
        self.anchorClicked.connect(self._on_link)

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
        if event.type() == QEvent.Type.StyleChange and hasattr(self, "_text"):
            self._lay_out_text()

    def _lay_out_text(self) -> None:
        theme = current_theme()
        small = theme.font_px("small")
        self.document().setDefaultStyleSheet(
            f"code, pre {{ font-family: '{theme.mono or 'monospace'}'; font-size: {small}px; }}"
            f"a {{ color: {theme.hex('accent-text')}; }}"
            f"th, td {{ padding: 2px 8px 2px 0; }}"
        )
        self.setHtml(to_html(self._text))

    @Slot(QUrl)
    def _on_link(self, address: QUrl) -> None:
        self.link_asked.emit(address.toString(QUrl.ComponentFormattingOption.FullyEncoded))
