"""The project's guideline beside the answers: laid out, searchable, and what is new in it since it was read."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, Signal, Slot
from PySide6.QtWidgets import QBoxLayout, QHBoxLayout, QVBoxLayout, QWidget

from desktop.flow.guidelines import GuidelineView
from desktop.flow.wording import gettext as _
from desktop.theme.theme import current_theme
from desktop.views.differences_dialog import DifferencesDialog
from desktop.views.link_question import ask_about_link
from desktop.views.parts import KeyButton, NoticeLine, RenderedText, TextSearch, WrappingRow, plain_label

LEAST_HEIGHT = 96
SIDE, INSET = 16, 8  # of the part, and of that about the text: between its letters and the ring of the keyboard
LEAST_ALONE = 200  # where the panel is as high as the answers beside it
SEARCH_WIDTH = 112
LOW = 230  # so high is a panel, at the usual size of text, that has no room for all of this and some lines of the text
LEAST_LINES = 2
QWIDGETSIZE_MAX = 16_777_215  # Qt's own, which PySide6 does not export


class GuidelinePart(QWidget):
    """Shows a GuidelineView; `read` is that the trainer has read it, `versions_asked` the wish to see them all."""

    read = Signal()
    versions_asked = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._view: GuidelineView | None = None
        self._tall, self._room = False, LEAST_ALONE
        self.text = RenderedText("guideline", _("Guideline"), inset=INSET, above=INSET)
        self.text.link_asked.connect(self._on_link)
        self.text.viewport().installEventFilter(self)
        self.searching = TextSearch("guideline", _("Search the guideline"), self.text, quiet=True)
        self.search = self.searching.field
        self.search.textChanged.connect(self._fit)
        self.versions = KeyButton("", kind="quiet", small=True, name="guidelineVersionsAsked", command="guideline")
        self.versions.clicked.connect(self.versions_asked)
        self._news = NoticeLine("warning", name="guidelineNews")
        self.what_changed = KeyButton(_("What changed"), small=True, name="guidelineChanged")
        self.what_changed.clicked.connect(self._on_changed)
        self.mark = KeyButton(_("I have read it"), small=True, name="guidelineRead")
        self.mark.clicked.connect(self.read)
        self._title = plain_label(_("Guideline"), role="label", field=self.text)
        self._head = WrappingRow(self._title, self.versions, right=(self.search,))
        self._heads = QBoxLayout(QBoxLayout.Direction.TopToBottom)
        self._heads.setSpacing(8)
        self._heads.addWidget(self._head)
        self._heads.addWidget(self.searching)
        ways = QHBoxLayout()
        ways.setSpacing(8)
        ways.addWidget(self.what_changed)
        ways.addStretch(1)
        ways.addWidget(self.mark)
        above = QVBoxLayout()
        above.setContentsMargins(INSET, 0, INSET, 0)
        above.setSpacing(8)
        above.addLayout(self._heads)
        above.addWidget(self._news)
        above.addLayout(ways)
        column = QVBoxLayout(self)
        column.setContentsMargins(SIDE - INSET, 8, SIDE - INSET, 8)
        column.setSpacing(8)
        column.addLayout(above)
        column.addWidget(self.text, 1)
        self._fit()

    def show_tall(self, tall: bool) -> None:
        """Whether nothing but Flags and Why stands above it."""
        self._tall = tall
        self._fit()

    def show_room(self, height: int) -> None:
        """So high is the panel that it stands in."""
        self._room = height
        self._fit()

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
        self._fit()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.StyleChange and hasattr(self, "_heads"):
            self._fit()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """What was found stays in sight when the text becomes lower."""
        if event.type() == QEvent.Type.Resize and self.search.text().strip():
            self.text.ensureCursorVisible()
        return False

    @Slot()
    def _fit(self) -> None:
        """In a low panel the text has it all while it is read, and all but one line while it is searched."""
        low = self._tall and self._room < LOW * current_theme().zoom
        alone = low and bool(self.search.text().strip())
        self.search.setMaximumWidth(round(SEARCH_WIDTH * max(1.0, current_theme().zoom)))
        self._title.setVisible(not alone)
        self.versions.setVisible(not alone)
        self._search_beside(alone)
        view = None if alone else self._view
        self._news.setText("" if view is None else view.news)
        self.mark.setVisible(view is not None and view.unread)
        self.what_changed.setVisible(view is not None and view.unread and view.before is not None)
        least = LEAST_ALONE if self._tall else LEAST_HEIGHT
        if low:
            line = current_theme().line_px("reading")
            least = max(self._room - 2 * INSET - (self._head.sizeHint().height() + INSET) * alone, LEAST_LINES * line)
        self.text.setMinimumHeight(least)
        self.text.setMaximumHeight(least if alone else QWIDGETSIZE_MAX)

    def _search_beside(self, beside: bool) -> None:
        """What is found stands before the field, or below its line; Tab goes as one reads."""
        ways = QBoxLayout.Direction
        if beside == (self._heads.direction() == ways.LeftToRight):
            return
        self._heads.removeWidget(self.searching)
        self._heads.insertWidget(0 if beside else 1, self.searching, int(beside))
        self._heads.setDirection(ways.LeftToRight if beside else ways.TopToBottom)

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
