"""The bench's parts and where they stand. What they show and do is bench_page.py's."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QSplitter, QStackedWidget, QVBoxLayout, QWidget

from desktop.flow.places import Place
from desktop.views.answers_area import PAIR_BELOW, AnswersArea
from desktop.views.empty_bench import EmptyBench
from desktop.views.judging_panel import JudgingPanel
from desktop.views.parts import FlagPopup, MessageBar
from desktop.views.prompt_panel import PromptPanel
from desktop.views.revision_page import RevisionPage
from desktop.views.verdict_bar import VerdictBar

PANEL = 336


class BenchParts(QWidget):
    """Prompt above, answers in the middle, judgement at the right, verdict below; the revision in their place."""

    def __init__(
        self, models: Sequence[str], presets: Sequence[tuple[str, str]], parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.prompt = PromptPanel(models, presets)
        self.answers = AnswersArea(self)
        self.panel = JudgingPanel()
        self.verdict = VerdictBar()
        self.message = MessageBar()
        self.message.setObjectName("benchMessage")
        self.revision = RevisionPage()
        self.empty = EmptyBench()
        self.popup = FlagPopup(self)
        self.popup.hide()
        self._lay_out()

    @property
    def rewriting(self) -> bool:
        """Whether an answer is being rewritten now."""
        return self.pages.currentWidget() is self.revision

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        width = self.window().width()
        self.answers.fit(width)
        self.verdict.show_narrow(width < PAIR_BELOW)

    def place_of(self, widget: QWidget) -> Place:
        places: tuple[tuple[QWidget, Place], ...] = (
            (self.popup, "flag"),
            (self.revision, "revision"),
            (self.prompt, "prompt"),
            (self.empty, "prompt"),
            (self.panel.ratings, "ratings"),
            (self.panel.flags, "flags"),
            (self.panel.why, "why"),
            (self.verdict.ranking, "ranking"),
            (self.answers, "answers"),
        )
        return next((place for part, place in places if part is widget or part.isAncestorOf(widget)), "none")

    def _lay_out(self) -> None:
        self.work = QWidget()
        work = QVBoxLayout(self.work)
        work.setContentsMargins(0, 0, 0, 0)
        work.addWidget(self.answers)
        self.stack = QStackedWidget()
        self.stack.addWidget(self.empty)
        self.stack.addWidget(self.work)
        left = QWidget()
        column = QVBoxLayout(left)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.prompt)
        column.addWidget(self.message)
        column.addWidget(self.stack, 1)
        self.split = QSplitter(Qt.Orientation.Horizontal)
        self.split.setObjectName("benchSplit")
        self.split.setChildrenCollapsible(False)
        self.split.setHandleWidth(1)
        self.split.addWidget(left)
        self.split.addWidget(self.panel)
        self.split.setStretchFactor(0, 1)
        self.split.setSizes([1000, PANEL])
        self.panel.setMinimumWidth(280)
        self.pages = QStackedWidget()
        self.pages.addWidget(self.split)
        self.pages.addWidget(self.revision)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(self.pages, 1)
        layout.addWidget(self.verdict)
