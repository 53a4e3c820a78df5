"""The bench's parts and where they stand. What they show and do is bench_page.py's.

In a narrow window a part is open while it holds the focus: the prompt is one line otherwise, flags and why are a
drawer over the right card, and the ratings of the current answer are a line below the pair. In a low window, however
wide, the prompt is one line too: its height belongs to the answers while they are judged.
"""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QPoint, Qt, QTimer, Slot
from PySide6.QtGui import QGuiApplication, QResizeEvent, QShowEvent
from PySide6.QtWidgets import QFrame, QSizePolicy, QSplitter, QStackedWidget, QVBoxLayout, QWidget

from desktop.bridge.comparing import Comparing
from desktop.flow.place_names import Place
from desktop.qt_models.turn_list import TurnList
from desktop.theme.theme import current_theme
from desktop.views.answers_area import AnswersArea, pair_below, panel_width
from desktop.views.empty_bench import EmptyBench
from desktop.views.judging_panel import JudgingPanel
from desktop.views.parts import FlagPopup, MessageBar, RatingTable
from desktop.views.parts.refusal_tip import RefusalTip
from desktop.views.prompt_line import PromptLine
from desktop.views.prompt_panel import PromptPanel
from desktop.views.rating_bar import RatingBar
from desktop.views.revision_page import RevisionPage
from desktop.views.turns_strip import TurnsOverlay, TurnsStrip
from desktop.views.verdict_bar import VerdictBar

LOW = 860  # px of a window's height, at the usual size of text: below it the prompt is one line beside answers
TIGHT = 470  # px, likewise: below it what is said takes one line, and nothing is kept for what is not said
BELOW = 4  # px between what is asked and what is laid over the page below it
MESSAGE_AT = 3  # in the column: below the prompt and the turns, above the answers


