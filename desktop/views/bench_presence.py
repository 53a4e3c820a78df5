"""Tells the session's clock that somebody is there: who reads changes no draft, but chooses answers and scrolls."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt, Slot
from PySide6.QtGui import QGuiApplication

from desktop.flow.session import BenchSession

if TYPE_CHECKING:
    from desktop.views.bench_page import BenchPage


class BenchPresence(QObject):
    """Joins one bench to the clock of its session. While another program has the screen, nothing is read here."""

    def __init__(self, page: BenchPage, session: BenchSession) -> None:
        super().__init__(page)
        self._watch = session.watch
        page.answers.current_changed.connect(self._on_stirred)
        page.answers.scrolled.connect(self._on_stirred)
        application = QGuiApplication.instance()
        assert isinstance(application, QGuiApplication)
        application.applicationStateChanged.connect(self._on_state)

    @Slot()
    def _on_stirred(self) -> None:
        self._watch.stir()

    @Slot(Qt.ApplicationState)
    def _on_state(self, state: Qt.ApplicationState) -> None:
        if state == Qt.ApplicationState.ApplicationActive:
            self._watch.come_back()
        else:
            self._watch.leave()
