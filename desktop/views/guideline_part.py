"""The project's guideline beside the answers: laid out, searchable, and what is new in it since it was read."""

from __future__ import annotations

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from desktop.flow.guidelines import GuidelineView
from desktop.flow.wording import gettext as _
from desktop.views.differences_dialog import DifferencesDialog
from desktop.views.link_question import ask_about_link
from desktop.views.parts import KeyButton, NoticeLine, RenderedText, TextSearch, WrappingRow, plain_label

LEAST_HEIGHT = 96
SIDE, INSET = 16, 8  # of the part, and of that about the text: between its letters and the ring of the keyboard
LEAST_ALONE = 200  # where the panel is as high as the answers beside it


class GuidelinePart(QWidget):
    """Shows a GuidelineView; `read` is that the trainer has read it, `versions_asked` the wish to see them all."""

    read = Signal()
    versions_asked = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._view: GuidelineView | None = None
        self.text = RenderedText("guideline", _("Guideline"), inset=INSET, above=INSET)
        self.text.setMinimumHeight(LEAST_HEIGHT)
        self.text.link_asked.connect(self._on_link)
        self.searching = TextSearch("guideline", _("Search the guideline"), self.text, quiet=True)
        self.search = self.searching.field
        self.search.setMaximumWidth(112)
        self.versions = KeyButton("", kind="quiet", small=True, name="guidelineVersionsAsked", command="guideline")
        self.versions.clicked.connect(self.versions_asked)
        self._news = NoticeLine("warning", name="guidelineNews")
        self.what_changed = KeyButton(_("What changed"), small=True, name="guidelineChanged")
        self.what_changed.clicked.connect(self._on_changed)
        self.mark = KeyButton(_("I have read it"), small=True, name="guidelineRead")
        self.mark.clicked.connect(self.read)
        head = WrappingRow(
            plain_label(_("Guideline"), role="label", field=self.text), self.versions, right=(self.search,)
        )
        ways = QHBoxLayout()
        ways.setSpacing(8)
        ways.addWidget(self.what_changed)
        ways.addStretch(1)
        ways.addWidget(self.mark)
        above = QVBoxLayout()
        above.setContentsMargins(INSET, 0, INSET, 0)
        above.setSpacing(8)
        above.addWidget(head)
        above.addWidget(self.searching)
        above.addWidget(self._news)
        above.addLayout(ways)
        column = QVBoxLayout(self)
        column.setContentsMargins(SIDE - INSET, 8, SIDE - INSET, 8)
        column.setSpacing(8)
        column.addLayout(above)
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
        self.versions.setText(view.version)
        words = _("Versions of the guideline; it is read in {version}").format(version=view.version)
        self.versions.setAccessibleName(words)
        self._news.setText(view.news)
        self.mark.setVisible(view.unread)
        self.what_changed.setVisible(view.unread and view.before is not None)

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
