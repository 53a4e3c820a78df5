"""What a rubric asks, as the bench shows it: the bench's own parts over made-up answers, to be tried by the keys.

Nothing that is said here is kept. What Save would still ask for stands at the end.
"""

from __future__ import annotations

import msgspec
from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QFrame, QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from desktop.flow import checks, judging
from desktop.flow.carrying import carried
from desktop.flow.draft import AnswerDraft, Draft
from desktop.flow.ranking import Ranking, parse
from desktop.flow.rubric_edits import RUBRIC, Spot
from desktop.flow.wording import gettext as _
from desktop.flow.wording import glossed, named, ours
from desktop.views.bench_values import flag_choices, rated, rating_grid, rest_answered_no, scale_text
from desktop.views.parts import (
    NoticeLine,
    RankingField,
    RatingHelp,
    RatingTable,
    SegmentedChoice,
    StrengthChoice,
    plain_label,
)
from desktop.views.parts.flag_popup_lists import PickList, PickRow
from feedback_store.records import Origin
from feedback_store.rubrics import Rubric

replace = msgspec.structs.replace

FEWEST, MOST = 2, 4  # answers
GAP = 16  # above a part that comes into sight
WIDEST = 600  # as wide as the bench has it, at most


class RubricPreview(QScrollArea):
    """`show_rubric` follows every edit; values that still hold stay. `left` is Esc in one of its parts."""

    left = Signal()

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName(name)
        self.setAccessibleName(_("As the bench shows it"))
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._rubric: Rubric | None = None
        self._draft = _sample(3)
        self.count = SegmentedChoice([str(count) for count in range(FEWEST, MOST + 1)], name=f"{name}Answers")
        self.count.setAccessibleName(_("Answers"))
        self.count.show_choice(3 - FEWEST)
        self.count.chosen.connect(self._on_count)
        self.ranking = _Ranking(name)
        self.ratings = RatingTable()
        self.ratings.setObjectName(f"{name}Ratings")
        self.help = RatingHelp()
        self.flags = _Flags(name)
        self._scale = plain_label("", role="secondary")
        self._missing = NoticeLine("warning", name=f"{name}Missing")
        self.ranking.axis_chosen.connect(self._on_axis)
        self.ranking.ranked.connect(self._on_ranked)
        self.ranking.field.typed.connect(self._on_typed)
        self.ratings.rated.connect(self._on_rated)
        self.ratings.rest_answered.connect(self._on_rest)
        self.ratings.turned.connect(self.help.show_row)
        self.ratings.left.connect(self.left)
        self.ranking.field.left.connect(self.left)
        self._lay_out()

    def show_rubric(self, rubric: Rubric, spot: Spot = RUBRIC) -> None:
        """Show what is asked, and explain the part that is looked at."""
        if rubric != self._rubric:
            draft = carried(self._draft, self._rubric, rubric)
            axes = rubric.verdict_axes
            axis = draft.axis if draft.axis in axes or not axes else axes[0]
            self._draft = replace(draft, axis=axis, unasked=())
            self._rubric = rubric
        if spot.kind == "verdicts" and spot.index < len(rubric.verdicts):
            self._draft = replace(self._draft, axis=rubric.verdicts[spot.index].id)
        self._show()
        if spot.kind in ("axes", "questions"):
            row = spot.index + (len(rubric.axes) if spot.kind == "questions" else 0)
            self.help.show_row(row)
            self.ratings.setCurrentIndex(self.ratings.index_of(row, self.ratings.current_answer))
            self.ratings.verticalHeader().viewport().update()
        if spot.kind == "categories":
            self.flags.pick(spot.index)
        part: QWidget | None = {
            "verdicts": self.ranking, "axes": self.ratings, "questions": self.ratings, "flags": self.flags,
            "categories": self.flags,
        }.get(spot.kind)  # fmt: skip
        if part is not None:
            self.ensureWidgetVisible(part, 0, GAP)

    def _show(self) -> None:
        rubric, draft = self._rubric, self._draft
        if rubric is None:
            return
        grid = rating_grid(draft, rubric)
        self.ranking.show_draft(rubric, draft)
        self.ratings.show_grid(grid)
        self.help.show_lines(grid.lines)
        self._ratings_part.setVisible(bool(grid.lines))
        self._scale.setText(scale_text(rubric))
        self.flags.show_rubric(rubric)
        lacking = [notice.text for notice in checks.missing(draft, rubric)]
        self._missing.setText("; ".join(lacking))
        self._ready.setVisible(not lacking)

    def _lay_out(self) -> None:
        inside = QWidget()
        inside.setProperty("sunken", True)
        inside.setMaximumWidth(WIDEST)
        column = QVBoxLayout(inside)
        column.setContentsMargins(16, 12, 16, 16)
        column.setSpacing(12)
        head = QHBoxLayout()
        head.setSpacing(8)
        head.addWidget(plain_label(_("As the bench shows it"), role="label", wrap=True), 1)
        head.addWidget(plain_label(_("Answers"), role="secondary"))
        head.addWidget(self.count)
        self._ratings_part = QWidget()
        ratings = QVBoxLayout(self._ratings_part)
        ratings.setContentsMargins(0, 0, 0, 0)
        ratings.setSpacing(8)
        title = QHBoxLayout()
        title.setSpacing(8)
        title.addWidget(plain_label(_("Ratings"), role="label"))
        title.addWidget(self._scale)
        title.addStretch(1)
        ratings.addLayout(title)
        ratings.addWidget(self.ratings)
        ratings.addWidget(self.help)
        self._ready = plain_label(_("Nothing: a judgement like this one can be saved."), role="secondary", wrap=True)
        column.addLayout(head)
        column.addWidget(self.ranking)
        column.addWidget(self._ratings_part)
        column.addWidget(self.flags)
        column.addWidget(plain_label(_("What Save still asks for"), role="label", wrap=True))
        column.addWidget(self._missing)
        column.addWidget(self._ready)
        column.addStretch(1)
        self.setWidget(inside)

    @Slot(int)
    def _on_count(self, index: int) -> None:
        self._draft = replace(_sample(index + FEWEST), axis=self._draft.axis, rubric=self._draft.rubric)
        self._show()

    @Slot(int)
    def _on_axis(self, index: int) -> None:
        if self._rubric is not None:
            self._draft = judging.turn_to(self._draft, self._rubric.verdict_axes[index])
            self._show()

    @Slot(object)
    def _on_ranked(self, ranking: Ranking) -> None:
        self._draft = judging.rank(self._draft, ranking)
        self._show()

    @Slot(str)
    def _on_typed(self, text: str) -> None:
        if self._rubric is None:
            return
        try:
            ranking = parse(text, len(self._draft.order), with_strength=self._rubric.strength)
        except ValueError as error:
            self.ranking.field.show_problem(str(error))
            return
        self._on_ranked(ranking)

    @Slot(int, int, object)
    def _on_rated(self, position: int, row: int, value: int | str | tuple[str, ...] | None) -> None:
        if self._rubric is not None:
            self._draft = rated(self._draft, self._rubric, position, row, value)
            self._show()

    @Slot(int)
    def _on_rest(self, position: int) -> None:
        if self._rubric is not None:
            self._draft = rest_answered_no(self._draft, self._rubric, position)
            self._show()


