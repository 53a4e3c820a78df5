"""The page of rubrics before the window, nearly as large as it."""

from __future__ import annotations

from PySide6.QtCore import QSize, Signal, Slot
from PySide6.QtGui import QCloseEvent, QKeyEvent
from PySide6.QtWidgets import QDialog, QVBoxLayout, QWidget

from desktop.bridge.work import Work
from desktop.flow.rubric_desk import RubricDesk
from desktop.flow.wording import gettext as _
from desktop.views.parts import FocusRing
from desktop.views.parts.tab_order import tab_on
from desktop.views.rubrics.page import RubricsPage
from feedback_store.store import Project

AROUND = 24  # of the window stays in sight on each side
LARGEST = QSize(1320, 860)


class RubricDialog(QDialog):
    """`kept` carries a Project; then it is closed. What is not finished when it is closed is kept too."""

    kept = Signal(object)

    def __init__(self, desk: RubricDesk, work: Work, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("rubricDialog")
        self.setWindowTitle(_("Rubrics: what is judged by"))
        self.page = RubricsPage(desk, work)
        self.page.kept.connect(self._on_kept)
        self.page.left.connect(self.close)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.page)
        self.resize((parent.window().size() - QSize(2 * AROUND, 2 * AROUND)).boundedTo(LARGEST))
        self._ring = FocusRing(self)
        self.page.take_focus()

    def focusNextPrevChild(self, forward: bool) -> bool:
        return tab_on(self, forward=forward)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        event.ignore()  # Esc is the page's, and Enter pushes no button here

    def closeEvent(self, event: QCloseEvent) -> None:
        if self.page.busy:
            event.ignore()
        else:
            super().closeEvent(event)

    def done(self, result: int) -> None:
        self.page.keep_begun()
        super().done(result)
        self.deleteLater()

    @Slot(object)
    def _on_kept(self, project: Project) -> None:
        self.page.editor.forget()
        self.kept.emit(project)
        self.close()
