"""A window that is painted in a turn of the event loop of its own.

Qt paints in the turn of what changed the window, last of all that is waiting in it. So a large act (another comparison,
answers asked for) and the painting of the whole window were one stretch in which nothing else was heard. Now what the
act started is done in a turn of its own, and the painting in the next. Must not know what is painted.
"""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication, QEvent, QObject, QTimer, Slot
from PySide6.QtWidgets import QWidget

TURNS = 2  # one for the timers that the act started (marks find their places), and one to paint


class PaintingTurn(QObject):
    """Belongs to one window. Qt asks once for the painting of all that changed, until that came."""

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        self._window = window
        self._left = 0  # turns until what waits is painted; 0 while nothing waits
        self._painting = False
        self._turn = QTimer(self, interval=0, singleShot=True)
        self._turn.timeout.connect(self._on_turn)
        window.installEventFilter(self)

    @Slot()
    def paint_now(self) -> None:
        """Paint what waits, for whoever changes what must be seen first."""
        if self._left:
            self._left = 0
            self._turn.stop()
            self._paint()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() != QEvent.Type.UpdateRequest or self._painting:
            return False
        if not self._left:
            self._left = TURNS
            self._turn.start()
        return True

    @Slot()
    def _on_turn(self) -> None:
        self._left -= 1
        if self._left:
            self._turn.start()
        else:
            self._paint()

    def _paint(self) -> None:
        self._painting = True
        try:
            QCoreApplication.sendEvent(self._window, QEvent(QEvent.Type.UpdateRequest))
        finally:
            self._painting = False
