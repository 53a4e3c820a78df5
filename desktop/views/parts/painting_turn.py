"""A window that is painted in a turn of the event loop of its own.

Qt paints in the turn of what changed the window, last of all that is waiting in it. So a large act (another comparison,
answers asked for) and the painting of the whole window were one stretch in which nothing else was heard. Now what the
act started is done in a turn of its own, and the painting in the next. Must not know what is painted.
"""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication, QEvent, QObject, Qt, QTimer, Slot
from PySide6.QtWidgets import QWidget

TURNS = 2  # one for the timers that the act started (marks find their places), and one to paint


class PaintingTurn(QObject):
    """Belongs to one window. Qt asks once for the painting of all that changed, until that came."""

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        self._window = window
        self._left = 0  # turns until what waits is painted; 0 while nothing waits
        self._due = False  # the next request is let through
        self._turn = QTimer(self, interval=0, singleShot=True)
        self._turn.timeout.connect(self._on_turn)
        window.installEventFilter(self)

    @Slot()
    def paint_now(self) -> None:
        """Paint what waits, for whoever changes next what must be seen first; everything has its place by then."""
        if self._left or self._due:
            self._left, self._due = 0, True
            self._turn.stop()
            QCoreApplication.sendPostedEvents(None, QEvent.Type.LayoutRequest.value)
            QCoreApplication.sendEvent(self._window, QEvent(QEvent.Type.UpdateRequest))

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() != QEvent.Type.UpdateRequest:
            return False
        if self._due:
            self._due = False
            return False
        if not self._left:
            self._left = TURNS
            self._turn.start()
        return True

    @Slot()
    def _on_turn(self) -> None:
        """Posted behind everything else, as Qt does: nothing is painted before it has its place."""
        self._left -= 1
        if self._left:
            self._turn.start()
        else:
            self._due = True
            request = QEvent(QEvent.Type.UpdateRequest)
            QCoreApplication.postEvent(self._window, request, Qt.EventPriority.LowEventPriority.value)