class _Ranking(QWidget):
    """In which respect, the order, and how much better one of two is."""

    axis_chosen = Signal(int)
    ranked = Signal(object)

    def __init__(self, name: str) -> None:
        super().__init__()
        self.axes = SegmentedChoice([], folds=True, name=f"{name}Axes")
        self.axes.setAccessibleName(_("Ranked by"))
        self.axes.chosen.connect(self.axis_chosen)
        self.field = RankingField()
        self.field.field.setObjectName(f"{name}Ranking")
        self.field.chips.setObjectName(f"{name}Chips")
        self.field.ranked.connect(self.ranked)
        self.strength = StrengthChoice()
        self.strength.steps.setObjectName(f"{name}Strength")
        self.strength.chosen.connect(self.ranked)
        self._help = plain_label("", role="secondary", wrap=True)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        column.addWidget(plain_label(_("Ranking"), role="label"))
        for widget in (self.axes, self._help, self.field, self.strength):
            column.addWidget(widget)
        column.setAlignment(self.axes, Qt.AlignmentFlag.AlignLeft)
        column.setAlignment(self.strength, Qt.AlignmentFlag.AlignLeft)

    def show_draft(self, rubric: Rubric, draft: Draft) -> None:
        axes = rubric.verdicts
        current = next((at for at, axis in enumerate(axes) if axis.id == draft.axis), 0)
        self.axes.show_texts(
            [axis.name for axis in axes], [f"{glossed(axis.name)}: {ours(axis.help)}" for axis in axes]
        )
        self.axes.show_choice(current if axes else None)
        self.axes.setVisible(len(axes) > 1)
        self._help.setText(ours(axes[current].help) if axes else _("Answers are not compared."))
        self._help.setVisible(bool(self._help.text()))
        ranking = judging.ranking(draft)
        self.field.show_ranking(ranking, len(draft.order))
        self.field.setVisible(bool(axes))
        self.strength.show_ranking(ranking)
        self.strength.setVisible(bool(axes) and rubric.strength and len(draft.order) == 2)


