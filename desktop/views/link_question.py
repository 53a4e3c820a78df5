"""A link in foreign text, or a page, is opened only by somebody who has seen where it leads."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt, QUrl, Signal, Slot
from PySide6.QtGui import QDesktopServices, QTextOption
from PySide6.QtWidgets import QPlainTextEdit, QWidget

from desktop.flow.wording import gettext as _
from desktop.views.parts import HouseDialog, plain_label

LONGEST = 500
LINES = 4


class LinkQuestion(HouseDialog):
    """Shows the whole address, its host as the network has it. Enter keeps away from it; a word opens the browser."""

    opened = Signal()

    def __init__(self, url: QUrl, parent: QWidget | None = None, *, words: str = "", longest: int = LONGEST) -> None:
        super().__init__("linkQuestion", _("Open a link"), _("Open it"), parent)
        self._url = url
        self.leave_by_enter(_("Cancel"))
        address = url.toString(QUrl.ComponentFormattingOption.FullyEncoded)
        self.address = QPlainTextEdit(address if len(address) <= longest else f"{address[:longest]}…")
        self.address.setObjectName("linkAddress")
        self.address.setAccessibleName(_("Address"))
        self.address.setReadOnly(True)
        self.address.setTabChangesFocus(True)
        self.address.setWordWrapMode(QTextOption.WrapMode.WrapAnywhere)
        self.address.setFixedHeight(LINES * self.address.fontMetrics().lineSpacing() + 24)
        usual = _("Open this address in your browser? The text that holds it was written by somebody else.")
        self.body.addWidget(plain_label(words or usual, wrap=True))
        self.body.addWidget(self.address)
        self.main.clicked.connect(self._on_main)
        self.leave.setFocus(Qt.FocusReason.OtherFocusReason)

    @Slot()
    def _on_main(self) -> None:
        self.accept()
        self.opened.emit()
        QDesktopServices.openUrl(self._url)


def ask_about_link(parent: QWidget, address: str) -> None:
    """Ask before the address is opened in the browser; what no browser is for is not asked about."""
    url = QUrl(address)
    if url.scheme() in ("http", "https", "mailto"):
        LinkQuestion(url, parent.window()).open()


def ask_about_page(parent: QWidget, address: str, opened: Callable[[], None]) -> None:
    """Ask before a captured page is opened again; its address is seen whole. `opened` is done just before it opens."""
    url = QUrl(address, QUrl.ParsingMode.StrictMode)
    if url.scheme() in ("http", "https"):
        words = _("Open the page of this answer in your browser? Its address ends with the words that are looked for.")
        question = LinkQuestion(url, parent.window(), words=words, longest=len(address) + 1)
        question.opened.connect(opened)
        question.open()
