"""The conversation in one line above the answers, which opens to its tree; and the tree over the page, by a key."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QEvent, QObject, Qt, Signal, Slot
from PySide6.QtWidgets import QFrame, QHBoxLayout, QVBoxLayout, QWidget

from desktop.flow import turn_words
from desktop.flow.conversation_tree import Tree
from desktop.flow.wording import gettext as _
from desktop.qt_models.turn_list import TurnList
from desktop.theme.theme import current_theme
from desktop.views.parts import ElidedLabel, IconButton, KeyButton, heading, plain_label
from desktop.views.turn_view import TurnView

ROWS, LEAST_ROWS = 6, 2  # of the tree below the line; in a short window it scrolls
WIDTH = 760
LEAST_OPEN = 3  # rows of the tree over the page, however low it begins
MARGIN = 16


class TurnsStrip(QFrame):
    """Not there while the bench has a single turn. `all_asked` asks for the tree over the page.

    In a page where each line counts it is not there either: `said` carries which turn it is, for the prompt's line.
    """

    all_asked = Signal()
    said = Signal(str)

    def __init__(self, model: TurnList, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("turnsStrip")
        self._low = self._several = False
        self.setProperty("surface", True)
        self._fold = IconButton("chevron-right", _("Show the turns here"), small=True, name="showTurns")
        self._fold.clicked.connect(self._on_fold)
        self._number = plain_label("", role="label", name="turnNumber")
        self._place = ElidedLabel(role="secondary")
        self._place.setObjectName("turnPlace")
        self._count = plain_label("", role="secondary", name="turnCount")
        self._all = KeyButton(
            _("All turns"), kind="quiet", small=True, icon="git-branch", name="allTurns", command="tree"
        )
        self._all.clicked.connect(self.all_asked)
        self.view = TurnView(model, "turnsHere")
        self.view.hide()
        line = QHBoxLayout()
        line.setContentsMargins(12, 0, 16, 0)
        line.setSpacing(8)
        for part in (self._fold, self._number):
            line.addWidget(part)
        line.addWidget(self._place, 1)
        for last in (self._count, self._all):
            line.addWidget(last)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 2, 0, 2)
        column.setSpacing(2)
        column.addLayout(line)
        column.addWidget(self.view)
        self.hide()

    @property
    def opened(self) -> bool:
        """Whether the tree stands below the line."""
        return not self.view.isHidden()

    def show_tree(self, tree: Tree) -> None:
        """Say where the turn on the bench stands."""
        self._several = len(tree.turns) > 1
        if not self._several:
            self._show()
            return
        here = tree.turns[tree.here]
        self._number.setText(_("Conversation, turn {}").format(here.number))
        self._show()
        self._place.setText(turn_words.place_text(tree))
        self._count.setText(turn_words.count_text(tree))
        self.view.setMinimumHeight(self.view.wanted_height(LEAST_ROWS))
        self.view.setMaximumHeight(self.view.wanted_height(ROWS))
        self.view.updateGeometry()

    def show_low(self, low: bool) -> None:
        """Whether each line counts."""
        if low != self._low:
            self._low = low
            if low and self.opened:
                self._on_fold()
            self._show()

    def _show(self) -> None:
        self.setVisible(self._several and not self._low)
        self.said.emit(self._number.text() if self._several and self._low else "")

    @Slot()
    def _on_fold(self) -> None:
        self.view.setVisible(not self.opened)
        self._fold.set_icon_name("chevron-down" if self.opened else "chevron-right")
        self._fold.set_words(_("Hide the turns") if self.opened else _("Show the turns here"))
        if self.opened:
            self.view.stand_here()
            self.view.setFocus(Qt.FocusReason.OtherFocusReason)


class TurnsOverlay(QFrame):
    """The whole tree over the page. Esc, or going elsewhere, closes it; `closed` tells that.

    It begins at `top`, in pixels of the page: what is asked now stands above that and is not covered, as long as some
    turns have room below it. Where they have none, the tree ends above the page's edge.
    """

    closed = Signal()

    def __init__(self, model: TurnList, page: QWidget, top: Callable[[], int]) -> None:
        super().__init__(page)
        self._page, self._top = page, top
        page.installEventFilter(self)
        self.setObjectName("turnsOverlay")
        self.setProperty("popup", True)
        self.setAccessibleName(_("Conversation"))
        self._before: QWidget | None = None
        self._count = plain_label("", role="secondary", name="allTurnsCount")
        self.view = TurnView(model, "turns")
        self.view.installEventFilter(self)
        self.view.left.connect(self.close_overlay)
        model.modelReset.connect(self._fit)
        column = QVBoxLayout(self)
        column.setContentsMargins(1, 8, 1, 8)
        column.setSpacing(8)
        column.addWidget(heading(plain_label(_("Conversation"), role="label"), self._count))
        column.addWidget(self.view)
        self.hide()

    def open(self) -> None:
        """Show the tree with the keyboard on the turn that is on the bench."""
        self._before = self.window().focusWidget()
        self._fit()
        self.show()
        self.raise_()
        self.view.stand_here()
        self.view.setFocus(Qt.FocusReason.PopupFocusReason)

    @Slot()
    def close_overlay(self) -> None:
        """Close it; the keyboard goes back to where it was."""
        if self.isHidden():
            return
        held = self.view.hasFocus()
        self.hide()
        if held and self._before is not None and self._before.isVisible():
            self._before.setFocus(Qt.FocusReason.PopupFocusReason)
        self.closed.emit()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if watched is self.view and event.type() == QEvent.Type.FocusOut and self.window().isActiveWindow():
            self.close_overlay()
        if watched is self._page and event.type() == QEvent.Type.Resize and self.isVisible():
            self._fit()
        return super().eventFilter(watched, event)

    @Slot()
    def _fit(self) -> None:
        page, top = self._page, self._top()
        self._count.setText(turn_words.count_text(self.view.tree))
        row = current_theme().grown("row")
        room = (page.height() - top - 2 * MARGIN - 2 * row) // row
        self.view.setFixedHeight(self.view.wanted_height(max(LEAST_OPEN, room)))
        self.setFixedWidth(min(WIDTH, page.width() - 2 * MARGIN))
        self.adjustSize()
        self.move((page.width() - self.width()) // 2, max(0, min(top, page.height() - MARGIN - self.height())))