class _Flags(QWidget):
    """The two lists that the bench opens over an answer, and what the flag that is picked asks for."""

    def __init__(self, name: str) -> None:
        super().__init__()
        self.categories = PickList(_("Category"))
        self.categories.setObjectName(f"{name}Categories")
        self.categories.picked.connect(self._on_picked)
        self.severities = PickList(_("How bad"))
        self.severities.setObjectName(f"{name}Severities")
        self._help = plain_label("", role="secondary", wrap=True)
        self._asks = plain_label("", role="secondary", wrap=True)
        lists = QHBoxLayout()
        lists.setSpacing(8)
        lists.addWidget(self.categories, 3, Qt.AlignmentFlag.AlignTop)
        lists.addWidget(self.severities, 2, Qt.AlignmentFlag.AlignTop)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        column.addWidget(plain_label(_("Flags"), role="label"))
        column.addLayout(lists)
        column.addWidget(self._help)
        column.addWidget(self._asks)
        self._rubric: Rubric | None = None

    def show_rubric(self, rubric: Rubric) -> None:
        self._rubric = rubric
        self.setVisible(rubric.flags is not None)
        if rubric.flags is None:
            return
        choices = flag_choices(rubric.flags)
        categories = tuple(
            PickRow(letter, name, key, gloss=choices.glosses.get(key, ""), help=choices.helps.get(key, ""))
            for key, letter, name, _asks, _kinds in choices.categories
        )
        severities = tuple(PickRow(str(step), name) for step, name in enumerate(choices.severities))
        if categories != self.categories.rows:
            before = self.categories.index
            self.categories.show_rows(categories)
            self.pick(min(before or 0, len(categories) - 1))
        if severities != self.severities.rows:
            self.severities.show_rows(severities)
        self._on_picked()

    def pick(self, index: int) -> None:
        """Look at one category."""
        if 0 <= index < len(self.categories.rows):
            self.categories.pick(index)

    @Slot()
    def _on_picked(self) -> None:
        flags = self._rubric.flags if self._rubric is not None else None
        index = self.categories.index
        if flags is None or index is None or index >= len(flags.categories):
            self._help.setText("")
            self._asks.setText("")
            return
        category = flags.categories[index]
        asks = []
        if category.asks_target_group and flags.target_groups:
            names = ", ".join(ours(group.name) for group in flags.target_groups)
            asks.append(_("Who it is about: {names}").format(names=names))
        if category.kinds:
            asks.append(_("Which way: {names}").format(names=", ".join(named(kind.name) for kind in category.kinds)))
        self._help.setText(ours(category.help))
        self._help.setVisible(bool(category.help))
        self._asks.setText("\n".join(asks))
        self._asks.setVisible(bool(asks))


def _sample(count: int) -> Draft:
    """A draft with so many answers that stand already."""
    keys = tuple("abcd"[:count])
    answers = tuple(AnswerDraft(key, text=key, state="done", origin=Origin("human")) for key in keys)
    return Draft(id="", comparison="", prompt_id="", answers=answers, order=keys)
