"""The project's guideline beside the answers: laid out, searchable, and what is new in it since it was read."""

from __future__ import annotations

from PySide6.QtCore import Signal, Slot
from PySide6.QtGui import QTextCursor
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from desktop.flow.guidelines import GuidelineView
from desktop.flow.wording import gettext as _
from desktop.views.differences_dialog import DifferencesDialog
from desktop.views.link_question import ask_about_link
from desktop.views.parts import ElidedLabel, KeyButton, NoticeLine, RenderedText, plain_label

LEAST_HEIGHT = 96
LEAST_ALONE = 200  # where the panel is as high as the answers beside it


class GuidelinePart(QWidget):
    """Shows a GuidelineView; `read` tells that the trainer has read it."""

    read = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._view: GuidelineView | None = None
        self.text = RenderedText("guideline", _("Guideline"))
        self.text.setMinimumHeight(LEAST_HEIGHT)
        self.text.link_asked.connect(self._on_link)
        self.search = QLineEdit()
        self.search.setObjectName("guidelineSearch")
        self.search.setAccessibleName(_("Search the guideline"))
        self.search.setPlaceholderText(_("Search"))
        self.search.setMaxLength(200)
        self.search.setProperty("quiet", True)
        self.search.setMaximumWidth(112)
        self.search.returnPressed.connect(self._on_search)
        self._version = ElidedLabel("", "secondary")
        self._news = NoticeLine("warning", name="guidelineNews")
        self.what_changed = KeyButton(_("What changed"), small=True, name="guidelineChanged")
        self.what_changed.clicked.connect(self._on_changed)
        self.mark = KeyButton(_("I have read it"), small=True, name="guidelineRead")
        self.mark.clicked.connect(self.read)
        head = QHBoxLayout()
        head.setSpacing(8)
        head.addWidget(plain_label(_("Guideline"), role="label"))
        head.addWidget(self._version, 1)
        head.addWidget(self.search)
        ways = QHBoxLayout()
        ways.setSpacing(8)
        ways.addWidget(self.what_changed)
        ways.addStretch(1)
        ways.addWidget(self.mark)
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 8, 16, 12)
        column.setSpacing(8)
        column.addLayout(head)
        column.addWidget(self._news)
        column.addLayout(ways)
        column.addWidget(self.text, 1)

    def show_tall(self, tall: bool) -> None:
        """Whether nothing but Flags and Why stands above it."""
        self.text.setMinimumHeight(LEAST_ALONE if tall else LEAST_HEIGHT)

    def show_guideline(self, view: GuidelineView | None) -> None:
        """Show a guideline; the whole part is gone where the project has none."""
        self._view = view
        self.setVisible(view is not None)
        if view is None:
            return
        self.text.show_markdown(view.text)
        self._version.setText(view.version)
        self._news.setText(view.news)
        self.mark.setVisible(view.unread)
        self.what_changed.setVisible(view.unread and view.before is not None)

    @Slot()
    def _on_search(self) -> None:
        """The next place, from the beginning again after the last."""
        words = self.search.text()
        if words and not self.text.find(words):
            self.text.moveCursor(QTextCursor.MoveOperation.Start)
            self.text.find(words)

    @Slot(str)
    def _on_link(self, address: str) -> None:
        ask_about_link(self, address)

    @Slot()
    def _on_changed(self) -> None:
        if self._view is not None and self._view.before is not None:
            dialog = DifferencesDialog(
                "guidelineChanges",
                _("What changed in the guideline"),
                _("I have read it"),
                (_("As you read it"), self._view.before),
                (_("As it is now"), self._view.text),
                self,
            )
            dialog.main.clicked.connect(self.read)
            dialog.open()