class BenchParts(QWidget):
    """Prompt above, answers in the middle, judgement at the right, verdict below; the revision in their place."""

    def __init__(
        self,
        comparing: Comparing,
        models: Sequence[str],
        presets: Sequence[tuple[str, str]],
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.prompt = PromptPanel(models, presets)
        self.prompt_line = PromptLine()
        self.answers = AnswersArea(self)
        self.panel = JudgingPanel()
        self.rating_bar = RatingBar()
        self._rated = True
        self.turns_model = TurnList(self)
        self.turns_strip = TurnsStrip(self.turns_model)
        self.turns_overlay = TurnsOverlay(self.turns_model, self, self._below_prompt)
        self.verdict = VerdictBar()
        self.message = MessageBar()
        self.message.setObjectName("benchMessage")
        self.revision = RevisionPage(comparing)
        self.prompt_line.stop_asked.connect(self.prompt.stop_asked)
        self.prompt_line.turn.clicked.connect(self.turns_strip.all_asked)
        self.turns_strip.said.connect(self.prompt_line.show_turn)
        self.empty = EmptyBench()
        self.popup = FlagPopup(self)
        self.popup.hide()
        self.tip = RefusalTip(self)
        self.tip.turned_to.connect(self.panel.make_room)
        # Qt goes through all widgets while it restyles them: one that comes or moves meanwhile ends the program.
        self._restyled = QTimer(self, interval=0, singleShot=True)
        self._restyled.timeout.connect(self._fit)
        self._lay_out()

    @property
    def rewriting(self) -> bool:
        """Whether an answer is being rewritten now."""
        return self.pages.currentWidget() is self.revision

    @property
    def narrow(self) -> bool:
        """Whether there is no room for the panel beside the answers."""
        return self.window().width() < pair_below()

    @property
    def low(self) -> bool:
        """Whether the prompt would take lines that the answers need."""
        return self.window().height() < round(LOW * current_theme().zoom)

    @property
    def tight(self) -> bool:
        """Whether each line counts, as with text of twice its size in a small window."""
        return self.window().height() < round(TIGHT * current_theme().zoom)

    @property
    def ratings(self) -> RatingTable:
        """The ratings that take the keyboard: the table beside the answers, or the line below them."""
        return self.rating_bar.row if self.narrow else self.panel.ratings

    @property
    def judging(self) -> bool:
        """Whether answers stand here."""
        return self.stack.currentWidget() is self.work

    def show_parts(self, *, answers: bool) -> None:
        """Show what belongs to a bench with answers, or to an empty one."""
        self.stack.setCurrentWidget(self.work if answers else self.empty)
        policy = QSizePolicy.Policy
        self.work.setSizePolicy(policy.Preferred, policy.Preferred if answers else policy.Ignored)  # unseen: no room
        self.stack.updateGeometry()
        self.verdict.setVisible(answers and not self.rewriting)
        if self.rewriting:
            self._layout.insertWidget(0, self.message)  # what is said now is seen now
        else:
            self._column.insertWidget(MESSAGE_AT, self.message)
        self._arrange()

    def show_rated(self, rated: bool) -> None:
        """Whether anything is rated; where nothing is, no line is kept for it."""
        if rated != self._rated:
            self._rated = rated
            self._arrange()

    def show_writing(self, writing: bool) -> None:
        """While a model writes the prompt, in either form, offers to stop it."""
        self.prompt.show_writing(writing)
        self.prompt_line.show_writing(writing)

    def open_part(self, part: QWidget) -> None:
        """Put the keyboard on a part, opening what it stands in; while an answer is rewritten none of them is there."""
        if self.rewriting:
            return
        if self.narrow and self.panel.isAncestorOf(part):
            self._open_drawer()
        elif self.prompt.isAncestorOf(part):
            self._fold_prompt(False)
        part.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.follow_focus(part)

    def follow_focus(self, now: QWidget) -> None:
        """Close what the focus has left. A prompt left by a click stays open, so that nothing moves under the mouse."""
        clicked = QGuiApplication.mouseButtons() != Qt.MouseButton.NoButton
        if self.panel.isAncestorOf(now) and not clicked:
            self.panel.show_part(now)
        if not self.judging:
            return
        if self.narrow and not self.panel.isAncestorOf(now):
            self.drawer.hide()
            self.answers.strip.show_open(None)
        elif self.narrow:
            places: dict[QWidget, Place] = {self.panel.flags: "flags", self.panel.personal.list: "personal"}
            self.answers.strip.show_open(places.get(now, "why"))
        if (self.narrow or self.low) and not self.prompt.isAncestorOf(now) and not clicked:
            self._fold_prompt(True)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.answers.make_ready()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.StyleChange and self.layout() is not None:
            self._restyled.start()  # larger text may need the smaller layout

    @Slot()
    def _fit(self) -> None:
        self.answers.fit(self.window().width())
        self.verdict.show_narrow(self.narrow, tight=self.tight)
        self.panel.setMinimumWidth(panel_width())
        self._arrange()

    def _arrange(self) -> None:
        """Give each part the place that it has at this width."""
        self.panel.show_ratings(not self.narrow)
        self.rating_bar.setVisible(self.narrow and self.judging and self._rated and not self.rewriting)
        if self.narrow == (self.split.indexOf(self.panel) >= 0):
            self._move_panel()
        if not self.narrow:
            self.panel.setVisible(self.judging)
        self.message.show_low(self.tight)
        self.turns_strip.show_low(self.tight and self.judging)
        focus = self.window().focusWidget()
        asking = focus is not None and self.prompt.isAncestorOf(focus)
        self._fold_prompt((self.narrow or self.low) and self.judging and not asking)

    def _move_panel(self) -> None:
        """From beside the answers into the drawer, or back; the keyboard stays at what can be seen."""
        focus = self.window().focusWidget()
        held = focus is not None and self.panel.isAncestorOf(focus)
        self.drawer.hide()
        if self.narrow:
            self._drawer_inside.addWidget(self.panel)
            self.panel.show()
        else:
            self.split.addWidget(self.panel)
            self.split.setSizes([self.width() - panel_width(), panel_width()])
        if held:
            self.ratings.setFocus(Qt.FocusReason.OtherFocusReason)

    def _open_drawer(self) -> None:
        self.drawer.show()
        self.drawer.raise_()

    def _fold_prompt(self, folded: bool) -> None:
        self.prompt.setVisible(not folded)
        self.prompt_line.setVisible(folded)

    def _below_prompt(self) -> int:
        """Where what is asked ends, and the turn that it is, in pixels of the page."""
        asked = self.prompt if self.prompt_line.isHidden() else self.prompt_line
        turn = asked if self.turns_strip.isHidden() else self.turns_strip
        shown = self.revision.question if self.rewriting else turn
        return shown.mapTo(self, QPoint(0, shown.height())).y() + BELOW

    def place_of(self, widget: QWidget) -> Place:
        places: tuple[tuple[QWidget, Place], ...] = (
            (self.popup.note, "remark"),
            (self.popup.suggestion, "remark"),
            (self.popup, "flag"),
            *((row.field, "point") for row in self.revision.side.points.rows),
            (self.revision.side.points, "points"),
            (self.revision, "revision"),
            (self.turns_overlay, "turns"),
            (self.turns_strip, "turns"),
            (self.prompt, "prompt"),
            (self.empty, "prompt"),
            (self.panel.ratings, "ratings"),
            (self.rating_bar, "strip"),
            (self.prompt_line, "prompt"),
            (self.panel.flags, "flags"),
            (self.panel.personal, "personal"),
            (self.panel.why, "why"),
            (self.panel.guideline, "guideline"),
            (self.verdict.ranking, "ranking"),
            *((card.own, "own") for card in self.answers.cards),
            (self.verdict.strength, "strength"),
            (self.verdict.sure, "sure"),
            (self.answers, "answers"),
        )
        return next((place for part, place in places if part is widget or part.isAncestorOf(widget)), "none")

    def _lay_out(self) -> None:
        self.work = QWidget()
        work = QVBoxLayout(self.work)
        work.setContentsMargins(0, 0, 0, 0)
        work.addWidget(self.answers)
        self.drawer = QFrame()
        self.drawer.setObjectName("drawer")
        self.drawer.setProperty("card", True)
        self._drawer_inside = QVBoxLayout(self.drawer)
        self._drawer_inside.setContentsMargins(1, 1, 1, 1)
        self.drawer.hide()
        self.answers.lay_over_right(self.drawer)
        self.stack = QStackedWidget()
        self.stack.addWidget(self.empty)
        self.stack.addWidget(self.work)
        left = QWidget()
        column = self._column = QVBoxLayout(left)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.prompt_line)
        column.addWidget(self.prompt)
        column.addWidget(self.turns_strip)
        column.addWidget(self.message)
        column.addWidget(self.stack, 1)
        self.split = QSplitter(Qt.Orientation.Horizontal)
        self.split.setObjectName("benchSplit")
        self.split.setChildrenCollapsible(False)
        self.split.setHandleWidth(1)
        self.split.addWidget(left)
        self.split.addWidget(self.panel)
        self.split.setStretchFactor(0, 1)
        self.split.setSizes([1000, panel_width()])
        self.panel.setMinimumWidth(panel_width())  # less would grow by itself once four answers are rated in it
        self.pages = QStackedWidget()
        self.pages.addWidget(self.split)
        self.pages.addWidget(self.revision)
        layout = self._layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(self.pages, 1)
        layout.addWidget(self.rating_bar)
        layout.addWidget(self.verdict)
        self.prompt_line.hide()
        self.rating_bar.hide()
