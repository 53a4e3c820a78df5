"""What stands otherwise where it has less room. Must not know how."""

from __future__ import annotations

from PySide6.QtCore import QEvent
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QFrame


class Fitted(QFrame):
    """Calls `fit` whenever its size changes, or what its parts want: more answers, another key, larger text."""

    def fit(self) -> None:
        """Choose how to stand in the width that is there."""
        raise NotImplementedError

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit_now()

    def event(self, event: QEvent) -> bool:
        done = super().event(event)
        if event.type() == QEvent.Type.LayoutRequest:
            self._fit_now()
        return done

    def _fit_now(self) -> None:
        """What `fit` shows has its place at once: it would be painted where it was made until the next turn."""
        self.fit()
        layout = self.layout()
        if layout is not None:
            layout.activate()
