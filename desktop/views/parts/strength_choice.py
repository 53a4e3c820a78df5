"""How much better one of two answers is, from -3 to 3 as HelpSteer2-Preference publishes it, by position."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QHBoxLayout, QWidget

from desktop.flow.ranking import Ranking
from desktop.flow.wording import gettext as _
from desktop.views.parts.badges import Badge
from desktop.views.parts.segmented_choice import SegmentedChoice

MOST = 3


class StrengthChoice(QWidget):
    """Seven steps between the letters of two answers; `chosen` carries the Ranking that a step stands for."""

    chosen = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("strength")
        self.steps = SegmentedChoice([])
        self.steps.setObjectName("strengthSteps")
        self.steps.setAccessibleName(_("How much better"))
        self.steps.show_texts([str(abs(step)) for step in range(-MOST, MOST + 1)], _steps_in_words())
        self.steps.chosen.connect(self._on_chosen)
        self.setFocusProxy(self.steps)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(4)
        layout.addWidget(Badge("A", kind="quiet"))
        layout.addWidget(self.steps, 0, Qt.AlignmentFlag.AlignVCenter)
        layout.addWidget(Badge("B", kind="quiet"))

    def show_ranking(self, ranking: Ranking | None) -> None:
        """Show the step of a ranking of two answers; none where its strength was not said."""
        step = None if ranking is None else step_of(ranking)
        self.steps.show_choice(None if step is None else step + MOST)

    @Slot(int)
    def _on_chosen(self, index: int) -> None:
        self.chosen.emit(ranking_of(index - MOST))


def step_of(ranking: Ranking) -> int | None:
    """-3 (A much better) to 3 (B much better); None where the strength is missing."""
    if ranking.strength is None:
        return None
    return ranking.strength if ranking.tiers[0] == (1,) else -ranking.strength


def ranking_of(step: int) -> Ranking:
    """The ranking of two answers that a step stands for."""
    if step == 0:
        return Ranking(((0, 1),), 0)
    return Ranking(((0,), (1,)) if step < 0 else ((1,), (0,)), abs(step))


def _steps_in_words() -> list[str]:
    words = {1: _("{letter} is slightly better"), 2: _("{letter} is better"), 3: _("{letter} is much better")}
    about = [_("About the same")]
    return [
        *(words[step].format(letter="A") for step in range(MOST, 0, -1)),
        *about,
        *(words[step].format(letter="B") for step in range(1, MOST + 1)),
    ]
