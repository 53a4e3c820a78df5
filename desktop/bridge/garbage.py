"""Python's cyclic garbage is collected in the window's thread only.

Python collects it in whatever thread happens to make the next object. Among it are wrappers of Qt's objects, and their
end in another thread meets Qt's locks: the window was seen to stand still for good (docs/decisions/064).
"""

from __future__ import annotations

import gc

from PySide6.QtCore import QObject, QTimer, Slot

LOOK_EVERY_MS = 500


class GarbageKeeper(QObject):
    """Takes the collection over from when it is made until `stop`; generations fall due as Python would have it.

    What there is when it is made, mostly the modules, stays to the end and is not walked through again.
    """

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        gc.collect()
        gc.freeze()
        gc.disable()
        self._timer = QTimer(self, interval=LOOK_EVERY_MS)
        self._timer.timeout.connect(self._on_time)
        self._timer.start()

    def stop(self) -> None:
        """Leave the collection to Python again."""
        self._timer.stop()
        gc.enable()

    @Slot()
    def _on_time(self) -> None:
        due = [
            n for n, (count, most) in enumerate(zip(gc.get_count(), gc.get_threshold(), strict=True)) if count > most
        ]
        if due:
            gc.collect(max(due))
