"""The models' shelf as Qt sees it: changes gathered into at most 30 a second, news one by one.

Both are called in the window's thread. Must not decide anything: the shelf does.
"""

from __future__ import annotations

from PySide6.QtCore import QObject, QTimer, Signal, Slot

FRAME_MS = 33


class ShelfBridge(QObject):
    """Signals of one shelf. `told` carries a News."""

    changed = Signal()
    told = Signal(object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._frame = QTimer(self, interval=FRAME_MS, singleShot=True)
        self._frame.timeout.connect(self._on_frame)

    def listen(self) -> None:
        """What the shelf calls after every change."""
        if not self._frame.isActive():
            self._frame.start()

    def tell(self, news: object) -> None:
        """What the shelf calls with news; who shows it still sees what was chosen before."""
        self.told.emit(news)
        self.changed.emit()

    def stop(self) -> None:
        """Tell nothing more."""
        self._frame.stop()

    @Slot()
    def _on_frame(self) -> None:
        self.changed.emit()
