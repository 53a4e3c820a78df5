"""What a dialog says and asks, over its buttons: as high as it needs, and scrolled where the screen is lower.

So the buttons are in sight however large the text. Must not know what stands in it.
"""

from __future__ import annotations

from PySide6.QtCore import QEvent, QSize, Qt, Slot
from PySide6.QtWidgets import QApplication, QFrame, QLayout, QScrollArea, QWidget

from desktop.theme.theme import current_theme
from desktop.views.parts.whole_end import whole_labels

LEAST = 96  # of it is in sight, in pixels
AROUND = 64  # above and below what has the keyboard: its name, and the sentence on it


class DialogBody(QScrollArea):
    """Has the wishes of the layout it is given; what has the keyboard is in sight."""

    def __init__(self, name: str, column: QLayout) -> None:
        super().__init__()
        self.setObjectName(name)
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        policy = self.sizePolicy()
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)
        self.inside = _Inside(self, column)
        self.setWidget(self.inside)
        self.setProperty("surface", True)  # what is seen where a label would be cut through
        whole_labels(self, self.inside)
        application = QApplication.instance()
        assert isinstance(application, QApplication)
        application.focusChanged.connect(self._on_focus)

    def sizeHint(self) -> QSize:
        return self.inside.sizeHint()

    def minimumSizeHint(self) -> QSize:
        least = self.inside.minimumSizeHint()
        bar = self.verticalScrollBar()
        scrolls = bar.maximum() > 0
        return QSize(least.width() + bar.sizeHint().width() * scrolls, min(least.height(), LEAST))

    def heightForWidth(self, width: int) -> int:
        layout = self.inside.layout()
        folds = layout is not None and layout.hasHeightForWidth()
        return layout.totalHeightForWidth(width) if layout is not None and folds else self.sizeHint().height()

    def turn(self, pages: int) -> bool:
        """Scroll by so many pages; False where all of it is in sight."""
        bar = self.verticalScrollBar()
        bar.setValue(bar.value() + pages * bar.pageStep())
        return bar.maximum() > 0

    @Slot(QWidget, QWidget)
    def _on_focus(self, _old: QWidget | None, now: QWidget | None) -> None:
        if now is not None and self.isAncestorOf(now):
            self.ensureWidgetVisible(now, 0, round(AROUND * current_theme().zoom))


class _Inside(QWidget):
    """Is scrolled only where it is lower than it can be, not already where it is lower than it would like to be."""

    def __init__(self, area: DialogBody, column: QLayout) -> None:
        super().__init__()
        self._area = area
        self.setProperty("surface", True)
        self.setLayout(column)

    def heightForWidth(self, width: int) -> int:
        layout = self.layout()
        return layout.totalMinimumHeightForWidth(width) if layout is not None else 0

    def event(self, event: QEvent) -> bool:
        done = super().event(event)
        if event.type() == QEvent.Type.LayoutRequest:
            self._area.updateGeometry()  # a scroll area tells no layout what its inside would like
        return done
